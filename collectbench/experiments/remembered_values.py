"""Sources in which the calls of a line give the values of an earlier round. See `Values` in probe/intervention.py."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from collectbench.experiments.experiment import Arms, NotTestableError, Setting, place_of
from collectbench.model.intervention import Intervention
from collectbench.sources.parsing import UnparsableError, parse

GIVEN = "(__collectbench_get{2}__({0}) if __collectbench_has{2}__({0}) else __collectbench_put{2}__({0}, ({1})))"
"""No function is made, so that the names of a class body stay visible. The text adds no line."""


def remembering_arms(text: str, setting: Setting, *, bound: bool, key: str = "") -> Arms:
    """Return the arms for the calls on the line `text` (`PATH:LINE`), or on several with commas between them.

    The `key` is part of the names of the functions in the sources: two kinds with different ones go together.

    Raises:
        NotTestableError: there is no such file or call, or the file cannot be parsed.
    """
    before, after = dict[str, bytes](), dict[str, bytes]()
    count = 0
    for path, lines in _by_path(text).items():
        there = setting.resolved(path)
        source, calls = _calls_in(path, lines, setting.read, there)
        before[str(there)], after[str(there)] = source, remembering(source, calls, count, key)
        count += len(calls)
    values = setting.work / "values"
    values.mkdir(exist_ok=True)
    return Arms(
        base=Intervention(actions=(("values", str(values), key),), served=after),
        head=Intervention(served=before),
        bound=bound,
    )


def _by_path(text: str) -> dict[str, list[int]]:
    """The lines of each file."""
    lines: dict[str, list[int]] = {}
    for each in text.split(","):
        path, line = place_of(each)
        lines.setdefault(path, []).append(line)
    return lines


def _calls_in(
    path: str, lines: Sequence[int], read: Callable[[Path], bytes], there: Path
) -> tuple[bytes, Sequence[ast.Call]]:
    try:
        source = read(there)
        tree = parse(source)
    except OSError as error:
        raise NotTestableError(f"{path} cannot be read: {error.strerror or error}") from None
    except UnparsableError as error:
        raise NotTestableError(f"{path} cannot be parsed: {error}") from None
    calls = {id(call): call for line in lines for call in calls_on(tree, line)}
    if not calls:
        raise NotTestableError(f"there is no call on line {lines[0]} of {path}")
    return source, tuple(calls.values())


def calls_on(tree: ast.Module, line: int) -> Iterator[ast.Call]:
    """Yield the outermost calls on a line, whose values stand for what the line does.

    A decorator that marks a test is no such call: its arguments are, and all of them on the line where it begins.
    """
    marks = {
        id(decorator)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for decorator in node.decorator_list
    }
    yield from _outermost(tree, line, marks)


def _outermost(node: ast.AST, line: int | None, marks: set[int]) -> Iterator[ast.Call]:
    """The outermost calls on a line, or all of them without one."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.JoinedStr) or not _is_on(child, line):  # positions in f-strings came with 3.12
            continue
        if isinstance(child, ast.Call) and id(child) not in marks and not _is_mark(child):
            yield child
        elif isinstance(child, ast.Call):
            for argument in (*child.args, *(keyword.value for keyword in child.keywords)):
                yield from _outermost(ast.Expression(body=argument), None if child.lineno == line else line, marks)
        else:
            yield from _outermost(child, line, marks)


def _is_on(node: ast.AST, line: int | None) -> bool:
    """Whether a node has a part on a line, its decorators included; a node without a position may have."""
    if line is None:
        return True
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    first = min([getattr(node, "lineno", line), *(each.lineno for each in decorators)])
    return bool(first <= line <= getattr(node, "end_lineno", line))


def _is_mark(call: ast.Call) -> bool:
    """Whether a call makes a mark or a parameter of pytest, which stays an object of its own."""
    return ast.unparse(call.func).startswith(("pytest.", "mark."))


def remembering(source: bytes, calls: Sequence[ast.Call], number_of_first: int = 0, key: str = "") -> bytes:
    """Return the source in which the values of these calls, none within another, are remembered by their number."""
    lines = source.splitlines(keepends=True)
    in_order = sorted(calls, key=lambda each: (each.lineno, each.col_offset))
    for number, call in reversed(list(enumerate(in_order, number_of_first))):
        first, last = call.lineno - 1, (call.end_lineno or call.lineno) - 1
        end = call.end_col_offset or 0
        if first == last:
            text = lines[first][call.col_offset : end]
        else:
            text = b"".join((lines[first][call.col_offset :], *lines[first + 1 : last], lines[last][:end]))
        before, after = lines[first][: call.col_offset], lines[last][end:]
        opening, _, closing = GIVEN.format(number, "\0", key).encode().partition(b"\0")
        changed = before + opening + text + closing + after
        lines[first : last + 1] = changed.splitlines(keepends=True)
    return b"".join(lines)
