"""One round: one child process, from the command line to its sample."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from collectbench.attribution.outcome import Ending, outcome
from collectbench.attribution.phases import phases
from collectbench.measure import noise as sensors
from collectbench.measure.interpreter import RUNNER
from collectbench.measure.launch import STACK_SIGNAL, Finished, Invocation, Launcher
from collectbench.measure.output import collection_error, fatal_stack, gist, read_output
from collectbench.measure.report import NodeIds, Report, read_node_ids, read_report
from collectbench.measure.resources import thin
from collectbench.measure.tree import Tree
from collectbench.model.sample import Counts, Noise, RoundKind, Sample, Status
from collectbench.model.target import Target

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
    """

    python: tuple[str, ...]
    root: Path
    env: Mapping[str, str]
    work: Path
    timeout_s: float
    launch: Launcher
    tree: Tree
    alone: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A finished round. `words` is what pytest printed where something is wrong, and `stack` where it hung."""

    sample: Sample
    status: Status
    message: str
    words: str = ""
    stack: str = ""
    counts: Counts | None = None
    nodeids_sha256: str | None = None
    timeline: tuple[tuple[float, int], ...] = ()
    notes: tuple[str, ...] = field(default=())


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
) -> Round:
    """Run one round of `target`, and put the user's tree back as it was.

    Args:
        bench: what all rounds share.
        target: what to collect.
        kind: what the sample counts as.
        guarded: whether the probe watches which of the user's files are touched (about 1 % more CPU time).
        env: changes to the environment, for cold rounds.

    Raises:
        OSError: the interpreter cannot be started.
    """
    folder = Path(tempfile.mkdtemp(prefix="round-", dir=bench.work))
    child = invocation(bench, target, folder, "guarded" if guarded else "timed")
    child = Invocation(argv=child.argv, cwd=child.cwd, env={**child.env, **(env or {})})
    stack = folder / "stack"
    before = sensors.read()
    try:
        finished = bench.launch(
            child, output=folder / "output", timeout_s=bench.timeout_s, on_hang=lambda: _is_written(stack)
        )
        after = sensors.read()
    finally:
        report = read_report(folder)
        bench.tree.learn(report.tree, folder)
        if bench.alone:
            bench.tree.restore()
    try:
        ids = read_node_ids(folder)
        words = read_output(folder / "output")
        hung = stack.read_text(errors="replace") if stack.exists() else ""
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sample = _sample(kind, finished, report, sensors.between(before, after, _wall_s(finished)), alone=bench.alone)
    status, message = outcome(_ending(bench, finished, report, ids, words, hung), str(bench.root))
    return Round(
        sample=sample,
        status=status,
        message=message,
        words="" if status in (Status.OK, Status.EMPTY) else words,
        stack=hung if finished.timed_out else "",
        counts=_counts(report, ids) if report.finished else None,
        nodeids_sha256=ids.sha256 if report.finished else None,
        timeline=thin(list(finished.timeline)),
        notes=tuple(f"left a process behind, which was ended: {_named(words)}" for words in finished.left_behind),
    )


def _is_written(stack: Path) -> bool:
    """Whether the whole stack is there: the outermost frame is the probe's own."""
    return stack.exists() and f'"{RUNNER}", line' in stack.read_text(errors="replace").rpartition("\n  ")[2]


def _named(command: str) -> str:
    """What a process was, in a few words. Without its number, so that all rounds say the same."""
    if str(RUNNER) in command:
        return "a fork of pytest itself"
    return command if len(command) <= LONGEST_COMMAND else f"{command[: LONGEST_COMMAND - 1]}…"


def _wall_s(finished: Finished) -> float:
    return (finished.reaped_ns - finished.spawned_ns) / 1e9


def _counts(report: Report, ids: NodeIds) -> Counts:
    errors, warnings, collection_warnings = report.counts
    return Counts(
        items=ids.items,
        files=ids.files,
        errors=errors,
        warnings=warnings,
        collection_warnings=collection_warnings,
    )


def _sample(kind: RoundKind, finished: Finished, report: Report, noise: Noise, *, alone: bool) -> Sample:
    return Sample(
        kind=kind,
        wall_s=_wall_s(finished),
        user_s=finished.user_s,
        system_s=finished.system_s,
        peak_rss_bytes=max(finished.peak_rss_bytes, report.peak_rss_bytes),
        exit_code=finished.exit_code,
        phases=phases(finished.spawned_ns, finished.reaped_ns, report.stamps),
        noise=noise,
        voluntary_switches=finished.voluntary_switches,
        involuntary_switches=finished.involuntary_switches,
        comparable=alone,
    )


def _ending(  # noqa: PLR0917 - all that is known of the end
    bench: Bench, finished: Finished, report: Report, ids: NodeIds, words: str, stack: str
) -> Ending:
    fact = report.facts.get("pytest")
    hides = fact[1] if isinstance(fact, tuple) and not fact[0] else None
    prefix = f"{bench.root}/"
    return Ending(
        exit_code=finished.exit_code,
        timed_out_after_s=bench.timeout_s if finished.timed_out else None,
        reached=frozenset(report.stamps),
        done=report.done is not None or "raised" in report.facts,
        items=ids.items,
        errors=report.counts[0],
        failed_conftests=tuple((path.removeprefix(prefix), error) for path, error in report.failed_conftests),
        gist=gist(words),
        collection_error=collection_error(words),
        stack=stack or fatal_stack(words),
        hides_pytest=hides,
    )
