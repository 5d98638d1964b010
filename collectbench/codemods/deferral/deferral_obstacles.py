"""Why an import cannot move into the functions that use it: what else needs it, or reads the names of the module."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from collectbench.codemods.deferral.early_calls import called_early
from collectbench.codemods.deferral.evaluated_text import evaluated_text
from collectbench.codemods.deferral.name_uses import Kind, NameUses
from collectbench.codemods.deferral.replaced_objects import replaced_objects
from collectbench.sources.names import dotted


class Obstacle(NamedTuple):
    """A place because of which an import has to stay.

    Attributes:
        line: of the place, from 1.
        name: that the import binds.
        reason: what the line does, such as `uses pd in a decorator`.
    """

    line: int
    name: str
    reason: str


ImportNode = ast.Import | ast.ImportFrom
_READS_HINTS = re.compile(
    r"\b(?:get_type_hints|get_annotations|eval_str|pydantic|fastapi|sqlalchemy|sqlmodel|beartype|typeguard|attrs?"
    r"|msgspec|cattrs?|singledispatch\w*|strawberry|from_type|builds|inject\w*|typer|validate_call|resolve_types)\b"
)
"""What evaluates annotations of functions and classes that it is given."""
_TESTS = re.compile(r"TestCase$|Tests?$|TestMixin$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a module's own source does not tell.

    Attributes:
        used_outside: by name of the module, who uses it from outside, such as `tests/test_b.py:3 imports it from here`.
        is_collected: whether pytest takes what has this name in this module for a test.
        is_fixture: whether this name of the module may be a fixture.
    """

    used_outside: Mapping[str, str] = field(default_factory=dict)
    is_collected: Callable[[str], bool] = lambda _: False
    is_fixture: Callable[[str], bool] = lambda _: False


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The names to defer, and the module that holds them.

    Attributes:
        tree: of the module.
        text: of the module.
        bound: by name, the import statements at the top level that bind it.
        uses: of these names, and of the functions and classes of the module.
    """

    tree: ast.Module
    text: str
    bound: Mapping[str, Sequence[ImportNode]]
    uses: NameUses


def obstacles_to(subject: Subject, surroundings: Surroundings) -> list[Obstacle]:
    """Return all obstacles, sorted by line."""
    checks = (_bindings, _import_uses, _unused, _hints, _early, _exports, _replaced, _in_pytest)
    found = {each for check in checks for each in check(subject, surroundings)}
    found.update(Obstacle(*each) for each in evaluated_text(subject.tree, subject.text, subject.bound))
    return sorted(found)


def _bindings(subject: Subject, _: Surroundings) -> Iterator[Obstacle]:
    for name, line, how in subject.uses.bindings:
        if name in subject.bound:
            yield Obstacle(line, name, f"{how} ({name})")
    for node in _inner_imports(subject.tree.body):
        for alias in node.names:
            if (name := _bound(alias)) in subject.bound:
                yield Obstacle(node.lineno, name, f"imports {name} as well, under a condition")
    for name, nodes in subject.bound.items():
        if len(nodes) > 1 and not all(isinstance(node, ast.Import) for node in nodes):
            yield Obstacle(nodes[-1].lineno, name, f"imports {name} once more")
        if name.startswith("__"):
            yield Obstacle(nodes[0].lineno, name, f"binds {name}, which classes would write differently")


def _inner_imports(body: Sequence[ast.stmt]) -> Iterator[ImportNode]:
    """The imports of a module in compound statements, outside of functions and classes."""
    for statement in body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)):
            continue
        pending: list[ast.AST] = [statement]
        while pending:
            node = pending.pop()
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                yield node
            elif not isinstance(node, (ast.expr, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                pending += ast.iter_child_nodes(node)


def _import_uses(subject: Subject, _: Surroundings) -> Iterator[Obstacle]:
    for use in subject.uses.uses:
        if use.kind is Kind.IMPORT and use.name in subject.bound:
            yield Obstacle(use.line, use.name, f"uses {use.name} {use.place}")


def _unused(subject: Subject, _: Surroundings) -> Iterator[Obstacle]:
    paths: dict[str, list[str]] = {}
    for use in subject.uses.uses:
        paths.setdefault(use.name, []).append(f"{use.path}.")
    for name, nodes in subject.bound.items():
        line = nodes[0].lineno
        if name not in paths:
            yield Obstacle(line, name, f"imports {name}, which the file does not use: for a fixture or a side effect?")
            continue
        for node in nodes:
            for alias in node.names:
                dots = isinstance(node, ast.Import) and alias.asname is None and "." in alias.name
                if (
                    dots
                    and _bound(alias) == name
                    and not any(path.startswith(f"{alias.name}.") for path in paths[name])
                ):
                    reason = f"imports {alias.name}, which the file does not use by this name: for a side effect?"
                    yield Obstacle(node.lineno, name, reason)


def _hints(subject: Subject, _: Surroundings) -> Iterator[Obstacle]:
    hints = [use for use in subject.uses.uses if use.kind is Kind.HINT and use.name in subject.bound]
    if not hints:
        return
    reader = next((node for node in ast.walk(subject.tree) if _reads_hints(node)), None)
    if reader is not None:
        for use in hints:
            where = f"and line {reader.lineno} may evaluate annotations"  # type: ignore[attr-defined]
            yield Obstacle(use.line, use.name, f"uses {use.name} in an annotation, {where}")


def _reads_hints(node: ast.AST) -> bool:
    if isinstance(node, ast.Name):
        return _READS_HINTS.search(node.id) is not None
    if isinstance(node, ast.Attribute):
        return _READS_HINTS.search(node.attr) is not None
    if isinstance(node, ast.ImportFrom):
        return _READS_HINTS.search(node.module or "") is not None
    return isinstance(node, ast.Import) and any(_READS_HINTS.search(alias.name) for alias in node.names)


def _early(subject: Subject, _: Surroundings) -> Iterator[Obstacle]:
    early = called_early(subject.uses)
    for use in subject.uses.uses:
        if use.name in subject.bound and use.function in early:
            yield Obstacle(use.line, use.name, f"uses {use.name} in {early[use.function]}")


def _exports(subject: Subject, surroundings: Surroundings) -> Iterator[Obstacle]:
    for name, who in surroundings.used_outside.items():
        if name in subject.bound:
            yield Obstacle(subject.bound[name][0].lineno, name, f"imports {name}, and {who}")
    for statement in subject.tree.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        if not any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
            continue
        constants = {part.value for part in ast.walk(statement) if isinstance(part, ast.Constant)}
        for name in subject.bound:
            if name in constants:
                yield Obstacle(statement.lineno, name, f"exports {name} in __all__")


def _in_pytest(subject: Subject, surroundings: Surroundings) -> Iterator[Obstacle]:
    requested = set(_requested(subject.tree))
    for name, nodes in subject.bound.items():
        if not any(isinstance(node, ast.ImportFrom) for node in nodes):
            continue  # a module is no test and no fixture
        line = nodes[0].lineno
        if surroundings.is_collected(name) or _TESTS.search(name):
            yield Obstacle(line, name, f"imports {name}, which pytest may collect from here")
        elif surroundings.is_fixture(name) or name in requested:
            yield Obstacle(line, name, f"imports {name}, which may be a fixture")
        elif name.startswith("pytest_"):
            yield Obstacle(line, name, f"imports {name}, which may be a hook")


def _requested(tree: ast.Module) -> Iterator[str]:
    """What may be the name of a fixture: parameters, and what is asked for by name."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from (each.arg for each in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs))
        elif isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in ("usefixtures", "getfixturevalue"):
            constants = (argument.value for argument in node.args if isinstance(argument, ast.Constant))
            yield from (value for value in constants if isinstance(value, str))


def _replaced(subject: Subject, _: Surroundings) -> Iterator[Obstacle]:
    yield from (Obstacle(*each) for each in replaced_objects(subject.tree, subject.bound))


def _bound(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]
