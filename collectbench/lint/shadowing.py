"""Whether a first definition is used before a second one of the same name replaces it."""

from __future__ import annotations

import ast

from collectbench.sources.codebase import Codebase


def is_used_between(codebase: Codebase, path: str, name: str, first: int, last: int) -> bool:
    """Whether a file names something in an expression between two lines: then the first definition has a use.

    Names in the bodies of functions count as well: that errs on the side of silence.
    """
    tree = codebase.tree(path)
    if tree is None:
        return True
    return any(_names(node) == name and first < getattr(node, "lineno", 0) <= last for node in ast.walk(tree))


def _names(node: ast.AST) -> object:
    """The name that an expression uses, be it as a string: `globals()["test_a"]`."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Constant(value=name):
            return name
    return None
