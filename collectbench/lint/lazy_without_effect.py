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

from collections.abc import Iterator

from collectbench.lint.rule import Module, Rule
from collectbench.model.lint import Violation
from collectbench.sources.lazy_imports import LIST, lazy_imports


def check(module: Module) -> Iterator[Violation]:
    """Yield a violation for each lazy import, and for each list of lazy modules."""
    for node, subject in lazy_imports(module.source, module.tree):
        what = subject if subject == LIST else f"lazy import of {subject}"
        yield Violation(
            rule=RULE.id,
            path=module.path,
            line=node.lineno,
            subject=subject,
            message=f"{what} has no effect here: pytest loads every name of the file in search of fixtures",
            fix="import it in the test or fixture that needs it",
        )


RULE = Rule(id="lazy-without-effect", doc=__doc__, in_file=check, words=(b"lazy",))
