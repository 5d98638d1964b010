"""non-test-class: where the mark goes, and what keeps it away."""

from __future__ import annotations

from textwrap import dedent

import pytest

from codemod_texts import rewritten_texts
from collectbench.codemods.non_test_class import CODEMOD

PATH = "tests/test_a.py"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            """
            class TestClient:
                def __init__(self): ...
            """,
            """
            class TestClient:
                __test__ = False
                def __init__(self): ...
            """,
            id="first in the body",
        ),
        pytest.param(
            """
            class TestClient:  # shared
                '''Calls the shop.'''

                # how it begins
                def __init__(self): ...
            """,
            """
            class TestClient:  # shared
                '''Calls the shop.'''
                __test__ = False

                # how it begins
                def __init__(self): ...
            """,
            id="after the docstring",
        ),
    ],
)
def test_the_mark_goes(before: str, after: str) -> None:
    assert rewritten_texts(CODEMOD, {PATH: before}) == {PATH: dedent(after)}


def test_a_class_whose_subclass_holds_tests_is_left_alone_and_named() -> None:
    text = """
        class TestBase:
            def __new__(cls): ...

        class TestShop(TestBase):
            def test_a(self): ...
            """
    assert rewritten_texts(CODEMOD, {PATH: text}) == {}
