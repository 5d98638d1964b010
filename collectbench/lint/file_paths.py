"""Expressions whose value is a `pathlib.Path`."""

from __future__ import annotations

import ast

from collectbench.lint.meanings import Meanings

_CLASSES = frozenset({"pathlib.Path", "pathlib.PosixPath", "pathlib.WindowsPath"})
_MAKERS = frozenset({*_CLASSES, "pathlib.Path.cwd", "pathlib.Path.home"})
_METHODS = frozenset(
    {"joinpath", "resolve", "absolute", "with_name", "with_stem", "with_suffix", "expanduser", "relative_to"}
)


def is_path(node: ast.expr, meanings: Meanings) -> bool:
    """Whether an expression surely is a `pathlib.Path`, such as `Path(__file__).parent / "data"`."""
    node = meanings.value(node)
    if isinstance(node, ast.Call):
        if meanings.call(node) in _MAKERS:
            return True
        return (
            isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS and is_path(node.func.value, meanings)
        )
    if isinstance(node, ast.Attribute):
        return node.attr == "parent" and is_path(node.value, meanings)
    if isinstance(node, ast.Subscript):
        parents = node.value
        return isinstance(parents, ast.Attribute) and parents.attr == "parents" and is_path(parents.value, meanings)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return is_path(node.left, meanings) or is_path(node.right, meanings)
    return False
