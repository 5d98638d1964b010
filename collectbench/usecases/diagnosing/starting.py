"""What Python runs before its first statement, if that may be worth a finding."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from collectbench.causes.evidence import smallest_s
from collectbench.measure.process.interruption import raise_if_interrupted, signals_noted
from collectbench.measure.process.launch import launch
from collectbench.measure.round.interpreter_start import measure_start
from collectbench.measure.round.round import Round
from collectbench.model.interpreter_start import InterpreterStart
from collectbench.usecases.project import Project


def start_of(project: Project, taken: Iterable[Sequence[Round]]) -> InterpreterStart | None:
    """Returns it as measured by a few starts of the interpreter; None if the starts of all rounds were too short.

    Raises:
        Interrupted: a signal arrived.
        InterpreterError: the interpreter cannot be started any more.
    """
    samples = [round_.sample for rounds in taken for round_ in rounds]
    if all(sample.phases.get("interpreter", 0.0) < smallest_s(sample.wall_s) for sample in samples):
        return None
    with signals_noted():
        start = measure_start(project.python, project.start, project.env, launch)
        raise_if_interrupted()
    return start
