"""What an import says about modules and names that are reported missing. Runs in a suite's interpreter."""

from __future__ import annotations

import ast
import importlib
import os
import re
import sys
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

CONFIRMED, FALSE, UNCHECKED = "confirmed", "false", "not checkable"
Answer = tuple[str, str]
_NOTHING = object()
_IMPORT_ERRORS = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}
_EXPECTING = {"raises", "assertRaises", "assertRaisesRegex"}
_STANDS_IN = (ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)


def file_of(module: Any) -> str:
    """The file of a module; empty if it has none."""
    file = getattr(module, "__file__", None)
    return os.path.realpath(file) if isinstance(file, str) else ""


def missing(violation: dict[str, Any]) -> Answer:
    """Whether a module or a name in it is missing, by importing it."""
    verdict, reason = _imported(violation)
    source = Path(violation["file"]).read_bytes()
    excuse = _excuse(ast.parse(source), violation["line"], violation["subject"]) if verdict == CONFIRMED else ""
    return (FALSE, f"{reason}, but {excuse}") if excuse else (verdict, reason)


def _imported(violation: dict[str, Any]) -> Answer:
    """The answer of an import, wherever the reference stands."""
    parts = re.split("[.:]", violation["subject"])
    of_module = violation["rule"] == "missing-module"
    value: Any = None
    for at, part in enumerate(parts):
        dotted = ".".join(parts[: at + 1])
        try:
            value = importlib.import_module(dotted)
            continue
        except BaseException as error:  # noqa: BLE001 - an import may raise anything
            is_missing = isinstance(error, ModuleNotFoundError) and f"{dotted}.".startswith(f"{error.name}.")
            if not is_missing:
                why = f"importing {dotted} raises {type(error).__name__}: {error}".splitlines()[0][:120]
                return (FALSE, f"it exists; {why}") if of_module and _is_found(parts) else (UNCHECKED, why)
        if stub := _stub(value, part):
            return FALSE, f"declared in {stub}"
        if of_module:
            return CONFIRMED, f"No module named {dotted!r}"
        if value is None:
            return FALSE, f"its module is missing: {dotted}"
        for name in parts[at:]:
            value, before = getattr(value, name, _NOTHING), value
            if value is _NOTHING:
                return CONFIRMED, f"{before!r:.80} has no attribute {name!r}"
        return FALSE, "the name exists"
    return FALSE, "it can be imported"


def _is_found(parts: list[str]) -> bool:
    """Whether there is a file or directory for a module, without importing its parents."""
    folders: Any = None
    for at in range(len(parts)):
        spec = PathFinder.find_spec(".".join(parts[: at + 1]), folders)
        if spec is None:
            return False
        folders = spec.submodule_search_locations or []
    return True


def _stub(module: Any, name: str) -> str:
    """The type stub that declares a name of a module, or is the stub of the submodule; empty if there is none."""
    for folder in getattr(module, "__path__", ()):
        for stub in (Path(folder, f"{name}.pyi"), Path(folder, name, "__init__.pyi")):
            if stub.is_file():
                return str(stub)
    own = Path(file_of(module).partition(".")[0] + ".pyi") if file_of(module) else None
    if own and own.is_file() and re.search(rf"\b{re.escape(name)}\b", own.read_text(encoding="utf-8")):
        return str(own)
    return ""


def _excuse(tree: ast.AST, line: int, subject: str) -> str:
    """Why the author knows that a reference may lead nowhere; empty if nothing shows it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Try) and _is_in(node.body, line):
            for handler in node.handlers:
                caught = handler.type is None or _names_in(handler.type) & _IMPORT_ERRORS
                if caught and any(isinstance(inner, _STANDS_IN) for each in handler.body for inner in ast.walk(each)):
                    return "something stands in for it"
        elif isinstance(node, ast.With) and _is_in(node.body, line):
            calls = [item.context_expr for item in node.items]
            if any(_names_in(call) & _EXPECTING and _names_in(call) & _IMPORT_ERRORS for call in calls):
                return "the error is expected"
        elif isinstance(node, ast.If) and _is_in(node.body, line) and "TYPE_CHECKING" in _names_in(node.test):
            module, _, name = subject.replace(":", ".").rpartition(".")
            if _is_for_type_checkers(file_of(sys.modules.get(module)), name):
                return "type checkers see it"
    return ""


def _is_for_type_checkers(file: str, name: str) -> bool:
    """Whether a module binds a name for type checkers alone."""
    for node in ast.walk(ast.parse(Path(file).read_bytes() if file.endswith(".py") else b"")):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in _names_in(node.test):
            for inner in (inner for statement in node.body for inner in ast.walk(statement)):
                bound = getattr(inner, "asname", None) or getattr(inner, "name", None) or getattr(inner, "id", None)
                if bound == name:
                    return True
    return False


def _is_in(body: list[ast.stmt], line: int) -> bool:
    return bool(body) and body[0].lineno <= line <= (body[-1].end_lineno or 0)


def _names_in(node: ast.AST) -> set[str]:
    return {str(getattr(inner, "attr", getattr(inner, "id", ""))) for inner in ast.walk(node)}
