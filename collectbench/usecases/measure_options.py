"""How the user wants the project to be measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureOptions:
    """How to measure. Of None, the configuration decides.

    Attributes:
        rounds: timed rounds of each target, pairs in a paired comparison; 0 for `auto`.
        warmup: rounds of each target before the first timed one.
        seed: decides the order of rounds; None for a random one.
        timeout_s: seconds that one round may take.
        max_time_s: seconds after which no round begins.
        jobs: rounds that run at the same time.
        cold: whether to measure without the project's bytecode as well.
        counters: whether to count work as well, in rounds of their own.
    """

    rounds: int | None = None
    warmup: int = 1
    seed: int | None = None
    timeout_s: float | None = None
    max_time_s: float | None = None
    jobs: int = 1
    cold: bool = False
    counters: bool = False
