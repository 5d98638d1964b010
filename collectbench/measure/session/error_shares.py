"""How the parts of a paired comparison share its error. Pure: names in, shares out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def groups_of(names: Iterable[str], suite: str | None) -> list[list[str]]:
    """The suite, then all other targets; without a group that is empty."""
    names = list(names)
    groups = [[name for name in names if name == suite], [name for name in names if name != suite]]
    return [group for group in groups if group]


def share_of(group: Sequence[str], all_names: Iterable[str], suite: str | None) -> float:
    """The share of the error that a group may take.

    Each group of the whole comparison has an equal share. A part of a group has its part of that share.
    """
    groups = groups_of(all_names, suite)
    (whole,) = (names for names in groups if group[0] in names)
    return 1 / len(groups) * len(group) / len(whole)
