"""Node ids, warnings and errors that hold terminal escapes, or what means something in a table.

That nothing but plain characters and newlines is shown, in any format, is checked for all bad input (conftest.py).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any


def test_what_a_suite_says_can_neither_move_the_cursor_nor_break_a_table(
    project: Callable[[str], Path], attempt: Callable[..., Any]
) -> None:
    outcome = attempt("baseline", cwd=project("bad_escapes"), saved=["main.json"])
    assert outcome.exit_code == 4
    assert outcome.statuses == {
        "tests/broken": "collection-errors",
        "tests/conf": "failed",
        "tests/fine": "ok",
        "tests/odd": "ok",
    }
    messages = {target["name"]: target["message"] for target in outcome.document["targets"]}
    assert "\x1b[2J" in messages["tests/conf"]  # stored as it was
    assert "\\x1b[2J | <script>alert(2)</script> `code` **bold**" in outcome.words  # told to people as it looks
    counts = {target["name"]: target["counts"] for target in outcome.document["targets"]}
    assert counts["tests/odd"]["warnings"] == 1
    assert "<script" not in outcome.markdown
    assert "**bold**" not in outcome.markdown
    table = [line for line in outcome.markdown.splitlines() if line.startswith("|")]
    assert len(table) == 2 + 4 + 1  # title and rule, the targets, their sum
    assert len({line.replace("\\|", "").count("|") for line in table}) == 1


def test_what_a_suite_says_is_harmless_in_a_comparison_too(
    project: Callable[[str], Path], attempt: Callable[..., Any]
) -> None:
    where = project("bad_escapes")
    attempt("baseline", "tests/odd", "tests/broken", cwd=where, saved=["main.json"])
    outcome = attempt("compare", "tests/odd", "tests/broken", cwd=where)
    assert outcome.exit_code == 4  # tests/broken has errors and no items
    assert "<script" not in outcome.markdown
