"""The run that a command records: what is known before its first round, and the results of its rounds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from collectbench.discovery import SUITE
from collectbench.discovery.config_files import shadowed
from collectbench.judge.other_tests import differing_parts
from collectbench.judge.reference_seconds import machine_speed
from collectbench.measure.machine.environment import commit
from collectbench.measure.machine.reference_workload import remark_on_missing
from collectbench.measure.process.interruption import signals_noted
from collectbench.measure.process.launch import launch
from collectbench.measure.round.round import Round
from collectbench.measure.session.laps import LapSession
from collectbench.model.run import Environment, Run, TargetResult
from collectbench.model.sample import Status
from collectbench.model.target import Target
from collectbench.usecases.origin import TOOL, now
from collectbench.usecases.project import Project

TIME_LIMIT_REACHED = "not measured: the time limit was reached"


def new_run(project: Project) -> Run:
    """The run before its first round."""
    created = now()
    with signals_noted():
        state = commit(project.root, project.env, launch)
    return Run(
        tool=TOOL,
        created=created,
        environment=project.environment,
        commit=state[0] if state else None,
        dirty=state[1] if state else None,
        config=project.settings,
        targets=(),
        suite=None,
        notes=tuple(notes_before(project)),
        shard=project.plan.shard,
    )


def run_of_checkout(
    project: Project,
    *,
    commit: str | None,
    dirty: bool | None,
    results: Mapping[str, TargetResult],
    notes: Sequence[str],
    rounds: Iterable[Round] = (),
) -> Run:
    """The run of a checkout whose commit is known. `results` are by name, the suite's among them."""
    environment = with_tools(project.environment, rounds)
    paired = [sample for result in results.values() for sample in result.timed() if sample.pair is not None]
    return Run(
        tool=TOOL,
        created=now(),
        environment=environment,
        commit=commit,
        dirty=dirty,
        config=project.settings,
        targets=tuple(result for name, result in results.items() if name != SUITE),
        suite=results.get(SUITE),
        notes=(*notes, *notes_on_tools(environment), *filter(None, [remark_on_missing(paired, project.python)])),
        shard=project.plan.shard,
    )


def with_results(run: Run, session: LapSession, *, complete: bool) -> Run:
    """The run with all results of the session. A `complete` one also lists the targets that were not measured."""
    results = {name: session.result(name) for name in session.targets}
    if complete:
        results = {
            name: result or unmeasured(session.targets[name], TIME_LIMIT_REACHED) for name, result in results.items()
        }
    suite = results.pop(SUITE, None)
    rounds = [round_ for taken in session.rounds.values() for round_ in taken]
    environment = with_tools(run.environment, rounds)
    run = replace(run, environment=environment, targets=tuple(filter(None, results.values())), suite=suite)
    unconverted = machine_speed(run).refusal
    after = (*notes_on_tools(environment), *notes_after(session), *notes_on_parts(run, session.rounds))
    return replace(run, notes=(*run.notes, *after, *([unconverted] if unconverted else [])))


def with_tools(environment: Environment, rounds: Iterable[Round]) -> Environment:
    """The environment with the tools that watched the process in any of the rounds."""
    return replace(environment, tools=tuple(sorted({tool for round_ in rounds for tool in round_.tools})))


def notes_on_tools(environment: Environment) -> Iterator[str]:
    """A note on figures that were taken under coverage, a debugger or a profiler."""
    if environment.tools:
        yield (
            f"measured under {', '.join(environment.tools)}, which makes collection two or three times as long: "
            "measure without it"
        )


def notes_on_parts(run: Run, rounds: Mapping[str, Sequence[Round]]) -> Iterator[str]:
    """A note on each target that collects other tests than the suite does in the same files; whole runs only."""
    found = {name: [round_.collected for round_ in taken if round_.collected] for name, taken in rounds.items()}
    collected = {name: each[0] for name, each in found.items() if each}
    if run.shard is None and SUITE in collected:
        parts = [(target, collected[target.name]) for target in run.targets if target.name in collected]
        yield from differing_parts(collected[SUITE], parts)


def notes_before(project: Project) -> Iterator[str]:
    """Notes on all rounds that are known before the first one."""
    yield from notes_on_hidden_tables(project)
    yield from notes_on_rounds_before(project)


def notes_on_hidden_tables(project: Project) -> Iterator[str]:
    """A note on configuration that pytest ignores; the cause shadowed-config says the same with its place."""
    if tables := tuple(shadowed(project.inspection.inifile)):
        yield (
            f"pytest ignores {', '.join(tables)}, since it reads only {project.environment.pytest_config} beside it:"
            " move the options into one file"
        )


def notes_on_rounds_before(project: Project) -> Iterator[str]:
    """Notes on rounds that are omitted, and on paths that are collected in each."""
    if project.settings.cold and project.environment.bytecode != "written":
        yield "cold rounds were skipped: this environment writes no bytecode, so cold equals timed"
    named = [path for path in project.inspection.arguments if (project.start / path.partition("::")[0]).exists()]
    if named:
        yield (
            f"the arguments or addopts name paths ({', '.join(named)}), and pytest collects these in every target as"
            " well: name them in testpaths, or as TARGET"
        )


def notes_after(session: LapSession) -> Iterator[str]:
    """Notes on all rounds that are known after the last one."""
    if session.out_of_time:
        yield f"--max-time was reached after {session.max_time_s:g} s: some targets have fewer rounds"
    if session.reference is not None:
        results = filter(None, map(session.result, session.targets))
        timed = [sample for result in results for sample in result.timed()]
        yield from filter(None, [remark_on_missing(timed, session.bench.python)])
    yield from session.bench.tree.notes


def unmeasured(target: Target, *notes: str) -> TargetResult:
    """The result of a target without any round. It is listed, since it would seem to have vanished otherwise."""
    return TargetResult(name=target.name, paths=target.paths, status=Status.NOT_MEASURED, notes=notes)
