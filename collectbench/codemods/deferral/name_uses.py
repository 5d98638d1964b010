"""Where a module uses its own names, and what runs at those places: scopes as the compiler sees them."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from collectbench.codemods.deferral.scope_names import (
    COMPREHENSIONS,
    FUNCTIONS,
    annotations_of,
    argument_names,
    bound_by,
    declared_names,
    default_values,
    local_names,
    quoted_annotations,
)
from collectbench.sources.guards import of_condition
from collectbench.sources.names import applied, dotted
from collectbench.sources.outline import Guard

_TAKES_WITHOUT_CALL = frozenset({"parametrize", "param", "fixture"})
"""Functions of pytest that do not call their arguments, but for `ids`."""
_SCRIPT = 'under `if __name__ == "__main__"`'
HARMLESS_DECORATORS = frozenset(
    {
        *("staticmethod", "classmethod", "property", "cached_property", "abstractmethod", "override", "final"),
        *("contextmanager", "asynccontextmanager", "fixture", "wraps", "overload", "patch", "object", "dict"),
        *("skip", "skipif", "skipUnless", "skipIf", "expectedFailure", "asyncio", "hookimpl", "cache", "lru_cache"),
    }
)
"""Last parts of the names of decorators that do not read annotations, as those of `pytest.mark` do not."""


class Kind(Enum):
    """When a use runs."""

    BODY = "body"
    """When the function that it stands in is called."""
    HINT = "hint"
    """Never: it stands in an annotation that only type checkers read."""
    IMPORT = "import"
    """When the module is imported, or in a way that a function cannot serve."""


class Use(NamedTuple):
    """One use of a name of the module.

    Attributes:
        name: as the module binds it.
        path: the dotted expression that starts with it, such as `a.b.c`.
        line: from 1.
        kind: when it runs.
        function: for BODY, the number of the outermost function; -1 otherwise.
        place: for IMPORT, where it stands, such as `in a decorator`.
        is_call: whether it is called there, or passed on to something that may call it.
    """

    name: str
    path: str
    line: int
    kind: Kind
    function: int
    place: str = ""
    is_call: bool = False


class Function(NamedTuple):
    """An outermost function: one that no function encloses. They are numbered in the order of the source.

    Attributes:
        name: `Class.method` for a method.
        line: of its `def`, from 1.
        node: its syntax tree.
    """

    name: str
    line: int
    node: ast.FunctionDef | ast.AsyncFunctionDef


class Binding(NamedTuple):
    """A place that binds or deletes a name of the module, besides the import statements at its top level."""

    name: str
    line: int
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NameUses:
    """What a module does with some of its names.

    Attributes:
        uses: in the order of the source, but for what runs in another order.
        functions: the outermost ones, in the order of the source.
        bindings: what else binds one of the names.
        attributes: the names of all attributes that code outside of functions mentions.
    """

    uses: tuple[Use, ...]
    functions: tuple[Function, ...]
    bindings: tuple[Binding, ...]
    attributes: frozenset[str]


def name_uses(tree: ast.Module, names: Collection[str]) -> NameUses:
    """Return the uses of these names that mean those of the module, in the order in which they stand."""
    reader = _Reader(frozenset(names), _has_future_annotations(tree))
    reader.statements(tree.body)
    return NameUses(
        uses=tuple(reader.uses),
        functions=tuple(reader.functions),
        bindings=tuple(reader.bindings),
        attributes=frozenset(reader.attributes),
    )


@dataclass(slots=True)
class _Scope:
    is_class: bool = False
    bound: set[str] = field(default_factory=set)
    outer: set[str] = field(default_factory=set)
    """Names declared `global`."""


class _Reader:
    """Walks a module. Uses are noted if the names are among those asked for and no scope between binds them."""

    def __init__(self, names: frozenset[str], has_future_annotations: bool) -> None:  # noqa: FBT001 - a fact, not an option
        self._names = names
        self._is_future = has_future_annotations
        self._scopes: list[_Scope] = []
        self._classes: list[ast.ClassDef] = []
        self._function = -1
        self._is_hint = False
        self._place = ""
        self.uses: list[Use] = []
        self.functions: list[Function] = []
        self.bindings: list[Binding] = []
        self.attributes: set[str] = set()

    def statements(self, body: Iterable[ast.AST]) -> None:
        for node in body:
            self._visit(node)

    def _visit(self, node: ast.AST) -> None:  # noqa: C901, PLR0912 - one branch a kind
        if not self._scopes:
            self._note_bindings(node)
        if isinstance(node, ast.Name):
            self._use(node, node)
        elif isinstance(node, ast.Attribute):
            self._attribute(node)
        elif isinstance(node, FUNCTIONS):
            self._define(node)
        elif isinstance(node, ast.ClassDef):
            self._class(node)
        elif isinstance(node, ast.Lambda):
            self._lambda(node)
        elif isinstance(node, COMPREHENSIONS):
            self._comprehension(node)
        elif isinstance(node, ast.Call):
            self._call(node)
        elif isinstance(node, ast.AnnAssign):
            self._annotated(node)
        elif isinstance(node, ast.If):
            self._condition(node)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            for name in self._names.intersection(node.names) if isinstance(node, ast.Global) else ():
                self.bindings.append(Binding(name, node.lineno, "declares it global"))
        else:
            self.statements(ast.iter_child_nodes(node))

    def _note_bindings(self, node: ast.AST) -> None:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            return  # those at the top level are known to the caller, who finds the others by `other_imports`
        for name in self._names.intersection(bound_by(node)):
            deletes = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Del)
            self.bindings.append(Binding(name, node.lineno, "deletes it" if deletes else "binds it again"))  # type: ignore[attr-defined]

    def _attribute(self, node: ast.Attribute) -> None:
        root: ast.expr = node
        while isinstance(root, ast.Attribute):
            if self._function < 0:
                self.attributes.add(root.attr)
            root = root.value
        if isinstance(root, ast.Name):
            self._use(root, node)
        else:
            self._visit(root)

    def _use(self, name: ast.Name, whole: ast.expr, *, is_call: bool = False) -> None:
        if not isinstance(name.ctx, ast.Load) or name.id not in self._names:
            return
        place = self._place or "outside of functions"
        innermost = True
        for scope in reversed(self._scopes):
            if name.id in scope.outer:
                break
            if name.id in scope.bound:
                if not scope.is_class:
                    return
                if innermost:  # a class body looks into itself and then into the module, past all functions
                    self._note(name, whole, Kind.IMPORT, "in a class body that binds it too", is_call=is_call)
                    return
            innermost = False
        if self._function >= 0:
            self._note(name, whole, Kind.BODY, "", is_call=is_call)
        else:
            self._note(name, whole, Kind.HINT if self._is_hint else Kind.IMPORT, place, is_call=is_call)

    def _note(self, name: ast.Name, whole: ast.expr, kind: Kind, place: str, *, is_call: bool) -> None:
        function = self._function if kind is Kind.BODY else -1
        path = dotted(whole) or name.id
        self.uses.append(Use(name.id, path, name.lineno, kind, function, place, is_call))

    def _call(self, node: ast.Call) -> None:
        self._may_call(node.func)
        takes = dotted(node.func).rpartition(".")[2] in _TAKES_WITHOUT_CALL
        for argument in node.args:
            self._visit(argument) if takes else self._may_call(argument)
        for keyword in node.keywords:
            self._visit(keyword.value) if takes and keyword.arg != "ids" else self._may_call(keyword.value)

    def _may_call(self, node: ast.expr) -> None:
        if isinstance(node, ast.Name):
            self._use(node, node, is_call=True)
        else:
            self._visit(node)

    def _define(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        if self._function < 0:
            for decorator in node.decorator_list:
                is_parametrize = applied(decorator).endswith(".parametrize")
                with_place = "in an argument of parametrize" if is_parametrize else "in a decorator"
                self._at(with_place, [decorator], is_call=True)
            self._at("in a default value", default_values(node.args))
            self._at("in a type parameter", getattr(node, "type_params", ()))
            self._hints(node.decorator_list, annotations_of(node))
        else:
            hints = (*annotations_of(node), *getattr(node, "type_params", ()))
            self.statements((*node.decorator_list, *default_values(node.args), *hints))
        scope = _Scope(bound=local_names(node.body), outer=declared_names(node.body))
        scope.bound.update(argument_names(node.args))
        scope.bound -= scope.outer | declared_names(node.body, ast.Nonlocal)
        outermost = self._function < 0
        if outermost:
            self._function = len(self.functions)
            self.functions.append(
                Function(".".join((*(each.name for each in self._classes), node.name)), node.lineno, node)
            )
        self._inside(scope, node.body)
        if outermost:
            self._function = -1

    def _hints(self, decorators: Sequence[ast.expr], annotations: Iterable[ast.expr]) -> None:
        """Annotations outside of functions: evaluated by Python, or by a decorator, or by nobody."""
        reader = next((each for each in map(applied, decorators) if not _is_harmless(each)), "")
        for annotation in annotations:
            self._hint(annotation, f"in an annotation that the decorator {reader} may evaluate" if reader else "")

    def _hint(self, annotation: ast.expr, evaluated: str) -> None:
        for part in quoted_annotations(annotation):
            self._as_hint(part, evaluated)
        if self._is_future:
            self._as_hint(annotation, evaluated)
        else:
            self._at("in an annotation, which is evaluated without `from __future__ import annotations`", [annotation])

    def _as_hint(self, expression: ast.expr, evaluated: str) -> None:
        before, self._is_hint = self._is_hint, not evaluated
        self._at(evaluated, [expression])
        self._is_hint = before

    def _at(self, place: str, nodes: Iterable[ast.AST], *, is_call: bool = False) -> None:
        """Visit what runs at import. The nearest place says most, but not more than that this is only a script."""
        before = self._place
        self._place = before if before == _SCRIPT or not place else place
        for node in nodes:
            if is_call and isinstance(node, ast.expr):
                self._may_call(node)
            else:
                self._visit(node)
        self._place = before

    def _class(self, node: ast.ClassDef) -> None:
        if self._function < 0:
            self._at("in a decorator", node.decorator_list, is_call=True)
            self._at("in a base class", (*node.bases, *(keyword.value for keyword in node.keywords)))
            self._at("in a type parameter", getattr(node, "type_params", ()))
        else:
            self.statements((*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)))
        before = self._place
        self._place = before if before == _SCRIPT else "in a class body"
        self._classes.append(node)
        self._inside(_Scope(is_class=True, bound=local_names(node.body), outer=declared_names(node.body)), node.body)
        self._classes.pop()
        self._place = before

    def _lambda(self, node: ast.Lambda) -> None:
        self.statements(default_values(node.args))
        before = self._place
        self._place = before or "in a lambda outside of functions"
        self._inside(_Scope(bound=argument_names(node.args)), [node.body])
        self._place = before

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        first = node.generators[0]
        if not self._scopes:  # `:=` binds a name of the module from here
            for part in ast.walk(node):
                if isinstance(part, ast.NamedExpr):
                    self._note_bindings(part.target)
        self._visit(first.iter)
        targets = {name for each in node.generators for part in ast.walk(each.target) for name in bound_by(part)}
        inner: list[ast.AST] = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        for each in node.generators:
            inner += [each.iter] if each is not first else []
            inner += each.ifs
        self._inside(_Scope(bound=targets), inner)

    def _inside(self, scope: _Scope, body: Iterable[ast.AST]) -> None:
        self._scopes.append(scope)
        self.statements(body)
        self._scopes.pop()

    def _annotated(self, node: ast.AnnAssign) -> None:
        self.statements([node.target, *([node.value] if node.value else ())])
        if self._function >= 0:
            self._visit(node.annotation)
            return
        around = self._classes[-1] if self._classes else None
        is_plain = around is None or not (around.bases or around.keywords or around.decorator_list)
        self._hint(node.annotation, "" if is_plain else "in the annotation of a field, which its class may evaluate")

    def _condition(self, node: ast.If) -> None:
        if self._function >= 0:
            self.statements(ast.iter_child_nodes(node))
            return
        self._visit(node.test)
        for body, guard in zip((node.body, node.orelse), of_condition(node.test, Guard.NONE), strict=True):
            hint, place = self._is_hint, self._place
            self._is_hint = hint or guard == Guard.TYPE_CHECKING
            if guard == Guard.MAIN:
                self._place = _SCRIPT
            self.statements(body)
            self._is_hint, self._place = hint, place


def _has_future_annotations(tree: ast.Module) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and any(alias.name == "annotations" for alias in node.names)
        for node in tree.body
    )


def _is_harmless(decorator: str) -> bool:
    return ".mark." in f".{decorator}" or decorator.rpartition(".")[2] in HARMLESS_DECORATORS
