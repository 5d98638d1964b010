"""Which modules, and which names of modules, a file refers to at any depth: imports, and strings that `patch` imports.

Read from syntax trees, so these are exact. Statements are parsed whole only for what `skimming` makes look interesting.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from collectbench.sources import guards
from collectbench.sources.names import dotted
from collectbench.sources.outline import Guard
from collectbench.sources.parsing import parse
from collectbench.sources.segments import trees_at
from collectbench.sources.skimming import is_odd, mentions_in

STAR = "*"


class Form:
    """How a reference is written. Plain strings, since references are kept in a cache."""

    FROM = "from"
    IMPORT = "import"
    IMPORT_MODULE = "import_module"
    PATCH = "patch"


class Reference(NamedTuple):
    """One name of a module that a file refers to.

    Attributes:
        line: of the statement or the string, from 1.
        level: how many dots lead the module.
        module: the module; for a string the whole dotted path of the object.
        name: the imported name; empty for a module alone and for strings.
        form: one of `Form`.
        guard: one of `Guard`.
        in_function: whether it runs only when a function does.
        is_optional: for strings: whether the last part need not exist (`create=True`, `raising=False`).
    """

    line: int
    level: int
    module: str
    name: str
    form: str
    guard: str
    in_function: bool
    is_optional: bool = False


_FUNCTIONS = re.compile(rb"(?:patch|attr|import_module|__import__|multiple|dict)\(")
_SKIPPED_WITHOUT = re.compile(rb"""importorskip\(\s*["']([\w.]+)["']""")
_PATCHES = frozenset({"patch", "multiple", "dict", "setattr", "delattr"})
_IMPORTERS = frozenset({"import_module", "__import__"})


def read_references(source: bytes, tree: ast.Module) -> tuple[Reference, ...]:
    """Return all references of a whole syntax tree, in the order of their lines."""
    return _read(source, [tree])


def read_mentioned(source: bytes, mentions: Collection[str]) -> tuple[Reference, ...]:
    """Return the references of a source that are among these mentions, in the order of their lines.

    Only the statements of the module that may hold them are parsed whole.

    Raises:
        UnparsableError: this Python cannot parse it.
    """
    if is_odd(source):
        trees = [parse(source)]
    else:
        lines = [1 + source.count(b"\n", 0, position) for text, position in mentions_in(source) if text in mentions]
        trees = trees_at(source, lines)
    return tuple(each for each in _read(source, trees) if _skimmed(each) in mentions)


def _read(source: bytes, trees: Iterable[ast.Module]) -> tuple[Reference, ...]:
    reader = _Reader(tuple(_lines_of_calls(source)))
    for tree in trees:
        reader.body(tree.body, Guard.NONE, in_function=False)
    # import_module may be a function of the project, and importorskip stand in another statement than the import.
    has_import_module = b"importlib" in source
    skipped = tuple(f"{match.group(1).decode()}." for match in _SKIPPED_WITHOUT.finditer(source))
    found = (
        each._replace(guard=Guard.EXPECTED) if f"{each.module}.".startswith(skipped) else each for each in reader.found
    )
    return tuple(sorted(each for each in found if has_import_module or each.form != Form.IMPORT_MODULE))


def _lines_of_calls(source: bytes) -> Iterator[int]:
    """Yield the lines with the name of a function whose string may name a module."""
    line, position = 1, 0
    for match in _FUNCTIONS.finditer(source):
        line += source.count(b"\n", position, match.start())
        position = match.start()
        yield line


def as_skimmed(references: Iterable[Reference]) -> frozenset[str]:
    """Return references in the form of `skim`."""
    return frozenset(map(_skimmed, references))


def _skimmed(reference: Reference) -> str:
    if reference.form in (Form.PATCH, Form.IMPORT_MODULE):
        return f"={reference.module}"
    module = "." * reference.level + reference.module
    return f"{module}:{reference.name}" if reference.name else module


class _Reader:
    """Collects references. `lines` are those of calls whose strings may name modules."""

    def __init__(self, lines: tuple[int, ...]) -> None:
        self._lines = lines
        self.found: list[Reference] = []

    def body(self, statements: Iterable[ast.stmt], guard: str, *, in_function: bool) -> None:
        for statement in statements:
            self._statement(statement, guard, in_function=in_function)

    def _statement(self, node: ast.stmt, guard: str, *, in_function: bool) -> None:  # noqa: C901 - one branch a kind
        if isinstance(node, ast.Import):
            for alias in node.names:
                self.found.append(Reference(node.lineno, 0, alias.name, "", Form.IMPORT, guard, in_function))
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                self.found.append(
                    Reference(node.lineno, node.level, node.module or "", alias.name, Form.FROM, guard, in_function)
                )
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for part in (*node.decorator_list, node.args):
                self._calls(part, guard, in_function=in_function)
            self.body(node.body, guard if guard in (Guard.TYPE_CHECKING, Guard.CONDITION) else "", in_function=True)
        elif isinstance(node, ast.If):
            first, second = guards.of_condition(node.test, guard)
            self._calls(node.test, guard, in_function=in_function)
            self.body(node.body, first, in_function=in_function)
            self.body(node.orelse, second, in_function=in_function)
        elif isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            self._try(node, guard, in_function=in_function)  # type: ignore[arg-type]
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            inner = guards.of_with(node, guard)
            for item in node.items:  # `with raises(AttributeError), patch("…"):`
                self._calls(item.context_expr, inner, in_function=in_function)
            self.body(node.body, inner, in_function=in_function)
        else:
            self._other(node, guard, in_function=in_function)

    def _try(self, node: ast.Try, guard: str, *, in_function: bool) -> None:
        inner, in_handlers = guards.of_try(node, guard)
        self.body(node.body, inner, in_function=in_function)
        for handler in node.handlers:
            self.body(handler.body, in_handlers, in_function=in_function)
        self.body((*node.orelse, *node.finalbody), guard, in_function=in_function)

    def _other(self, node: ast.AST, guard: str, *, in_function: bool) -> None:
        """Any other statement: its expressions, and the statements in it."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt):
                self._statement(child, guard, in_function=in_function)
            elif isinstance(child, ast.expr):
                self._calls(child, guard, in_function=in_function)
            else:  # a case of `match`, the keyword of a class
                self._other(child, guard, in_function=in_function)

    def _calls(self, node: ast.AST, guard: str, *, in_function: bool) -> None:
        first, last = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0)
        if first and bisect_left(self._lines, first) == bisect_left(self._lines, last + 1):
            return  # no call in these lines concerns us: most expressions need no walk
        for part in ast.walk(node):
            if isinstance(part, ast.Call):
                self.found.extend(_of_call(part, guard, in_function=in_function))


def _of_call(call: ast.Call, guard: str, *, in_function: bool) -> Iterator[Reference]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name not in _PATCHES and name not in _IMPORTERS:
        return
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    target = call.args[0] if call.args else keywords.get("target")
    path = target.value if isinstance(target, ast.Constant) else None
    if not isinstance(path, str) or not all(part.isidentifier() for part in path.split(".")):
        return
    line = target.lineno if target is not None else call.lineno
    if name in _IMPORTERS:
        yield Reference(line, 0, path, "", Form.IMPORT_MODULE, guard, in_function)
        return
    if "." not in path or (name == "dict" and "patch" not in dotted(call.func)):
        return
    is_optional = _is(keywords.get("create"), value=True) or _is(keywords.get("raising"), value=False)
    if name in ("setattr", "delattr"):
        # monkeypatch.setattr("a.b", value, raising=False); with three values the first one is an object's name.
        is_optional = is_optional or len(call.args) > (2 if name == "setattr" else 1)
    if name in ("multiple", "dict"):
        # The string names a module or an object, and its attributes are given elsewhere.
        is_optional = is_optional and name == "multiple"
    yield Reference(line, 0, path, "", Form.PATCH, guard, in_function, is_optional)


def _is(node: ast.expr | None, *, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value
