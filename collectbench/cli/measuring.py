"""Measuring as a command does it: signals, progress, a folder of our own, and a run at the end."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from secrets import randbits

import typer

from collectbench import __version__
from collectbench.cli.progress import progress
from collectbench.cli.workplace import Workplace
from collectbench.discovery import SUITE
from collectbench.measure.cold import ColdCache
from collectbench.measure.environment import commit, environment
from collectbench.measure.launch import launch
from collectbench.measure.rounds import Bench, Round
from collectbench.measure.schedule import Policy
from collectbench.measure.session import Observer, Session
from collectbench.measure.tree import Tree
from collectbench.model.errors import Interrupted, UsageError
from collectbench.model.run import Environment, Run, Settings, TargetResult, Tool
from collectbench.model.sample import Status
from collectbench.model.target import Limits, Target
from collectbench.render.escape import printable

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
    settings = _settings(place, wishes)
    stamp = environment(place.inspection, place.env, place.root)
    notes = tuple(_notes(place, wishes, stamp))
    created = now()
    found = commit(place.root, place.env, launch)
    work = Path(tempfile.mkdtemp(prefix="collectbench-"))
    try:
        with progress(shown=wishes.progress, verbose=wishes.verbose) as observer:
            session = _session(place, wishes, settings, work, stamp, observer)
            interrupted = None
            try:
                session.run()
            except Interrupted as error:
                interrupted = error
            except OSError as error:
                raise UsageError(f"{place.python[0]}: cannot be started any more: {error.strerror or error}") from error
        if session.out_of_time:
            notes += (f"--max-time was reached after {wishes.max_time_s:g} s: some targets have fewer rounds",)
        notes += tuple(f"{path}: {why}" for path, why in session.bench.tree.unkept.items())
    finally:
        shutil.rmtree(work, ignore_errors=True)
    results = {name: session.result(name) for name in session.targets}
    finished = any(results.values())
    if interrupted is None:
        results = {name: result or _unmeasured(session.targets[name]) for name, result in results.items()}
    run = Run(
        tool=TOOL,
        created=created,
        environment=stamp,
        commit=found[0] if found else None,
        dirty=found[1] if found else None,
        config=settings,
        targets=tuple(result for name, result in results.items() if result and name != SUITE),
        suite=results.get(SUITE),
        notes=notes,
    )
    if interrupted is not None:
        raise InterruptedRun(str(interrupted), run if finished else None) from interrupted
    if wishes.progress or wishes.show_output:
        show_words(session.rounds, everything=wishes.show_output)
    return run


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
        python=place.python[0],
        pytest_args=place.plan.suite.pytest_args if place.plan.suite else place.config.pytest_args,
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


def _session(
    place: Workplace, wishes: Wishes, settings: Settings, work: Path, stamp: Environment, observer: Observer
) -> Session:
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
    )
    targets: dict[str, Target] = {target.name: target for target in place.plan.targets}
    if place.plan.suite is not None:
        targets[SUITE] = place.plan.suite
    cold = wishes.cold and stamp.bytecode == "written"
    return Session(
        bench=bench,
        targets=targets,
        policy=Policy(rounds=settings.rounds, warmup=settings.warmup, cold=cold),
        seed=settings.seed,
        max_time_s=settings.max_time_s,
        jobs=settings.jobs,
        cold_cache=ColdCache(work / "bytecode", place.root) if cold else None,
        observer=observer,
    )


FIRST_SHOWN, LAST_SHOWN = 10, 20
"""Lines of pytest's words: a stack begins with where it hung or crashed, a traceback ends with the error."""


def show_words(rounds: dict[str, list[Round]], *, everything: bool) -> None:
    """Show on stderr what pytest said of each target that has a problem, as it is but for control characters."""
    for name, finished in rounds.items():
        worst = next((round_ for round_ in finished if round_.words.strip() or round_.stack), None)
        if worst is None:
            continue
        lines = [*worst.stack.rstrip().splitlines(), *worst.words.strip().splitlines()]
        left_out = 0 if everything else max(0, len(lines) - FIRST_SHOWN - LAST_SHOWN)
        if left_out:
            note = f"[{left_out} lines left out; --show-output shows all]"
            lines = [*lines[:FIRST_SHOWN], note, *lines[-LAST_SHOWN:]]
        typer.echo(f"--- {printable(name)}: {worst.status.value}, pytest said", err=True)
        for line in lines:
            typer.echo(printable(line), err=True)
    sys.stderr.flush()
