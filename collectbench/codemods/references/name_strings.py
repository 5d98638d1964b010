"""Strings that name modules and objects: arguments of `import_module`, `patch` and others, keys of `sys.modules`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from collectbench.codemods.references.scopes import Scope
from collectbench.codemods.references.unit import Unit
from collectbench.sources.names import dotted


class Kind(Enum):
    """What a string names."""

    MODULE = "module"
    OPTIONAL = "optional"
    """A module that may be missing: the argument of `importorskip`."""
    OBJECT = "object"
    HOLDER = "holder"
    """A module or an object whose attributes are given elsewhere: `patch.multiple("a.b", c=1)`."""
    REPLACED = "replaced"
    """A module in whose place the file puts another one, for all tests that follow."""
    TOP = "top"
    """A module whose top-level package `__import__` returns."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NameString:
    """A place where a string names something.

    Attributes:
        node: the expression.
        value: its value, as far as it is constant.
        literal: the constant with the name: `node`, or what a name in it is bound to.
        written: the value of the literal.
        constant: the name that is bound to the literal, and its scope; None if `node` is the literal.
        kind: what it names.
        names: what is used of it, as far as that is seen.
        is_optional: whether the last part need not exist.
    """

    node: ast.expr
    value: str
    literal: ast.Constant
    written: str
    constant: tuple[Scope, str] | None
    kind: Kind
    names: tuple[str, ...] = ()
    is_optional: bool = False


_MODULE_CALLS = {
    "import_module": Kind.MODULE,
    "run_module": Kind.MODULE,
    "importorskip": Kind.OPTIONAL,
    "find_spec": Kind.OPTIONAL,
}
_ASSIGNED_KEYS = {"pytest_plugins"}
_READ = {"get", "__getitem__", "__contains__"}
_WRITTEN = {"pop", "setdefault", "__setitem__", "__delitem__"}
_OBJECT_CALLS = {"patch": 99, "setattr": 2, "delattr": 1}
"""With how many arguments at most the first one is the path of an object, and not the object."""


def name_strings(unit: Unit) -> Iterator[NameString]:
    """Yield the strings of a tree that surely name modules or objects."""
    for node in unit.nodes:
        if isinstance(node, ast.Call):
            yield from _in_call(unit, node)
        elif isinstance(node, ast.Subscript) and _is_modules(node.value):
            kind = Kind.MODULE if isinstance(node.ctx, ast.Load) else Kind.REPLACED
            yield from _at(unit, node.slice, kind, _result_names(unit, node))
        elif isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], (ast.In, ast.NotIn)):
            if _is_modules(node.comparators[0]):
                yield from _at(unit, node.left, Kind.MODULE)
        elif isinstance(node, ast.Assign) and any(dotted(each) in _ASSIGNED_KEYS for each in node.targets):
            for each in getattr(node.value, "elts", [node.value]):
                yield from _at(unit, each, Kind.MODULE)


def _in_call(unit: Unit, call: ast.Call) -> Iterator[NameString]:
    function = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    keywords = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    first = call.args[0] if call.args else keywords.get("target") or keywords.get("name") or keywords.get("modname")
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    if first is None:
        return
    if owner is not None and _is_modules(owner):
        if function in _READ | _WRITTEN:
            yield from _at(unit, first, Kind.MODULE if function in _READ else Kind.REPLACED)
    elif function in _MODULE_CALLS:
        yield from _at(unit, first, _MODULE_CALLS[function], _result_names(unit, call))
    elif function == "__import__":
        is_whole = len(call.args) > 3 or "fromlist" in keywords or isinstance(unit.parents.get(call), ast.Expr)
        yield from _at(unit, first, Kind.MODULE if is_whole else Kind.TOP)
    else:
        yield from _in_patch(unit, call, function, first, keywords)


