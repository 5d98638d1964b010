"""Names and warnings that hold terminal escapes and what means something in tables."""

import warnings

import pytest

warnings.warn("\x1b[31mred\x1b[0m | <b>bold</b> `code` \u202e", UserWarning)


@pytest.mark.parametrize("text", ["plain"], ids=["\x1b[2J|<i>|`x`|\u202e"])
def test_shown(text):
    assert text
