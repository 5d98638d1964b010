"""The commands of the child processes, to read or to copy: what `--dry-run` shows."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from collectbench.measure.process.launch import launch
from collectbench.measure.process.temporary import temporary_directory
from collectbench.measure.round.bench import Bench
from collectbench.measure.round.explaining import interval_s, write_settings
from collectbench.measure.round.request import COLLECT_ONLY, RoundRequest, invocation
from collectbench.measure.round.user_tree import UserTree
from collectbench.model.sample import RoundKind
from collectbench.model.subsets import Size
from collectbench.model.target import Target
from collectbench.usecases.project import Project

REPORT_DIR = Path("REPORT_DIR")
"""Stands for the directory of a round, which is a new one each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildCommand:
    """The command of one kind of round, as a line of shell."""

    kind: RoundKind
    target: str
    line: str
    about: str = ""
    """What a reader must put into the line; empty if it is complete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandsInDirectory:
    """Commands, and the directory in which they run, as a path or in words."""

    directory: str
    commands: tuple[ChildCommand, ...]


def measured_kinds(project: Project) -> tuple[RoundKind, ...]:
    """The kinds of rounds that measure a project, apart from warm-ups."""
    counted = (RoundKind.COUNTED,) if project.request.options.measure.counters else ()
    return (RoundKind.TIMED, *counted)


def child_commands(
    project: Project,
    kinds: Sequence[RoundKind] = (RoundKind.TIMED,),
    directory: str | None = None,
    pytest_args: tuple[str, ...] = COLLECT_ONLY,
) -> CommandsInDirectory:
    """The command of each target, for each of the kinds of rounds: exactly as it would run.

    `directory` are the words for the directory in which they run; None for its path. `pytest_args` are our own
    arguments of pytest.
    """
    bench = Bench(
        python=project.python, root=project.root, start=project.start, env=project.env, work=REPORT_DIR, timeout_s=0,
        launch=launch, tree=UserTree(REPORT_DIR),
    )  # fmt: skip
    return CommandsInDirectory(
        directory=directory or shlex.quote(str(project.start)),
        commands=tuple(
            _command(bench, RoundRequest(target=target, kind=kind, pytest_args=pytest_args))
            for target in project.plan.everything
            for kind in kinds
        ),
    )


def subset_commands(project: Project, usual: CommandsInDirectory) -> CommandsInDirectory:
    """The usual commands, and those of the rounds on subsets, whose files only the first round can tell."""
    commands = list[ChildCommand]()
    for target in project.plan.everything:
        (whole,) = child_commands(_with_files_of(project, target), (RoundKind.TRACED,)).commands
        commands += [
            replace(
                whole,
                line=f"{whole.line} FILES",
                about=f"traced: FILES are {size.share} of the test files that the first round collects",
            )
            for size in Size
        ]
    return replace(usual, commands=(*usual.commands, *commands))


def worker_commands(usual: CommandsInDirectory, numbers: Sequence[int]) -> CommandsInDirectory:
    """The usual commands, and those of the collections at the same time: the timed one, so many times at once."""
    timed = [command for command in usual.commands if command.kind is RoundKind.TIMED]
    commands = [
        replace(command, about=f"timed: {number} of these at the same time, in several laps")
        for command in timed
        for number in numbers
        if number > 1
    ]
    return replace(usual, commands=(*usual.commands, *commands))


def _with_files_of(project: Project, target: Target) -> Project:
    """The project with this target alone, and without its paths: files take their place."""
    alone = replace(target, paths=(), ignored=(), module=None)
    return replace(project, plan=replace(project.plan, targets=(alone,), suite=None))


def _command(bench: Bench, request: RoundRequest) -> ChildCommand:
    env = [f"{key}={shlex.quote(value)}" for key, value in request.env_changes.items()]
    argv = invocation(bench, request, REPORT_DIR).argv
    line = _preparation(request.kind) + " ".join([*env, shlex.join(argv)])
    return ChildCommand(kind=request.kind, target=request.target.name, line=line)


def _preparation(kind: RoundKind) -> str:
    """What has to be in the directory before: a sampled round reads its settings there (the shortest interval)."""
    if kind is not RoundKind.SAMPLED:
        return ""
    with temporary_directory() as directory:
        write_settings(directory, interval_s(0.0))
        (settings,) = directory.iterdir()
        printf = shlex.join(["printf", "%s\\n", *settings.read_text(encoding="utf-8").splitlines()])
    return f"{printf} > {REPORT_DIR}/{settings.name} && "
