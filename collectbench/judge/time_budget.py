"""The rule for time budgets: how many rounds must agree, and what a busy machine excuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectbench.judge.statistics import median
from collectbench.model.comparison import Verdict
from collectbench.model.reason import Action, Reason, Remedy
from collectbench.model.units import format_duration

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from collectbench.model.sample import Sample

# The contract's rule for time budgets: a clear distance needs few rounds, a small one seven that agree.
_FAR_UNDER, _ROUNDS_FAR_UNDER = 0.5, 2
_FAR_OVER, _ROUNDS_FAR_OVER = 1.5, 3
_ROUNDS_THAT_AGREE = 7


def judge_time(samples_wall_s: Sequence[float], budget_s: float) -> tuple[Verdict, Reason]:
    """Compare the wall times of rounds with a budget, both in seconds; the reason says what would decide.

    `pass`: two rounds take at most half of the budget, whatever the others take (noise only adds time), or seven
    rounds and none exceeds it.
    `fail`: all rounds exceed the budget, and three of them exceed it by half or there are seven.
    """
    count, budget = len(samples_wall_s), format_duration(budget_s)
    if not count:
        return Verdict.INCONCLUSIVE, Reason(f"no timed round to compare with the budget of {budget}")
    fastest_s, slowest_s = min(samples_wall_s), max(samples_wall_s)
    if fastest_s <= budget_s < slowest_s:
        return _judge_both_sides(samples_wall_s, budget_s)
    if slowest_s <= budget_s:
        verdict, fact = Verdict.PASS, f"slowest of {_rounds(count)} {format_duration(slowest_s)}, within {budget}"
        far, needed = _far_under(samples_wall_s, budget_s), _ROUNDS_FAR_UNDER
    else:
        verdict, fact = Verdict.FAIL, f"fastest of {_rounds(count)} {format_duration(fastest_s)}, over {budget}"
        far, needed = sum(wall_s > _FAR_OVER * budget_s for wall_s in samples_wall_s), _ROUNDS_FAR_OVER
    if far >= needed or count >= _ROUNDS_THAT_AGREE:
        return verdict, Reason(fact)
    rounds = needed if far == count else _ROUNDS_THAT_AGREE
    return Verdict.INCONCLUSIVE, Reason(f"{fact}, but {rounds} rounds must agree", _more_rounds(rounds))


def _judge_both_sides(samples_wall_s: Sequence[float], budget_s: float) -> tuple[Verdict, Reason]:
    count, far, half = len(samples_wall_s), _far_under(samples_wall_s, budget_s), format_duration(_FAR_UNDER * budget_s)
    if far >= _ROUNDS_FAR_UNDER:
        slowest = format_duration(max(samples_wall_s))
        return Verdict.PASS, Reason(
            f"{far} of {count} rounds within {half}, half of the budget; the slowest, {slowest}, was disturbed"
        )
    fact = (
        f"rounds take {format_duration(min(samples_wall_s))} to {format_duration(max(samples_wall_s))}, on both sides"
        f" of {format_duration(budget_s)}"
    )
    if far:
        one_more = f"{fact}; one more round of at most {half} would decide"
        return Verdict.INCONCLUSIVE, Reason(one_more, _more_rounds(count + 1))
    return Verdict.INCONCLUSIVE, Reason(f"{fact}; more rounds cannot decide, a quieter machine can")


def _rounds(count: int) -> str:
    return "1 round" if count == 1 else f"{count} rounds"


def _more_rounds(rounds: int) -> tuple[Remedy, ...]:
    return (Remedy(action=Action.MORE_ROUNDS, rounds=rounds),)


def _far_under(samples_wall_s: Sequence[float], budget_s: float) -> int:
    return sum(wall_s <= _FAR_UNDER * budget_s for wall_s in samples_wall_s)


def is_futile(samples_wall_s: Sequence[float], budget_s: float) -> bool:
    """Whether more rounds cannot decide: they lie on both sides of the budget, and none within half of it."""
    return bool(samples_wall_s) and _FAR_UNDER * budget_s < min(samples_wall_s) <= budget_s < max(samples_wall_s)


def is_decided(samples_wall_s: Sequence[float], budget_s: float) -> bool:
    """Whether a budget needs no further rounds: it passes, it fails, or further rounds are futile."""
    verdict, _ = judge_time(samples_wall_s, budget_s)
    return verdict is not Verdict.INCONCLUSIVE or is_futile(samples_wall_s, budget_s)


def without_queueing(
    samples: Sequence[Sample],
    limit_s: float,
    judge: Callable[[Sequence[float], float], tuple[Verdict, Reason]],
    judged: tuple[Verdict, Reason],
) -> tuple[Verdict, Reason]:
    """The judgement, in doubt if only the time in which the process had no processor makes it a `fail`."""
    verdict, reason = judged
    walls_s = [_excused_wall_s(sample) for sample in samples]
    if judge(walls_s, limit_s)[0] is Verdict.FAIL:
        return verdict, reason
    without = f"over only because the machine was busy: {format_duration(median(walls_s))} without queueing for a CPU"
    return Verdict.INCONCLUSIVE, Reason(f"{reason.fact}, {without}; a quieter machine can decide")


def _excused_wall_s(sample: Sample) -> float:
    """The wall time less its queueing, unless the suite or its own limit may have caused that.

    Other threads and processes of the tree take the CPU from the main thread, and a control group withholds it from a
    suite that uses too much: what a suite inflicts on itself counts.
    """
    is_excused = sample.threads_or_children is False and not sample.noise.throttled_s
    return sample.unqueued_wall_s if is_excused else sample.wall_s
