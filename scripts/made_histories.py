"""Histories made by chance, with a step at a known place or none. Not a script itself."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from collectbench.judge.history.partition import SHORTEST

LENGTHS = (50, 100, 500)
"""Runs: some weeks of a quiet project, some weeks of a busy one, a year."""

SPREAD = 0.05
"""The standard deviation of the noise, as a fraction of the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Times in seconds, and the index of the first one of the new level; None without a step."""

    values: tuple[float, ...]
    step: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How histories are made.

    `correlation` is that of neighbouring runs, `ratio` that of the levels (1 without a step), and `disturbed` the share
    of runs that take 1.2 to 3 times as long, as on a busy machine.
    """

    correlation: float
    ratio: float = 1.0
    disturbed: float = 0.0


def make_history(source: random.Random, length: int, kind: Kind) -> Made:
    """Return a history whose logarithms are an autoregressive process of order 1, with normal noise.

    The step has at least SHORTEST runs on each side; all places are equally likely.
    """
    step = source.randint(SHORTEST, length - SHORTEST) if kind.ratio != 1 else None
    new_sd = SPREAD * math.sqrt(1 - kind.correlation**2)
    noise, values = source.gauss(0, SPREAD), list[float]()
    for index in range(length):
        level = kind.ratio if step is not None and index >= step else 1.0
        delay = source.uniform(1.2, 3.0) if source.random() < kind.disturbed else 1.0
        values.append(level * delay * math.exp(noise))
        noise = kind.correlation * noise + source.gauss(0, new_sd)
    return Made(values=tuple(values), step=step)
