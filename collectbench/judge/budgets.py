"""Compares measured figures with absolute limits: all limits of a target."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from collectbench.judge.reference_seconds import reference_wall_s
from collectbench.judge.statistics import median
from collectbench.judge.time_budget import judge_time, without_queueing
from collectbench.judge.verdicts import why_not_collected, worst
from collectbench.model.comparison import Budget, Check, Verdict
from collectbench.model.reason import Action, Reason, Remedy
from collectbench.model.units import format_duration, format_ratio, format_size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from collectbench.model.reason import Wording
    from collectbench.model.run import TargetResult
    from collectbench.model.target import Limits

_AT_THE_SAME_TIME = "other rounds ran at the same time"
_ONE_AT_A_TIME = (Remedy(action=Action.ONE_AT_A_TIME),)


def judge_limits(result: TargetResult, limits: Limits, baseline: TargetResult | None, word: Wording) -> Budget | None:
    """Compare a target with all its limits; None if it has none. Only reductions need the baseline."""
    checks = (
        *_time_checks(result, limits, baseline, word),
        *_memory_checks(result, limits, word),
        *_count_checks(result, limits),
        *_warning_checks(result, limits, baseline),
    )
    if not checks:
        return None
    return Budget(verdict=worst(check.verdict for check in checks if check.gates), checks=checks)


def _time_checks(result: TargetResult, limits: Limits, baseline: TargetResult | None, word: Wording) -> Iterator[Check]:
    if limits.budget_s is not None:
        yield _time_check(result, "budget", limits.budget_s, judge_time, word, gates=True)
    if limits.goal_s is not None:
        yield _time_check(result, "goal", limits.goal_s, _judge_goal, word, gates=False)
    if limits.goal_reduction is not None:
        yield _reduction_check(result, limits.goal_reduction, baseline, word)


def _time_check(
    result: TargetResult,
    key: str,
    limit_s: float,
    judge: Callable[[Sequence[float], float], tuple[Verdict, Reason]],
    word: Wording,
    *,
    gates: bool,
) -> Check:
    walls_s = _walls_s(result)
    if missing := _why_not_measured(result):
        measured_s, verdict, reason = None, Verdict.INCONCLUSIVE, missing
    else:
        measured_s, (verdict, reason) = median(walls_s), judge(walls_s, limit_s)
    if verdict is Verdict.FAIL:
        verdict, reason = without_queueing(result.timed(), limit_s, judge, (verdict, reason))
    if verdict is Verdict.FAIL and not _is_comparable(result):
        # Other rounds on the machine only make a round slower: within the limit is certain, over it proves nothing.
        verdict = Verdict.INCONCLUSIVE
        reason = Reason(f"{reason.fact}, but {_AT_THE_SAME_TIME}", _ONE_AT_A_TIME)
    converted_s = None if measured_s is None else reference_wall_s(result)
    if converted_s is not None:
        reason = replace(reason, fact=f"{reason.fact} ({format_duration(converted_s)} in reference seconds)")
    return Check(
        key=key,
        limit=limit_s,
        measured=measured_s,
        verdict=verdict,
        reason=word(reason),
        gates=gates,
        reference_s=converted_s,
        warning=_machine_warning(key, verdict, limit_s, converted_s) if gates else "",
    )


def _machine_warning(key: str, verdict: Verdict, limit_s: float, converted_s: float | None) -> str:
    """A warning if the verdict would differ on a machine of nominal speed; else empty."""
    if converted_s is None or verdict not in (Verdict.PASS, Verdict.FAIL):
        return ""
    converted, limit = format_duration(converted_s), format_duration(limit_s)
    if verdict is Verdict.FAIL and converted_s <= limit_s:
        return (
            f"over the {key} of {limit} on this machine, but within it in reference seconds ({converted}): the machine"
            " is slow now"
        )
    if verdict is Verdict.PASS and converted_s > limit_s:
        return (
            f"within the {key} of {limit} only because this machine is fast: other machines may need {converted}, the"
            " time in reference seconds"
        )
    return ""


def _judge_goal(walls_s: Sequence[float], goal_s: float) -> tuple[Verdict, Reason]:
    figures = f"median {format_duration(median(walls_s))}, goal {format_duration(goal_s)}"
    return _judge_figures(figures, reached=median(walls_s) <= goal_s)


def _reduction_check(
    result: TargetResult, goal_reduction: float, baseline: TargetResult | None, word: Wording
) -> Check:
    measured, verdict = None, Verdict.INCONCLUSIVE
    if baseline is None:
        reason = Reason("no comparable baseline to measure the reduction against")
    elif missing := _why_not_measured(result):
        reason = missing
    elif missing := _why_not_measured(baseline):
        reason = replace(missing, fact=f"in the baseline: {missing.fact}")
    elif not (_is_comparable(result) and _is_comparable(baseline)):
        reason = Reason(_AT_THE_SAME_TIME, _ONE_AT_A_TIME)
    elif not (base_s := median(_walls_s(baseline))):
        reason = Reason("the wall time of the baseline is 0, so it cannot be reduced")
    else:
        head_s = median(_walls_s(result))
        measured = 1 - head_s / base_s
        figures = f"{format_duration(base_s)} -> {format_duration(head_s)}: {format_ratio(head_s / base_s)}"
        goal = format_ratio(1 - goal_reduction)
        verdict, reason = _judge_figures(f"{figures}, goal {goal}", reached=measured >= goal_reduction)
    return Check(
        key="goal-reduction", limit=goal_reduction, measured=measured, verdict=verdict, reason=word(reason), gates=False
    )


def _judge_figures(figures: str, *, reached: bool) -> tuple[Verdict, Reason]:
    if reached:
        return Verdict.PASS, Reason(f"{figures}: reached")
    return Verdict.FAIL, Reason(f"{figures}: not reached")


def _memory_checks(result: TargetResult, limits: Limits, word: Wording) -> Iterator[Check]:
    if (limit := limits.memory_budget_bytes) is None:
        return
    peaks = [sample.peak_rss_bytes for sample in result.timed()]
    if missing := _why_not_measured(result):
        verdict, reason = Verdict.INCONCLUSIVE, missing
    elif max(peaks) <= limit:
        verdict, reason = Verdict.PASS, Reason(f"peak {format_size(max(peaks))}, within {format_size(limit)}")
    elif min(peaks) > limit:
        verdict, reason = Verdict.FAIL, Reason(f"peak at least {format_size(min(peaks))}, over {format_size(limit)}")
    else:
        extent = f"peaks from {format_size(min(peaks))} to {format_size(max(peaks))}, on both sides of"
        verdict, reason = Verdict.INCONCLUSIVE, Reason(f"{extent} {format_size(limit)}; more rounds cannot decide")
    measured = None if missing else max(peaks)
    yield Check(key="memory-budget", limit=limit, measured=measured, verdict=verdict, reason=word(reason))


def _count_checks(result: TargetResult, limits: Limits) -> Iterator[Check]:
    counts = result.counts
    if limits.max_warnings is not None:
        yield _count_check(result, "max-warnings", limits.max_warnings, counts.warnings if counts else None)
    if (most := limits.max_collection_warnings) is not None:
        yield _count_check(result, "max-collection-warnings", most, counts.collection_warnings if counts else None)
    if limits.max_errors is not None:
        yield _count_check(result, "max-errors", limits.max_errors, counts.errors if counts else None)
    if limits.min_items is not None:
        yield _count_check(result, "min-items", limits.min_items, counts.items if counts else None)


def _warning_checks(result: TargetResult, limits: Limits, baseline: TargetResult | None) -> Iterator[Check]:
    if (goal := limits.warning_reduction) is None:
        return
    only_of_collection = limits.max_collection_warnings is not None
    before, now = (_warnings_of(each, only_of_collection=only_of_collection) for each in (baseline, result))
    measured, verdict = None, Verdict.INCONCLUSIVE
    if before is None:
        reason = Reason("no comparable baseline to measure the reduction against")
    elif now is None:
        reason = Reason(f"warnings were not counted: {why_not_collected(result) or 'no round was completed'}")
    elif not before:
        reason = Reason(f"warnings: none in the baseline, {now} now")
        measured, verdict = (1.0, Verdict.PASS) if not now else (0.0, Verdict.FAIL)
    else:
        measured = 1 - now / before
        figures = f"{before} -> {now}: {format_ratio(now / before)}, goal {format_ratio(1 - goal)}"
        noun = "collection warnings" if only_of_collection else "warnings"
        verdict, reason = _judge_figures(f"{noun}: {figures}", reached=measured >= goal)
    yield Check(
        key="warning-reduction", limit=goal, measured=measured, verdict=verdict, reason=str(reason), gates=False
    )


def _warnings_of(result: TargetResult | None, *, only_of_collection: bool) -> int | None:
    counts = result.counts if result is not None else None
    if counts is None:
        return None
    return counts.collection_warnings if only_of_collection else counts.warnings


def _count_check(result: TargetResult, key: str, limit: int, measured: int | None) -> Check:
    bound, _, noun = key.replace("collection-", "collection ").partition("-")
    if measured is None:
        verdict = Verdict.INCONCLUSIVE
        reason = f"{noun} were not counted: {why_not_collected(result) or 'no round was completed'}"
    else:
        holds = measured >= limit if bound == "min" else measured <= limit
        verdict = Verdict.PASS if holds else Verdict.FAIL
        reason = f"{noun}: {measured}, {bound}imum {limit}"
    return Check(key=key, limit=limit, measured=measured, verdict=verdict, reason=reason)


def _why_not_measured(result: TargetResult) -> Reason | None:
    """Why a result has no times to judge; None if it has."""
    if missing := why_not_collected(result):
        return Reason(missing)
    if result.timed():
        return None
    return Reason("no timed round was completed", (Remedy(action=Action.MORE_TIME),))


def _walls_s(result: TargetResult) -> list[float]:
    return [sample.wall_s for sample in result.timed()]


def _is_comparable(result: TargetResult) -> bool:
    return all(sample.comparable for sample in result.timed())
