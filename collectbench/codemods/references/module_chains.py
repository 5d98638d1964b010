"""`import a.b` where `a.b` moves, with all chains `a.b.c` that use it. Other imports may share the name `a`."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from collectbench.codemods.references.destinations import Move, Refusal
from collectbench.codemods.references.free_names import is_free
from collectbench.codemods.references.import_statements import moved_modules
from collectbench.codemods.references.scopes import Scope, Use
from collectbench.codemods.references.splices import Splice, span_of
from collectbench.codemods.references.unit import Search, Unit


@dataclass(slots=True, kw_only=True, eq=False)
class _Group:
    """The imports that bind one top-level name in one scope, and its uses.

    Attributes:
        statements: with the alias, by module.
        moves: of the modules that move, and of the packages above them that move.
        chains: by the module of these that a use needs, its uses.
        others: the uses that need none that moves.
    """

    scope: Scope
    top: str
    statements: dict[str, list[tuple[ast.Import, ast.alias]]] = field(default_factory=lambda: defaultdict(list))
    moves: dict[str, Move] = field(default_factory=dict)
    chains: dict[str, list[Use]] = field(default_factory=lambda: defaultdict(list))
    others: list[Use] = field(default_factory=list)


def move_plain_imports(unit: Unit) -> None:
    """Rewrite `import a.b` and the chains that use it; name the chains that another import makes work."""
    rewritten = set[Use]()
    by_node: dict[ast.Import, dict[ast.alias, str]] = defaultdict(dict)
    for group in _groups(unit):
        targets = _targets(unit, group)
        for module, target in targets.items():
            for node, alias in group.statements.get(module, ()):
                by_node[node][alias] = target
                unit.move(node, module, target)
            for use in group.chains[module]:
                rewritten.add(use)
                last = use.nodes[module.count(".")]
                start, end = span_of(use.nodes[0])[:2], span_of(last)[2:]
                unit.splices.append(Splice(*start, *end, target))
        _keep_bound(group, targets, by_node)
    for node, modules in by_node.items():
        unit.splices.extend(moved_modules(unit.text, node, modules))
    _name_the_rest(unit, rewritten)


def _groups(unit: Unit) -> Iterator[_Group]:
    groups: dict[tuple[Scope, str], _Group] = {}
    for node, scope in unit.names.imports:
        for alias in node.names if node not in unit.expected else ():
            if alias.asname is None:
                top = alias.name.partition(".")[0]
                group = groups.setdefault((scope, top), _Group(scope=scope, top=top))
                group.statements[alias.name].append((node, alias))
    for group in groups.values():
        _find_moves(unit, group)
        if group.moves:
            for use in unit.names.used(group.scope, group.top):
                module = _module_of(group, use)
                (group.chains[module] if module in group.moves else group.others).append(use)
            yield group


def _find_moves(unit: Unit, group: _Group) -> None:
    for module, statements in group.statements.items():
        move = unit.moves(module)
        if move is None or not all(unit.is_wanted(node.lineno, module, Search.LINT) for node, _ in statements):
            continue
        group.moves[module] = move
        parts = module.split(".")
        for length in range(move.old.count(".") + 1, len(parts)):  # `import a.b.c` makes `a.b` available as well
            package = ".".join(parts[:length])
            if package not in group.statements:
                group.moves[package] = move


def _module_of(group: _Group, use: Use) -> str:
    """The longest available module that a chain begins with; empty if there is none."""
    names = (".".join(use.parts[:length]) for length in range(len(use.parts), 0, -1))
    return next((name for name in names if name in group.statements or name in group.moves), "")


def _targets(unit: Unit, group: _Group) -> dict[str, str]:
    """The new module for each of those that move."""
    found = {module: _target(unit, group, module) for module in group.moves}
    packages = {module: target for module, target in found.items() if module not in group.statements}
    for module in [module for module in found if module in group.statements]:
        target = found[module]
        for package, other in packages.items():
            if isinstance(target, str) and group.chains[package] and module.startswith(f"{package}."):
                found[module] = target = _together(package, other, target)
        if isinstance(target, Refusal):
            for node, _ in group.statements[module]:
                unit.skip(node.lineno, module, target.reason)
    refused = [module for module, target in found.items() if isinstance(target, Refusal)]
    return {
        module: target
        for module, target in found.items()
        if isinstance(target, str) and not (module in packages and any(each.startswith(module) for each in refused))
    }


def _together(package: str, other: str | Refusal, target: str) -> str | Refusal:
    """The target of an import, if it makes the new package available in the same way as the old one."""
    if isinstance(other, Refusal):
        return Refusal(f"{package}, which it makes available as well, cannot move: {other.reason}")
    if not f"{target}.".startswith(f"{other}."):
        return Refusal(f"it also makes {package} available, but {target} does not lie in {other}")
    return target


def _target(unit: Unit, group: _Group, module: str) -> str | Refusal:
    attributes = set[str]()
    for use in group.chains[module]:
        length = module.count(".") + 1
        attributes.update(use.parts[length : length + 1] or unit.attribute_in_call(use.nodes[-1]))
    target = unit.destinations.of_module(group.moves[module], module, attributes)
    if isinstance(target, Refusal):
        return target
    for node, _ in group.statements.get(module, ()):
        if unit.is_fallback(node, target):
            return Refusal(f"it is the fallback of a `try` that imports {target} already; remove it")
    return _hindrance(unit, group, module, target) or target


def _hindrance(unit: Unit, group: _Group, module: str, target: str) -> Refusal | None:
    """Why an import cannot move, although its new module is there."""
    top = target.partition(".")[0]
    line = min((node.lineno for node, _ in group.statements.get(module, ())), default=0)
    for use in group.others:
        chain = ".".join(use.parts)
        where = f"line {use.nodes[0].lineno}"
        if f"{module}.".startswith(f"{chain}.") and chain not in group.statements:
            return Refusal(f"{where} uses {chain} as a value")
    for use in group.chains[module]:
        start, end = span_of(use.nodes[0])[:2], span_of(use.nodes[module.count(".")])[2:]
        if "#" in unit.text.between(*start, *end):
            return Refusal(f"a comment stands within {module} in line {start[0]}")
    if top == group.top:
        return None
    if isinstance(group.scope.node, ast.ClassDef):
        return Refusal(f"the class would have an attribute {top} instead of {group.top}")
    if not is_free(unit, group.scope, top, [use.scope for use in group.chains[module]], line):
        return Refusal(f"{top} is the name of something else here")
    return None


def _keep_bound(group: _Group, targets: dict[str, str], by_node: dict[ast.Import, dict[ast.alias, str]]) -> None:
    """Import the package itself as well if only modules that moved have bound it, and something else uses it."""
    kept = [module for module in group.statements if module not in targets]
    tops = {target.partition(".")[0] for target in targets.values()}
    if not targets or not group.others or kept or group.top in tops:
        return
    node, alias = next(iter(group.statements.values()))[0]
    by_node[node][alias] += f", {group.top}"


def _name_the_rest(unit: Unit, rewritten: set[Use]) -> None:
    """Name chains that begin with a module that moves, and that an import of something else makes work."""
    for use in unit.names.uses:
        chain, line = ".".join(use.parts), use.nodes[0].lineno
        move = unit.moves(chain) if len(use.parts) > 1 and use not in rewritten else None
        scope = use.scope.resolve(use.parts[0]) if move is not None else None
        if scope is None or move is None or not _is_package(scope, use.parts[0]):
            continue
        imported = [alias.name for node in scope.binders[use.parts[0]] for alias in getattr(node, "names", ())]
        if not any(map(unit.moves, imported)) and unit.is_wanted(line, chain, Search.CODEMOD):
            unit.skip(line, chain, f"another import than that of {move.old} makes it available, so it is not followed")


def _is_package(scope: Scope, name: str) -> bool:
    """Whether a scope binds a name by `import name` or `import name.other` alone."""
    return all(
        isinstance(node, ast.Import)
        and any(alias.asname is None and alias.name.partition(".")[0] == name for alias in node.names)
        for node in scope.binders[name]
    )
