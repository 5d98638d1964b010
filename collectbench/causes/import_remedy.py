"""What to do about an import line: that depends on where it stands and on how the file uses it."""

from __future__ import annotations

import ast
from posixpath import basename

from collectbench.attribution.imports import Attempt, Node
from collectbench.attribution.line_graph import ImportLine
from collectbench.attribution.modules import Module, is_within
from collectbench.causes.evidence import Evidence
from collectbench.causes.import_uses import Function, bound_names, import_at, is_read, is_used, line_that_uses

ABSENT = frozenset(("ImportError", "ModuleNotFoundError"))


def remedy(evidence: Evidence, line: ImportLine, module: str) -> str:
    """Returns what to do so that a line does not load `module` during collection.

    If the line imports another module, which leads to that one, the text names the one that the line imports.
    """
    module = _imported_by(line, module)
    functions = [node for node in evidence.sources.around(line.path, line.line) if isinstance(node, Function)]
    if functions:
        return _in_function(functions[0].name, module)
    if "importorskip" in evidence.sources.line(line.path, line.line):
        return f"call importorskip in the tests or in a fixture that they use: here it loads {module} in each run"
    statement, tree = import_at(evidence.sources, line.path, line.line), evidence.sources.tree(line.path)
    if statement is None or tree is None:
        return f"load {module} in the functions that use it"
    names = bound_names(statement)
    if _asks_only(tree, statement, names):
        return f'check importlib.util.find_spec("{module.partition(".")[0]}") instead: that does not load it'
    if basename(line.path) == "__init__.py" and not is_read(tree, names):
        return f"load {module} when a name of it is first used: a __getattr__ in this __init__ (PEP 562)"
    if not is_used(tree, names) and "*" not in names:
        return f"remove the line if nothing needs its effects: the file itself does not use {', '.join(names)}"
    used_at = line_that_uses(tree, names)
    if used_at is not None:
        return f"import {module} in functions; line {used_at} uses it while the file is imported, so move that as well"
    return f"import {module} {_users(line.path)}"


def _imported_by(line: ImportLine, module: str) -> str:
    """The module itself if the line imports it or a module within it, else the deepest that the line imports."""
    names = [need.name for need in map(_module_of, line.needs) if need is not None]
    if not names or any(is_within(name, module) for name in names):
        return module
    return max(names, key=lambda name: name.count("."))


def _module_of(node: Node) -> Module | None:
    module = node.module if isinstance(node, Attempt) else node
    return module if isinstance(module, Module) else None


def _users(path: str) -> str:
    name = basename(path)
    if name == "conftest.py":
        return "in the fixtures and hooks that use it"
    if name.startswith("test_") or name.endswith("_test.py"):
        return "in the tests and fixtures that use it"
    return "in the functions that use it"


def _in_function(function: str, module: str) -> str:
    if function == "__getattr__":
        return f"__getattr__ loads {module} when a line reads its name: read it in the tests and functions that use it"
    if function.startswith("pytest_"):
        return f"{function} runs in every collection: load {module} in it only if a collected test needs it"
    return f"{function} is called during collection: call it in a fixture, or import {module} elsewhere"


def _asks_only(tree: ast.Module, statement: ast.stmt, names: tuple[str, ...]) -> bool:
    """Whether the import only finds out if a module is installed."""
    return any(
        isinstance(node, ast.Try) and statement in node.body and any(map(_is_of_absence, node.handlers))
        for node in ast.walk(tree)
    ) and not is_used(tree, names)


def _is_of_absence(handler: ast.ExceptHandler) -> bool:
    names = ast.walk(handler.type) if handler.type else ()
    return any(isinstance(node, ast.Name) and node.id in ABSENT for node in names)
