"""What a class of a module needs around it, to stand in another module: imports and definitions."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

from collectbench.codemods.classes.bindings import Bindings, maybe_used_names, used_names, words_of
from collectbench.codemods.classes.shared_state import is_fixed, state_of_class, state_of_function
from collectbench.lint.class_text import is_mark
from collectbench.sources.codebase import Codebase
from collectbench.sources.meanings import BUILTINS
from collectbench.sources.modules import Found
from collectbench.sources.names import applied

_OF_THE_PLACE = frozenset(
    "__name__ __file__ __package__ __spec__ __path__ globals locals vars eval exec __import__".split()  # noqa: SIM905 - a list would take ten lines
)
"""Names that mean something else in each module."""


class NotMovableError(Exception):
    """A class that cannot stand elsewhere. The message is a clause without a full stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a class needs.

    Attributes:
        imports: by bound name, lines that import it, with absolute names.
        typing_imports: likewise, what only type checkers read.
        locals: by name, the definitions of its module that it uses, in their order.
    """

    imports: dict[str, tuple[str, ...]]
    typing_imports: dict[str, tuple[str, ...]]
    locals: dict[str, ast.stmt]

    @property
    def names(self) -> frozenset[str]:
        """All names of the module that the class uses, directly or not."""
        return frozenset((*self.imports, *self.typing_imports, *self.locals))


class NeedsReader:
    """Reads what the classes of one file need."""

    def __init__(self, codebase: Codebase, path: str, tree: ast.Module) -> None:
        self._codebase = codebase
        self._path = path
        self._tree = tree
        self.bindings = Bindings(tree)

    def of(self, node: ast.ClassDef, *, with_marks: bool) -> Needs:
        """Return what a class needs.

        Raises:
            NotMovableError: it uses something that means something else in another module.
        """
        needs = Needs(imports={}, typing_imports={}, locals={})
        self._add(node if with_marks else without_marks(node), needs)
        for name in needs.imports:
            if any(each.statement.lineno > node.lineno for each in self.bindings.of(name)):
                raise NotMovableError(f"its {name} is imported below it")
        ordered = sorted(needs.locals.items(), key=lambda item: item[1].lineno)
        needs = Needs(imports=needs.imports, typing_imports=needs.typing_imports, locals=dict(ordered))
        self._refuse_shared(node, needs)
        return needs

    def _add(self, statement: ast.stmt, needs: Needs) -> None:
        _refuse_relative(statement)
        used = used_names(statement) | {each for each in maybe_used_names(statement) if self.bindings.of(each)}
        if placed := sorted(used & _OF_THE_PLACE):
            raise NotMovableError(f"it uses {placed[0]}, which means something else in another module")
        for name in sorted(used - needs.names):
            self._add_name(name, needs)

    def _add_name(self, name: str, needs: Needs) -> None:
        found = self.bindings.of(name)
        if not found:
            if name in BUILTINS and not self.bindings.has_star:
                return
            raise NotMovableError(f"nothing in the file says what its {name} is")
        binding = self.bindings.single(name)
        if binding is None:
            raise NotMovableError(f"its {name} is bound in a condition, or more than once")
        lines = tuple(line for each in found for line in self._imports(each.statement, name))
        if lines:
            (needs.typing_imports if binding.is_typing else needs.imports)[name] = lines
            return
        if binding.is_typing:
            raise NotMovableError(f"its {name} is defined for type checkers alone")
        self._refuse_stateful(binding.statement, name)
        needs.locals[name] = binding.statement
        self._add(binding.statement, needs)

    def _imports(self, statement: ast.stmt, name: str) -> Iterator[str]:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                if (alias.asname or alias.name.partition(".")[0]) == name:
                    yield f"import {alias.name}" + (f" as {alias.asname}" if alias.asname else "")
        elif isinstance(statement, ast.ImportFrom):
            module = self._absolute(statement, name)
            for alias in statement.names:
                if (alias.asname or alias.name) == name:
                    yield f"from {module} import {alias.name}" + (f" as {alias.asname}" if alias.asname else "")

    def _absolute(self, statement: ast.ImportFrom, name: str) -> str:
        module = statement.module or ""
        if not statement.level:
            return module
        location = self._codebase.modules.locate(module, statement.level, self._path)
        if not isinstance(location, Found) or location.path is None:
            raise NotMovableError(f"its {name} comes from a relative import whose module is not found")
        return self._codebase.modules.name_of(location.path)

    def _refuse_stateful(self, statement: ast.stmt, name: str) -> None:
        """Refuse a definition that is one thing for each file that has it."""
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            reason = state_of_function(statement)
        elif isinstance(statement, ast.ClassDef):
            reason = state_of_class(statement, self._tree)
        elif isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None:
            reason = None if is_fixed(statement.value) and _is_single(statement) else "files would share its value"
        else:
            reason = "it is bound in another way than by a definition"
        if reason is not None:
            raise NotMovableError(f"its {name} of this file cannot move with it: {reason}")

    def _refuse_shared(self, node: ast.ClassDef, needs: Needs) -> None:
        """Refuse classes that the file uses itself, too: there would be two of them."""
        lines = frozenset((node.lineno, *(each.lineno for each in needs.locals.values())))
        others = words_of(self._tree, lines)
        for name, statement in needs.locals.items():
            if isinstance(statement, ast.ClassDef) and name in others:
                raise NotMovableError(f"it uses the class {name}, which the rest of the file uses too")


def without_marks(node: ast.ClassDef) -> ast.ClassDef:
    """Return a copy of a class without marks of pytest on it and its methods."""
    node = copy.deepcopy(node)
    for each in ast.walk(node):
        if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            each.decorator_list = [one for one in each.decorator_list if not is_mark(applied(one))]
    return node


def _refuse_relative(statement: ast.stmt) -> None:
    for each in ast.walk(statement):
        if isinstance(each, ast.ImportFrom) and (each.level or each.names[0].name == "*"):
            raise NotMovableError("it has a relative import in a function")


def _is_single(statement: ast.Assign | ast.AnnAssign) -> bool:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return len(targets) == 1 and isinstance(targets[0], ast.Name)
