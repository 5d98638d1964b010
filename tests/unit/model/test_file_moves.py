"""Moves that several parts know become one."""

from __future__ import annotations

from collectbench.model.file_moves import FileMoves, joined


def test_moves_of_several_parts_are_joined_and_unknown_ones_add_nothing() -> None:
    one = FileMoves(renamed={"a": "b"}, deleted=("y", "x"))
    other = FileMoves(renamed={"c": "d"}, deleted=("x", "w"))
    assert joined([one, None, other]) == FileMoves(renamed={"a": "b", "c": "d"}, deleted=("w", "x", "y"))


def test_if_no_part_knows_moves_they_stay_unknown() -> None:
    assert joined([None, None]) is None
    assert joined([]) is None
