"""One round: one child process, from its request to its sample."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from collectbench.attribution.fault_stack import hanging_stack
from collectbench.attribution.outcome import outcome, remarks
from collectbench.attribution.restarts import restarts
from collectbench.judge.verdicts import WITHOUT_COLLECTION
from collectbench.measure.machine import noise
from collectbench.measure.process.clock import now_ns
from collectbench.measure.process.command_line import shorten
from collectbench.measure.process.launch import Finished, Invocation
from collectbench.measure.process.memory import thin
from collectbench.measure.process.output import read_output
from collectbench.measure.round.bench import Bench, places_of
from collectbench.measure.round.circumstances import collected_of, profile_notes, tools_of
from collectbench.measure.round.explaining import interval_s, read_calls, read_lines, read_trace, write_settings
from collectbench.measure.round.inputs import InputReader
from collectbench.measure.round.intervening import effects_of, write_intervention
from collectbench.measure.round.loaded import read_touched
from collectbench.measure.round.observation import Observation, counts_of, ending_of, sample_of, wall_s
from collectbench.measure.round.outcome_file import ONLY, STOP_ON, read_outcomes, write_ids
from collectbench.measure.round.probe_report import ProbeReport, is_stack_written, read_node_ids, read_report
from collectbench.measure.round.request import RoundRequest, invocation
from collectbench.measure.round.waiting import read_samples, read_waits
from collectbench.measure.round.watched_roots import roots_elsewhere
from collectbench.measure.round.work import Work, count_work
from collectbench.model.collected import Collected
from collectbench.model.costs import LineCost
from collectbench.model.outcome_log import OutcomeLog
from collectbench.model.probe_files import RUNNER
from collectbench.model.restart import Restart
from collectbench.model.sample import Counts, RoundKind, Sample, Status
from collectbench.model.samples import Sampled
from collectbench.model.trace import Trace
from collectbench.model.wait_log import WaitLog

LONGEST_COMMAND = 80
"""Characters of a command line in a note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A finished round.

    Attributes:
        sample: its figures.
        status: how it ended.
        message: the reason; empty if all is well.
        pytest_output: the output of pytest; empty if all is well.
        stack: the stack where it hung; empty if it did not run into the timeout.
        counts: items, files, errors and warnings; None if collection did not come to its end.
        nodeids_sha256: the digest of the node ids; None likewise.
        relative_nodeids_sha256: the digest of the node ids without the paths of the target; None likewise.
        timeline: memory over time: seconds since the start, and bytes.
        trace: of traced rounds.
        calls: pyinstrument's call tree as JSON, of sampled rounds.
        no_calls: why pyinstrument did not run in a sampled round.
        lines: the lines of the project that a sampled round saw running.
        waits: where the main thread waited, of traced rounds.
        samples: where the main thread was, of traced rounds.
        work: of counted rounds that came to their end. Their trace is not kept.
        notes: facts about the round itself that a reader must know.
        tools: what watched the process when collection began, such as `coverage (sys.settrace)`; not our own tools.
        collected: the tests by file, of guarded rounds that came to their end.
        items_by_file: the number of selected items of each file that has some, of rounds that came to their end.
        nodeids: the node ids in pytest's order, if they were requested; empty otherwise.
        restarts: the replacements of the process by one that reports.
        outcomes: of rounds that record outcomes: what was collected, and what became of the tests.
        effects: of rounds of an experiment that came to their end: the actions, each with how often it took effect.
    """

    sample: Sample
    status: Status
    message: str
    pytest_output: str = ""
    stack: str = ""
    counts: Counts | None = None
    nodeids_sha256: str | None = None
    relative_nodeids_sha256: str | None = None
    timeline: tuple[tuple[float, int], ...] = ()
    trace: Trace | None = None
    calls: str | None = None
    no_calls: str = ""
    lines: tuple[LineCost, ...] = ()
    waits: WaitLog = ()
    samples: tuple[Sampled, ...] = ()
    work: Work | None = None
    notes: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    collected: Collected | None = None
    items_by_file: Mapping[str, int] = field(default_factory=dict)
    nodeids: tuple[str, ...] = ()
    restarts: tuple[Restart, ...] = ()
    outcomes: OutcomeLog | None = None
    effects: tuple[tuple[str, int], ...] = ()

    @property
    def compiled(self) -> bool:
        """Whether a traced round compiled a module of which bytecode is kept."""
        frames = () if self.trace is None else self.trace.imports
        return any(frame.bytecode in ("miss", "rewritten") for frame in frames)


def run_round(bench: Bench, request: RoundRequest) -> Round:
    """Run one round, remove what it made in the user's tree, and put the caches back.

    Raises:
        OSError: the interpreter cannot be started.
    """
    directory = Path(tempfile.mkdtemp(prefix="round-", dir=bench.work))
    child = invocation(bench, request, directory)
    if request.probe_mode == "sampled":
        write_settings(directory, interval_s(request.expected_s))
    if request.leaves_notes:
        roots = roots_elsewhere(bench.cwd, bench.known_roots, map(bench.from_cwd, request.target.paths))
        (directory / "roots").write_bytes(b"".join(os.fsencode(root) + b"\0" for root in roots))
    for name, nodeids in ((ONLY, request.only), (STOP_ON, request.stop_on or None)):
        if nodeids is not None:
            write_ids(directory, name, nodeids)
    if request.intervention is not None:
        write_intervention(directory, request.intervention, bench.work)
    if bench.cwd != bench.root:
        (directory / "project").write_bytes(os.fsencode(bench.root))
    try:
        observation = _observe(bench, child, directory, request)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    work = None
    if request.kind is RoundKind.COUNTED:
        work = count_work(observation, bench.work, InputReader.of(bench, request.target))
    return _round_of(bench, request.kind, observation, work)


def _observe(bench: Bench, child: Invocation, directory: Path, request: RoundRequest) -> Observation:
    """Run a child to its end, remove what it made, and read its reports in `directory`."""
    stack = directory / "stack"
    if looks := bench.alone or request.guarded:
        bench.tree.begin()
    try:
        before = bench.read_noise()
        finished = bench.launch(
            child, output=directory / "output", timeout_s=bench.timeout_s, on_hang=lambda: is_stack_written(stack)
        )
        after = bench.read_noise()
        report = read_report(directory)
        if looks:
            bench.tree.finished(_finish_ns(report, finished))
    finally:
        if looks:
            bench.tree.learn(read_report(directory).tree, directory)
            bench.tree.restore()
    return Observation(
        finished=finished,
        noise=noise.between(before, after, wall_s(finished)),
        report=report,
        ids=read_node_ids(directory, [bench.in_node_ids(path) for path in request.target.paths], keep=request.keep_ids),
        pytest_output=read_output(directory / "output"),
        stack=hanging_stack(stack.read_text(errors="replace")) if stack.exists() else "",
        trace=read_trace(directory, finished.spawned_ns),
        calls=read_calls(directory),
        lines=read_lines(directory),
        touched=read_touched(directory),
        full=str(bench.work) if _is_full(bench.work) else "",
        waits=read_waits(directory),
        samples=read_samples(directory),
        outcomes=read_outcomes(directory, places_of(bench, request.target), report.failed_conftests)
        if request.kind is RoundKind.OUTCOMES
        else None,
    )


def _round_of(bench: Bench, kind: RoundKind, observation: Observation, work: Work | None) -> Round:
    """The round with its figures, its ending and its notes."""
    finished = observation.finished
    ending = ending_of(observation, bench.root, bench.timeout_s)
    status, message = outcome(ending, str(bench.root))
    is_collected = status not in WITHOUT_COLLECTION
    left_behind = (f"left a process behind, which was ended: {_shorten(name)}" for name in finished.left_behind)
    return Round(
        sample=sample_of(kind, observation, comparable=bench.alone),
        status=status,
        message=message,
        pytest_output="" if _is_well(status, observation) else observation.pytest_output,
        stack=observation.stack if finished.timed_out else "",
        counts=counts_of(observation) if is_collected else None,
        nodeids_sha256=observation.ids.sha256 if is_collected else None,
        relative_nodeids_sha256=observation.ids.relative_sha256 if is_collected else None,
        timeline=thin(list(finished.timeline)),
        trace=None if kind is RoundKind.COUNTED else observation.trace,
        calls=observation.calls,
        no_calls=observation.report.facts.get("sampling-failed", ""),
        lines=observation.lines,
        waits=() if kind is RoundKind.COUNTED else observation.waits,
        samples=observation.samples,
        work=work if is_collected else None,
        notes=(*remarks(ending, str(bench.root)), *profile_notes(observation.report, bench.root), *left_behind),
        tools=tools_of(observation.report, kind),
        collected=collected_of(observation, bench.root) if is_collected else None,
        items_by_file={file: items for file, (items, _) in observation.ids.by_file.items()} if is_collected else {},
        nodeids=observation.ids.nodeids if is_collected else (),
        outcomes=observation.outcomes,
        effects=effects_of(observation.report),
        restarts=tuple(restarts(observation.report.earlier, observation.report.began_ns, str(bench.root))),
    )


def _is_well(status: Status, observation: Observation) -> bool:
    """Whether there is nothing in the output of pytest that explains a failure."""
    log = observation.outcomes
    return status in (Status.OK, Status.EMPTY) and not (log is not None and log.has_failures)


def _finish_ns(report: ProbeReport, finished: Finished) -> tuple[int, int]:
    """The span of the time of day in which pytest finished its session and the process ended; (0, 0) if it did not."""
    begin_ns = report.stamps.get("finish")
    if begin_ns is None:
        return 0, 0
    offset_ns = time.time_ns() - now_ns()
    return begin_ns + offset_ns, finished.reaped_ns + offset_ns


def _is_full(directory: Path) -> bool:
    try:
        return shutil.disk_usage(directory).free == 0
    except OSError:
        return False


def _shorten(command: str) -> str:
    """A command line in a few words. Without the process's number, so that all rounds say the same."""
    if str(RUNNER) in command:
        return "a fork of pytest itself"
    return shorten(command, LONGEST_COMMAND)
