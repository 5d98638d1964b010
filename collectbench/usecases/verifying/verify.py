"""Runs the tests of all targets, and compares their outcomes with the recorded ones or records them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from collectbench.judge.verdicts import WITHOUT_COLLECTION, worst
from collectbench.judge.verification.environments import explaining
from collectbench.judge.verification.recorded import Recorded, recorded_of
from collectbench.judge.verification.run import TargetRun
from collectbench.judge.verification.target import Expectation, Terms
from collectbench.judge.verification.whole import judge_all, vanished_targets
from collectbench.measure.machine.environment import commit
from collectbench.measure.process.interruption import raise_if_interrupted, signals_noted
from collectbench.measure.process.launch import launch
from collectbench.measure.process.os_errors import explain_os_errors
from collectbench.measure.process.temporary import make_temporary_directory
from collectbench.measure.round.bench import Bench
from collectbench.measure.round.round import Round
from collectbench.measure.session.pace import Pace
from collectbench.measure.session.round_runner import RoundRunner, trees_put_back
from collectbench.model.comparison import Verdict
from collectbench.model.errors import Interrupted
from collectbench.model.reason import Action, Reason, Remedy, Wording
from collectbench.model.sample import Status
from collectbench.model.target import Target
from collectbench.model.verification import Verification
from collectbench.usecases.feedback import Display, Feedback
from collectbench.usecases.measuring import bench_of
from collectbench.usecases.origin import TOOL, now
from collectbench.usecases.project import Project
from collectbench.usecases.recording import notes_before
from collectbench.usecases.start_of_pytest import require_start_of_pytest
from collectbench.usecases.verifying.options import VerifyOptions, chosen
from collectbench.usecases.verifying.state import StateSlot, keep_finished, shown
from collectbench.verify.processes import Processes
from collectbench.verify.targets import RunTerms, run_target, unrun

STOPPED = "not run: {} newly fails"


@dataclass(slots=True, kw_only=True)
class Session:
    """The runs of one command.

    Attributes:
        project: its targets are run in their order.
        options: what the user asks.
        state: the recorded state; None to compare nothing.
        runs: the targets that are finished.
        rounds: the rounds of each target, those of reruns included.
    """

    project: Project
    options: VerifyOptions
    state: Verification | None
    runs: list[TargetRun]
    rounds: dict[str, list[Round]]

    def run(self, bench: Bench, display: Display) -> None:
        """Run all targets until the end, the time limit, or the first newly failing test if the user wants that.

        Raises:
            OSError: the interpreter cannot be started.
            Interrupted: a signal arrived; finished targets stay available.
        """
        limit_s, targets = self.project.settings.max_time_s, self.project.plan.targets
        deadline_ns = None if limit_s is None else self.project.request.begun_ns + int(limit_s * 1e9)
        runner = RoundRunner(observer=display, deadline_ns=deadline_ns)
        pace, stopped_by = Pace(usual_s=self._usual_s()), ""
        terms = RunTerms(reruns=self.options.reruns if self.state else 0, fast_fail=self.options.fast_fail)
        with trees_put_back([bench]):
            for position, target in enumerate(targets):
                recorded, choice = self.recorded(target), chosen(target, self.options.choice)
                left = tuple(each.name for each in targets[position:])
                processes = Processes(runner=runner, bench=bench, target=target, pace=pace, targets_left=left)
                if stopped_by:
                    self.runs.append(unrun(processes, recorded, choice, STOPPED.format(stopped_by)))
                    continue
                self.rounds[target.name] = processes.rounds
                self.runs.append(run_target(processes, recorded, choice, terms))
                stopped_by = self.runs[-1].stopped_by

    def recorded(self, target: Target) -> Recorded:
        """What the state knows of a target."""
        if self.state is None:
            return Recorded()
        return recorded_of(self.state, target.name, target.paths or ["."], target.ignored)

    def _usual_s(self) -> Mapping[str, float]:
        """The seconds of each target when the state was recorded."""
        targets = self.state.targets if self.state else ()
        return {target.name: target.wall_s for target in targets if target.wall_s is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A finished verification, and what to tell about its place; empty if it was not recorded."""

    document: Verification
    message: str = ""


def verify(project: Project, options: VerifyOptions, feedback: Feedback, word: Wording) -> Verified:
    """Run the tests of the project, and record their outcomes or compare them with the recorded ones.

    Raises:
        UsageError: the place of the state cannot be used; the interpreter cannot be started any more.
        BaselineError: the state is missing, unreadable, or of another environment; or it must not be replaced.
        CollectionError: pytest does not start.
        Interrupted: a signal arrived; finished targets are kept in a partial file.
    """
    require_start_of_pytest(project)
    slot = StateSlot.of(project, options.state_file)
    state = _state(project, options, slot)
    session = Session(project=project, options=options, state=state, runs=[], rounds={})
    head = _head(project, options, state, slot)
    try:
        notes = _run(session, feedback)
    except Interrupted:
        keep_finished(_judged(session, head), slot, feedback)
        raise
    document = _judged(session, replace(head, notes=(*head.notes, *notes)))
    if options.record:
        return Verified(document=document, message=_record(document, project, slot))
    feedback.show_pytest_output(dict(_worth_showing(session, document)))
    return Verified(document=_with_hints(document, word))


