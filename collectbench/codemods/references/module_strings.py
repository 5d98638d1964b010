"""Rewrites the strings that name what moves, and names those of which nobody can tell whether they do."""

from __future__ import annotations

import ast
import re
from collections import defaultdict

from collectbench.codemods.references.destinations import Move, Refusal
from collectbench.codemods.references.name_strings import Kind, NameString, name_strings
from collectbench.codemods.references.splices import Splice, span_of
from collectbench.codemods.references.unit import Moved, Search, Unit

_NAME_ALONE = re.compile(r"([A-Za-z_][\w.]*)(?:$|[^\w.\s]\S*$)")
"""A dotted name, alone or with something behind it without a space, such as `module:function`."""
SEEN = frozenset({"patch", "multiple", "setattr", "delattr", "import_module", "__import__", "dict"})
"""The functions whose literal strings lint looks at."""
_KEPT = {
    Kind.REPLACED: "another module takes its place in sys.modules here, and nothing puts it back",
    Kind.TOP: "__import__ returns the package at the top, and what is used of it is not followed",
}


def move_strings(unit: Unit) -> None:
    """Rewrite strings in a tree."""
    handled = set[ast.AST](unit.names.quoted)
    shared: dict[ast.Constant, list[tuple[NameString, Move]]] = defaultdict(list)
    for each in name_strings(unit):
        handled.add(each.literal)
        move = unit.moves(each.value)
        if move is None:
            if each.constant is not None and unit.moves(each.written) is not None:
                handled.discard(each.literal)
            continue
        if each.node in unit.expected or not _is_wanted(unit, each):
            continue
        shared[each.literal].append((each, move))
    for literal, uses in shared.items():
        new = _new_value(unit, literal, uses)
        if isinstance(new, Refusal):
            unit.skip(literal.lineno, uses[0][0].value, new.reason)
            continue
        old = uses[0][0].written
        unit.splices.append(Splice(*span_of(literal), unit.text.of(literal).replace(old, new)))
        imports = (each.node for each, _ in uses if each.kind in (Kind.MODULE, Kind.OPTIONAL))
        at_import = any(not unit.in_function(node) for node in imports)
        unit.moved.append(Moved(literal.lineno, old, new, at_import))
    _name_the_rest(unit, handled)


def _is_wanted(unit: Unit, each: NameString) -> bool:
    """Whether a string may move; lint looks at literals in the calls that it knows."""
    call = unit.parents.get(each.node)
    call = unit.parents.get(call) if isinstance(call, ast.keyword) else call
    function = call.func if isinstance(call, ast.Call) else None
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    is_seen = each.constant is None and name in SEEN and isinstance(call, ast.Call) and each.node in _firsts(call)
    return unit.is_wanted(each.literal.lineno, each.value, Search.LINT if is_seen else Search.CODEMOD)


def _firsts(call: ast.Call) -> list[ast.expr]:
    return [*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg == "target")]


def _new_value(unit: Unit, literal: ast.Constant, uses: list[tuple[NameString, Move]]) -> str | Refusal:
    """The new value of a literal, the same for all its uses."""
    news = set[str]()
    for each, move in uses:
        new = _of_use(unit, each, move)
        if isinstance(new, Refusal):
            return new
        tail = each.value[len(each.written) :]
        if not new.endswith(tail):
            return Refusal(f"{each.value} would be {new}, which does not end in {tail}")
        news.add(new.removesuffix(tail))
    if len(news) > 1:
        return Refusal("its uses would need different values: " + " and ".join(sorted(news)))
    if unit.text.of(literal).count(uses[0][0].written) != 1:
        return Refusal("the string is written in several parts")
    constant = uses[0][0].constant
    if constant is not None:
        nodes = {each.node for each, _ in uses}
        for use in unit.names.used(*constant):
            if not nodes.intersection((use.nodes[0], *unit.above(use.nodes[0]))):
                return Refusal(f"line {use.nodes[0].lineno} uses {constant[1]} for something else")
        if constant[0].parent is None and unit.is_shared(constant[1]):
            return Refusal(f"other files may use {constant[1]}")
    return news.pop()


def _of_use(unit: Unit, each: NameString, move: Move) -> str | Refusal:
    where = unit.destinations
    if each.kind in _KEPT:
        return Refusal(_KEPT[each.kind])
    if each.kind == Kind.OPTIONAL and not unit.moves_optional:
        return Refusal("the line expects that it may be missing")
    if each.kind in (Kind.MODULE, Kind.OPTIONAL):
        return where.of_module(move, each.value, each.names)
    if each.kind == Kind.HOLDER:
        module = where.of_module(move, each.value, each.names)
        return where.of_object(move, each.value) if isinstance(module, Refusal) and "." in each.value else module
    if each.is_optional:
        module, _, name = each.value.rpartition(".")
        if unit.moves(module) is not None:
            moved = where.of_module(move, module, ())
            return moved if isinstance(moved, Refusal) else f"{moved}.{name}"
    return where.of_object(move, each.value)


def _name_the_rest(unit: Unit, handled: set[ast.AST]) -> None:
    """Name strings that hold nothing but a name which moves, and of which nobody can tell what they are for."""
    for node, value in unit.strings():
        match = _NAME_ALONE.match(value) if node not in handled else None
        name = match.group(1).rstrip(".") if match else ""
        if name and unit.moves(name) is not None and node not in unit.expected:
            if isinstance(unit.parents.get(node), ast.JoinedStr):
                reason = "the rest of the string is known only when it runs"
            else:
                reason = "whether the string names the module is unknown"
            if unit.is_wanted(node.lineno, name, Search.CODEMOD):
                unit.skip(node.lineno, name, reason)
    _name_exports(unit)


def _name_exports(unit: Unit) -> None:
    """Name the entries of `__all__` in a package that are modules which move."""
    if not unit.path.endswith("__init__.py"):
        return
    for node in unit.tree.body:
        if isinstance(node, (ast.Assign, ast.AugAssign)) and "__all__" in ast.unparse(node).partition("=")[0]:
            for each in getattr(node.value, "elts", ()):
                name = each.value if isinstance(each, ast.Constant) else None
                full = (
                    f"{unit.package}.{name}" if isinstance(name, str) and name not in unit.names.module.binders else ""
                )
                if full and unit.moves(full) is not None and unit.is_wanted(each.lineno, full, Search.CODEMOD):
                    unit.skip(each.lineno, full, f"star imports of {unit.package} bring it")
