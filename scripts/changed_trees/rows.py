"""What the rows of a comparison tell: which targets were not run, and which of the others changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from changed_trees.scene import Document

COLLECTED = ("status", "counts", "nodeids_sha256")
"""Figures that tell what is collected, wherever the working tree lies."""
EXACT = (*COLLECTED, "loaded_sha256")
"""Figures that are equal if nothing changed; None in one of them says nothing."""
SIDES = ("base_run", "head_run")
Result = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """The results of one target in base and head; None if a side lacks it."""

    base: Result | None
    head: Result | None

    @property
    def differences(self) -> tuple[str, ...]:
        """How head differs from base; empty if it is the same."""
        if self.base is None or self.head is None:
            return () if self.base is self.head else ("exists on one side only",)
        return tuple(differences(self.base, self.head))


def visible_differences(one: Result, other: Result, names: Sequence[str] = COLLECTED) -> Iterator[str]:
    """Each of these figures that differs."""
    for name in names:
        if None not in (one.get(name), other.get(name)) and one[name] != other[name]:
            yield f"{name}: {one[name]} -> {other[name]}"


def differences(one: Result, other: Result) -> Iterator[str]:
    """Each exact figure and each stable counter that differs."""
    yield from visible_differences(one, other, EXACT)
    unstable = {*one.get("unstable", ()), *other.get("unstable", ())}
    counters = [result.get("counters") or {} for result in (one, other)]
    for name in counters[0].keys() & counters[1].keys() - unstable:
        if counters[0][name] != counters[1][name]:
            yield f"{name}: {counters[0][name]} -> {counters[1][name]}"


def results_of(run: Mapping[str, Any]) -> dict[str, Result]:
    """The results of a run, by target; that of the suite among them."""
    return {result["name"]: result for result in _all(run)}


def sides_of(document: Document) -> dict[str, Sides]:
    """The results of all targets that a comparison holds, also of those that one side lacks."""
    base, head = (results_of(document.get(side) or {}) for side in SIDES)
    return {name: Sides(base=base.get(name), head=head.get(name)) for name in {**base, **head}}


def unaffected_in(document: Document) -> dict[str, Document]:
    """The rows of targets that were not run, by name: what they say about that."""
    return {row["name"]: row["unaffected"] for row in _all(document) if row.get("unaffected")}


def _all(document: Mapping[str, Any]) -> list[Any]:
    suite = document.get("suite")
    return [*document.get("targets", ()), *([suite] if suite else [])]
