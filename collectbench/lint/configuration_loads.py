"""Whether a function or class of the project loads configuration when it is called."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from collectbench.sources.codebase import Codebase
from collectbench.sources.meanings import Definition, External
from collectbench.sources.names import dotted

_DEEP = 3
"""How many functions of the project may stand between the call and the loading."""
_SETTINGS = re.compile(r"(?:^|\.)BaseSettings$")
_LOADS = re.compile(
    r"(?:^|\.)(?:open|read_text|read_bytes|safe_load|load_dotenv|dotenv_values|dictConfig|fileConfig|getenv|urlopen"
    r"|create_engine|create_connection)$"
    r"|^(?:json|yaml|toml|tomli|tomllib)\.load$|^(?:subprocess|requests|httpx|boto3|redis|configparser|dynaconf)\."
)


def loads_configuration(codebase: Codebase, definition: Definition, depth: int = 0) -> bool:
    """Whether a call surely reads a file or the environment, or makes a connection, itself or by others it calls."""
    if definition.class_ is not None:
        if any(_SETTINGS.search(base) for base in _bases(codebase, definition)):
            return True
        body = _find(codebase, definition.path, f"{definition.name}.__init__")
    else:
        body = _find(codebase, definition.path, definition.name)
    return body is not None and any(_is_load(codebase, definition.path, node, depth) for node in ast.walk(body))


def _is_load(codebase: Codebase, path: str, node: ast.AST, depth: int) -> bool:
    if isinstance(node, ast.Attribute):
        return dotted(node) == "os.environ"
    if not isinstance(node, ast.Call):
        return False
    name = dotted(node.func) or f"?.{node.func.attr}" if isinstance(node.func, ast.Attribute) else dotted(node.func)
    meaning = codebase.meaning(path, name)
    if isinstance(meaning, Definition):
        return depth < _DEEP and loads_configuration(codebase, meaning, depth + 1)
    return _LOADS.search(meaning.name if isinstance(meaning, External) else name) is not None


def _bases(codebase: Codebase, definition: Definition, depth: int = 0) -> Iterator[str]:
    """The names of all classes outside of the project that a class derives from."""
    for base in definition.class_.bases if definition.class_ and depth < _DEEP else ():
        meaning = codebase.meaning(definition.path, base)
        if isinstance(meaning, Definition):
            yield from _bases(codebase, meaning, depth + 1)
        elif isinstance(meaning, External):
            yield meaning.name


def _find(codebase: Codebase, path: str, name: str) -> ast.AST | None:
    """The function of that name, which may be a method: `Class.__init__`."""
    node: ast.AST | None = codebase.tree(path)
    for part in name.split("."):
        node = next((each for each in ast.walk(node) if getattr(each, "name", None) == part), None) if node else None
    return node
