"""What is left of a saving in collection once tests run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkersNet:
    """The seconds that all workers of pytest-xdist save together, computed and not measured.

    `least_s` if each worker runs a test that pays what was moved, `most_s` if one of them does.
    """

    workers: int
    least_s: float
    most_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Net:
    """A proven saving, held against runs of the tests; seconds of wall time without queueing.

    Attributes:
        verdict: `saved` if more than half of the saving is left over a full run, `moved` if less is, else
            `inconclusive`.
        reason: why it is inconclusive; empty otherwise.
        tests: the number of tests that ran: those that the intervention can affect.
        pairs: of full runs.
        full_run_s: what a run saves that collects the target and runs these tests; None if none was measured.
        ci95: its 95 % interval; None with fewer than six pairs.
        moved_s: the saving of collection less `full_run_s`: what the tests take longer. Negative if they take less, 0
            if the difference is too small to be noticed or within the intervals, None if it is inconclusive.
        moved_into: the id of the test that takes most of it; empty if no test takes half of it.
        file: the only file of another run; empty if the target has no other files, or no full run was measured.
        one_file_s: what that run saves, from its collection to the end of its tests; None if it was not measured.
        one_file_ci95: its 95 % interval; None with fewer than six pairs.
        one_file_pairs: of these runs.
        one_file_reason: why they were not measured; empty otherwise.
        workers: what runs with several workers save; empty if it is inconclusive.
        flaky: the ids of tests that ended differently with the same sources.
        base_walls_s, head_walls_s: the full runs with and without the intervention, pair by pair.
    """

    verdict: str
    reason: str = ""
    tests: int = 0
    pairs: int = 0
    full_run_s: float | None = None
    ci95: tuple[float, float] | None = None
    moved_s: float | None = None
    moved_into: str = ""
    file: str = ""
    one_file_s: float | None = None
    one_file_ci95: tuple[float, float] | None = None
    one_file_pairs: int = 0
    one_file_reason: str = ""
    workers: tuple[WorkersNet, ...] = ()
    flaky: tuple[str, ...] = ()
    base_walls_s: tuple[float, ...] = ()
    head_walls_s: tuple[float, ...] = ()