def _state(project: Project, options: VerifyOptions, slot: StateSlot) -> Verification | None:
    """The state to compare with; None if nothing is compared."""
    if options.record:
        slot.require_recordable(project, options.choice)
        return None
    if options.expect_failures or (options.judges_alone and slot.is_usual and not slot.is_there):
        return None
    return slot.read_for(project.environment, allow_mismatch=options.allow_mismatch)


def _head(project: Project, options: VerifyOptions, state: Verification | None, slot: StateSlot) -> Verification:
    """The document before any target."""
    created = now()
    with signals_noted():
        checkout = commit(project.root, project.env, launch)
    return Verification(
        tool=TOOL,
        created=created,
        environment=project.environment,
        commit=checkout[0] if checkout else None,
        dirty=checkout[1] if checkout else None,
        verdict=Verdict.PASS,
        targets=(),
        min_success=options.min_success,
        compared_with=shown(slot.path) if state else "",
        compared_created=state.created if state else "",
        notes=tuple(notes_before(project)),
    )


def _run(session: Session, feedback: Feedback) -> tuple[str, ...]:
    """Run everything and leave nothing behind; returns sentences on what the tests left in the user's tree."""
    project = session.project
    with explain_os_errors(project.python[0]), signals_noted():
        work = make_temporary_directory()
        try:
            bench = replace(bench_of(project, work), timeout_s=session.options.timeout_s)
            display = feedback.display()
            with display:
                session.run(bench, display)
        finally:
            shutil.rmtree(work, ignore_errors=True)
        raise_if_interrupted()
    return bench.tree.notes


def _judged(session: Session, head: Verification) -> Verification:
    """The document with all targets, those that vanished included."""
    vanished = []
    if session.state is not None and not session.project.plan.is_subset:
        vanished = list(vanished_targets(session.state, (run.name for run in session.runs)))
    targets = tuple(judge_all(session.runs, terms_of(session), vanished))
    document = replace(head, targets=targets, verdict=worst(target.verdict for target in targets))
    if session.state is None or not any(_changes(document)):
        return document
    differing = explaining(session.state.environment, document.environment)
    return replace(document, notes=(*document.notes, *(f"since the state was recorded: {each}" for each in differing)))


def terms_of(session: Session) -> Terms:
    """What the tests have to do."""
    options = session.options
    if options.expect_failures:
        expectation = Expectation.FAIL
    else:
        expectation = Expectation.NOTHING if session.state is None else Expectation.SAME
    return Terms(expectation=expectation, min_success=options.min_success)


def _record(document: Verification, project: Project, slot: StateSlot) -> str:
    """Save the state, and tell where; one in which a target was not collected, or no test ran, is saved nowhere."""
    broken = [target.name for target in document.targets if target.verdict is Verdict.ERROR]
    unrun_ = [target.name for target in document.targets if target.wall_s is None]
    if broken:
        return f"not recorded: this could not be collected: {', '.join(broken)}"
    if unrun_:
        return f"not recorded: this did not run before the time limit: {', '.join(unrun_)}"
    if not any(target.tests for target in document.targets):
        return "not recorded: nothing was collected"
    slot.save(document, keeps_others=project.plan.is_subset)
    return f"recorded {shown(slot.path)}"


def _worth_showing(session: Session, document: Verification) -> Iterator[tuple[str, Sequence[Round]]]:
    """The rounds whose output tells why a target fails: those in which changed tests ran alone, or the first ones."""
    verdicts = {target.name: target.verdict for target in document.targets}
    for name, rounds in session.rounds.items():
        if verdicts.get(name) in (Verdict.FAIL, Verdict.ERROR):
            yield name, [_labelled(each) for each in _best_first(rounds)]


def _best_first(rounds: Sequence[Round]) -> list[Round]:
    """The last round whose output shows the errors of failed tests, which pytest prints at its end; then all others."""
    latest_first = list(reversed(rounds))
    return sorted(
        latest_first, key=lambda each: not (each.outcomes and each.outcomes.is_whole and each.outcomes.has_failures)
    )


def _labelled(finished: Round) -> Round:
    """A round with a status that fits failed tests."""
    if finished.status in WITHOUT_COLLECTION or not (finished.outcomes and finished.outcomes.has_failures):
        return finished
    return replace(finished, status=Status.FAILED)


def _changes(document: Verification) -> Iterator[object]:
    for target in document.targets:
        yield from (*target.newly_failing, *target.newly_passing, *target.changed, *target.missing)


def _with_hints(document: Verification, word: Wording) -> Verification:
    """The document with what to do next."""
    new = any(target.new for target in document.targets)
    if not document.compared_with or not (new or any(_changes(document))):
        return document
    changed, added = "changes that are intended can be accepted", "the state does not have the new tests"
    what = changed if any(_changes(document)) else added
    remedy = Remedy(action=Action.RECORD_OUTCOMES)
    return replace(document, hints=(word(Reason(fact=what, remedies=(remedy,))),))
