"""Measuring as a command does it: signals, progress, a folder of our own, and a run at the end."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from collectbench.cli.progress import Silent, progress
from collectbench.cli.recording import run_without_results, with_results
from collectbench.cli.wishes import Wishes, settings
from collectbench.cli.words import show_words
from collectbench.cli.workplace import Workplace
from collectbench.measure.cold import ColdCache
from collectbench.measure.interruption import raise_if_interrupted, signals_noted
from collectbench.measure.launch import launch
from collectbench.measure.obstacles import obstacles_told
from collectbench.measure.record import ENOUGH
from collectbench.measure.reference import run_reference
from collectbench.measure.rounds import Bench
from collectbench.measure.schedule import Policy, Step
from collectbench.measure.session import Observer, Session
from collectbench.measure.tree import Tree
from collectbench.model.errors import Interrupted
from collectbench.model.run import Run, Settings
from collectbench.model.sample import Reference


class InterruptedRun(Interrupted):
    """Interrupted, with a run of all that was finished (None where nothing was)."""

    def __init__(self, signal_name: str, run: Run | None) -> None:
        super().__init__(signal_name)
        self.run = run


def measure(place: Workplace, wishes: Wishes) -> Run:
    """Measure all targets of the plan, and the suite where there is one.

    Raises:
        InterruptedRun: SIGINT or SIGTERM arrived; no child is left, and the user's tree is as it was.
        UsageError: the interpreter cannot be started any more, or a file of ours cannot be written.
    """
    empty = run_without_results(place, wishes)
    policy = Policy(
        rounds=empty.config.rounds,
        warmup=wishes.warmup,
        cold=wishes.cold and empty.environment.bytecode == "written",
        counted=ENOUGH if wishes.counters else 0,
    )
    display = progress(shown=wishes.progress, verbose=wishes.verbose)
    session = _session(place, empty.config, policy, display)
    if session.bench.alone:  # else the workload would tell about the other rounds
        session.reference = _reference(place, session)
    interrupted = _take_rounds(session, display)
    run = with_results(empty, session, complete=interrupted is None)
    if interrupted is not None:
        raise InterruptedRun(str(interrupted), run if session.rounds else None) from interrupted
    show_words(session.rounds, everything=wishes.show_output)
    return run


def measure_to_explain(place: Workplace, wishes: Wishes, extra: tuple[Step, ...]) -> Session:
    """Take the rounds of all targets, with those that explain; the session that it returns is over and has them all.

    Raises:
        Interrupted: SIGINT or SIGTERM arrived; no child is left, and the user's tree is as it was.
        UsageError: the interpreter cannot be started any more, or a file of ours cannot be written.
    """
    wanted = settings(place, wishes)
    display = progress(shown=wishes.progress, verbose=wishes.verbose)
    session = _session(place, wanted, Policy(rounds=wanted.rounds, warmup=wanted.warmup, extra=extra), display)
    display.watch(session.bench.work)
    interrupted = _take_rounds(session, display)
    if interrupted is not None:
        raise interrupted
    return session


def measure_in_pairs(place: Workplace, wishes: Wishes) -> Session:
    """Take twice as many timed rounds as are wished for, the reference workload before each lap; the session is over.

    Raises:
        Interrupted: SIGINT or SIGTERM arrived; no child is left, and the user's tree is as it was.
        UsageError: the interpreter cannot be started any more, or a file of ours cannot be written.
    """
    wanted = settings(place, wishes)
    display = progress(shown=wishes.progress, verbose=wishes.verbose)
    session = _session(place, wanted, Policy(rounds=2 * (wanted.rounds or 1), warmup=wanted.warmup), display)
    session.reference = _reference(place, session)
    interrupted = _take_rounds(session, display)
    if interrupted is not None:
        raise interrupted
    return session


def _reference(place: Workplace, session: Session) -> Callable[[], Reference | None]:
    return partial(run_reference, place.python, session.bench.work, launch)


def bench_of(place: Workplace, wanted: Settings, work: Path) -> Bench:
    """What all rounds in a tree share; `work` is a folder of our own, outside of it."""
    inspection = place.inspection
    return Bench(
        python=place.python,
        root=place.root,
        env=place.env,
        work=work,
        timeout_s=wanted.timeout_s,
        launch=launch,
        tree=Tree(Path(tempfile.mkdtemp(prefix="kept-", dir=work))),
        alone=wanted.jobs == 1,
        stdlib=inspection.stdlib,
        installed=inspection.installed,
        moved=None if place.moved is None else (str(place.moved[0]), str(place.moved[1])),
        known_roots=(inspection.rootdir, *([inspection.cache_dir] if inspection.cache_dir else [])),
    )


def _session(place: Workplace, wanted: Settings, policy: Policy, observer: Observer) -> Session:
    """The rounds that are to be taken, with a folder of our own for them."""
    with obstacles_told(place.python[0]):
        work = Path(tempfile.mkdtemp(prefix="collectbench-"))
        bench = bench_of(place, wanted, work)
    suite = [place.plan.suite] if place.plan.suite else []
    return Session(
        bench=bench,
        targets={target.name: target for target in (*place.plan.targets, *suite)},
        policy=policy,
        seed=wanted.seed,
        max_time_s=wanted.max_time_s,
        jobs=wanted.jobs,
        cold_cache=ColdCache(work / "bytecode", place.root) if policy.cold else None,
        observer=observer,
    )


def _take_rounds(session: Session, display: Silent) -> Interrupted | None:
    """Take all rounds, and leave nothing behind; returns what interrupted them."""
    try:
        with obstacles_told(session.bench.python[0]), signals_noted():
            try:
                with display:
                    session.run()
            finally:
                shutil.rmtree(session.bench.work, ignore_errors=True)
            raise_if_interrupted()
    except Interrupted as interrupted:
        return interrupted
    return None
