"""unstable-parameter: what it reports, and what it leaves alone.

tests/functional/test_unstable_parameters.py compares the tables with the ids that pytest makes.
"""

from __future__ import annotations

import pytest

from collectbench.lint.unstable_parameter import RULE
from lint_texts import lines_of, module_of
from unstable_parameters import IMPORTS, LEAVES_ALONE, OF_MACHINES, REPORTS, one_test


@pytest.mark.parametrize("text", [*REPORTS, *OF_MACHINES])
def test_it_reports(text: str) -> None:
    assert len(lines_of(RULE, IMPORTS + text)) == 1


@pytest.mark.parametrize("text", LEAVES_ALONE)
def test_it_leaves_alone(text: str) -> None:
    assert lines_of(RULE, IMPORTS + text) == []


def test_numbers_of_numpy_are_random_unless_it_is_seeded() -> None:
    text = "import numpy as np\nimport pytest\n@pytest.mark.parametrize('x', np.random.rand(5))\ndef test_a(x): ...\n"
    scalar = text.replace("np.random.rand(5)", "[np.random.rand()]")
    array = text.replace("np.random.rand(5)", "[np.random.rand(2, 2)]")
    assert lines_of(RULE, text) == [3]
    assert lines_of(RULE, scalar) == [3]
    assert lines_of(RULE, array) == []
    assert lines_of(RULE, text.replace("import pytest", "import pytest\nnp.random.seed(3)")) == []


def test_the_line_is_that_of_the_value_in_the_call() -> None:
    text = """
        import pytest, random

        VALUES = [random.random()]

        @pytest.mark.parametrize("x", [
            1,
            random.random(),
        ])
        @pytest.mark.parametrize("y",
            VALUES)
        def test_a(x, y): ...
    """
    assert lines_of(RULE, text) == [8, 10]


def test_the_message_names_the_test_and_the_source() -> None:
    (violation,) = RULE.in_file(module_of(IMPORTS + one_test("[1, random.random()]", "count")))
    assert violation.subject == "test_a[count]"
    assert violation.message == "ids of test_a differ from run to run: random.random is part of them"
