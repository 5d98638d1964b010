"""Measuring as a command does it: signals, progress, a folder of our own, and a run at the end."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from secrets import randbits

from collectbench import __version__
from collectbench.cli.progress import Silent, progress
from collectbench.cli.words import show_words
from collectbench.cli.workplace import Workplace
from collectbench.discovery import SUITE, relative
from collectbench.measure.cold import ColdCache
from collectbench.measure.environment import commit, environment
from collectbench.measure.interruption import raise_if_interrupted, signals_noted
from collectbench.measure.launch import launch
from collectbench.measure.rounds import Bench, Round
from collectbench.measure.schedule import Policy, Step
from collectbench.measure.session import Observer, Session
from collectbench.measure.tree import Tree
from collectbench.model.errors import Interrupted, UsageError
from collectbench.model.run import Environment, Run, Settings, TargetResult, Tool
from collectbench.model.sample import Status
from collectbench.model.target import Limits, Target

TOOL = Tool(name="collectbench", version=__version__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How the user wants to be measured; what is None is left to the configuration."""

    rounds: int | None
    warmup: int
    seed: int | None
    timeout_s: float | None
    max_time_s: float | None
    jobs: int
    cold: bool
    progress: bool
    verbose: bool
    show_output: bool


class InterruptedRun(Interrupted):
    """Interrupted, with a run of all that was finished (None where nothing was)."""

    def __init__(self, signal_name: str, run: Run | None) -> None:
        super().__init__(signal_name)
        self.run = run


def measure(place: Workplace, wishes: Wishes) -> Run:
    """Measure all targets of the plan, and the suite where there is one.

    Raises:
        InterruptedRun: SIGINT or SIGTERM arrived; no child is left, and the user's tree is as it was.
        UsageError: the interpreter cannot be started any more.
    """
    empty = _run_without_results(place, wishes)
    display = progress(shown=wishes.progress, verbose=wishes.verbose)
    session = _session(place, wishes, empty, display)
    interrupted = _take_rounds(session, display)
    run = _with_results(empty, session, wishes, complete=interrupted is None)
    if interrupted is not None:
        raise InterruptedRun(str(interrupted), run if session.rounds else None) from interrupted
    show_words(session.rounds, everything=wishes.show_output)
    return run


def measured_rounds(place: Workplace, wishes: Wishes, extra: tuple[Step, ...]) -> dict[str, list[Round]]:
    """The rounds of all targets, by name, with those that explain.

    Raises:
        Interrupted: SIGINT or SIGTERM arrived; no child is left, and the user's tree is as it was.
        UsageError: the interpreter cannot be started any more.
    """
    display = progress(shown=wishes.progress, verbose=wishes.verbose)
    session = _session(place, wishes, _run_without_results(place, wishes), display)
    session.policy = replace(session.policy, extra=extra)
    display.watch(session.bench.work)
    interrupted = _take_rounds(session, display)
    if interrupted is not None:
        raise interrupted
    return session.rounds


def _run_without_results(place: Workplace, wishes: Wishes) -> Run:
    """What is known of a run before its first round."""
    stamp = environment(place.inspection, place.env, place.root)
    created = now()
    with signals_noted():
        found = commit(place.root, place.env, launch)
    return Run(
        tool=TOOL,
        created=created,
        environment=stamp,
        commit=found[0] if found else None,
        dirty=found[1] if found else None,
        config=_settings(place, wishes),
        targets=(),
        suite=None,
        notes=tuple(_notes(place, wishes, stamp)),
    )


def _take_rounds(session: Session, display: Silent) -> Interrupted | None:
    """Take all rounds, and leave nothing behind; returns what interrupted them."""
    try:
        with signals_noted():
            try:
                with display:
                    session.run()
            finally:
                shutil.rmtree(session.bench.work, ignore_errors=True)
            raise_if_interrupted()
    except Interrupted as interrupted:
        return interrupted
    except OSError as error:
        python = session.bench.python[0]
        raise UsageError(f"{python}: cannot be started any more: {error.strerror or error}") from error
    return None


def _with_results(run: Run, session: Session, wishes: Wishes, *, complete: bool) -> Run:
    """The run with all that was measured; a complete one lists also what there was no time for."""
    results = {name: session.result(name) for name in session.targets}
    if complete:
        results = {name: result or _unmeasured(session.targets[name]) for name, result in results.items()}
    notes = [f"{path}: {why}" for path, why in session.bench.tree.unkept.items()]
    if session.out_of_time:
        notes.insert(0, f"--max-time was reached after {wishes.max_time_s:g} s: some targets have fewer rounds")
    suite = results.pop(SUITE, None)
    return replace(run, targets=tuple(filter(None, results.values())), suite=suite, notes=(*run.notes, *notes))


def now() -> str:
    """This moment, in UTC."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def limits_of(place: Workplace) -> dict[str, Limits]:
    """The limits of the targets that have any."""
    return {target.name: target.limits for target in place.plan.targets if target.limits != Limits()}


def _settings(place: Workplace, wishes: Wishes) -> Settings:
    rounds = place.config.rounds if wishes.rounds is None else wishes.rounds
    return Settings(
        rounds=rounds or None,
        warmup=wishes.warmup,
        seed=randbits(32) if wishes.seed is None else wishes.seed,
        timeout_s=wishes.timeout_s or place.config.timeout_s,
        max_time_s=wishes.max_time_s,
        jobs=wishes.jobs,
        cold=wishes.cold,
        python=relative(Path(place.python[0]), place.root),
        pytest_args=place.pytest_args,
        suite_budget_s=place.config.suite_budget_s,
        limits=limits_of(place),
    )


def _notes(place: Workplace, wishes: Wishes, stamp: Environment) -> Iterator[str]:
    if wishes.cold and stamp.bytecode != "written":
        yield "cold rounds were left out: this environment writes no bytecode, so cold equals timed"
    named = [path for path in place.inspection.arguments if (place.root / path.partition("::")[0]).exists()]
    if named:
        yield (
            f"the arguments or addopts name paths ({', '.join(named)}), and pytest collects those in every target as"
            " well: name them in testpaths, or as TARGET"
        )


def _unmeasured(target: Target) -> TargetResult:
    """A target that --max-time left no round for: it is listed, lest it seem to have vanished."""
    return TargetResult(
        name=target.name, paths=target.paths, status=Status.OK, notes=("not measured: the time was up",)
    )


def _session(place: Workplace, wishes: Wishes, run: Run, observer: Observer) -> Session:
    """The rounds that are to be taken, with a folder of our own for them."""
    settings, inspection = run.config, place.inspection
    work = Path(tempfile.mkdtemp(prefix="collectbench-"))
    (work / "kept").mkdir()
    bench = Bench(
        python=place.python,
        root=place.root,
        env=place.env,
        work=work,
        timeout_s=settings.timeout_s,
        launch=launch,
        tree=Tree(work / "kept"),
        alone=wishes.jobs == 1,
        known_roots=(inspection.rootdir, *([inspection.cache_dir] if inspection.cache_dir else [])),
    )
    suite = [place.plan.suite] if place.plan.suite else []
    cold = wishes.cold and run.environment.bytecode == "written"
    return Session(
        bench=bench,
        targets={target.name: target for target in (*place.plan.targets, *suite)},
        policy=Policy(rounds=settings.rounds, warmup=settings.warmup, cold=cold),
        seed=settings.seed,
        max_time_s=settings.max_time_s,
        jobs=settings.jobs,
        cold_cache=ColdCache(work / "bytecode", place.root) if cold else None,
        observer=observer,
    )
