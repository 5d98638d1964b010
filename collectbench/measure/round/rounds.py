"""One round: one child process, from the command line to its sample."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from collectbench.attribution.origins import Places
from collectbench.attribution.outcome import outcome
from collectbench.measure.machine import noise as sensors
from collectbench.measure.process.command_line import shorten
from collectbench.measure.process.launch import STACK_SIGNAL, Invocation, Launcher
from collectbench.measure.process.memory import thin
from collectbench.measure.process.output import read_output
from collectbench.measure.round.explaining import interval_s, read_calls, read_lines, read_trace, write_settings
from collectbench.measure.round.loaded import Digests, read_touched
from collectbench.measure.round.observation import Observation, counts, ending, sample, wall_s
from collectbench.measure.round.probe_report import read_node_ids, read_report
from collectbench.measure.round.user_tree import UserTree, roots_elsewhere
from collectbench.measure.round.work import COUNTED_ENV, Work, count_work
from collectbench.model.costs import LineCost
from collectbench.model.probe_files import RUNNER
from collectbench.model.run import ImportSite
from collectbench.model.sample import Counts, RoundKind, Sample, Status
from collectbench.model.target import Target
from collectbench.model.trace import Trace

OUR_ARGUMENTS = ("--collect-only", "-qq", "--maxfail=0", "--continue-on-collection-errors")
"""`--maxfail` and `-x` in addopts would end collection early, and look like a speed-up."""


LONGEST_COMMAND = 80
"""Characters of a command line in a note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What all rounds of a command share.

    Attributes:
        python: program and options of the interpreter that owns the tests.
        root: the folder in which pytest is started.
        env: the complete environment of the children.
        work: a folder of our own, outside the user's tree.
        timeout_s: seconds that one round may take.
        alone: whether rounds run one at a time, as figures that are compared need.
        known_roots: pytest's rootdir and its cache, which the guard watches wherever they lie.
        stdlib: folders of the standard library, which tell whose code a file is.
        installed: folders of installed packages, likewise.
        moved: a tree around the root that stands for another one, and that one: paths are told as they are there.
        digests: of files that counted rounds loaded.
        read_noise: reads the sensors that tell what else the machine does.
    """

    python: tuple[str, ...]
    root: Path
    env: Mapping[str, str]
    work: Path
    timeout_s: float
    launch: Launcher
    tree: UserTree
    alone: bool = True
    known_roots: tuple[Path, ...] = ()
    stdlib: tuple[str, ...] = ()
    installed: tuple[str, ...] = ()
    moved: tuple[str, str] | None = None
    digests: Digests = field(default_factory=Digests)
    read_noise: Callable[[], sensors.Reading] = sensors.read


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A finished round.

    `words` is what pytest printed where something is wrong, and `stack` where it hung; `no_calls` is what kept
    pyinstrument from running in a sampled round. `counters`, `imports` and `loaded_sha256` are those of `TargetResult`,
    `loaded` the absolute paths of all files that were loaded as modules or read: of counted rounds that came to their
    end. Of those the trace is not kept.
    """

    sample: Sample
    status: Status
    message: str
    words: str = ""
    stack: str = ""
    counts: Counts | None = None
    nodeids_sha256: str | None = None
    timeline: tuple[tuple[float, int], ...] = ()
    trace: Trace | None = None
    calls: str | None = None
    no_calls: str = ""
    lines: tuple[LineCost, ...] = ()
    counters: dict[str, int] | None = None
    imports: tuple[ImportSite, ...] = ()
    loaded_sha256: str | None = None
    loaded: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()


MODES = {RoundKind.COUNTED: "counted", RoundKind.TRACED: "traced", RoundKind.SAMPLED: "sampled"}
"""What the probe is asked to be, where it is more than a reporter."""


def pytest_arguments(target: Target) -> tuple[str, ...]:
    """The arguments of pytest for a target: the user's, then ours, then the paths."""
    ignored = tuple(f"--ignore={path}" for path in target.ignored)
    paths = tuple(f"./{path}" if path.startswith("-") else path for path in target.paths)
    return (*target.pytest_args, *OUR_ARGUMENTS, *ignored, *paths)


def invocation(bench: Bench, target: Target, folder: Path, mode: str) -> Invocation:
    """The child process of a round: the probe by its path, its own three parameters, then pytest's."""
    probe = (str(RUNNER), str(folder), mode, str(int(STACK_SIGNAL)))
    argv = (*bench.python, *probe, *pytest_arguments(target))
    return Invocation(argv=argv, cwd=bench.root, env={**bench.env, **target.env})


