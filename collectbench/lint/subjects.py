"""What a violation at a statement is about."""

from __future__ import annotations

import ast

from collectbench.sources.names import dotted


def subject_of(statement: ast.stmt, otherwise: str) -> str:
    """Return the name that a statement assigns or defines; for others `otherwise`."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return statement.name
    if isinstance(statement, ast.Assign):
        return dotted(statement.targets[0]) or otherwise
    if isinstance(statement, (ast.AnnAssign, ast.AugAssign)):
        return dotted(statement.target) or otherwise
    return otherwise
