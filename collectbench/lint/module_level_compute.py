"""A long loop while pytest imports the module.

What it detects:
    Loops and comprehensions that run when a test file or conftest is imported, with at least 100,000 steps as far as
    their source tells: over `range` with constants, nested ones multiplied, and `itertools.product`, `permutations` and
    `combinations` of such. The outermost loop is reported.

    It is silent about calls of functions, loops with `break`, and generators that nothing drains. `profile` measures
    what those cost.

Why:
    Each run computes it, also one that selects other tests, and each worker of pytest-xdist once more.

Example:
    ```python
    SQUARES = [number * number for number in range(1_000_000)]


    def test_squares():
        assert SQUARES[3] == 9
    ```

Fix:
    Move it into a fixture, with a wide scope if several tests use the result:

    ```python
    @pytest.fixture(scope="module")
    def squares():
        return [number * number for number in range(1_000_000)]
    ```

Options:
    None.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.lint.meanings import meanings_of
from collectbench.lint.rule import Module, Rule
from collectbench.lint.step_counts import steps
from collectbench.lint.subjects import subject_of
from collectbench.model.lint import Violation

_MANY = 100_000
"""Some 5 ms of the quickest loop there is."""


def check(module: Module) -> Iterator[Violation]:
    """Yield a violation for each outermost loop."""
    meanings = meanings_of(module)
    end = 0
    for node, statement, is_certain in meanings.runs:
        if not is_certain or getattr(node, "lineno", end + 1) <= end:
            continue
        count = steps(node, meanings)
        if count >= _MANY:
            end = node.end_lineno or 0  # type: ignore[attr-defined]
            yield Violation(
                rule=RULE.id,
                path=module.path,
                line=node.lineno,  # type: ignore[attr-defined]
                subject=subject_of(statement, ""),
                message=f"a loop of at least {count:,} steps runs whenever pytest imports this file",
                fix="move it into a fixture",
            )


RULE = Rule(id="module-level-compute", doc=__doc__, in_file=check, words=(b"range(", b"product(", b"permut", b"combin"))
