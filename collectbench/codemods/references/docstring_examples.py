"""The examples of docstrings as sources of their own, and what changes in them as changes of the file."""

from __future__ import annotations

import ast
import doctest
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from collectbench.codemods.references.splices import Splice, Text

_DEFINITIONS = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
_PROMPTS = (b">>> ", b"... ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """The examples of one docstring.

    Attributes:
        source: all of them, one after the other; those that do not parse are left out.
        tree: of it.
        places: for each line of it, the line of the file, and the column at which it begins there.
        unparsable: lines of the file with the text of examples that do not parse.
        outputs: likewise, of each line of expected output.
    """

    source: bytes
    tree: ast.Module
    places: tuple[tuple[int, int], ...]
    unparsable: tuple[tuple[int, str], ...]
    outputs: tuple[tuple[int, str], ...]

    def in_file(self, splice: Splice) -> Splice | None:
        """Return a change of the examples as one of the file; None if it needs other lines."""
        if splice.line != splice.end_line or "\n" in splice.text:
            return None
        line, column = self.places[splice.line - 1]
        return Splice(line, column + splice.column, line, column + splice.end_column, splice.text)


def examples_in(nodes: Iterable[ast.AST], text: Text) -> Iterator[Examples]:
    """Yield the examples of each docstring of some nodes that has some."""
    for node in nodes:
        if not isinstance(node, _DEFINITIONS) or not node.body:
            continue
        first = node.body[0]
        value = first.value if isinstance(first, ast.Expr) else None
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and ">>> " in value.value:
            examples = _examples(value, value.value, text)
            if examples is not None:
                yield examples


def _examples(node: ast.Constant, docstring: str, text: Text) -> Examples | None:
    try:
        found = doctest.DocTestParser().get_examples(docstring)
    except ValueError:  # such as a prompt without a space behind it
        return None
    sources: list[str] = []
    places: list[tuple[int, int]] = []
    unparsable: list[tuple[int, str]] = []
    outputs: list[tuple[int, str]] = []
    for example in found:
        line = node.lineno + example.lineno
        outputs += enumerate(example.want.splitlines(), start=line + example.source.count("\n"))
        own = _places(text, line, example.source)
        if own is None or _tree(example.source) is None:
            unparsable.append((line, example.source))
        else:
            sources.append(example.source)
            places += own
    source = "".join(sources)
    tree = _tree(source)
    if tree is None:
        return None
    return Examples(
        source=source.encode(),
        tree=tree,
        places=tuple(places),
        unparsable=tuple(unparsable),
        outputs=tuple(outputs),
    )


def _places(text: Text, line: int, source: str) -> list[tuple[int, int]] | None:
    """Where the lines of an example are in the file; None if these are written in another way there."""
    places = []
    for number, part in enumerate(source.splitlines()):
        row = text.rows[line + number - 1] if line + number <= len(text.rows) else b""
        column = row.find(_PROMPTS[bool(number)]) + len(_PROMPTS[0])
        if not row[column:].startswith(part.encode()):
            return None
        places.append((line + number, column))
    return places


def _tree(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError):
        return None