def run_round(
    bench: Bench,
    target: Target,
    kind: RoundKind,
    *,
    guarded: bool = False,
    env: Mapping[str, str] | None = None,
    expected_s: float = 0.0,
) -> Round:
    """Run one round of `target`, and put the user's tree back as it was.

    Args:
        bench: what all rounds share.
        target: what to collect.
        kind: what the sample counts as.
        guarded: whether the probe watches which of the user's files are touched (about 1 % more CPU time); not for
            counted rounds and those that explain.
        env: changes to the environment, for cold rounds.
        expected_s: about how long it will take, for sampled rounds.

    Raises:
        OSError: the interpreter cannot be started.
    """
    folder = Path(tempfile.mkdtemp(prefix="round-", dir=bench.work))
    mode = "guarded" if guarded else MODES.get(kind, "timed")
    fixed = COUNTED_ENV if kind is RoundKind.COUNTED else {}
    child = invocation(bench, target, folder, mode)
    if mode == "sampled":
        write_settings(folder, interval_s(expected_s))
    child = replace(child, env={**child.env, **(env or {}), **fixed})
    if guarded:
        roots = roots_elsewhere(bench.root, bench.known_roots, target.paths)
        (folder / "roots").write_bytes(b"".join(os.fsencode(root) + b"\0" for root in roots))
    try:
        seen = _observe(bench, child, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    counted = Work()
    if kind is RoundKind.COUNTED:
        counted = count_work(seen, places_of(bench, target), bench.work, bench.digests)
    return _judged(bench, kind, seen, counted)


def places_of(bench: Bench, target: Target) -> Places:
    """What tells whose code a file is, in rounds of `target`."""
    return Places(
        rootdir=str(bench.root),
        targets=tuple(os.path.normpath(bench.root / path) for path in target.paths),
        stdlib=bench.stdlib,
        site_packages=bench.installed,
        moved=bench.moved,
    )


def _observe(bench: Bench, child: Invocation, folder: Path) -> Observation:
    """Run a child to its end, put back what it touched, and read what it wrote into `folder`."""
    stack = folder / "stack"
    before = bench.read_noise()
    try:
        finished = bench.launch(
            child, output=folder / "output", timeout_s=bench.timeout_s, on_hang=lambda: _is_written(stack)
        )
        after = bench.read_noise()
    finally:
        report = read_report(folder)
        bench.tree.learn(report.tree, folder)
        if bench.alone:
            bench.tree.restore()
    return Observation(
        finished=finished,
        noise=sensors.between(before, after, wall_s(finished)),
        report=report,
        ids=read_node_ids(folder),
        words=read_output(folder / "output"),
        stack=stack.read_text(errors="replace") if stack.exists() else "",
        trace=read_trace(folder, finished.spawned_ns),
        calls=read_calls(folder),
        lines=read_lines(folder),
        touched=read_touched(folder),
    )


def _judged(bench: Bench, kind: RoundKind, seen: Observation, counted: Work) -> Round:
    """The round as it counts: its figures, how it ended, and what else must be said."""
    finished, left_behind = seen.finished, seen.finished.left_behind
    status, message = outcome(ending(seen, bench.root, bench.timeout_s), str(bench.root))
    return Round(
        sample=sample(kind, seen, comparable=bench.alone),
        status=status,
        message=message,
        words="" if status in (Status.OK, Status.EMPTY) else seen.words,
        stack=seen.stack if finished.timed_out else "",
        counts=counts(seen),
        nodeids_sha256=seen.ids.sha256 if seen.report.finished else None,
        timeline=thin(list(finished.timeline)),
        trace=None if kind is RoundKind.COUNTED else seen.trace,
        calls=seen.calls,
        no_calls=seen.report.facts.get("sampling-failed", ""),
        lines=seen.lines,
        counters=counted.counters,
        imports=counted.imports,
        loaded_sha256=counted.loaded_sha256,
        loaded=counted.loaded,
        notes=(
            *(f"left a process behind, which was ended: {_named(words)}" for words in left_behind),
            *counted.notes,
        ),
    )


def _is_written(stack: Path) -> bool:
    """Whether the whole stack is there: the outermost frame is the probe's own."""
    return stack.exists() and f'"{RUNNER}", line' in stack.read_text(errors="replace").rpartition("\n  ")[2]


def _named(command: str) -> str:
    """What a process was, in a few words. Without its number, so that all rounds say the same."""
    if str(RUNNER) in command:
        return "a fork of pytest itself"
    return shorten(command, LONGEST_COMMAND)
