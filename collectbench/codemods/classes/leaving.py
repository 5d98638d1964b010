"""What leaves a file together with copies of classes, and what comes in its place."""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

import libcst

from collectbench.codemods.classes.bindings import Binding, Bindings, words_of
from collectbench.codemods.classes.class_copies import Copy
from collectbench.codemods.classes.file_uses import FileUses
from collectbench.codemods.classes.new_imports import with_imports, without_names
from collectbench.codemods.classes.statements import without_statements
from collectbench.codemods.syntax import edit_of
from collectbench.lint.class_text import is_mark
from collectbench.model.fixes import Edit, Effect, Failure, Permit
from collectbench.sources.codebase import Codebase
from collectbench.sources.names import applied
from collectbench.sources.references import STAR

_PLAIN = sys.stdlib_module_names | {"pytest"}
"""Modules that do nothing when they are imported that anybody could miss in a test file."""


@dataclass(kw_only=True)
class Leaving:
    """Copies that leave one file.

    Attributes:
        copies: of classes, each of another name.
        lines: imports that come in their place.
    """

    copies: list[Copy] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def edit(self, codebase: Codebase, path: str, uses: FileUses, needs: tuple[str, ...]) -> Edit | Failure | None:
        """Return the edit of the file."""
        tree = codebase.tree(path)
        if tree is None:
            return Failure(path=path, reason="it cannot be read")
        definitions, imports = self._unused(tree, {use.name for use in uses.of(path)})
        names = {copy.name for copy in self.copies} | definitions
        below = {name for copy in self.copies for name in copy.needs.imports}
        change = partial(_changed, lines=self.lines, below=below, statements=names, imports=imports)
        permits = dict.fromkeys(permit for copy in self.copies for permit in _permits(copy, tree))
        return edit_of(path, codebase.read(path), change, needs=needs, permits=tuple(permits))

    def _unused(self, tree: ast.Module, outside: set[str]) -> tuple[set[str], set[str]]:
        """The definitions and imports that only the copies used. `outside` are names that others refer to."""
        if {"", STAR} & outside:
            return set(), set()
        locals_ = {name: node for copy in self.copies for name, node in copy.needs.locals.items()}
        gone = {copy.definition.place[1] for copy in self.copies}
        definitions = set[str]()
        while True:  # a definition that only another one uses leaves with it
            unused = {
                name
                for name, node in locals_.items()
                if name not in outside | definitions and name not in words_of(tree, {*gone, node.lineno})
            }
            if not unused:
                break
            definitions |= unused
            gone |= {locals_[name].lineno for name in unused}
        bindings = Bindings(tree)
        imports = {
            name
            for name in {name for copy in self.copies for name in _imported_by(copy, tree)} - outside
            if (found := bindings.of(name))
            and all(map(_is_import, found))
            and all(self._is_idle(each.statement, name) for each in found)
            and name not in words_of(tree, {*gone, *(each.statement.lineno for each in found)})
        }
        return definitions, imports

    def _is_idle(self, statement: ast.stmt, name: str) -> bool:
        """Whether nobody misses an import: the home has it, or nothing happens when it runs."""
        if any(name in copy.needs.imports for copy in self.copies):
            return True
        modules = [alias.name for alias in getattr(statement, "names", ())]
        if isinstance(statement, ast.ImportFrom):
            modules = ["." if statement.level else statement.module or ""]
        return {module.partition(".")[0] for module in modules} <= _PLAIN


def _is_import(binding: Binding) -> bool:
    return binding.is_direct and isinstance(binding.statement, (ast.Import, ast.ImportFrom))


def _permits(copy: Copy, tree: ast.Module) -> Iterator[Permit]:
    """The warnings that go with a copy: about its class, and about marks that nobody registered."""
    yield Permit(effect=Effect.WARNING_GONE, path=copy.path, subject=copy.name)
    for name in () if copy.keeps_marks else _decorators(copy, tree):
        if is_mark(name):
            yield Permit(effect=Effect.WARNING_GONE, path=copy.path, subject=f"pytest.mark.{name.rpartition('.')[2]}")


def _imported_by(copy: Copy, tree: ast.Module) -> Iterator[str]:
    """The imported names that a copy uses, also in its marks."""
    yield from copy.needs.imports
    yield from (name.partition(".")[0] for name in _decorators(copy, tree))


def _decorators(copy: Copy, tree: ast.Module) -> Iterator[str]:
    node = next(each for each in tree.body if each.lineno == copy.definition.place[1])
    for each in ast.walk(node):
        yield from map(applied, getattr(each, "decorator_list", ()))


def _changed(
    module: libcst.Module,
    *,
    lines: Sequence[str],
    below: Collection[str],
    statements: Collection[str],
    imports: Collection[str],
) -> libcst.Module:
    module = with_imports(module, lines, below)
    return without_names(without_statements(module, statements), imports)
