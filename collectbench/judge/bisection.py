"""Which counter shows a step, and on which side of it a commit is."""

from __future__ import annotations

from dataclasses import dataclass

from collectbench.model.counter_names import NOUNS
from collectbench.model.history import RecordedTarget, Step, StepKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """A counter on both sides of a step."""

    figure: str
    before: int
    after: int

    def is_after(self, count: int) -> bool:
        """Whether a commit with that counter is nearer to the state after the step."""
        return abs(count - self.after) < abs(count - self.before)


def sides_of(step: Step, base: RecordedTarget, head: RecordedTarget) -> Sides | None:
    """Return the counter that shows a step; None if none does.

    For a step of a counter it is that counter. For one of the time it is the counter that changed most of those that
    repeat and changed in the same direction, as a share of what it was.

    Args:
        step: of the trend.
        base: the target in the record before the step.
        head: the target in the record after it.
    """
    candidates = {name: sides for name in NOUNS if (sides := _sides(name, base, head)) is not None}
    if step.kind is StepKind.COUNTER:
        return candidates.get(step.figure)
    alike = [sides for sides in candidates.values() if (sides.after > sides.before) == (step.after > step.before)]
    return max(alike, key=_share, default=None)


def _sides(name: str, base: RecordedTarget, head: RecordedTarget) -> Sides | None:
    if name in (*base.unstable, *head.unstable) or base.counters is None or head.counters is None:
        return None
    before, after = base.counters.get(name), head.counters.get(name)
    if before is None or after is None or before == after:
        return None
    return Sides(figure=name, before=before, after=after)


def _share(sides: Sides) -> float:
    return abs(sides.after - sides.before) / max(sides.before, sides.after)
