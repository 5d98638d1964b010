"""All proven interventions in one, and what their fixes would write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from collectbench.experiments import Arms, NotTestableError, Setting
from collectbench.model.diagnosis import Experiment
from collectbench.model.intervention import NOTHING, ConflictError, Intervention, together
from collectbench.usecases.proving.options import Attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """An experiment, with the arms that were compared; None if there was no experiment."""

    attempt: Attempt
    experiment: Experiment
    arms: Arms | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Combined:
    """Several interventions at once.

    Attributes:
        arms: base has all of them, head what their heads have in common with it.
        left_out: those that contradict an earlier one.
        fixes: the sources that fixes would write, by absolute path.
    """

    arms: Arms
    left_out: tuple[str, ...] = ()
    fixes: dict[str, bytes] = field(default_factory=dict)


def combined(proven: Sequence[Tried], setting: Setting) -> Combined:
    """Return all proven interventions at once, without those that another one contains."""
    extended = {each.attempt.kind.extends for each in proven}
    chosen = [each for each in proven if each.attempt.kind.id not in extended]
    base, head, parts = NOTHING, NOTHING, list[Arms]()
    left_out: list[str] = []
    for text, arms in _merged(chosen, setting):
        try:
            base, head = together((base, arms.base)), together((head, Intervention(served=arms.head.served)))
        except ConflictError:
            left_out.append(text)
        else:
            parts.append(arms)
    whole = Arms(
        base=base,
        head=head,
        permits=tuple(permit for arms in parts for permit in arms.permits),
        bound=any(arms.bound for arms in parts),
        risks_exit=any(arms.risks_exit for arms in parts),
    )
    fixes = {path: source for arms in parts if arms.is_fix for path, source in arms.base.served.items()}
    return Combined(arms=whole, left_out=tuple(left_out), fixes=fixes)


def _merged(proven: Sequence[Tried], setting: Setting) -> Iterator[tuple[str, Arms]]:
    """Yield the arms of each intervention, and one for all that a codemod makes: their edits may be in one file."""
    groups: dict[str, list[Tried]] = {}
    for each in proven:
        groups.setdefault(each.attempt.kind.id if each.attempt.kind.joins else each.attempt.text, []).append(each)
    for same in groups.values():
        merged = same[0] if len(same) == 1 else _of_all(same, setting)
        for each in (merged,) if merged is not None else same:
            if each.arms is not None:
                yield each.attempt.text, each.arms


def _of_all(same: Sequence[Tried], setting: Setting) -> Tried | None:
    """One intervention with the arguments of several; None if there is none."""
    attempt = replace(same[0].attempt, argument=",".join(each.attempt.argument for each in same))
    try:
        return replace(same[0], attempt=attempt, arms=attempt.kind.arms(attempt.argument, setting))
    except NotTestableError:
        return None
