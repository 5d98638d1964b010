"""The files of a project, read when a cause asks for them."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from collectbench.sources.parsing import UnparsableError, parse


@dataclass(kw_only=True)
class SourceFiles:
    """Lines and syntax trees of files by their absolute path.

    `read` returns the bytes of a file, or raises OSError.
    """

    read: Callable[[str], bytes]
    _lines: dict[str, list[str]] = field(default_factory=dict)
    _trees: dict[str, ast.Module | None] = field(default_factory=dict)
    _held: dict[tuple[str, re.Pattern[str]], bool] = field(default_factory=dict)
    _around: dict[tuple[str, int], list[ast.AST]] = field(default_factory=dict)

    def line(self, path: str, number: int) -> str:
        """Returns a line of a file without the blanks around it; empty if there is none."""
        lines = self.lines(path)
        return lines[number - 1].strip() if 0 < number <= len(lines) else ""

    def lines(self, path: str) -> list[str]:
        """Returns the lines of a file; none if it cannot be read."""
        if path not in self._lines:
            try:
                self._lines[path] = self.read(path).decode("utf-8", "replace").splitlines()
            except OSError:
                self._lines[path] = []
        return self._lines[path]

    def holds(self, path: str, pattern: re.Pattern[str]) -> bool:
        """Whether a line of a file fits a pattern, also if the file does not parse."""
        if (path, pattern) not in self._held:
            self._held[path, pattern] = any(map(pattern.search, self.lines(path)))
        return self._held[path, pattern]

    def tree(self, path: str) -> ast.Module | None:
        """Returns the syntax tree of a file; None if it cannot be read or parsed."""
        if path not in self._trees:
            try:
                self._trees[path] = parse(self.read(path))
            except (OSError, UnparsableError):
                self._trees[path] = None
        return self._trees[path]

    def around(self, path: str, line: int) -> list[ast.AST]:
        """Returns the functions and classes around a line, the outermost first; their decorators belong to them."""
        if (path, line) not in self._around:
            tree = self.tree(path)
            self._around[path, line] = [] if tree is None else list(_around(tree, line))
        return self._around[path, line]

    def definition_line(self, path: str, first_line: int) -> int:
        """Returns the line of `def` of a function that begins with its decorators at `first_line`."""
        for node in reversed(self.around(path, first_line)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _begin(node) == first_line:
                return node.lineno
        return first_line


def _around(tree: ast.AST, line: int) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, ast.stmt | ast.excepthandler | ast.match_case):
            continue
        if _begin(node) <= line <= (getattr(node, "end_lineno", None) or line):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield node
            yield from _around(node, line)


def _begin(node: ast.AST) -> int:
    lines: list[int] = [decorator.lineno for decorator in getattr(node, "decorator_list", ())]
    return min([*lines, getattr(node, "lineno", 0)])
