"""A lazy import in a test file or conftest, which pytest loads at once.

What it detects:
    `lazy import` and `lazy from … import` (PEP 810, Python 3.15) at module level of test files and conftests, and
    `__lazy_modules__` with modules in it. It reads them with any version of Python.

Why:
    While it collects, pytest looks at each name of the module in search of fixtures, and that loads what was lazy. So
    the import takes as long as any other, and only looks as if it did not.

Example:
    ```python
    lazy import pandas


    def test_frame():
        assert pandas.DataFrame().empty
    ```

Fix:
    Import it in the test or fixture that needs it, or make the imports lazy that the code under test has:

    ```python
    def test_frame():
        import pandas

        assert pandas.DataFrame().empty
    ```

Options:
    None.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from collectbench.lint.rule import Module, Rule
from collectbench.lint.statements import run_at_import
from collectbench.model.lint import Violation
from collectbench.sources.parsing import LAZY_LINE


def check(module: Module) -> Iterator[Violation]:
    """Yield a violation for each lazy import, and for each list of lazy modules."""
    lazy = {module.source.count(b"\n", 0, match.start()) + 1 for match in LAZY_LINE.finditer(module.source)}
    for node, _, _ in run_at_import(module.tree):
        # A line like it in a string is no statement.
        if isinstance(node, (ast.Import, ast.ImportFrom)) and node.lineno in lazy:
            names = [_written(node, alias) for alias in node.names]
            yield _violation(module, node, ", ".join(names), "lazy import of " + ", ".join(names))
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)) and _is_list_of_modules(node):
            yield _violation(module, node, "__lazy_modules__", "__lazy_modules__")


def _violation(module: Module, node: ast.stmt, subject: str, what: str) -> Violation:
    return Violation(
        rule=RULE.id,
        path=module.path,
        line=node.lineno,
        subject=subject,
        message=f"{what} has no effect here: pytest loads every name of the file in search of fixtures",
        fix="import it in the test or fixture that needs it",
    )


def _written(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    if isinstance(node, ast.Import):
        return alias.name
    module = "." * node.level + (node.module or "")
    return f"{module}{alias.name}" if module.endswith(".") else f"{module}.{alias.name}"


def _is_list_of_modules(node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    if not any(isinstance(each, ast.Name) and each.id == "__lazy_modules__" for each in targets):
        return False
    is_empty = isinstance(node.value, (ast.List, ast.Tuple, ast.Set)) and not node.value.elts
    return node.value is not None and not is_empty


RULE = Rule(id="lazy-without-effect", doc=__doc__, in_file=check, words=(b"lazy",))
