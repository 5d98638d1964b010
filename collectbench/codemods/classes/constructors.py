"""Whether `__init__` of a test class can become `setup_method`."""

from __future__ import annotations

import ast

from collectbench.codemods.classes.file_uses import FileUses
from collectbench.lint.hidden_heirs import HiddenHeirs
from collectbench.lint.lineage import Lineages
from collectbench.sources.meanings import Definition, External
from collectbench.sources.names import applied, dotted

_SETUPS = frozenset({"setup_method", "setup"})
_STATEMENTS = (ast.ClassDef, ast.Assign, ast.AnnAssign, ast.Expr, ast.Pass)
"""Statements of a class that say nothing about its methods."""
_EARLY = frozenset({"__getattr__", "__getattribute__", "__setattr__", "__del__", "__call__", "__enter__"})
"""Methods that Python calls on an instance before or after its test."""


def objection(lineages: Lineages, uses: FileUses, definition: Definition) -> str | None:
    """Return why `__init__` of a class has to stay, a clause; None if it can become `setup_method`."""
    found = lineages.constructor(definition)
    class_ = definition.class_
    if found is None or class_ is None:
        return "it has no __init__ any more"
    name, owner = found
    if owner is None or owner.place != definition.place:
        base = f"{owner.name} in {owner.path}" if owner else "a base outside of this tree"
        return f"its {name} comes from {base}"
    if lineages.of(definition).makes_constructor is not None:
        return "a dataclass makes its __init__"
    if any(method.name == "__new__" for method in class_.methods):
        return "it has __new__, and no method of a test does what that does"
    tree = lineages.evidence.codebase.tree(definition.path)
    node = _node_at(tree, class_.line) if tree else None
    if tree is None or node is None:
        return "it cannot be read"
    return (
        _of_bases(lineages, definition)
        or _of_method(node)
        or _of_inner_classes(lineages, node)
        or _of_other_methods(node)
        or _of_callers(tree, node)
        or _of_others(lineages, uses, definition)
    )


def _node_at(tree: ast.Module, line: int) -> ast.ClassDef | None:
    return next((each for each in ast.walk(tree) if isinstance(each, ast.ClassDef) and each.lineno == line), None)


def _of_bases(lineages: Lineages, definition: Definition) -> str | None:
    for base in definition.class_.bases if definition.class_ else ():
        meaning = lineages.evidence.codebase.meaning(definition.path, base)
        if not (isinstance(meaning, External) and meaning.name == "object"):
            return f"its base {base} may have an __init__ of its own, or call this one"
    return None


def _of_method(node: ast.ClassDef) -> str | None:
    methods = [each for each in ast.walk(node) if getattr(each, "name", "") == "__init__"]
    own = [each for each in node.body if each in methods]
    if len(own) != 1 or not isinstance(own[0], ast.FunctionDef):
        return "it has more than one __init__, or one in a condition"
    init = own[0]
    arguments = init.args
    others = [*arguments.posonlyargs, *arguments.args][1:]
    others += [*arguments.kwonlyargs, *filter(None, (arguments.vararg, arguments.kwarg))]
    if others:
        return f"its __init__ takes {', '.join(each.arg for each in others)}: make it a fixture"
    if not (arguments.posonlyargs or arguments.args):
        return "its __init__ has no self"
    if init.decorator_list:
        return f"its __init__ has the decorator {ast.unparse(init.decorator_list[0])}"
    return _of_calls(init)


def _of_calls(init: ast.FunctionDef) -> str | None:
    """What `__init__` calls of its base: only a lone `super().__init__()` can go."""
    plain = [each.value for each in init.body if isinstance(each, ast.Expr) and _is_super_init(each.value)]
    for each in ast.walk(init):
        if isinstance(each, (ast.Yield, ast.YieldFrom, ast.Await)):
            return "its __init__ is a generator"
        if any(each in ast.walk(call) for call in plain):
            continue
        if isinstance(each, ast.Name) and each.id in ("super", "__class__"):
            return f"line {each.lineno} of its __init__ uses {each.id}"
        if isinstance(each, ast.Attribute) and each.attr == "__init__":
            return f"line {each.lineno} calls another __init__"
    return None


def _is_super_init(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and not node.args
        and not node.keywords
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "__init__"
        and isinstance(node.func.value, ast.Call)
        and dotted(node.func.value.func) == "super"
    )


def _of_inner_classes(lineages: Lineages, node: ast.ClassDef) -> str | None:
    """Inner test classes: pytest calls setup_method for their tests too, on instances that do not have it."""
    for each in node.body:
        if isinstance(each, ast.ClassDef) and lineages.evidence.collection.is_class_name(each.name):
            return f"pytest would call setup_method for the tests of its inner class {each.name}, too"
    return None


def _of_other_methods(node: ast.ClassDef) -> str | None:
    for each in node.body:
        if not isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if not isinstance(each, _STATEMENTS):
                return f"line {each.lineno} of it runs code when the class is made"
            if any(isinstance(part, ast.Name) and part.id in _SETUPS for part in ast.walk(each)):
                return "it binds setup_method already"
            continue
        if each.name in _SETUPS:
            return f"it has {each.name} already, and one of them would have to come first"
        if each.name in _EARLY:
            return f"its {each.name} may need the attributes before a test begins"
        for decorator in each.decorator_list:
            if applied(decorator).rpartition(".")[2] != "fixture":
                continue
            scope = next((key.value for key in getattr(decorator, "keywords", ()) if key.arg == "scope"), None)
            if scope is not None and not (isinstance(scope, ast.Constant) and scope.value == "function"):
                return f"its fixture {each.name} has a wider scope, so it runs before setup_method"
    return None


def _of_callers(tree: ast.Module, node: ast.ClassDef) -> str | None:
    """Lines of the file that make an instance, or call `__init__` again."""
    for each in ast.walk(tree):
        if isinstance(each, ast.Call) and _last(each.func) in (node.name, "__class__"):
            return f"line {each.lineno} makes an instance by hand, which would lack what __init__ sets"
        if isinstance(each, ast.Name) and each.id == node.name:
            return f"line {each.lineno} uses the class"
        if isinstance(each, ast.Attribute) and each.attr == "__init__" and dotted(each.value) in ("self", node.name):
            return f"line {each.lineno} calls its __init__"
    return None


def _last(node: ast.expr) -> str:
    return dotted(node).rpartition(".")[2]


def _of_others(lineages: Lineages, uses: FileUses, definition: Definition) -> str | None:
    for heir in lineages.subclasses(definition):
        return f"{heir.name} in {heir.path} inherits from it"
    if HiddenHeirs(codebase=lineages.evidence.codebase).has(definition):
        return "a function may derive a class from it"
    outer = definition.name.partition(".")[0]
    return uses.objection(definition.path, frozenset({outer}), outer)
