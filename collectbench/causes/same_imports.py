"""Other lines of a file that import the same. A trace holds only the first that ran."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from collectbench.attribution.line_graph import ImportLine
from collectbench.causes.evidence import Evidence
from collectbench.causes.import_uses import Function, import_at


def other_lines(evidence: Evidence, line: ImportLine) -> Iterator[int]:
    """Yields the lines with the same import that run while pytest collects: outside of functions, and in hooks."""
    statement, tree = import_at(evidence.sources, line.path, line.line), evidence.sources.tree(line.path)
    if statement is None or tree is None:
        return
    for node in ast.walk(tree):
        if isinstance(node, type(statement)) and node is not statement and _requested(node) == _requested(statement):
            around = [each for each in evidence.sources.around(line.path, node.lineno) if isinstance(each, Function)]
            if all(function.name.startswith("pytest_") for function in around):
                yield node.lineno


def _requested(statement: ast.Import | ast.ImportFrom) -> tuple[object, ...]:
    """What a statement asks Python for; the names that it binds do not matter."""
    names = tuple(alias.name for alias in statement.names)
    return (statement.module, statement.level, names) if isinstance(statement, ast.ImportFrom) else names
