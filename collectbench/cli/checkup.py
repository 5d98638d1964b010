"""The checkup of a machine: what it tells about itself, and a target measured against itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

from collectbench.cli.measuring import measure_in_pairs
from collectbench.cli.recording import TOOL, notes_after, notes_before, now
from collectbench.cli.wishes import Wishes
from collectbench.cli.words import show_words
from collectbench.cli.workplace import Workplace
from collectbench.judge.change import MARGIN_FLOOR
from collectbench.judge.checkup import examine
from collectbench.judge.self_comparison import compare_with_itself
from collectbench.measure.environment import commit, environment
from collectbench.measure.interruption import signals_noted
from collectbench.measure.launch import launch
from collectbench.measure.machine import read_machine
from collectbench.model.doctor import Checkup, SelfComparison
from collectbench.model.sample import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTest:
    """How a target is measured against itself. `margin_floor` is a fraction, None for the default."""

    wishes: Wishes
    margin_floor: float | None


def check_up(place: Workplace, test: SelfTest | None) -> Checkup:
    """Read the machine before anything else runs, then measure the first target of the plan against itself.

    Raises:
        Interrupted: SIGINT or SIGTERM arrived; no child is left, and the user's tree is as it was.
        UsageError: the interpreter cannot be started any more.
    """
    stamp = environment(place.inspection, place.env, place.root)
    with signals_noted():
        found = commit(place.root, place.env, launch)
    examinations = examine(read_machine(stamp, place.root, in_repository=found is not None))
    checkup = Checkup(tool=TOOL, created=now(), environment=stamp, examinations=examinations)
    return checkup if test is None else _with_self_comparison(checkup, first_target(place), test)


def first_target(place: Workplace) -> Workplace:
    """The place with the first target of its plan alone: one is enough to know the machine."""
    return replace(place, plan=replace(place.plan, targets=place.plan.targets[:1], suite=None))


def _with_self_comparison(checkup: Checkup, place: Workplace, test: SelfTest) -> Checkup:
    session = measure_in_pairs(place, test.wishes)
    show_words(session.rounds, everything=test.wishes.show_output)
    (target,) = place.plan.targets
    result = session.result(target.name)
    notes = (*notes_before(place, test.wishes, checkup.environment), *notes_after(session))
    if result is None:
        return replace(checkup, self_comparison=SelfComparison(target=target.name, status=Status.OK), notes=notes)
    margin_floor = MARGIN_FLOOR if test.margin_floor is None else test.margin_floor
    compared = compare_with_itself(result, margin_floor=margin_floor, seed=session.seed)
    return replace(checkup, self_comparison=compared, notes=(*notes, *result.notes))
