"""What a worker is asked to do for one target: a command of ours for one part of the plan, in the unpacked tree."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from collectbench.checkouts.foreign import hides_the_standard_library
from collectbench.checkouts.installs import find_installs
from collectbench.model.errors import UsageError
from collectbench.usecases.fleet.child_environment import sent_variables
from collectbench.usecases.fleet.task import TREE_MARK
from collectbench.usecases.paired.own_paths import own_paths
from collectbench.usecases.project import Project
from collectbench.usecases.project_options import ProjectOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command that measures: its name, and the options that only this one has.

    `warms_up` tells whether everything is to be collected once on a worker before it measures.
    """

    name: str
    options: tuple[str, ...] = ()
    warms_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many seconds are left of the time limit (None without one), and whether the command has a core of its own."""

    rest_s: float | None = None
    pin: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The user's tree as a worker has it.

    Attributes:
        origin: the top of the tree here.
        cwd: the user's directory, relative to the top.
        import_roots: directories, relative to the top, that come first on PYTHONPATH.
    """

    origin: Path
    cwd: str
    import_roots: tuple[str, ...]


def place_of(project: Project, origin: Path) -> Place:
    """Return the place of a project in a tree.

    A project that is installed from this tree is not installed from the unpacked one. So the directories that make it
    importable here come first on PYTHONPATH there.

    Raises:
        UsageError: the project or its configuration is not in the tree, or its configuration names paths in it.
    """
    cwd = Path.cwd()
    mistakes = [
        f"--dask: {path} is outside of {origin}, which is sent to the workers; have it in there"
        for path in dict.fromkeys((cwd, project.start, project.root, *_config_file(project)))
        if not path.is_relative_to(origin)
    ]
    by_source = {
        f"addopts in {project.inspection.inifile}": project.inspection.addopts,
        str(project.config.source): [
            *project.config.pytest_args,
            *(argument for target in project.config.targets for argument in target.pytest_args),
        ],
    }
    mistakes += [
        f"--dask: {source} name {path}, and the tree has another path on a worker; "
        "give it relative to the directory in which pytest starts"
        for source, arguments in by_source.items()
        for path in own_paths(arguments, origin)
    ]
    if mistakes:
        raise UsageError(*mistakes)
    roots = dict.fromkeys(_import_roots(project, origin))
    return Place(origin=origin, cwd=cwd.relative_to(origin).as_posix(), import_roots=tuple(roots))


def order(  # noqa: PLR0917 - what is done where, and within which limits
    project: Project,
    place: Place,
    command: Command,
    part: str,
    limits: Limits,
    warmup: tuple[Command, str] | None = None,
) -> str:
    """Return the order for one part of the plan (such as `2/9`), as `task.measure` takes it.

    `warmup` is a command for another part, which a worker runs first if it has not done so.
    """
    return json.dumps(
        {
            "arguments": _arguments(project, place, command, part, limits.rest_s),
            "warmup": _arguments(project, place, *warmup, limits.rest_s) if warmup else [],
            "cwd": place.cwd,
            "env": {name: _marked(value, place.origin) for name, value in sent_variables(project.env).items()},
            "import_roots": place.import_roots,
            "pin": limits.pin,
        }
    )


def _arguments(project: Project, place: Place, command: Command, part: str, rest_s: float | None) -> list[str]:
    """The command line, without the program."""
    options = project.request.options
    of_project = [_marked(argument, place.origin) for argument in (*options.targets, *_options(options))]
    return [
        command.name,
        *of_project,
        *(() if options.python is None else ("--python", project.python[0])),  # as it is here, also in the tree
        *command.options,
        *("--seed", str(project.settings.seed), "--shard", part, "--quiet"),
        *(() if rest_s is None else ("--max-time", f"{rest_s:.3f}s")),
        *(("--", *(_marked(word, place.origin) for word in options.pytest_args)) if options.pytest_args else ()),
    ]


def _options(options: ProjectOptions) -> Iterator[str]:
    """The options about the project and the rounds, as the user gave them."""
    measure = options.measure
    if options.config_file is not None:
        yield from ("--config", str(options.config_file))
    if options.depth is not None:
        yield from ("--depth", str(options.depth))
    if measure.rounds is not None:
        yield from ("--rounds", str(measure.rounds or "auto"))
    if measure.timeout_s is not None:
        yield from ("--timeout", f"{measure.timeout_s:.3f}s")
    yield from ("--warmup", str(measure.warmup))
    yield "--suite" if options.suite else "--no-suite"
    yield "--counters" if measure.counters else "--no-counters"
    if measure.cold:
        yield "--cold"


def _config_file(project: Project) -> Sequence[Path]:
    given = project.request.options.config_file
    return () if given is None else (Path(os.path.abspath(given)),)  # noqa: PTH100 - Path.absolute keeps `..`


def _import_roots(project: Project, origin: Path) -> Iterator[str]:
    """Directories in the tree that PYTHONPATH names, or that an editable install makes importable."""
    named = [Path(entry) for entry in project.env.get("PYTHONPATH", "").split(os.pathsep) if entry]
    installed = tuple(map(Path, project.inspection.installed))
    roots = [root for install in find_installs(installed, origin) if not install.copies for root in install.roots]
    for path in (*named, *(root for root in roots if not hides_the_standard_library(root))):
        real = path.resolve()
        if real.is_relative_to(origin):
            yield real.relative_to(origin).as_posix()


def _marked(text: str, origin: Path) -> str:
    """The text, in which a mark stands for the top of the tree."""
    return re.sub(rf"{re.escape(str(origin))}(?![\w.-])", TREE_MARK, text)
