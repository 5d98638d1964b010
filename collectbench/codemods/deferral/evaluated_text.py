"""Names in text that is evaluated in the namespace of a module, and code that reads this namespace as a whole."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator

from collectbench.sources.names import dotted

_NAMESPACES = frozenset({"globals", "vars", "dir", "locals"})
_EVALUATES = frozenset({"eval", "exec", "query", "timeit", "repeat", "Timer", "runctx", "skipif", "xfail"})
"""Functions that evaluate text with the names of the caller's module: Python, pandas, timeit, pytest's conditions."""
_FRAMES = frozenset({"f_globals", "_getframe", "currentframe"})
_EXAMPLE = re.compile(r"^[ \t]*(?:>>>|\.\.\.)(.*)$", re.MULTILINE)


def evaluated_text(tree: ast.Module, text: str, names: Collection[str]) -> Iterator[tuple[int, str, str]]:
    """Yield line, name and what the line does, for each of the names that it may need from the module."""
    patterns = {name: re.compile(rf"(?<![\w.]){re.escape(name)}(?!\w)") for name in names}
    has_self = "__name__" in text
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _call(node, patterns)
        elif isinstance(node, ast.Attribute) and node.attr in _FRAMES:
            yield from ((node.lineno, name, "reads the namespace of a frame") for name in names)
        elif isinstance(node, ast.Subscript) and has_self and ast.unparse(node).endswith("sys.modules[__name__]"):
            yield from ((node.lineno, name, "reads this module as an object") for name in names)
        elif isinstance(node, (ast.JoinedStr, ast.BinOp)) and has_self:
            yield from _own_path(node, patterns)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and ">>>" in node.value:
            yield from _examples(node, node.value, patterns)


def _call(node: ast.Call, patterns: dict[str, re.Pattern[str]]) -> Iterator[tuple[int, str, str]]:
    called = dotted(node.func) or (node.func.attr if isinstance(node.func, ast.Attribute) else "")
    last = called.rpartition(".")[2]
    if called in _NAMESPACES and not node.args:
        yield from ((node.lineno, name, f"calls {called}(), which may read {name}") for name in patterns)
    elif called == "import_module" or called.endswith(".import_module") or called == "__import__":
        if node.args and isinstance(node.args[0], ast.Name) and node.args[0].id == "__name__":
            yield from ((node.lineno, name, "imports this module as an object") for name in patterns)
    elif last in _EVALUATES and (node.args or node.keywords):
        first = node.args[0] if node.args else node.keywords[0].value
        is_known = all(isinstance(part, (ast.Constant, ast.JoinedStr, ast.FormattedValue)) for part in ast.walk(first))
        if called in ("eval", "exec") and not is_known and not isinstance(first, ast.Constant):
            yield from ((node.lineno, name, f"calls {called}(), which may use {name}") for name in patterns)
            return
        for part in ast.walk(first):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                for name, pattern in patterns.items():
                    if pattern.search(part.value):
                        yield node.lineno, name, f"uses {name} in text for {last}()"


def _own_path(node: ast.JoinedStr | ast.BinOp, patterns: dict[str, re.Pattern[str]]) -> Iterator[tuple[int, str, str]]:
    """Text such as `f"{__name__}.pd"`."""
    parts = list(ast.walk(node))
    if any(isinstance(part, ast.Name) and part.id == "__name__" for part in parts):
        for part in parts:
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                for name in patterns:
                    if re.search(rf"\.{re.escape(name)}(?!\w)", part.value):
                        yield node.lineno, name, f"makes the path of {name} in this module"


def _examples(node: ast.Constant, value: str, patterns: dict[str, re.Pattern[str]]) -> Iterator[tuple[int, str, str]]:
    """Docstrings, whose examples doctest runs in the namespace of the module."""
    examples = _EXAMPLE.findall(value)
    for name, pattern in patterns.items():
        own = any(re.search(rf"\bimport\b.*\b{re.escape(name)}\b", example) for example in examples)
        if not own and any(pattern.search(example) for example in examples):
            yield node.lineno, name, f"begins a docstring whose examples use {name}"
