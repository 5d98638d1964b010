"""From the options of a command to the project: its configuration, its interpreter, and what is to be measured."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from secrets import randbits

from collectbench.config import Config, expand_paths
from collectbench.discovery import Plan, configured_plan, discovered_plan, module_names, relative, selected_plan
from collectbench.discovery.shards import part_of
from collectbench.measure.machine.environment import environment
from collectbench.measure.process.clock import now_ns
from collectbench.measure.process.interruption import interruptible, raise_if_interrupted, signals_noted
from collectbench.measure.process.launch import Launcher, launch
from collectbench.measure.round.interpreter import inspect, resolve_python
from collectbench.measure.round.python_version import require_python_3
from collectbench.model.errors import InterpreterError
from collectbench.model.inspection import Inspection
from collectbench.model.run import Environment, Settings
from collectbench.model.target import Limits
from collectbench.usecases import recovery
from collectbench.usecases.configuration import read_config
from collectbench.usecases.mistakes import Mistakes
from collectbench.usecases.option_errors import naming_the_option
from collectbench.usecases.project_options import ProjectOptions
from collectbench.usecases.recovery import Say
from collectbench.usecases.shard_lengths import committed_seconds
from collectbench.usecases.start_of_pytest import patience_s
from collectbench.usecases.starting_place import env_in, refuse_paths_of_here


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRequest:
    """The user's request, independent of the working tree that it is made in.

    Attributes:
        options: with a seed, also if the user gave none.
        config: the configuration as written, its paths not yet expanded.
        python: program and options of the interpreter that owns the tests.
        begun_ns: the moment of the clock from which the time limit of the command counts.
        committed_s: seconds of the targets in the committed baseline, by which a plan is divided; None if not read yet.
        unaffected: the names of targets that need no round, since a stored run vouches for them.
    """

    options: ProjectOptions
    config: Config
    python: tuple[str, ...]
    begun_ns: int = field(default_factory=now_ns)
    committed_s: Mapping[str, float] | None = None
    unaffected: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project whose targets are known. Commands that look at a project start from here.

    Attributes:
        request: what the user asked for.
        config: the configuration with expanded paths.
        env: the complete environment of the children.
        inspection: what the interpreter and its pytest say about themselves.
        start: the directory in which pytest starts: the user's, or that of the configuration.
        plan: the targets, and the suite.
        settings: how the project is measured; the same in every run of this command.
        environment: what figures depend on besides the code.
        baseline_dir: absolute.
        history_dir: likewise, of recorded runs.
        moved: a checkout that stands for the user's working tree, and that tree: paths are shown as they are there.
    """

    request: ProjectRequest
    config: Config
    env: dict[str, str]
    inspection: Inspection
    start: Path
    plan: Plan
    settings: Settings
    environment: Environment
    baseline_dir: Path
    history_dir: Path
    moved: tuple[Path, Path] | None = None

    @property
    def root(self) -> Path:
        """The directory that paths and names are relative to: of the configuration, else pytest's rootdir."""
        return self.plan.root

    @property
    def python(self) -> tuple[str, ...]:
        """Program and options of the interpreter that owns the tests."""
        return self.request.python


def without_unaffected(project: Project, names: Collection[str]) -> Project:
    """The project without targets that need no round. Its settings stay those of all targets."""
    request = replace(project.request, unaffected=frozenset(names))
    return replace(project, request=request, plan=project.plan.without(names))


def open_project(options: ProjectOptions, mistakes: Mistakes, say: Say, launcher: Launcher = launch) -> Project:
    """Read the configuration, inspect the interpreter, and find the targets.

    `mistakes` are those in the options so far: nothing is started while there are any. `say` tells what a killed
    command had left.

    Raises:
        UsageError: all mistakes in the options and the configuration.
        CollectionError: a file in the project hides pytest.
        Interrupted: a signal arrived meanwhile.
    """
    cwd, config = Path.cwd(), Config()
    with mistakes.gathered(), signals_noted(), interruptible():
        config = read_config(options.config_file, cwd)
        expand_paths(config)
        if options.depth is not None and config.targets and not options.targets:
            mistakes.add(f"--depth: {config.source} names the targets; give a path as TARGET to split it")
        refuse_paths_of_here(options.pytest_args, config, cwd)
    python: tuple[str, ...] = ()
    with mistakes.gathered(), naming_the_option("--python ", InterpreterError):
        python = resolve_python(options.python, cwd)
    mistakes.raise_all()
    request = ProjectRequest(options=_with_seed(options), config=config, python=python)
    env = dict(os.environ) if config.root in (None, cwd) else env_in(config.root, os.environ)
    start, timeout_s = config.root or cwd, patience_s(options.measure, config)
    with signals_noted():
        recovery.begin(start, env, launcher, say)
        if options.python is not None:
            with naming_the_option("--python ", InterpreterError):
                require_python_3(python, cwd, env, launcher, timeout_s=timeout_s)
        project = settle(request, cwd, env, launcher)
        recovery.settled(project.root, start, env, launcher, say)
        raise_if_interrupted()
    return project


