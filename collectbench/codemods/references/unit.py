"""A piece of source whose references to modules move: a file, or the examples in a docstring."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum

from collectbench.codemods.references.destinations import Destinations, Moves
from collectbench.codemods.references.scopes import Scope
from collectbench.codemods.references.splices import Splice, Text
from collectbench.codemods.references.tree_names import Names
from collectbench.model.fixes import Skip
from collectbench.sources import guards
from collectbench.sources.names import absolute, dotted
from collectbench.sources.outline import Guard

_WITH_ATTRIBUTE = frozenset({"object", "setattr", "delattr", "getattr", "hasattr"})
"""Functions that take an object and the name of an attribute."""


class Search(Enum):
    """Who looks at references of a kind."""

    LINT = "lint"
    CODEMOD = "codemod"
    """The codemod alone: constants, quoted annotations, examples in docstrings."""


IsWanted = Callable[[int, str, Search], bool]
"""Whether a reference may move: its line, its absolute name, and who looks at such references."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A reference that was rewritten: its line, the old and the new name, and whether it runs with the module."""

    line: int
    old: str
    new: str
    at_import: bool


@dataclass(slots=True, kw_only=True, eq=False)
class Unit:
    """One tree, and what becomes of it.

    Attributes:
        path: of the file.
        package: in which its relative imports start.
        text: the source that positions are in.
        tree: of it.
        moves: which names move.
        destinations: where to.
        is_wanted: whether a reference may move.
        is_shared: whether something outside of this tree may use a name that its module scope binds.
        moves_optional: whether names of modules move where the code expects that they may be missing.
        names: of the tree.
        nodes: all of the tree, without contexts.
        parents: of each node but the tree.
        expected: nodes within `with pytest.raises(ImportError)`.
        splices: the changes.
        skips: what is left alone.
        moved: what is changed.
    """

    path: str
    package: str
    text: Text
    tree: ast.Module
    moves: Moves
    destinations: Destinations
    is_wanted: IsWanted
    is_shared: Callable[[str], bool]
    moves_optional: bool
    names: Names = field(init=False)
    nodes: list[ast.AST] = field(default_factory=list)
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)
    expected: set[ast.AST] = field(default_factory=set)
    splices: list[Splice] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Walk through the tree, once for all that look for something in it."""
        self.names = Names(self.tree)
        self.nodes.append(self.tree)
        for node in self.nodes:  # grows
            for name in node._fields:
                value = getattr(node, name, None)
                for each in value if isinstance(value, list) else (value,):
                    if isinstance(each, ast.AST) and not isinstance(each, ast.expr_context):
                        self.parents[each] = node
                        self.nodes.append(each)
            if isinstance(node, (ast.With, ast.AsyncWith)) and guards.of_with(node, Guard.NONE) == Guard.EXPECTED:
                self.expected.update(ast.walk(node))

    def strings(self) -> Iterator[tuple[ast.Constant, str]]:
        """Yield all strings with their values."""
        for node in self.nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node, node.value

    def skip(self, line: int, subject: str, reason: str) -> None:
        """Leave a reference alone."""
        skip = Skip(path=self.path, line=line, subject=subject, reason=reason)
        if skip not in self.skips:
            self.skips.append(skip)

    def move(self, node: ast.stmt, old: str, new: str) -> None:
        """Note that an import is rewritten."""
        self.moved.append(Moved(node.lineno, old, new, not self.in_function(node)))

    def in_function(self, node: ast.AST) -> bool:
        """Whether only a function runs a node."""
        return any(isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)) for each in self.above(node))

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield the nodes around a node, the nearest first."""
        while node in self.parents:
            node = self.parents[node]
            yield node

    def attributes(self, scope: Scope, name: str) -> set[str]:
        """Return the attributes of a name that a scope binds which are used anywhere."""
        parts = name.split(".")
        found = set[str]()
        for use in self.names.used(scope, parts[0]):
            if list(use.parts[: len(parts)]) == parts:
                found.update(use.parts[len(parts) : len(parts) + 1] or self.attribute_in_call(use.nodes[-1]))
        return found

    def attribute_in_call(self, node: ast.AST) -> tuple[str, ...]:
        """Return the attribute of an object that a call names in a string: `patch.object(node, "attribute")`."""
        call = self.parents.get(node)
        if isinstance(call, ast.Call) and len(call.args) > 1 and call.args[0] is node:
            function = dotted(call.func).rpartition(".")[2]
            name = call.args[1].value if isinstance(call.args[1], ast.Constant) else None
            if function in _WITH_ATTRIBUTE and isinstance(name, str):
                return (name,)
        return ()

    def is_fallback(self, node: ast.stmt, module: str) -> bool:
        """Whether an import stands in the handler of a `try` whose body imports this module already."""
        child: ast.AST = node
        for parent in self.above(node):
            if isinstance(parent, ast.Try) and isinstance(child, ast.ExceptHandler):
                inner = (part for statement in parent.body for part in ast.walk(statement))
                return any(module in self._imports(part) for part in inner)
            child = parent
        return False

    def _imports(self, node: ast.AST) -> set[str]:
        if isinstance(node, ast.Import):
            return {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            base = absolute(node.module or "", node.level, self.package) or ""
            return {base, *(f"{base}.{alias.name}" for alias in node.names)}
        return set()
