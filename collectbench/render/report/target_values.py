"""The targets as the page of a report holds them: their figures, and the rounds behind these."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from collectbench.model.comparison import TargetComparison
from collectbench.model.full_report import FullReport
from collectbench.model.handover import Figures, Progress
from collectbench.model.run import Run, TargetResult
from collectbench.model.sample import RoundKind, Sample
from collectbench.render.parts.escape import printable
from collectbench.render.parts.handover import rows_of
from collectbench.render.profile.page_values import rounded_s, short_text, thin_out

_MESSAGE_CHARACTERS = 3000
_KINDS = (RoundKind.WARMUP, RoundKind.TIMED, RoundKind.COLD)
"""The rounds that run nothing but pytest and a light reporter; the times of others would mislead."""


def target_values(report: FullReport) -> list[dict[str, Any]]:
    """Return the figures of each target and the suite. Times in seconds, sizes in bytes, None if unknown."""
    judged = {row.name: row for row in report.comparison.rows} if report.comparison else {}
    suite = report.handover.suite
    return [_figures_of(row, judged.get(row.name), is_suite=row is suite) for row in rows_of(report.handover)]


def _figures_of(row: Progress, judged: TargetComparison | None, *, is_suite: bool) -> dict[str, Any]:
    after, before = row.after, row.before
    change = judged.change if judged else None
    budget_s = next((check.limit for check in row.checks if check.key == "budget"), None)
    name = short_text(row.name)
    return {
        "name": name,
        "suite": is_suite,
        "verdict": row.verdict.value,
        "wall_s": _seconds(after),
        "before_s": _seconds(before),
        "ratio": change.ratio if change else None,
        "ci95": change.ci95 if change else None,
        "margin": change.margin if change else None,
        "pairs": change.pairs if change else None,
        "change": change.verdict.value if change else None,
        "peak_bytes": after.peak_rss_bytes if after else None,
        "items": after.items if after else None,
        "errors": after.errors if after else None,
        "warnings": after.warnings if after else None,
        "budget_s": budget_s,
        "checks": [
            {
                "key": check.key,
                "verdict": check.verdict.value,
                "gates": check.gates,
                "reason": short_text(check.reason, 500),
            }
            for check in row.checks
        ],
        "reasons": [short_text(reason, 1000) for reason in row.reasons[:20]],
    }


def _seconds(figures: Figures | None) -> float | None:
    return None if figures is None or figures.wall_s is None else rounded_s(figures.wall_s)


def round_values(base: Run | None, head: Run | None, most_rounds: int) -> dict[str, Any]:
    """Return phases, memory and rounds of each target of the later run, by name, with the earlier run's rounds.

    Each list has at most `most_rounds` entries: the first rounds, and the highest points of memory.
    """
    earlier = {result.name: result for result in base.results} if base else {}
    return {
        short_text(result.name): _rounds_of(result, earlier.get(result.name), most_rounds)
        for result in (head.results if head else ())
    }


def _rounds_of(result: TargetResult, earlier: TargetResult | None, most_rounds: int) -> dict[str, Any]:
    return {
        "status": result.status.value,
        "message": printable(result.message[-_MESSAGE_CHARACTERS:].strip("\n"), keep_newlines=True),
        "notes": [short_text(note, 1000) for note in result.notes[:20]],
        "phases": [{"name": name, "seconds": rounded_s(seconds)} for name, seconds in result.phases.items()],
        "memory": thin_out(result.memory_timeline, most_rounds),
        "rounds": list(_samples(result, most_rounds)),
        "base_rounds": list(_samples(earlier, most_rounds)) if earlier else [],
        "more_rounds": max(0, len(_shown(result)) - most_rounds),
    }


def _shown(result: TargetResult) -> list[Sample]:
    return [sample for sample in result.samples if sample.kind in _KINDS and not sample.slept]


def _samples(result: TargetResult, most_rounds: int) -> Iterator[list[Any]]:
    """Yield [kind, wall, CPU, waiting, queueing, pair, CPU pressure, I/O pressure, withheld] of rounds in their order.

    Times are in seconds, pressures are shares of the wall time; None if unknown. `withheld` are the seconds that the
    hypervisor or the control group took.
    """
    for sample in _shown(result)[:most_rounds]:
        yield [
            sample.kind.value,
            round(sample.wall_s, 4),
            round(sample.cpu_s, 4),
            _rounded(sample.waited_s),
            _rounded(sample.queued_s),
            sample.pair,
            _rounded(sample.noise.cpu_pressure),
            _rounded(sample.noise.io_pressure),
            _withheld_s(sample),
        ]


def _withheld_s(sample: Sample) -> float | None:
    known = [each for each in (sample.noise.steal_s, sample.noise.throttled_s) if each is not None]
    return round(sum(known), 4) if known else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
