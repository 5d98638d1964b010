"""What a class says, whatever its comments, docstrings and the order of its methods: for comparing copies."""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass, field
from typing import TypeVar

from collectbench.lint.lineage import Lineages
from collectbench.model.lint_settings import LintSettings
from collectbench.sources.meanings import Definition, External
from collectbench.sources.names import applied, dotted
from collectbench.sources.segments import statement_at

Statement = TypeVar("Statement", bound=ast.stmt)

_DEEP = 6
"""So many local definitions one behind the other are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassText:
    """What a class says. Two are equal if their syntax is, and what their free names mean.

    Attributes:
        syntax: normalised, without the name of the class.
        names: each free name that the module binds, with what it means.
        lines: of the normalised source.
        statements: how many the class has.
    """

    syntax: str
    names: tuple[tuple[str, str], ...]
    lines: tuple[str, ...] = field(compare=False)
    statements: int = field(compare=False)


class Texts:
    """Reads the texts of classes."""

    def __init__(self, lineages: Lineages) -> None:
        self._lineages = lineages
        self._codebase = lineages.evidence.codebase

    @property
    def settings(self) -> LintSettings:
        """Those of the user."""
        return self._lineages.evidence.settings

    def of(self, definition: Definition) -> ClassText | None:
        """Return the text of a class; None if it cannot be read."""
        node = self._node(definition.path, definition.place[1])
        if not isinstance(node, ast.ClassDef):
            return None
        normal = _normalised(node, with_marks=self.keeps_marks(definition))
        return ClassText(
            syntax=ast.dump(_nameless(normal)),
            names=tuple(self._meanings(definition.path, normal, (definition.name,))),
            lines=tuple(ast.unparse(normal).splitlines()),
            statements=sum(isinstance(each, ast.stmt) for each in ast.walk(normal)) - 1,
        )

    def keeps_marks(self, definition: Definition) -> bool:
        """Whether marks on the class or its methods, and its `__test__`, reach a test: a test class inherits them."""
        return any(self._lineages.tests(child) for child in self._lineages.subclasses(definition))

    def _node(self, path: str, line: int) -> ast.stmt | None:
        try:
            return statement_at(self._codebase.read(path), line)
        except OSError:
            return None

    def _meanings(self, path: str, node: ast.AST, seen: tuple[str, ...]) -> list[tuple[str, str]]:
        """What the free names of a node mean; those that are `seen` lead in a circle, and are told by name alone."""
        outline = self._codebase.outline(path)
        bound = outline.bindings if outline else frozenset()
        names = (each for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load))
        free = {each.id for each in names if each.id in bound}
        return [(name, self._meaning(path, name, (*seen, name))) for name in sorted(free.difference(seen))]

    def meaning_of(self, path: str, name: str) -> str:
        """Return a text that is equal where a name means the same."""
        return self._meaning(path, name, ())

    def _meaning(self, path: str, name: str, seen: tuple[str, ...]) -> str:
        meaning = self._codebase.meaning(path, name)
        if isinstance(meaning, External):
            return meaning.name
        if isinstance(meaning, Definition) and meaning.path != path:
            return f"{meaning.path}:{meaning.name}"
        outline = self._codebase.outline(path)
        for each in outline.imports if outline else ():
            for imported, bound in each.names:
                if bound == name:
                    location = self._codebase.modules.locate(each.module, each.level, path)
                    return f"{getattr(location, 'path', None) or each.module}:{imported}"
            if not each.names and (each.bound or each.module.partition(".")[0]) == name:
                return each.module if each.bound else name
        return self._local(path, name, seen)

    def _local(self, path: str, name: str, seen: tuple[str, ...]) -> str:
        """The statements of the module that bind a name, with what their own free names mean."""
        tree = self._codebase.tree(path)
        if tree is None or len(seen) > _DEEP:
            return f"{path}:{name}"
        binding = [statement for statement in tree.body if name in _bound(statement)]
        texts = [ast.dump(_normalised(each, with_marks=True)) for each in binding]
        inner = [str(self._meanings(path, each, seen)) for each in binding]
        return "\n".join((*texts, *inner)) if binding else f"{path}:{name}"


def _bound(statement: ast.stmt) -> set[str]:
    """The names that a statement of a module binds, at any depth of conditions."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {statement.name}
    return {each.id for each in ast.walk(statement) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}


def _normalised(node: Statement, *, with_marks: bool) -> Statement:
    """A copy without docstrings, and without marks and `__test__` if they mean nothing; methods come last, by name."""
    node = copy.deepcopy(node)
    for each in ast.walk(node):
        if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            if not with_marks:
                each.decorator_list = [one for one in each.decorator_list if not _is_mark(one)]
                each.body = [one for one in each.body if not is_test_flag(one)]
            each.body = [*_without_docstring(each.body)] or [ast.Pass()]
        if isinstance(each, ast.ClassDef):
            methods = [one for one in each.body if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))]
            if len({one.name for one in methods}) == len(methods):
                others = [one for one in each.body if one not in methods]
                each.body = [*others, *sorted(methods, key=lambda one: one.name)]
    return node


def _nameless(node: ast.ClassDef) -> ast.ClassDef:
    """A copy of a class that has no name of its own, also where its body names it."""
    node = copy.deepcopy(node)
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and each.id == node.name:
            each.id = ""
    node.name = ""
    return node


def is_test_flag(node: ast.stmt) -> bool:
    """Whether a statement of a class sets its `__test__`, by which pytest decides whether to look at it."""
    return isinstance(node, ast.Assign) and [dotted(each) for each in node.targets] == ["__test__"]


def is_mark(name: str) -> bool:
    """Whether a decorator of this dotted name is a mark of pytest."""
    return name.startswith(("pytest.mark.", "mark."))


def _is_mark(node: ast.expr) -> bool:
    return is_mark(applied(node))


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    first = body[0].value if body and isinstance(body[0], ast.Expr) else None
    return body[1:] if isinstance(first, ast.Constant) and isinstance(first.value, str) else body
