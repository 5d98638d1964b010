"""The names of parameters, and the lines that give them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple


class Parametrized(NamedTuple):
    """One `parametrize` of a test: the names of its parameters, and the line of the call."""

    names: tuple[str, ...]
    line: int


def parametrized(tree: ast.Module, function: str) -> tuple[Parametrized, ...]:
    """Returns the decorators of a test and its classes, in the order in which ids hold their parameters.

    Args:
        tree: of the file.
        function: the node id behind the file: `TestClass::test_name`.
    """
    owners: list[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef] = []
    body = tree.body
    for name in function.split("::"):
        owner = next((node for node in reversed(body) if _is_definition(node, name)), None)
        if not isinstance(owner, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            return ()
        owners.append(owner)
        body = owner.body
    return tuple(each for owner in reversed(owners) for each in _of_decorators(owner))


def _is_definition(node: ast.stmt, name: str) -> bool:
    return isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name


def _of_decorators(owner: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Parametrized]:
    """The lowest decorator comes first: it is applied first."""
    for call in reversed(owner.decorator_list):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "parametrize":
            given = [*call.args[:1], *(each.value for each in call.keywords if each.arg == "argnames")]
            yield Parametrized(tuple(_names(given[0])) if given else (), call.lineno)


def _names(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield from (name.strip() for name in node.value.split(",") if name.strip())
    elif isinstance(node, ast.Tuple | ast.List):
        yield from (str(each.value) for each in node.elts if isinstance(each, ast.Constant))


def differing(parameters: tuple[Parametrized, ...], first: str, second: str) -> tuple[Parametrized, ...]:
    """Returns the parametrizations with only those names whose part of an id differs between two ids.

    If parts of the ids contain hyphens themselves, it is unknown which one is whose: then all names are returned.
    """
    names = [name for each in parameters for name in each.names]
    ours, theirs = first.split("-"), second.split("-")
    if len(ours) == len(theirs) == len(names):
        changed = {name for name, one, other in zip(names, ours, theirs, strict=True) if one != other}
        kept = (each._replace(names=tuple(filter(changed.__contains__, each.names))) for each in parameters)
        return tuple(each for each in kept if each.names)
    return parameters
