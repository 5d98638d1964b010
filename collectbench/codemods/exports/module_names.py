"""Where a module uses and binds names."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from collectbench.sources.names import dotted

_IDENTIFIER = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleNames:
    """Where a module uses and binds names, without what only type checkers read.

    Attributes:
        run: names that are used when the module is imported, with the first line.
        in_function: names that are used when a function runs, with the first line.
        bound: names that the module itself binds, but not by imports, with the first line.
        imported: names that its imports bind, with their lines.
    """

    run: Mapping[str, int]
    in_function: Mapping[str, int]
    bound: Mapping[str, int]
    imported: Mapping[str, Sequence[int]]


def module_names(tree: ast.Module) -> ModuleNames:
    """Return where a module uses and binds names; `tree` is that of its whole source."""
    reader = _Reader()
    reader.visit(tree)
    return ModuleNames(run=reader.run, in_function=reader.in_function, bound=reader.bound, imported=reader.imported)


def is_for_type_checkers(node: ast.stmt) -> bool:
    """Whether it is `if TYPE_CHECKING:`."""
    return isinstance(node, ast.If) and dotted(node.test).rpartition(".")[2] == "TYPE_CHECKING"


class _Reader(ast.NodeVisitor):
    def __init__(self) -> None:
        self.run: dict[str, int] = {}
        self.in_function: dict[str, int] = {}
        self.bound: dict[str, int] = {}
        self.imported: dict[str, list[int]] = {}
        self._depth = 0
        self._classes = 0
        self._in_annotation = False

    @property
    def _is_at_margin(self) -> bool:
        return not self._depth and not self._classes

    def visit_If(self, node: ast.If) -> None:
        if not is_for_type_checkers(node):
            self.generic_visit(node)
        for each in node.orelse if is_for_type_checkers(node) else ():
            self.visit(each)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._use(node.id, node.lineno)
        elif self._is_at_margin:
            self.bound.setdefault(node.id, node.lineno)
        if isinstance(node.ctx, ast.Del) and self._is_at_margin:
            self.bound.pop(node.id, None)
            self.imported.pop(node.id, None)
            self._use(node.id, node.lineno)

    def visit_Global(self, node: ast.Global) -> None:
        for name in node.names:
            self.bound.setdefault(name, node.lineno)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names if self._is_at_margin else ():
            self.imported.setdefault(alias.asname or alias.name, []).append(node.lineno)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names if self._is_at_margin else ():
            self.imported.setdefault(alias.asname or alias.name.partition(".")[0], []).append(node.lineno)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        if self._is_at_margin:
            self.bound.setdefault(node.name, node.lineno)
        self._classes += 1
        self.generic_visit(node)
        self._classes -= 1

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._function(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._function(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and self._in_annotation:
            for name in _IDENTIFIER.findall(node.value):
                self._use(name, node.lineno)

    def visit_arg(self, node: ast.arg) -> None:
        self._annotation(node.annotation)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.visit(node.target)
        self._annotation(node.annotation)
        if node.value is not None:
            self.visit(node.value)

    def _annotation(self, node: ast.expr | None) -> None:
        if node is not None:
            self._in_annotation = True
            self.visit(node)
            self._in_annotation = False

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        if not isinstance(node, ast.Lambda):
            if self._is_at_margin:
                self.bound.setdefault(node.name, node.lineno)
            for decorator in node.decorator_list:
                self.visit(decorator)
            self._annotation(node.returns)
        self.visit(node.args)
        self._depth += 1
        for each in node.body if isinstance(node.body, list) else [node.body]:
            self.visit(each)
        self._depth -= 1

    def _use(self, name: str, line: int) -> None:
        (self.in_function if self._depth else self.run).setdefault(name, line)
