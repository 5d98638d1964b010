"""Measuring a project: signals, progress, a directory of our own, and all rounds in their order."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Protocol, TypeAlias

from collectbench.measure.machine.reference_workload import run_reference
from collectbench.measure.process.interruption import raise_if_interrupted, signals_noted
from collectbench.measure.process.launch import launch
from collectbench.measure.process.os_errors import explain_os_errors
from collectbench.measure.process.temporary import make_temporary_directory
from collectbench.measure.round.bench import Bench
from collectbench.measure.round.cold_cache import ColdCache
from collectbench.measure.round.explaining import importing_now
from collectbench.measure.round.record import ENOUGH
from collectbench.measure.round.round import Round
from collectbench.measure.round.tree_traces import Owner, TreeScope
from collectbench.measure.round.user_tree import UserTree
from collectbench.measure.session.laps import LapSession
from collectbench.measure.session.pace import Pace
from collectbench.measure.session.schedule import Policy
from collectbench.measure.session.subsets import SubsetSession
from collectbench.measure.session.workers import WorkersSession
from collectbench.model.errors import Interrupted
from collectbench.model.run import Run
from collectbench.model.sample import Reference, RoundKind
from collectbench.model.subsets import Subset
from collectbench.model.target import Target
from collectbench.usecases.feedback import Display, Feedback
from collectbench.usecases.project import Project
from collectbench.usecases.recording import new_run, with_results
from collectbench.usecases.usual_times import times_in, times_in_baseline


class InterruptedRun(Interrupted):
    """Interrupted. `run` holds the finished rounds; None if there are none."""

    def __init__(self, signal_name: str, run: Run | None) -> None:
        super().__init__(signal_name)
        self.run = run


Measurer: TypeAlias = Callable[[Project, Feedback, Run | None], Run]
"""Measures all targets of a project, as `measure` does: on this machine, or on workers."""


def measure(project: Project, feedback: Feedback, earlier: Run | None = None) -> Run:
    """Measure all targets of the plan, and the suite if there is one.

    An earlier run tells about how long that will take.

    Raises:
        InterruptedRun: a signal arrived; no child is left, and the user's tree is as it was.
        UsageError: the interpreter cannot be started any more, or a file of ours cannot be written.
    """
    run, settings = new_run(project), project.settings
    policy = Policy(
        rounds=settings.rounds,
        warmup=settings.warmup,
        cold=settings.cold and project.environment.bytecode == "written",
        counted=ENOUGH if project.request.options.measure.counters else 0,
    )
    display = feedback.display()
    session = _session(project, policy, display)
    if session.bench.alone:  # beside other rounds the workload would measure those
        session.reference = _reference(project, session)
    session.pace = Pace(usual_s=times_in(earlier))
    interrupted = _take_rounds(session, display)
    run = with_results(run, session, complete=interrupted is None)
    if interrupted is not None:
        raise InterruptedRun(str(interrupted), run if session.rounds else None) from interrupted
    feedback.show_pytest_output(session.rounds)
    return run


def measure_to_explain(project: Project, extra: tuple[RoundKind, ...], feedback: Feedback) -> LapSession:
    """Take the rounds of all targets, and the `extra` ones that explain them. The returned session is over.

    Raises:
        Interrupted: a signal arrived; no child is left, and the user's tree is as it was.
        UsageError: the interpreter cannot be started any more, or a file of ours cannot be written.
    """
    settings = project.settings
    policy = Policy(rounds=settings.rounds, warmup=settings.warmup, extra=extra)
    display = feedback.display()
    session = _session(project, policy, display)
    display.watch(partial(importing_now, session.bench.work))
    return _finished(session, display, feedback)


def measure_to_diagnose(project: Project, targets: Iterable[Target], feedback: Feedback, least: int = 1) -> LapSession:
    """Take one traced round of each target, another one if that compiled modules, and then the timed ones.

    There are at least `least` timed ones. If that is more than one, short rounds are traced as often, to have the least
    disturbed one.

    Raises:
        Interrupted: a signal arrived; no child is left, and the user's tree is as it was.
        UsageError: the interpreter cannot be started any more, or a file of ours cannot be written.
    """
    display = feedback.display()
    rounds = max(project.settings.rounds or 1, least)
    extra = (RoundKind.TRACED,) if least > 1 else ()
    policy = Policy(rounds=rounds, warmup=0, explains_first=True, extra=extra)
    session = _session(project, policy, display)
    session.targets = {target.name: target for target in targets}
    session.bytecode_is_kept = project.environment.bytecode == "written"
    display.watch(partial(importing_now, session.bench.work))
    return _finished(session, display, feedback)


def measure_subsets(
    project: Project, subsets: Sequence[Subset], keep: Callable[[Subset, Round], None], feedback: Feedback
) -> SubsetSession:
    """Take one traced round of each subset, which goes to `keep`. The time limit of the command holds for them, too.

    Raises:
        Interrupted: a signal arrived; no child is left, and the user's tree is as it was.
        UsageError: the interpreter cannot be started any more, or a file of ours cannot be written.
    """
    display, settings = feedback.display(), project.settings
    with explain_os_errors(project.python[0]):
        bench = bench_of(project, make_temporary_directory())
    session = SubsetSession(
        bench=bench,
        subsets=subsets,
        seed=settings.seed,
        deadline_ns=deadline_ns(project),
        observer=display,
        keep=keep,
    )
    display.watch(partial(importing_now, bench.work))
    interrupted = _take_rounds(session, display)
    if interrupted is not None:
        raise interrupted
    feedback.show_pytest_output({name: [round_] for name, round_ in session.failed.items()})
    return session


def measure_workers(
    project: Project, target: Target, numbers: Sequence[int], laps: int, feedback: Feedback
) -> WorkersSession:
    """Take each number of collections of a target at the same time, `laps` times. The time limit holds for them, too.

    Raises:
        Interrupted: a signal arrived; no child is left, and the user's tree is as it was.
        UsageError: the interpreter cannot be started any more, or a file of ours cannot be written.
    """
    display = feedback.display()
    with explain_os_errors(project.python[0]):
        bench = replace(bench_of(project, make_temporary_directory()), alone=False)
    session = WorkersSession(
        bench=bench,
        target=target,
        numbers=numbers,
        laps=laps,
        seed=project.settings.seed,
        deadline_ns=deadline_ns(project),
        observer=display,
    )
    interrupted = _take_rounds(session, display)
    if interrupted is not None:
        raise interrupted
    if session.failed is not None:
        feedback.show_pytest_output({target.name: [session.failed]})
    return session


def measure_in_pairs(project: Project, feedback: Feedback) -> LapSession:
    """Take twice as many timed rounds as asked for, the reference workload before each lap. The session is over.

    Raises:
        Interrupted: a signal arrived; no child is left, and the user's tree is as it was.
        UsageError: the interpreter cannot be started any more, or a file of ours cannot be written.
    """
    settings = project.settings
    display = feedback.display()
    session = _session(project, Policy(rounds=2 * (settings.rounds or 1), warmup=settings.warmup), display)
    session.reference = _reference(project, session)
    return _finished(session, display, feedback)


def deadline_ns(project: Project) -> int | None:
    """The moment of the clock after which no round of the command begins; None without a time limit."""
    limit_s = project.settings.max_time_s
    return None if limit_s is None else project.request.begun_ns + int(limit_s * 1e9)


def own_directories(project: Project) -> tuple[Path, ...]:
    """The directories of ours in the user's tree, or outside of it."""
    return (project.baseline_dir, project.history_dir)


