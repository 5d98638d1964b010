"""The checkup of a machine: its settings, and a target compared with itself."""

from __future__ import annotations

from dataclasses import replace

from collectbench.judge import self_comparison
from collectbench.judge.change import MARGIN_FLOOR
from collectbench.judge.checkup import examine
from collectbench.judge.fitness import conclude
from collectbench.measure.machine.environment import commit
from collectbench.measure.machine.readings import read_machine
from collectbench.measure.process.interruption import signals_noted
from collectbench.measure.process.launch import launch
from collectbench.model.doctor import Checkup, SelfComparison
from collectbench.model.reason import Wording
from collectbench.model.sample import Status
from collectbench.usecases.feedback import Feedback
from collectbench.usecases.measuring import measure_in_pairs
from collectbench.usecases.origin import TOOL, now
from collectbench.usecases.project import Project
from collectbench.usecases.recording import notes_after, notes_before
from collectbench.usecases.start_of_pytest import require_start_of_pytest


def check_up(
    project: Project,
    feedback: Feedback,
    word: Wording,
    *,
    compare_with_itself: bool,
    margin_floor: float | None = None,
) -> Checkup:
    """Read the machine before anything else runs, then compare the first target of the plan with itself if wanted.

    `margin_floor` is the tolerated growth, a fraction; None for the default.

    Raises:
        Interrupted: a signal arrived; no child is left, and the user's tree is as it was.
        CollectionError: pytest does not start, so that nothing can be compared with itself.
        UsageError: the interpreter cannot be started any more.
    """
    if compare_with_itself:
        require_start_of_pytest(project)
    with signals_noted():
        state = commit(project.root, project.env, launch)
    readings = read_machine(project.environment, project.root, in_repository=state is not None)
    checkup = Checkup(tool=TOOL, created=now(), environment=project.environment, examinations=examine(readings, word))
    if compare_with_itself:
        margin_floor = MARGIN_FLOOR if margin_floor is None else margin_floor
        checkup = _with_self_comparison(checkup, with_first_target(project), margin_floor, feedback, word)
    return replace(checkup, conclusion=conclude(checkup))


def with_first_target(project: Project) -> Project:
    """The project with the first target of its plan alone: one is enough to know the machine."""
    return replace(project, plan=replace(project.plan, targets=project.plan.targets[:1], suite=None))


def _with_self_comparison(
    checkup: Checkup, project: Project, margin_floor: float, feedback: Feedback, word: Wording
) -> Checkup:
    session = measure_in_pairs(project, feedback)
    (target,) = project.plan.targets
    result = session.result(target.name)
    notes = (*notes_before(project), *notes_after(session))
    if result is None:
        return replace(checkup, self_comparison=SelfComparison(target=target.name, status=Status.OK), notes=notes)
    comparison = self_comparison.compare_with_itself(result, word, margin_floor=margin_floor, seed=session.seed)
    return replace(checkup, self_comparison=comparison, notes=(*notes, *result.notes))
