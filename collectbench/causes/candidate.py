"""A candidate: what a cause finds, before it is known which of its seconds another cause claims first."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from collectbench.attribution.parts import Part
from collectbench.model.diagnosis import Location


class Claim(NamedTuple):
    """Seconds of a part that a change would save; all of it by default."""

    part: Part
    seconds: float = math.inf


def claims_on(parts: Iterable[Part]) -> tuple[Claim, ...]:
    """Returns a claim on the whole of each part."""
    return tuple(map(Claim, parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One instance of a cause. See `Finding` for the fields that both have.

    Attributes:
        claims: the seconds that the fix would save.
        alone_s: seconds saved by changing the best one of several lines; None for a single line.
        is_note: whether it is reported although it saves nothing.
    """

    subject: str
    title: str
    fix: str
    locations: tuple[Location, ...] = ()
    evidence: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    alone_s: float | None = None
    bound: bool = False
    is_note: bool = False
    diff: str = ""
    command: str = ""