def bench_of(project: Project, work: Path) -> Bench:
    """What all rounds in a working tree share; `work` is a directory of our own, outside of it."""
    inspection, moved = project.inspection, project.moved
    return Bench(
        python=project.python,
        root=project.root,
        start=project.start,
        rootdir=inspection.rootdir,
        env=project.env,
        work=work,
        timeout_s=project.settings.timeout_s,
        launch=launch,
        tree=UserTree(Path(tempfile.mkdtemp(prefix="kept-", dir=work)), _scope(project)),
        alone=project.settings.jobs == 1,
        stdlib=inspection.stdlib,
        installed=inspection.installed,
        moved=None if moved is None else (str(moved[0]), str(moved[1])),
        own_directories=own_directories(project),
        known_roots=(inspection.rootdir, *([inspection.cache_dir] if inspection.cache_dir else [])),
    )


def _scope(project: Project) -> TreeScope:
    """The tree that rounds may change."""
    inspection = project.inspection
    places = (inspection.rootdir, project.root, project.start)
    roots = dict.fromkeys(Path(os.path.realpath(root)) for root in places)
    return TreeScope(
        roots=tuple(root for root in roots if root != Path(root.anchor)),
        cache_dir=inspection.cache_dir,
        owner=Owner.USER if project.moved is None else Owner.OURS,
    )


def _session(project: Project, policy: Policy, display: Display) -> LapSession:
    """The rounds that are to be taken, with a directory of our own for them."""
    with explain_os_errors(project.python[0]):
        work = make_temporary_directory()
        bench = bench_of(project, work)
    settings = project.settings
    return LapSession(
        bench=bench,
        targets={target.name: target for target in project.plan.everything},
        policy=policy,
        seed=settings.seed,
        max_time_s=settings.max_time_s,
        begun_ns=project.request.begun_ns,
        jobs=settings.jobs,
        cold_cache=ColdCache(work / "bytecode", project.root) if policy.cold else None,
        observer=display,
        pace=Pace(usual_s=times_in_baseline(project)),
    )


def _reference(project: Project, session: LapSession) -> Callable[[], Reference | None]:
    return partial(run_reference, project.python, session.bench.work, launch)


def _finished(session: LapSession, display: Display, feedback: Feedback) -> LapSession:
    """The session after all of its rounds."""
    interrupted = _take_rounds(session, display)
    if interrupted is not None:
        raise interrupted
    feedback.show_pytest_output(session.rounds)
    return session


class _Session(Protocol):
    """Rounds that are to be taken."""

    @property
    def bench(self) -> Bench: ...

    def run(self) -> None: ...


def _take_rounds(session: _Session, display: Display) -> Interrupted | None:
    """Take all rounds and leave nothing behind; returns the interruption if there was one."""
    try:
        with explain_os_errors(session.bench.python[0]), signals_noted():
            try:
                with display:
                    session.run()
            finally:
                shutil.rmtree(session.bench.work, ignore_errors=True)
            raise_if_interrupted()
    except Interrupted as interrupted:
        return interrupted
    return None
