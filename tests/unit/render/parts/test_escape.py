from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.render.parts.escape import printable

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("tests/unit", "tests/unit"),
        ("tests/日本語/é", "tests/日本語/é"),
        ("\x1b[31m", r"\x1b[31m"),
        ("\x9b31m\x7f\0", r"\x9b31m\x7f\x00"),
        ("a\u202eb\u2066", r"a\u202eb\u2066"),
        ("a\u2028b\u2029", r"a\u2028b\u2029"),
        ("a\nb\r\tc", r"a\nb\r\tc"),
        ("\udc80", r"\udc80"),
        ("zero\u200bwidth\ufeff", r"zero\u200bwidth\ufeff"),
        ("\U000e0041", r"\U000e0041"),
    ],
)
def test_invisible_characters_are_shown_as_escapes(text, shown):
    assert printable(text) == shown


@given(ANY_TEXT)
def test_printable_text_cannot_steer_a_terminal_and_can_be_encoded(text):
    assert printable(text).isprintable()
    assert printable(text).encode("utf-8")[:0] == b""


@given(ANY_TEXT)
def test_printable_text_is_unchanged_when_made_printable_again(text):
    assert printable(printable(text)) == printable(text)


@given(st.text(st.characters(exclude_categories=("C", "Z"))))
def test_visible_text_is_unchanged(text):
    assert printable(text) == text


def test_newlines_can_be_kept_but_no_other_control_characters():
    assert printable("a\r\nb\n\tc\x1b\rd\n", keep_newlines=True) == "a\nb\n    c\\x1b\\rd\n"


@given(ANY_TEXT)
def test_kept_lines_hold_printable_text(text):
    assert all(line.isprintable() for line in printable(text, keep_newlines=True).split("\n"))
