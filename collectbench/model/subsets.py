"""Subsets of a target's test files, and what each step of collection costs in a round of one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from collectbench.model.target import Target


class Size(IntEnum):
    """How many quarters of the test files a subset has."""

    QUARTER = 1
    HALF = 2
    WHOLE = 4

    @property
    def share(self) -> str:
        """As people write it."""
        return f"{25 * self} %"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subset:
    """A part of the files of the target `of`, as a target of its own. The subsets of one `lap` are nested."""

    of: str
    size: Size
    lap: int
    target: Target


class Step(NamedTuple):
    """What pytest does once, or for each file or item, and what may take time of its own.

    `kind` is `hook` (an implementation of the hook `name`, by the plugin `owner` if `path` is empty), `collector` (the
    class `name`, with an empty `path` for a class of pytest), `pytest` or `end`, which have no other members.
    """

    kind: str
    name: str = ""
    owner: str = ""
    path: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SubsetCosts:
    """The seconds of each step in one round of a subset, without queueing, and the items that it collected."""

    size: Size
    lap: int
    items: int
    seconds: Mapping[Step, float]
