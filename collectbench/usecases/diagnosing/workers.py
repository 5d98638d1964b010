"""What `-n N` of pytest-xdist costs in a target: laps of collections at the same time, and the best number."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from collectbench.judge.shards import floor_s, shard_costs
from collectbench.judge.statistics import lower_half_mean, lower_median_index
from collectbench.judge.verdicts import WITHOUT_COLLECTION
from collectbench.judge.workers import best_of, measurable, queued_share, with_tests, worker_costs
from collectbench.measure.machine.capacity import read_capacity
from collectbench.measure.round.round import Round
from collectbench.measure.session.workers import WorkersSession
from collectbench.model.diagnosis import TargetDiagnosis
from collectbench.model.errors import Interrupted
from collectbench.model.target import Target
from collectbench.model.units import format_percent, format_size
from collectbench.model.workers import Capacity, Collections, TestTime, TestTimes, Workers
from collectbench.usecases.diagnosing.diagnose import InterruptedTarget
from collectbench.usecases.diagnosing.durations import Durations, durations_of, recorded_durations
from collectbench.usecases.feedback import Feedback
from collectbench.usecases.measuring import measure_workers
from collectbench.usecases.project import Project

LAPS, LAPS_IF_LONG = 5, 3
LONG_S = 10.0
"""Collections that take longer vary less, and more laps of them take minutes."""

BUSY = 0.1
"""A larger share in the run queue makes the barriers tell more about other processes than about workers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkersStudy:
    """Measures what several workers cost, for each target after its diagnosis.

    Attributes:
        project: whose targets they are.
        numbers: of workers; none to measure nothing.
        durations: of tests; None for those that are recorded.
        feedback: gets the rounds.
    """

    project: Project
    numbers: tuple[int, ...]
    durations: Durations | None
    feedback: Feedback

    def added(self, target: Target, rounds: Sequence[Round], diagnosis: TargetDiagnosis) -> TargetDiagnosis:
        """Return the diagnosis with the costs of all numbers of workers; as it is if none is wanted.

        Raises:
            InterruptedTarget: a signal arrived; no child is left, and the user's tree is as it was.
            UsageError: the interpreter cannot be started any more, or a file of ours cannot be written.
        """
        if not self.numbers:
            return diagnosis
        if diagnosis.status in WITHOUT_COLLECTION or not (diagnosis.counts and diagnosis.counts.items):
            note = f"what workers cost is unknown: {diagnosis.name} has no collected tests"
            return replace(diagnosis, notes=(*diagnosis.notes, note))
        capacity = read_capacity(self.project.environment.cpu_count)
        peak_rss_bytes = max(each.sample.peak_rss_bytes for each in rounds)
        numbers = measurable(self.numbers, capacity, peak_rss_bytes)
        laps = self.laps(diagnosis)
        try:
            session = measure_workers(self.project, target, numbers, laps, self.feedback)
        except Interrupted as interrupted:
            raise InterruptedTarget(str(interrupted), diagnosis) from interrupted
        notes = (*notes_on(session, laps), *note_on_memory(self.numbers, capacity, peak_rss_bytes))
        if not any(each.workers == 1 for each in session.taken):
            return replace(diagnosis, notes=(*diagnosis.notes, *notes))
        nodeids = next((each.nodeids for each in rounds if each.nodeids), ())
        notes = (*notes, *note_on_queueing(session.taken))
        durations = recorded_durations(self.project) if self.durations is None else self.durations
        workers = workers_of(session, self.numbers, capacity, durations, nodeids)
        return replace(diagnosis, workers=replace(workers, notes=(*workers.notes, *notes)))

    def laps(self, diagnosis: TargetDiagnosis) -> int:
        """Return how often each number is measured: at least as often as the user wants timed rounds."""
        wall_s = diagnosis.traced_wall_s if diagnosis.wall_s is None else diagnosis.wall_s
        return max(LAPS_IF_LONG if wall_s > LONG_S else LAPS, self.project.settings.rounds or 1)


def workers_of(
    session: WorkersSession,
    numbers: Sequence[int],
    capacity: Capacity,
    durations: Durations,
    nodeids: Sequence[str],
) -> Workers:
    """Return the costs of all numbers below the one that failed, if one did.

    The session has a lap of a single collection; `nodeids` are those of the target.
    """
    singles = [each for each in session.taken if each.workers == 1]
    wanted = [number for number in numbers if not 0 < session.failed_number <= number]
    costs = worker_costs(session.taken, wanted, capacity.processors)
    phases = singles[lower_median_index([each.barrier_s for each in singles])].phases
    chosen = durations_of(durations, nodeids)
    start_s = floor_s(phases)
    if chosen.tests is not None:
        seconds = [test.seconds for test in chosen.tests]
        costs = with_tests(costs, seconds, start_s=start_s, processors=capacity.processors)
    return Workers(
        processors=capacity.processors,
        start_s=start_s,
        costs=costs,
        tests=None if chosen.tests is None else times_of(chosen.tests, durations.source),
        best=best_of(costs),
        shards=shard_costs(lower_half_mean([each.barrier_s for each in singles]), phases, chosen.tests),
        notes=chosen.notes,
    )


def times_of(tests: Sequence[TestTime], source: str) -> TestTimes:
    """Return what is known of the durations of tests, at least one."""
    longest = max(tests, key=lambda test: test.seconds)
    return TestTimes(
        source=source,
        tests=len(tests),
        files=len({test.file for test in tests}),
        total_s=math.fsum(test.seconds for test in tests),
        longest_s=longest.seconds,
        longest=longest.name,
    )


def notes_on(session: WorkersSession, laps: int) -> Iterator[str]:
    """Yield what a reader must know about a session that was to take so many laps."""
    name = session.target.name
    if session.failed is not None:
        why = session.failed.message or session.failed.status.value
        beside = f"{session.failed_number} at the same time" if session.failed_number > 1 else "on its own"
        yield f"a collection of {name}, {beside}, did not succeed: {why}"
    if session.differing:
        numbers = ", ".join(map(str, sorted(session.differing)))
        yield (
            f"collections of {name} at the same time ({numbers}) had different node ids: pytest-xdist does not run "
            "tests that its workers collect differently"
        )
    if session.out_of_time:
        taken, wanted = len(session.taken), laps * len(session.numbers)
        yield f"--max-time was reached after {taken} of {wanted} measurements of collections of {name} at the same time"
    yield from session.bench.tree.notes


def note_on_queueing(laps: Sequence[Collections]) -> Iterator[str]:
    """Yield how much of a single collection others had the processors, if that matters."""
    share = queued_share(laps)
    if share > BUSY:
        yield (
            f"other processes had the processors for {format_percent(share)} of the time of a single collection: on an "
            "idle machine, barriers are shorter"
        )


def note_on_memory(numbers: Sequence[int], capacity: Capacity, peak_rss_bytes: int) -> Iterator[str]:
    """Yield why some numbers were not measured, if the memory is too small for them."""
    fits = measurable(numbers, capacity, peak_rss_bytes)
    too_many = [
        number
        for number in measurable(numbers, replace(capacity, memory_bytes=None), peak_rss_bytes)
        if number not in fits
    ]
    if capacity.memory_bytes is not None and too_many:
        yield (
            f"not measured for want of memory: {', '.join(map(str, too_many))} workers; a collection takes "
            f"{format_size(peak_rss_bytes)}, and {format_size(capacity.memory_bytes)} are available"
        )
