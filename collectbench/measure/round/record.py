"""From the rounds of a target to its stored result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from collectbench.judge.queueing import has_queued
from collectbench.judge.reference_seconds import reference_wall_s
from collectbench.judge.statistics import lower_median_index, summary
from collectbench.measure.round.inputs import joined
from collectbench.measure.round.round import Round
from collectbench.measure.round.work import Work
from collectbench.model.run import Summary, TargetResult
from collectbench.model.sample import RoundKind, Status
from collectbench.model.target import Target

SEVERITY = (Status.TIMEOUT, Status.CRASHED, Status.FAILED, Status.COLLECTION_ERRORS, Status.EMPTY, Status.OK)
"""Worst first: a target that failed once has failed."""

ENOUGH = 2
"""Counted rounds that show whether a counter repeats."""


def target_result(target: Target, rounds: Sequence[Round], remarks: Sequence[str] = ()) -> TargetResult:
    """The result of `target` from its rounds; at least one round is needed.

    Counts and digest are those of the first round that has them, counters those of the last two counted rounds. Notes
    say in which way rounds differ.
    """
    timed = [round_ for round_ in rounds if round_.sample.kind is RoundKind.TIMED]
    worst = min(rounds, key=lambda round_: SEVERITY.index(round_.status))
    counted = next((round_ for round_ in rounds if round_.counts is not None), None)
    works = _last_works(rounds)
    typical = timed[lower_median_index([round_.sample.wall_s for round_ in timed])] if timed else None
    result = TargetResult(
        name=target.name,
        paths=target.paths,
        status=worst.status,
        message=worst.message,
        counts=counted.counts if counted else None,
        nodeids_sha256=counted.nodeids_sha256 if counted else None,
        relative_nodeids_sha256=counted.relative_nodeids_sha256 if counted else None,
        wall_s=_summary(timed, "wall_s"),
        unqueued_wall_s=_summary(timed, "unqueued_wall_s") if has_queued([round_.sample for round_ in timed]) else None,
        cpu_s=_summary(timed, "cpu_s"),
        peak_rss_bytes=_summary(timed, "peak_rss_bytes"),
        cold_wall_s=_summary([round_ for round_ in rounds if round_.sample.kind is RoundKind.COLD], "wall_s"),
        phases=typical.sample.phases if typical else {},
        memory_timeline=typical.timeline if typical else (),
        counters=works[0].counters if works else None,
        unstable=_unstable(works),
        imports=works[0].imports if works else (),
        import_times=works[0].import_times if works else (),
        waits=works[0].waits if works else (),
        loaded_sha256=works[0].loaded_sha256 if len({work.loaded_sha256 for work in works}) == 1 else None,
        inputs=joined([work.inputs for work in works]),
        notes=tuple(dict.fromkeys((*_notes(rounds), *remarks))),
        samples=tuple(round_.sample for round_ in rounds),
    )
    return replace(result, reference_wall_s=reference_wall_s(result))


def _summary(rounds: Sequence[Round], figure: str) -> Summary | None:
    return summary([getattr(round_.sample, figure) for round_ in rounds])


def agree(rounds: Sequence[Round]) -> bool:
    """Whether the last two counted rounds count the same; a single one does."""
    works = _last_works(rounds)
    return all(work.counters == works[0].counters for work in works)


def _last_works(rounds: Sequence[Round]) -> list[Work]:
    """The work of the last two counted rounds that came to their end."""
    return [round_.work for round_ in rounds if round_.work is not None][-ENOUGH:]


def _unstable(works: Sequence[Work]) -> tuple[str, ...]:
    """The counters that differ between the counted rounds; all of them if there is only one round."""
    names = dict.fromkeys(name for work in works for name in work.counters)
    return tuple(name for name in names if len(works) < ENOUGH or len({work.counters.get(name) for work in works}) > 1)


def _notes(rounds: Sequence[Round]) -> Iterator[str]:
    for round_ in rounds:
        yield from round_.notes
        yield from round_.work.notes if round_.work is not None else ()
    if sum(round_.work is not None for round_ in rounds) == 1:
        yield "counters ran only once, so they cannot be judged"
    digests = [round_.nodeids_sha256 for round_ in rounds if round_.nodeids_sha256 is not None]
    if len(set(digests)) > 1:
        items = sorted({round_.counts.items for round_ in rounds if round_.counts is not None})
        counts = f"{items[0]:,} to {items[-1]:,} items" if len(items) > 1 else f"{items[0]:,} items each time"
        differing = sum(digest != digests[0] for digest in digests)
        yield f"{differing} of {len(digests)} rounds collected other node ids than the first ({counts})"
