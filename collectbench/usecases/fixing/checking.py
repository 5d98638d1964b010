"""The check after each batch of edits: pytest collects the same, and the tests end the same."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from collectbench.judge.verification.recorded import Recorded
from collectbench.judge.verification.run import TargetRun
from collectbench.measure.process.os_errors import explain_os_errors
from collectbench.measure.process.temporary import make_temporary_directory
from collectbench.measure.round.bench import Bench
from collectbench.measure.round.collected_state import state_of, state_request
from collectbench.measure.session.pace import Pace
from collectbench.measure.session.round_runner import Announcement, RoundRunner, trees_put_back
from collectbench.model.collected_state import CollectedState
from collectbench.model.fixes import Edit
from collectbench.model.target import Target
from collectbench.model.verification import Choice
from collectbench.usecases.feedback import Display, Feedback
from collectbench.usecases.fixing.affected import Affected
from collectbench.usecases.fixing.batches import Check, Harm
from collectbench.usecases.fixing.options import FixOptions, Proof
from collectbench.usecases.fixing.outcomes import Outcomes
from collectbench.usecases.fixing.rewriting import Rewrites
from collectbench.usecases.fixing.validation import Validation, refuse_uncollected
from collectbench.usecases.measure_options import MeasureOptions
from collectbench.usecases.measuring import bench_of
from collectbench.usecases.mistakes import Mistakes
from collectbench.usecases.project import Project, open_project
from collectbench.usecases.project_options import ProjectOptions
from collectbench.usecases.verifying.options import TIMEOUT_S
from collectbench.verify.processes import Processes
from collectbench.verify.targets import RunTerms, run_target

_RERUNS = 2


@contextmanager
def checked(options: FixOptions, rewrites: Rewrites, feedback: Feedback) -> Iterator[Check]:
    """Record the state before the edits, and yield what tells the harm of edits; nothing with `Proof.NONE`.

    Raises:
        UsageError: mistakes in the options or the configuration.
        CollectionError: pytest collects nothing that could be compared.
        Interrupted: a signal arrived.
    """
    if options.proof is Proof.NONE:
        yield lambda _: ()
        return
    project = open_project(_project_options(options), Mistakes(), feedback.say)
    with explain_os_errors(project.python[0]):
        work = make_temporary_directory()
        try:
            bench = bench_of(project, work)
            with feedback.display() as display, trees_put_back([bench]):
                yield _check(options, rewrites, project, bench, display)
        finally:
            shutil.rmtree(work, ignore_errors=True)


def _check(options: FixOptions, rewrites: Rewrites, project: Project, bench: Bench, display: Display) -> Check:
    place = _placed(project, rewrites.root)
    runner = RoundRunner(observer=display)
    collect = partial(_collected, runner, bench, _suite(project), Pace())
    validation = Validation(collect=collect, before=collect(), place=place)
    refuse_uncollected(validation.before)
    if options.proof is Proof.COLLECTION:
        return validation.harm_of
    affected = Affected(codebase=rewrites.codebase, test_files=rewrites.test_files)
    slow_bench = replace(bench, timeout_s=options.timeout_s or TIMEOUT_S)
    run = partial(_run, project, slow_bench, rewrites.root, runner)
    outcomes = Outcomes(run=run, tests_of=affected.tests_of, place=place)
    outcomes.record(rewrites.edits)

    def harm_of(edits: Sequence[Edit]) -> tuple[Harm, ...]:
        return validation.harm_of(edits) or outcomes.harm_of(edits)

    return harm_of


def _collected(runner: RoundRunner, bench: Bench, suite: Target, pace: Pace) -> CollectedState:
    """Collect the suite now."""
    announcement = Announcement(name=suite.name, outlook=pace.outlook({suite.name: 1.0}))
    finished = runner.take(bench, state_request(suite), announcement)
    pace.took(suite.name, finished.sample.wall_s)
    return state_of(finished)


def _run(  # noqa: PLR0917 - the place and the means, bound once, then what to run
    project: Project, bench: Bench, root: Path, runner: RoundRunner, files: Sequence[str], recorded: Recorded
) -> TargetRun:
    """Run the tests of some files as the suite runs them."""
    suite = _suite(project)
    paths = tuple(os.path.relpath(root / file, project.root) for file in files)
    target = Target(name="changed files", paths=paths, pytest_args=suite.pytest_args, env=suite.env)
    processes = Processes(runner=runner, bench=bench, target=target, pace=Pace(), targets_left=(target.name,))
    return run_target(processes, recorded, Choice(), RunTerms(reruns=_RERUNS if recorded.is_known else 0))


def _suite(project: Project) -> Target:
    """All targets in one."""
    if project.plan.suite is not None:
        return project.plan.suite
    paths = dict.fromkeys(path for target in project.plan.targets for path in target.paths)
    return Target(name="suite", paths=tuple(paths), pytest_args=project.plan.targets[0].pytest_args)


def _project_options(options: FixOptions) -> ProjectOptions:
    return ProjectOptions(
        pytest_args=options.pytest_args,
        config_file=options.tree.config_file,
        python=options.tree.python,
        measure=MeasureOptions(timeout_s=options.timeout_s),
    )


def _placed(project: Project, root: Path) -> Callable[[str], str]:
    """From a path in a node id (relative to pytest's rootdir) or a warning (to the project's) to that of an edit."""
    bases = dict.fromkeys((project.inspection.rootdir, project.root))

    def place(path: str) -> str:
        if not path or path.startswith("<"):
            return ""
        there = next((base / path for base in bases if (base / path).exists()), project.root / path)
        return os.path.relpath(there, root)

    return place
