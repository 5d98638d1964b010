"""From the rounds of a target to what is stored of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from collectbench.judge.reference_seconds import reference_wall_s
from collectbench.judge.statistics import lower_median_index, summary
from collectbench.measure.round.rounds import Round
from collectbench.model.run import Summary, TargetResult
from collectbench.model.sample import RoundKind, Status
from collectbench.model.target import Target

SEVERITY = (Status.TIMEOUT, Status.CRASHED, Status.FAILED, Status.COLLECTION_ERRORS, Status.EMPTY, Status.OK)
"""Worst first: a target that failed once has failed."""

ENOUGH = 2
"""Counted rounds that tell whether a counter repeats."""


def target_result(target: Target, rounds: Sequence[Round], remarks: Sequence[str] = ()) -> TargetResult:
    """What was measured of `target`; at least one round is needed.

    Counts and digest are those of the first round that has them, counters those of the last two counted rounds. Notes
    say where rounds differ.
    """
    timed = [round_ for round_ in rounds if round_.sample.kind is RoundKind.TIMED]
    worst = min(rounds, key=lambda round_: SEVERITY.index(round_.status))
    counted = next((round_ for round_ in rounds if round_.counts is not None), None)
    work = _counted(rounds)
    typical = timed[lower_median_index([round_.sample.wall_s for round_ in timed])] if timed else None
    result = TargetResult(
        name=target.name,
        paths=target.paths,
        status=worst.status,
        message=worst.message,
        counts=counted.counts if counted else None,
        nodeids_sha256=counted.nodeids_sha256 if counted else None,
        wall_s=_summary(timed, "wall_s"),
        cpu_s=_summary(timed, "cpu_s"),
        peak_rss_bytes=_summary(timed, "peak_rss_bytes"),
        cold_wall_s=_summary([round_ for round_ in rounds if round_.sample.kind is RoundKind.COLD], "wall_s"),
        phases=typical.sample.phases if typical else {},
        memory_timeline=typical.timeline if typical else (),
        counters=work[0].counters if work else None,
        unstable=_unstable(work),
        imports=work[0].imports if work else (),
        loaded_sha256=work[0].loaded_sha256 if len({round_.loaded_sha256 for round_ in work}) == 1 else None,
        notes=tuple(dict.fromkeys((*_notes(rounds), *remarks))),
        samples=tuple(round_.sample for round_ in rounds),
    )
    return replace(result, reference_wall_s=reference_wall_s(result))


def _summary(rounds: Sequence[Round], figure: str) -> Summary | None:
    return summary([getattr(round_.sample, figure) for round_ in rounds])


def agree(rounds: Sequence[Round]) -> bool:
    """Whether the last two of the counted rounds count the same; a single one does."""
    work = [round_.counters for round_ in _counted(rounds)]
    return all(counters == work[0] for counters in work)


def _counted(rounds: Sequence[Round]) -> list[Round]:
    """The counted rounds that came to their end: the last two."""
    return [round_ for round_ in rounds if round_.counters is not None][-ENOUGH:]


def _unstable(counted: Sequence[Round]) -> tuple[str, ...]:
    """The counters that differ between the counted rounds; all of them where one round alone cannot tell."""
    work = [round_.counters or {} for round_ in counted]
    names = list(dict.fromkeys(name for counters in work for name in counters))
    return tuple(name for name in names if len(work) < ENOUGH or len({each.get(name) for each in work}) > 1)


def _notes(rounds: Sequence[Round]) -> Iterator[str]:
    for round_ in rounds:
        yield from round_.notes
    if sum(round_.counters is not None for round_ in rounds) == 1:
        yield "its work was counted only once, so no counter decides anything"
    digests = [round_.nodeids_sha256 for round_ in rounds if round_.nodeids_sha256 is not None]
    if len(set(digests)) > 1:
        items = sorted({round_.counts.items for round_ in rounds if round_.counts is not None})
        counts = f"{items[0]:,} to {items[-1]:,} items" if len(items) > 1 else f"{items[0]:,} items each time"
        differing = sum(digest != digests[0] for digest in digests)
        yield f"{differing} of {len(digests)} rounds collected other node ids than the first ({counts})"
