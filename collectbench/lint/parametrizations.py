"""Where a module parametrizes tests and fixtures, and how the ids of the parameters come about."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from collectbench.lint.meanings import Meanings
from collectbench.lint.subjects import subject_of


class Ids(Enum):
    """How an id is made of a parameter."""

    OF_PYTEST = "no ids are given"
    TEXT = "str or repr"
    FUNCTION = "another function"
    GIVEN = "one for each parameter"
    UNKNOWN = "in a way that cannot be read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parametrization:
    """One call of `parametrize`, or the parameters of a fixture.

    Attributes:
        owner: the test, class or fixture.
        names: the names of the parameters, as they are written; empty if they are not.
        values: the parameters.
        single: whether a parameter is one value, not one for each of several names; None if unknown.
        ids: how ids are made.
        given: the expression that gives them; None without one.
        lines: from the first to the last line of the call.
    """

    owner: str
    names: str
    values: ast.expr
    single: bool | None
    ids: Ids
    given: ast.expr | None
    lines: range


def parametrizations(meanings: Meanings) -> Iterator[Parametrization]:
    """Yield those that run at import, in order."""
    for statement, call in meanings.calls():
        name = meanings.call(call)
        keywords = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
        if name == "pytest.mark.parametrize":
            parameters = dict(zip(("argnames", "argvalues", "indirect", "ids"), call.args, strict=False)) | keywords
            names, values = parameters.get("argnames"), parameters.get("argvalues")
        elif name == "pytest.fixture":
            parameters, names, values = keywords, ast.Constant(value=""), keywords.get("params")
        else:
            continue
        if values is None or any(isinstance(argument, ast.Starred) for argument in call.args):
            continue
        ids, given = _ids(parameters.get("ids"), meanings)
        yield Parametrization(
            owner=subject_of(statement, "pytestmark"),
            names=names.value if isinstance(names, ast.Constant) and isinstance(names.value, str) else "",
            values=values,
            single=_is_single(names),
            ids=ids,
            given=given,
            lines=range(call.lineno, (call.end_lineno or call.lineno) + 1),
        )


def _is_single(names: ast.expr | None) -> bool | None:
    if isinstance(names, ast.Constant) and isinstance(names.value, str):
        return len([name for name in names.value.split(",") if name.strip()]) <= 1
    return False if isinstance(names, (ast.List, ast.Tuple)) else None


def _ids(node: ast.expr | None, meanings: Meanings) -> tuple[Ids, ast.expr | None]:
    if node is None or (isinstance(node, ast.Constant) and node.value is None):
        return Ids.OF_PYTEST, None
    if isinstance(node, ast.Name) and node.id in meanings.changed:
        return Ids.UNKNOWN, None
    value = meanings.value(node)
    if isinstance(value, (ast.List, ast.Tuple, ast.ListComp, ast.GeneratorExp)):
        return Ids.GIVEN, value
    if meanings.name(value) in ("builtins.str", "builtins.repr", "builtins.ascii"):
        return Ids.TEXT, None
    if meanings.is_function(value) or meanings.call(value) == "operator.attrgetter":
        return Ids.FUNCTION, value
    return Ids.UNKNOWN, None
