"""Measuring as a command does it: signals, progress, a folder of our own, and a run at the end."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from collectbench.cli.progress import Silent, progress
from collectbench.cli.pytest_output import show_pytest_output
from collectbench.measure.machine.reference_workload import run_reference
from collectbench.measure.process.interruption import raise_if_interrupted, signals_noted
from collectbench.measure.process.launch import launch
from collectbench.measure.process.os_errors import explain_os_errors
from collectbench.measure.round.bench import Bench
from collectbench.measure.round.cold_cache import ColdCache
from collectbench.measure.round.record import ENOUGH
from collectbench.measure.round.user_tree import UserTree
from collectbench.measure.session.laps import LapSession
from collectbench.measure.session.round_runner import Observer
from collectbench.measure.session.schedule import Policy
from collectbench.model.errors import Interrupted
from collectbench.model.run import Run, Settings
from collectbench.model.sample import Reference, RoundKind
from collectbench.usecases.measure_options import MeasureOptions, settings
from collectbench.usecases.project import Project
from collectbench.usecases.recording import run_without_results, with_results


class InterruptedRun(Interrupted):
    """Interrupted, with a run of all that was finished (None where nothing was)."""

    def __init__(self, signal_name: str, run: Run | None) -> None:
        super().__init__(signal_name)
        self.run = run


def measure(project: Project, options: MeasureOptions) -> Run:
    """Measure all targets of the plan, and the suite where there is one.

    Raises:
        InterruptedRun: SIGINT or SIGTERM arrived; no child is left, and the user's tree is as it was.
        UsageError: the interpreter cannot be started any more, or a file of ours cannot be written.
    """
    empty = run_without_results(project, options)
    policy = Policy(
        rounds=empty.config.rounds,
        warmup=options.warmup,
        cold=options.cold and empty.environment.bytecode == "written",
        counted=ENOUGH if options.counters else 0,
    )
    display = progress(shown=options.progress, verbose=options.verbose)
    session = _session(project, empty.config, policy, display)
    if session.bench.alone:  # else the workload would tell about the other rounds
        session.reference = _reference(project, session)
    interrupted = _take_rounds(session, display)
    run = with_results(empty, session, complete=interrupted is None)
    if interrupted is not None:
        raise InterruptedRun(str(interrupted), run if session.rounds else None) from interrupted
    show_pytest_output(session.rounds, everything=options.show_output)
    return run


def measure_to_explain(project: Project, options: MeasureOptions, extra: tuple[RoundKind, ...]) -> LapSession:
    """Take the rounds of all targets, with those that explain; the session that it returns is over and has them all.

    Raises:
        Interrupted: SIGINT or SIGTERM arrived; no child is left, and the user's tree is as it was.
        UsageError: the interpreter cannot be started any more, or a file of ours cannot be written.
    """
    wanted = settings(project, options)
    display = progress(shown=options.progress, verbose=options.verbose)
    session = _session(project, wanted, Policy(rounds=wanted.rounds, warmup=wanted.warmup, extra=extra), display)
    display.watch(session.bench.work)
    interrupted = _take_rounds(session, display)
    if interrupted is not None:
        raise interrupted
    return session


def measure_in_pairs(project: Project, options: MeasureOptions) -> LapSession:
    """Take twice as many timed rounds as are wished for, the reference workload before each lap; the session is over.

    Raises:
        Interrupted: SIGINT or SIGTERM arrived; no child is left, and the user's tree is as it was.
        UsageError: the interpreter cannot be started any more, or a file of ours cannot be written.
    """
    wanted = settings(project, options)
    display = progress(shown=options.progress, verbose=options.verbose)
    session = _session(project, wanted, Policy(rounds=2 * (wanted.rounds or 1), warmup=wanted.warmup), display)
    session.reference = _reference(project, session)
    interrupted = _take_rounds(session, display)
    if interrupted is not None:
        raise interrupted
    return session


def _reference(project: Project, session: LapSession) -> Callable[[], Reference | None]:
    return partial(run_reference, project.python, session.bench.work, launch)


def bench_of(project: Project, wanted: Settings, work: Path) -> Bench:
    """What all rounds in a tree share; `work` is a folder of our own, outside of it."""
    inspection = project.inspection
    return Bench(
        python=project.python,
        root=project.root,
        env=project.env,
        work=work,
        timeout_s=wanted.timeout_s,
        launch=launch,
        tree=UserTree(Path(tempfile.mkdtemp(prefix="kept-", dir=work))),
        alone=wanted.jobs == 1,
        stdlib=inspection.stdlib,
        installed=inspection.installed,
        moved=None if project.moved is None else (str(project.moved[0]), str(project.moved[1])),
        known_roots=(inspection.rootdir, *([inspection.cache_dir] if inspection.cache_dir else [])),
    )


def _session(project: Project, wanted: Settings, policy: Policy, observer: Observer) -> LapSession:
    """The rounds that are to be taken, with a folder of our own for them."""
    with explain_os_errors(project.python[0]):
        work = Path(tempfile.mkdtemp(prefix="collectbench-"))
        bench = bench_of(project, wanted, work)
    return LapSession(
        bench=bench,
        targets={target.name: target for target in project.plan.everything},
        policy=policy,
        seed=wanted.seed,
        max_time_s=wanted.max_time_s,
        jobs=wanted.jobs,
        cold_cache=ColdCache(work / "bytecode", project.root) if policy.cold else None,
        observer=observer,
    )


def _take_rounds(session: LapSession, display: Silent) -> Interrupted | None:
    """Take all rounds, and leave nothing behind; returns what interrupted them."""
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
