"""A diagnosis: rounds that explain, the causes that they show, and one list of what to change."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from collectbench.attribution.attribute import garbage_collector_paused
from collectbench.attribution.origins import project_name
from collectbench.attribution.parts import QUEUED
from collectbench.causes import CAUSES, Evidence
from collectbench.causes.ledger import ranked, settle
from collectbench.causes.rest import REASONS, rest_of
from collectbench.judge.statistics import median
from collectbench.measure.round.round import Round
from collectbench.model.diagnosis import Diagnosis, Rest, TargetDiagnosis
from collectbench.model.errors import Interrupted
from collectbench.model.interpreter_start import InterpreterStart
from collectbench.model.target import Target
from collectbench.model.trace import Trace
from collectbench.usecases.diagnosing.evidence import evidence_of
from collectbench.usecases.diagnosing.scaling import NOT_SCALED, Scaled, Scaling, scaled_targets
from collectbench.usecases.diagnosing.starting import start_of
from collectbench.usecases.explained_rounds import has_trace, is_timed, notes_on_rounds, traced_of
from collectbench.usecases.feedback import Feedback
from collectbench.usecases.measuring import measure_to_diagnose
from collectbench.usecases.origin import TOOL, now
from collectbench.usecases.project import Project
from collectbench.usecases.recording import notes_after, notes_on_rounds_before
from collectbench.usecases.start_of_pytest import require_start_of_pytest

NAME_OF_UNACCOUNTED = "unaccounted"


Prove = Callable[[Target, Sequence[Round], TargetDiagnosis], TargetDiagnosis]
"""From a target, its rounds and its diagnosis to that diagnosis with experiments."""


class InterruptedTarget(Interrupted):
    """Interrupted in the experiments on a target. `diagnosis` is what is known of it."""

    def __init__(self, signal_name: str, diagnosis: TargetDiagnosis) -> None:
        super().__init__(signal_name)
        self.diagnosis = diagnosis


class InterruptedDiagnosis(Interrupted):
    """Interrupted in the experiments. `diagnosis` is what is known by then."""

    def __init__(self, signal_name: str, diagnosis: Diagnosis) -> None:
        super().__init__(signal_name)
        self.diagnosis = diagnosis


def in_turn(*steps: Prove) -> Prove:
    """Returns a step that takes all of these, one after the other."""

    def all_steps(target: Target, rounds: Sequence[Round], diagnosis: TargetDiagnosis) -> TargetDiagnosis:
        for step in steps:
            diagnosis = step(target, rounds, diagnosis)
        return diagnosis

    return all_steps


def diagnose(
    project: Project,
    feedback: Feedback,
    causes: Collection[str],
    scaling: Scaling = Scaling.OFF,
    prove: Prove = lambda _, __, diagnosis: diagnosis,
    *,
    least_rounds: int = 1,
) -> Diagnosis:
    """Returns the findings of the selected causes for each target of the plan (see `with_explained_targets`).

    `prove` adds the experiments to each of them. There are at least `least_rounds` timed ones.

    Raises:
        InterruptedDiagnosis: a signal arrived during the experiments.
        Interrupted: a signal arrived before them.
        CollectionError: pytest does not start.
        UsageError: the interpreter cannot be started any more.
    """
    require_start_of_pytest(project)
    targets = project.plan.targets
    session = measure_to_diagnose(project, targets, feedback, least_rounds)
    start = start_of(project, session.rounds.values())
    scaled: Mapping[str, Scaled] = {}
    notes_on_subsets: tuple[str, ...] = ()
    if scaling is Scaling.ON:
        scaled, notes_on_subsets = scaled_targets(project, session.rounds, feedback)
    names: list[str] = []
    diagnosed: list[TargetDiagnosis] = []

    def whole(*of_targets: TargetDiagnosis) -> Diagnosis:
        return Diagnosis(
            tool=TOOL,
            created=now(),
            environment=project.environment,
            targets=of_targets,
            notes=tuple(dict.fromkeys((*notes_on_rounds_before(project), *notes_after(session), *notes_on_subsets))),
            project=names[0] if names else "",
        )

    for target in targets:
        rounds = session.rounds.get(target.name, [])
        if rounds and has_trace(rounds):
            with garbage_collector_paused():
                evidence, diagnosis = diagnosis_of(
                    *(project, target, rounds, causes, start), scaled.get(target.name, NOT_SCALED)
                )
                names.append(project_name(evidence.places))
                del evidence
            try:
                diagnosed.append(prove(target, rounds, diagnosis))
            except InterruptedTarget as interrupted:
                raise InterruptedDiagnosis(str(interrupted), whole(*diagnosed, interrupted.diagnosis)) from interrupted
        elif rounds:
            diagnosed.append(without_trace(target, rounds))
    return whole(*diagnosed)


def without_trace(target: Target, rounds: Sequence[Round]) -> TargetDiagnosis:
    """Returns why a target was not collected, if even its traced round did not get as far as a trace."""
    (traced, *_) = rounds
    unaccounted = Rest(name=NAME_OF_UNACCOUNTED, seconds=traced.sample.wall_s, reason=REASONS[NAME_OF_UNACCOUNTED])
    return TargetDiagnosis(
        name=target.name,
        status=traced.status,
        message=traced.message,
        wall_s=None,
        traced_wall_s=traced.sample.wall_s,
        findings=(),
        rest=(unaccounted,),
        budget_s=target.limits.budget_s,
        notes=tuple(dict.fromkeys(note for round_ in rounds for note in round_.notes)),
    )


def diagnosis_of(  # noqa: PLR0917 - a target, and what was measured of it
    project: Project,
    target: Target,
    rounds: Sequence[Round],
    causes: Collection[str],
    start: InterpreterStart | None = None,
    scaled: Scaled = NOT_SCALED,
) -> tuple[Evidence, TargetDiagnosis]:
    """Returns the evidence that the rounds of a target give, and its diagnosis.

    Raises:
        CollectionError: the traced round left no trace.
    """
    evidence = evidence_of(project, target, rounds, start, scaled.costs)
    found = [(cause, list(cause.find(evidence))) for cause in CAUSES if cause.id in causes]
    ledger = settle(found, evidence.parts, evidence.smallest_s)
    walls_s = [round_.sample.wall_s for round_ in rounds if is_timed(round_)]
    traced, trace = traced_of(rounds)
    return evidence, TargetDiagnosis(
        name=target.name,
        status=traced.status,
        message=traced.message,
        wall_s=median(walls_s) if walls_s else None,
        traced_wall_s=traced.sample.wall_s,
        findings=tuple(ranked(ledger.findings)),
        rest=tuple(rest_of(evidence, ledger.left, is_selection=len(found) < len(CAUSES))),
        counts=traced.counts,
        budget_s=target.limits.budget_s,
        queued_s=evidence.seconds(QUEUED),
        notes=tuple(
            dict.fromkeys((*notes_on_rounds(rounds), *trace.lost, *_note_on_the_end(traced, trace), *scaled.notes))
        ),
    )


def _note_on_the_end(traced: Round, trace: Trace) -> Iterator[str]:
    """A process that ended early is reported by its status; one that was collected could not write its trace."""
    if not trace.complete and traced.counts is not None:
        yield "the trace could not be written to its end (disk full, or a limit for files), so findings are missing"
