"""The checkup of a machine: what it tells about itself, and a target measured against itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

from collectbench.cli.pytest_output import show_pytest_output
from collectbench.judge.change import MARGIN_FLOOR
from collectbench.judge.checkup import examine
from collectbench.judge.self_comparison import compare_with_itself
from collectbench.measure.machine.environment import commit, environment
from collectbench.measure.machine.readings import read_machine
from collectbench.measure.process.interruption import signals_noted
from collectbench.measure.process.launch import launch
from collectbench.model.doctor import Checkup, SelfComparison
from collectbench.model.sample import Status
from collectbench.usecases.measure_options import MeasureOptions
from collectbench.usecases.measuring import measure_in_pairs
from collectbench.usecases.project import Project
from collectbench.usecases.recording import TOOL, notes_after, notes_before, now
from collectbench.usecases.wording import word


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTest:
    """How a target is measured against itself. `margin_floor` is a fraction, None for the default."""

    options: MeasureOptions
    margin_floor: float | None


def check_up(project: Project, test: SelfTest | None) -> Checkup:
    """Read the machine before anything else runs, then measure the first target of the plan against itself.

    Raises:
        Interrupted: SIGINT or SIGTERM arrived; no child is left, and the user's tree is as it was.
        UsageError: the interpreter cannot be started any more.
    """
    stamp = environment(project.inspection, project.env, project.root)
    with signals_noted():
        found = commit(project.root, project.env, launch)
    examinations = examine(read_machine(stamp, project.root, in_repository=found is not None), word)
    checkup = Checkup(tool=TOOL, created=now(), environment=stamp, examinations=examinations)
    return checkup if test is None else _with_self_comparison(checkup, first_target(project), test)


def first_target(project: Project) -> Project:
    """The project with the first target of its plan alone: one is enough to know the machine."""
    return replace(project, plan=replace(project.plan, targets=project.plan.targets[:1], suite=None))


def _with_self_comparison(checkup: Checkup, project: Project, test: SelfTest) -> Checkup:
    session = measure_in_pairs(project, test.options)
    show_pytest_output(session.rounds, everything=test.options.show_output)
    (target,) = project.plan.targets
    result = session.result(target.name)
    notes = (*notes_before(project, test.options, checkup.environment), *notes_after(session))
    if result is None:
        return replace(checkup, self_comparison=SelfComparison(target=target.name, status=Status.OK), notes=notes)
    margin_floor = MARGIN_FLOOR if test.margin_floor is None else test.margin_floor
    compared = compare_with_itself(result, word, margin_floor=margin_floor, seed=session.seed)
    return replace(checkup, self_comparison=compared, notes=(*notes, *result.notes))