def _in_patch(
    unit: Unit, call: ast.Call, function: str, first: ast.expr, keywords: Mapping[str, ast.expr]
) -> Iterator[NameString]:
    if function in ("setitem", "delitem") and _is_modules(first) and len(call.args) > 1:
        yield from _at(unit, call.args[1], Kind.MODULE)
    elif function == "dict" and dotted(call.func).endswith("patch.dict"):
        values = call.args[1] if len(call.args) > 1 else keywords.get("values")
        is_modules = _is_modules(first) or (isinstance(first, ast.Constant) and first.value == "sys.modules")
        for key in values.keys if isinstance(values, ast.Dict) and is_modules else ():
            yield from _at(unit, key, Kind.MODULE) if key is not None else ()
        if not is_modules:
            yield from _at(unit, first, Kind.OBJECT)
    elif function == "multiple":
        yield from _at(unit, first, Kind.HOLDER, tuple(keywords))
    elif function in _OBJECT_CALLS and len(call.args) <= _OBJECT_CALLS[function]:
        optional = _is(keywords.get("create"), value=True) or _is(keywords.get("raising"), value=False)
        yield from _at(unit, first, Kind.OBJECT, is_optional=optional)


def _at(
    unit: Unit, node: ast.expr, kind: Kind, names: tuple[str, ...] = (), *, is_optional: bool = False
) -> Iterator[NameString]:
    value, literal, constant = _value(unit, node)
    if literal is not None and all(part.isidentifier() for part in value.split(".")):
        yield NameString(
            node=node,
            value=value,
            literal=literal,
            written=str(literal.value),
            constant=constant,
            kind=kind,
            names=names,
            is_optional=is_optional,
        )


_Value = tuple[str, "ast.Constant | None", "tuple[Scope, str] | None"]
_NOTHING: _Value = "", None, None


def _value(unit: Unit, node: ast.expr) -> _Value:
    """The value of a literal, of a name that is bound to one, or of such a name with text behind it."""
    if isinstance(node, ast.Constant):
        return (node.value, node, None) if isinstance(node.value, str) else _NOTHING
    if isinstance(node, ast.Name):
        return _constant(unit, node)
    head: ast.expr | None = None
    tail: list[ast.expr] = []
    if isinstance(node, ast.JoinedStr) and node.values:
        head, *tail = node.values
        head = head.value if isinstance(head, ast.FormattedValue) and head.format_spec is None else None
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        head, tail = node.left, [node.right]
    texts = [each.value for each in tail if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    if not isinstance(head, ast.Name) or len(texts) != len(tail):
        return _NOTHING
    value, literal, constant = _constant(unit, head)
    return value + "".join(texts), literal, constant


def _constant(unit: Unit, node: ast.Name) -> _Value:
    scope = unit.names.scopes.get(node, unit.names.module).resolve(node.id)
    binders = scope.binders[node.id] if scope is not None else []
    statement = unit.parents.get(binders[0]) if len(binders) == 1 else None
    value = statement.value if isinstance(statement, (ast.Assign, ast.AnnAssign)) else None
    if scope is None or not isinstance(value, ast.Constant) or not isinstance(value.value, str):
        return _NOTHING
    if isinstance(statement, ast.Assign) and statement.targets != binders:
        return _NOTHING
    return value.value, value, (scope, node.id)


def _result_names(unit: Unit, node: ast.expr) -> tuple[str, ...]:
    """What is used of the value of an expression: its attribute, or those of the name that it is assigned to."""
    parent = unit.parents.get(node)
    if isinstance(parent, ast.Attribute):
        return (parent.attr,)
    targets = parent.targets if isinstance(parent, ast.Assign) else []
    if len(targets) == 1 and isinstance(target := targets[0], ast.Name):
        scope = unit.names.scopes.get(target, unit.names.module).resolve(target.id)
        if scope is not None:
            return tuple(sorted(unit.attributes(scope, target.id)))
    return unit.attribute_in_call(node)


def _is_modules(node: ast.expr) -> bool:
    return dotted(node) in ("sys.modules", "modules")


def _is(node: ast.expr | None, *, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value
