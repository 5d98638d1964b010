"""Scopes of a file: what they bind, and which of them a name in one of them means."""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass, field

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(slots=True, eq=False)
class Scope:
    """A module, class, function or comprehension.

    Attributes:
        node: that opens it.
        parent: the scope around it; None for the module.
        binders: by name, the nodes that bind it here: imports, names, arguments, definitions.
        outer: names that are `global` (True) or `nonlocal` (False) here.
    """

    node: ast.AST
    parent: Scope | None
    binders: dict[str, list[ast.AST]] = field(default_factory=lambda: defaultdict(list))
    outer: dict[str, bool] = field(default_factory=dict)

    def resolve(self, name: str) -> Scope | None:
        """Return the scope that binds a name which is used here; None if the file does not bind it."""
        scope: Scope | None = self
        while scope is not None:
            is_visible = scope is self or not isinstance(scope.node, ast.ClassDef)
            if is_visible and name in scope.outer and scope.parent is not None:
                if scope.outer[name]:
                    return scope.module if name in scope.module.binders else None
            elif is_visible and name in scope.binders:
                return scope
            scope = scope.parent
        return None

    @property
    def module(self) -> Scope:
        """The outermost scope."""
        return self.chain[-1]

    @property
    def chain(self) -> list[Scope]:
        """The scope and those around it."""
        found = [self]
        while found[-1].parent is not None:
            found.append(found[-1].parent)
        return found

    @property
    def binding(self) -> Scope:
        """Where `:=` and imports bind: the scope itself, or the one around a comprehension."""
        scope = self
        while isinstance(scope.node, COMPREHENSIONS) and scope.parent is not None:
            scope = scope.parent
        return scope


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """A dotted chain `a.b.c` that begins with a name, as long as it is.

    Attributes:
        scope: in which it is evaluated.
        parts: `("a", "b", "c")`.
        nodes: the nodes that end with each of the parts.
    """

    scope: Scope
    parts: tuple[str, ...]
    nodes: tuple[ast.expr, ...]
