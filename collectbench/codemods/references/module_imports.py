"""Imports of modules and names that move, with the uses of what they bind."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from collectbench.codemods.references.destinations import Move, Refusal
from collectbench.codemods.references.free_names import can_rename
from collectbench.codemods.references.import_statements import Wanted, moved_modules, moved_names
from collectbench.codemods.references.scopes import Scope
from collectbench.codemods.references.splices import Splice, span_of
from collectbench.codemods.references.unit import Search, Unit
from collectbench.codemods.syntax import NotRewritableError
from collectbench.sources.names import absolute
from collectbench.sources.references import STAR


@dataclass(frozen=True, slots=True, kw_only=True)
class _Name:
    """One alias of a `from` import that moves: to which module, and to which name in it; the module may be empty."""

    alias: ast.alias
    old: str
    module: str
    name: str


def move_from_imports(unit: Unit) -> None:
    """Rewrite `from` imports, and rename what they bind where a module has another name now."""
    found: list[_Statement] = []
    for node, scope in unit.names.from_imports:
        names = list(_names(unit, node, scope)) if node not in unit.expected else []
        if names:
            found.append((node, scope, names))
    renamed = _renamed(unit, found)
    for node, scope, names in found:
        try:
            unit.splices.extend(moved_names(unit.text, node, _wanted(unit, node, scope, names, renamed)))
        except NotRewritableError as error:
            for each in names:
                unit.skip(node.lineno, each.old, str(error))
            continue
        for each in names:
            unit.move(node, each.old, ".".join(filter(None, (each.module, each.name))))
    for (scope, old), new in renamed.items():
        for use in unit.names.used(scope, old):
            unit.splices.append(Splice(*span_of(use.nodes[0]), new))


_Statement = tuple[ast.ImportFrom, Scope, list[_Name]]


def _names(unit: Unit, node: ast.ImportFrom, scope: Scope) -> Iterator[_Name]:
    base = absolute(node.module or "", node.level, unit.package)
    if base is None:
        return
    for alias in node.names:
        full = base if alias.name == STAR else f"{base}.{alias.name}"
        in_base = unit.moves(base)
        move = in_base or unit.moves(full)
        if move is None or not unit.is_wanted(node.lineno, base if in_base else full, Search.LINT):
            continue
        if alias.name == STAR:
            unit.skip(node.lineno, base, "it is a star import: which names this file needs of it is unknown")
            continue
        target = _target(unit, scope, base, alias, move, in_base=in_base is not None)
        if isinstance(target, Refusal):
            unit.skip(node.lineno, full, target.reason)
        elif unit.is_fallback(node, target.rpartition(".")[0]):
            unit.skip(node.lineno, full, f"it is the fallback of a `try` that imports {target} already; remove it")
        else:
            module, _, name = target.rpartition(".")
            yield _Name(alias=alias, old=full, module=module, name=name)


def _target(unit: Unit, scope: Scope, base: str, alias: ast.alias, move: Move, *, in_base: bool) -> str | Refusal:
    """The dotted name of what an alias is to import."""
    where = unit.destinations
    attributes = unit.attributes(scope, alias.asname or alias.name)
    full = f"{base}.{alias.name}"
    if not in_base:
        module = where.of_module(move, full, attributes)
        return where.of_object(move, full) if isinstance(module, Refusal) else module
    found = where.of_module(move, base, {alias.name})
    if isinstance(found, Refusal):
        if attributes and where.is_module(full) is not False:
            module = where.of_module(move, full, attributes)  # its names may all be in the new module
            return found if isinstance(module, Refusal) else module
        return found
    target = f"{found}.{alias.name}"
    if where.exists(target):
        lacking = sorted(each for each in attributes if where.has(target, each) is False)
        if lacking:
            return Refusal(f"{target} has no {lacking[0]}")
    return target


def _renamed(unit: Unit, found: list[_Statement]) -> dict[tuple[Scope, str], str]:
    """The names that are bound under the last part of a module, and get that of the new one."""
    wishes: dict[tuple[Scope, str], list[str]] = defaultdict(list)
    for _, scope, names in found:
        for each in names:
            if each.alias.asname is None:
                wishes[scope, each.alias.name].append(each.name)
    renamed = {}
    for (scope, old), news in wishes.items():
        is_all = len(scope.binders[old]) == len(news) and len(set(news)) == 1
        if is_all and news[0] != old and can_rename(unit, scope, old, news[0]):
            renamed[scope, old] = news[0]
    return renamed


def _wanted(
    unit: Unit, node: ast.ImportFrom, scope: Scope, names: list[_Name], renamed: dict[tuple[Scope, str], str]
) -> Iterator[Wanted]:
    moved = {each.alias: each for each in names}
    for alias in node.names:
        bound = alias.asname or alias.name
        if alias not in moved:
            source = "." * node.level + (node.module or "")
            yield Wanted(source=source, name=alias.name, bound=bound, is_plain=alias.asname is None)
            continue
        each = moved[alias]
        if alias.asname is None:
            bound = renamed.get((scope, alias.name), bound)
        is_plain = alias.asname is None or each.name != alias.name
        yield Wanted(source=_source(unit, node, each.module), name=each.name, bound=bound, is_plain=is_plain)


def _source(unit: Unit, node: ast.ImportFrom, module: str) -> str | None:
    """A module as a `from` import names it: relative if it was and if the new one is in the same package."""
    anchor = absolute("", node.level, unit.package) if node.level else None
    if anchor is not None and f"{module}.".startswith(f"{anchor}."):
        return "." * node.level + module[len(anchor) + 1 :]
    return module or None


def move_aliased_imports(unit: Unit) -> None:
    """Rewrite `import a.b as c`."""
    for node, scope in unit.names.imports:
        modules = {}
        for alias in node.names if node not in unit.expected else ():
            move = unit.moves(alias.name) if alias.asname else None
            if move is None or alias.asname is None or not unit.is_wanted(node.lineno, alias.name, Search.LINT):
                continue
            target = unit.destinations.of_module(move, alias.name, unit.attributes(scope, alias.asname))
            if isinstance(target, Refusal):
                unit.skip(node.lineno, alias.name, target.reason)
            elif unit.is_fallback(node, target):
                unit.skip(node.lineno, alias.name, f"it is the fallback of a `try` that imports {target} already")
            else:
                modules[alias] = target
                unit.move(node, alias.name, target)
        unit.splices.extend(moved_modules(unit.text, node, modules))