def _with_seed(options: ProjectOptions) -> ProjectOptions:
    if options.measure.seed is not None:
        return options
    return replace(options, measure=replace(options.measure, seed=randbits(32)))


def settle(request: ProjectRequest, cwd: Path, env: Mapping[str, str], launcher: Launcher = launch) -> Project:
    """The project that `cwd` lies in. Signals must be noted meanwhile (see `interruption`).

    Raises:
        UsageError: paths or targets do not exist there, or the interpreter cannot be used.
        CollectionError: a file in the project hides pytest.
        Interrupted: a signal arrived meanwhile.
    """
    options = request.options
    with interruptible():
        config = expand_paths(request.config)
    arguments = (*config.pytest_args, *options.pytest_args)
    start = config.root or cwd
    with naming_the_option("--python ", InterpreterError):
        inspection = inspect(
            *(request.python, start, env, arguments, launcher, module_names(options.targets)),
            timeout_s=patience_s(request.options.measure, request.config),
        )
    with interruptible():
        root = config.root or _root(start, inspection.rootdir)
        plan = _plan(request, config, root, start, cwd, inspection)
    baseline_dir = options.baseline_dir if options.baseline_dir is not None else root / config.baseline_dir
    if options.shard is not None:
        if request.committed_s is None:
            baseline = root / config.baseline_dir / f"{config.baseline}.json"  # not where this run is saved
            request = replace(request, committed_s=committed_seconds(baseline, root, env, launcher))
        plan = part_of(plan, options.shard, request.committed_s or {})
    history_dir = options.history_dir if options.history_dir is not None else root / config.history_dir
    return Project(
        request=request,
        config=config,
        env=dict(env),
        inspection=inspection,
        start=start,
        plan=plan.without(request.unaffected),
        settings=_settings(request, config, plan),
        environment=environment(inspection, env, start, root),
        baseline_dir=cwd / baseline_dir,
        history_dir=cwd / history_dir,
    )


def _root(start: Path, rootdir: Path) -> Path:
    """Pytest's rootdir, if pytest starts in or below it; else (`-c`, `--rootdir`) names would be absolute paths."""
    candidates = (rootdir, rootdir.resolve())  # --rootdir may lead through a symbolic link
    return next((directory for directory in candidates if start.is_relative_to(directory)), start)


def _plan(  # noqa: PLR0917 - the request, and three places
    request: ProjectRequest, config: Config, root: Path, start: Path, cwd: Path, inspection: Inspection
) -> Plan:
    """What is to be measured: the selected, configured or discovered targets, with the arguments of each."""
    options = request.options
    if options.targets:
        plan = selected_plan(root, cwd, config.targets, options.targets, inspection, options.depth or 0)
    elif config.targets:
        plan = configured_plan(root, config.targets)
    else:
        plan = discovered_plan(root, start, inspection, 1 if options.depth is None else options.depth)
    plan = _with_arguments(plan, config, options.pytest_args)
    if not options.suite:
        plan = replace(plan, suite=None)
    return plan


def _with_arguments(plan: Plan, config: Config, extra: Sequence[str]) -> Plan:
    """The plan with the user's arguments in their order (for all, for the target, `extra`), and the suite's budget."""
    shared = config.pytest_args
    targets = tuple(
        replace(target, pytest_args=(*shared, *target.pytest_args, *choosing(target.markers, target.keywords), *extra))
        for target in plan.targets
    )
    suite = plan.suite and replace(
        plan.suite, pytest_args=(*shared, *extra), limits=Limits(budget_s=config.suite_budget_s)
    )
    return replace(plan, targets=targets, suite=suite)


def choosing(markers: str, keywords: str) -> tuple[str, ...]:
    """The arguments of pytest that choose tests by two expressions; an empty one chooses all."""
    return (*(("-m", markers) if markers else ()), *(("-k", keywords) if keywords else ()))


def _settings(request: ProjectRequest, config: Config, plan: Plan) -> Settings:
    """How the project is measured: the user's options, with the configuration behind them."""
    measure = request.options.measure
    rounds = config.rounds if measure.rounds is None else measure.rounds
    return Settings(
        rounds=rounds or None,
        warmup=measure.warmup,
        seed=measure.seed or 0,
        timeout_s=measure.timeout_s or config.timeout_s,
        max_time_s=measure.max_time_s,
        jobs=measure.jobs,
        cold=measure.cold,
        python=relative(Path(request.python[0]), plan.root),
        pytest_args=(*config.pytest_args, *request.options.pytest_args),
        suite_budget_s=config.suite_budget_s,
        limits={target.name: target.limits for target in plan.targets if target.limits != Limits()},
    )
