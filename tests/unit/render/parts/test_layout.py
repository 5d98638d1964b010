from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.render.parts.escape import printable
from collectbench.render.parts.layout import ELLIPSIS, display_width, fill, fold, pad, shorten

PRINTABLE = st.text().map(printable)


@pytest.mark.parametrize(
    ("text", "width"),
    [("", 0), ("abc", 3), ("日本", 4), ("e\u0301", 1), ("ﾊﾝ", 2), ("\uff21", 2), ("🐍", 2), ("…", 1)],
)
def test_width_counts_columns_of_a_terminal(text, width):
    assert display_width(text) == width


def test_padding_counts_columns():
    assert pad("日本", 6) == "日本  "


@pytest.mark.parametrize(
    ("text", "width", "short"),
    [
        ("tests/unit", 10, "tests/unit"),
        ("tests/functional", 11, "tests…ional"),
        ("日本語日本語", 8, "日…本語"),
        ("abc", 1, ELLIPSIS),
    ],
)
def test_long_text_is_shortened_in_its_middle(text, width, short):
    assert shorten(text, width) == short


@given(PRINTABLE, st.integers(1, 60))
def test_shortened_text_fits_and_short_text_is_unchanged(text, width):
    short = shorten(text, width)
    assert display_width(short) <= width
    assert (short == text) == (display_width(text) <= width) or short == text


@given(PRINTABLE, st.integers(2, 60))
def test_folding_loses_nothing_and_fits(text, width):
    lines = fold(text, width)
    assert "".join(lines) == text
    assert all(display_width(line) <= width for line in lines)


@given(st.lists(PRINTABLE), st.integers(8, 60), st.sampled_from([" ", " · "]))
def test_filled_lines_fit_and_hold_all_pieces_in_order(pieces, width, separator):
    lines = fill(pieces, width, separator=separator)
    assert all(display_width(line) <= width for line in lines)
    assert "".join("".join(lines).split()).replace("·", "") == "".join("".join(pieces).split()).replace("·", "")


def test_lines_break_between_pieces_and_are_indented():
    assert fill(["fail:", "a", "long", "reason"], 8) == ["fail: a", "  long", "  reason"]


def test_no_line_begins_or_ends_with_a_separator():
    assert fill(["Python 3", "pytest 9", "Linux"], 16, separator=" · ", indent="") == [
        "Python 3",
        "pytest 9 · Linux",
    ]


def test_no_pieces_fill_one_empty_line():
    assert fill([], 10) == [""]
