"""The run that a command records: what is known before its first round, and what came of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone

from collectbench import __version__
from collectbench.discovery import SUITE
from collectbench.judge.reference_seconds import machine_speed
from collectbench.measure.machine.environment import commit, environment
from collectbench.measure.machine.reference_workload import remark_on_missing
from collectbench.measure.process.interruption import signals_noted
from collectbench.measure.process.launch import launch
from collectbench.measure.session.laps import LapSession
from collectbench.model.run import Environment, Run, Settings, TargetResult, Tool
from collectbench.model.sample import Status
from collectbench.model.target import Target
from collectbench.usecases.measure_options import MeasureOptions, settings
from collectbench.usecases.project import Project

OUT_OF_TIME = "not measured: the time was up"
TOOL = Tool(name="collectbench", version=__version__)


def now() -> str:
    """This moment, in UTC."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def run_without_results(project: Project, options: MeasureOptions) -> Run:
    """What is known of a run before its first round."""
    stamp = environment(project.inspection, project.env, project.root)
    created = now()
    with signals_noted():
        found = commit(project.root, project.env, launch)
    return Run(
        tool=TOOL,
        created=created,
        environment=stamp,
        commit=found[0] if found else None,
        dirty=found[1] if found else None,
        config=settings(project, options),
        targets=(),
        suite=None,
        notes=tuple(notes_before(project, options, stamp)),
        shard=project.plan.shard,
    )


def run_of(
    project: Project,
    config: Settings,
    *,
    commit: str | None,
    dirty: bool | None,
    results: Mapping[str, TargetResult],
    notes: Sequence[str],
) -> Run:
    """A run of what was measured in a tree whose commit is known; `results` are by name, the suite's among them."""
    stamp = environment(project.inspection, project.env, project.root)
    if project.moved is not None:  # the folders of our own would be new ones in each comparison
        tree, told = map(str, project.moved)
        stamp = replace(stamp, flags={name: value.replace(tree, told) for name, value in stamp.flags.items()})
    paired = [sample for result in results.values() for sample in result.timed() if sample.pair is not None]
    return Run(
        tool=TOOL,
        created=now(),
        environment=stamp,
        commit=commit,
        dirty=dirty,
        config=config,
        targets=tuple(result for name, result in results.items() if name != SUITE),
        suite=results.get(SUITE),
        notes=(*notes, *filter(None, [remark_on_missing(paired, project.python)])),
        shard=project.plan.shard,
    )


def with_results(run: Run, session: LapSession, *, complete: bool) -> Run:
    """The run with all that was measured; a complete one lists also what there was no time for."""
    results = {name: session.result(name) for name in session.targets}
    if complete:
        results = {name: result or unmeasured(session.targets[name], OUT_OF_TIME) for name, result in results.items()}
    suite = results.pop(SUITE, None)
    run = replace(run, targets=tuple(filter(None, results.values())), suite=suite)
    unconverted = machine_speed(run).refusal
    return replace(run, notes=(*run.notes, *notes_after(session), *([unconverted] if unconverted else [])))


def notes_before(project: Project, options: MeasureOptions, stamp: Environment) -> Iterator[str]:
    """What is to be said of all rounds before there is one."""
    if options.cold and stamp.bytecode != "written":
        yield "cold rounds were left out: this environment writes no bytecode, so cold equals timed"
    named = [path for path in project.inspection.arguments if (project.root / path.partition("::")[0]).exists()]
    if named:
        yield (
            f"the arguments or addopts name paths ({', '.join(named)}), and pytest collects those in every target as"
            " well: name them in testpaths, or as TARGET"
        )


def notes_after(session: LapSession) -> Iterator[str]:
    """What is to be said of all rounds once they are over."""
    if session.out_of_time:
        yield f"--max-time was reached after {session.max_time_s:g} s: some targets have fewer rounds"
    if session.reference is not None:
        results = filter(None, map(session.result, session.targets))
        timed = [sample for result in results for sample in result.timed()]
        yield from filter(None, [remark_on_missing(timed, session.bench.python)])
    yield from (f"{path}: {why}" for path, why in session.bench.tree.unkept.items())


def unmeasured(target: Target, *notes: str) -> TargetResult:
    """A target that no round was taken of: it is listed, lest it seem to have vanished."""
    return TargetResult(name=target.name, paths=target.paths, status=Status.OK, notes=notes)
