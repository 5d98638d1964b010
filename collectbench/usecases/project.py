"""From the options of a command to what is to be measured, and with what."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from collectbench.config import Config, expand_paths, find_config, load_config
from collectbench.discovery import Plan, configured_plan, discovered_plan, selected_plan
from collectbench.discovery.shards import part_of
from collectbench.measure.process.interruption import raise_if_interrupted, signals_noted
from collectbench.measure.process.launch import Launcher, launch
from collectbench.measure.round.interpreter import inspect, resolve_python
from collectbench.model.errors import UsageError
from collectbench.model.inspection import Inspection
from collectbench.model.run import Shard
from collectbench.model.target import Limits
from collectbench.usecases.interpreter_errors import interpreter_errors_name_the_option
from collectbench.usecases.mistakes import Mistakes


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the user asks to be measured, apart from the tree that it lies in.

    Attributes:
        config: the configuration as it was written, its paths not yet resolved.
        python: the command of the interpreter that owns the tests.
        targets: names and paths, as they were given.
        pytest_args: what stands behind `--`.
        depth: how far to split paths; None for the default.
        suite: whether all targets are collected together as well.
        shard: the part that is to be measured; None for the whole.
        baseline_dir: where baselines lie, as given; None for the configuration's.
    """

    config: Config
    python: tuple[str, ...]
    targets: tuple[str, ...] = ()
    pytest_args: tuple[str, ...] = ()
    depth: int | None = None
    suite: bool = True
    shard: Shard | None = None
    baseline_dir: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What every command that looks at a project knows. `baseline_dir` is absolute."""

    config: Config
    python: tuple[str, ...]
    env: dict[str, str]
    inspection: Inspection
    plan: Plan
    pytest_args: tuple[str, ...]
    """What the user gives pytest for all targets: from the configuration, then what stands behind `--`."""
    baseline_dir: Path
    request: Request
    moved: tuple[Path, Path] | None = None
    """A tree that is a counterpart of the user's, and the user's: what is told of it is told of that."""

    @property
    def root(self) -> Path:
        """The folder in which pytest is started, and that paths are relative to."""
        return self.plan.root


def read_config(file: Path | None, cwd: Path) -> Config:
    """The configuration that was named, or found from `cwd` upwards, or the defaults.

    Raises:
        UsageError: all mistakes in it.
    """
    path = file if file is not None else find_config(cwd)
    if path is not None and file is not None and not path.is_file():
        raise UsageError(f"--config {path}: no such file")
    return load_config(path.absolute()) if path is not None else Config()


def open_project(
    *,
    targets: Sequence[str],
    pytest_args: Sequence[str],
    config_file: Path | None,
    python: str | None,
    depth: int | None,
    baseline_dir: Path | None = None,
    suite: bool = True,
    shard: Shard | None = None,
    mistakes: Mistakes,
    launcher: Launcher = launch,
) -> Project:
    """Read the configuration, ask the interpreter, and decide what is to be measured.

    `mistakes` are those found so far: nothing is started while there are any.

    Of a `shard` only its part is to be measured.

    Raises:
        UsageError: mistakes in the options or the configuration.
        CollectionError: a file in the project hides pytest.
        Interrupted: a signal arrived while pytest was asked.
    """
    cwd, env = Path.cwd(), dict(os.environ)
    config = Config()
    with mistakes.gathered():
        config = read_config(config_file, cwd)
        expand_paths(config)
        if depth is not None and config.targets and not targets:
            mistakes.add(f"--depth: {config.source} names the targets; give a path as TARGET to split that")
    command: tuple[str, ...] = ()
    with mistakes.gathered(), interpreter_errors_name_the_option():
        command = resolve_python(python, cwd)
    mistakes.tell()
    request = Request(
        config=config,
        python=command,
        targets=tuple(targets),
        pytest_args=tuple(pytest_args),
        depth=depth,
        suite=suite,
        shard=shard,
        baseline_dir=baseline_dir,
    )
    with signals_noted():
        return settle(request, cwd, env, launcher)


def settle(request: Request, cwd: Path, env: Mapping[str, str], launcher: Launcher = launch) -> Project:
    """Ask the interpreter, and decide what is to be measured in the tree that `cwd` lies in.

    Signals must be noted meanwhile (see `interruption`).

    Raises:
        UsageError: paths or targets that do not exist there; an interpreter that cannot be used.
        CollectionError: a file in the project hides pytest.
        Interrupted: a signal arrived while pytest was asked.
    """
    config = expand_paths(request.config)
    arguments = (*config.pytest_args, *request.pytest_args)
    start = config.root or cwd
    with interpreter_errors_name_the_option():
        inspection = inspect(request.python, start, env, arguments, launcher)
        root = config.root or inspection.rootdir
        if root != start:  # from a folder below: its own configuration decides what pytest says
            inspection = inspect(request.python, root, env, arguments, launcher)
    raise_if_interrupted()
    plan = _plan(config, root, cwd, request.targets, request.depth, inspection)
    plan = _with_arguments(plan, config, request.pytest_args)
    if not request.suite:
        plan = replace(plan, suite=None)
    directory = request.baseline_dir if request.baseline_dir is not None else root / config.baseline_dir
    return Project(
        config=config,
        python=request.python,
        env=dict(env),
        inspection=inspection,
        plan=plan if request.shard is None else part_of(plan, request.shard),
        pytest_args=arguments,
        baseline_dir=cwd / directory,
        request=request,
    )


def _plan(
    config: Config, root: Path, cwd: Path, wanted: Sequence[str], depth: int | None, inspection: Inspection
) -> Plan:
    if wanted:
        return selected_plan(root, cwd, config.targets, wanted, inspection, depth or 0)
    if config.targets:
        return configured_plan(root, config.targets)
    start = cwd if config.root is None and cwd != root and cwd.is_relative_to(root) else root
    return discovered_plan(root, start, inspection, 1 if depth is None else depth)


def _with_arguments(plan: Plan, config: Config, extra: Sequence[str]) -> Plan:
    """The user's arguments in their order: for all, for the target, behind `--`; and the suite's own budget."""
    shared = config.pytest_args
    targets = tuple(replace(target, pytest_args=(*shared, *target.pytest_args, *extra)) for target in plan.targets)
    suite = plan.suite and replace(
        plan.suite, pytest_args=(*shared, *extra), limits=Limits(budget_s=config.suite_budget_s)
    )
    return replace(plan, targets=targets, suite=suite)
