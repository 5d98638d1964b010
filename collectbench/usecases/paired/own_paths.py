"""Arguments of pytest that name a path in the user's own working tree, which no checkout of a comparison is."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable
from pathlib import Path

from collectbench.checkouts.checkout import in_environment
from collectbench.model.errors import UsageError
from collectbench.usecases.project import Project


def refuse_own_paths(project: Project, origin: Path) -> None:
    """Refuse arguments of pytest that name a path in the working tree `origin`: neither checkout has that path.

    Raises:
        UsageError: names them all.
    """
    by_source = {
        "PYTEST_ADDOPTS": shlex.split(project.env.get("PYTEST_ADDOPTS", "")),
        f"addopts in {project.inspection.inifile}": project.inspection.addopts,
        "the arguments for pytest": [
            *project.settings.pytest_args,
            *(argument for target in project.config.targets for argument in target.pytest_args),
        ],
    }
    mistakes = [
        f"--against: {source} name {path}, which is in your own working tree, but both sides are measured in working "
        "trees of their own; give it relative to the directory in which pytest starts"
        for source, arguments in by_source.items()
        for path in own_paths(arguments, origin)
    ]
    if mistakes:
        raise UsageError(*mistakes)


def own_paths(arguments: Iterable[str], origin: Path) -> tuple[str, ...]:
    """The absolute paths in arguments (such as `--ignore=/a/b`) that are in `origin` but in no environment there."""
    pieces = (piece for argument in arguments for piece in re.split("[=:,]", argument) if piece.startswith("/"))
    return tuple(dict.fromkeys(piece for piece in pieces if _is_own(Path(piece), origin)))


def _is_own(path: Path, origin: Path) -> bool:
    spellings = (Path(os.path.normpath(path)), path.resolve())
    return any(path.is_relative_to(origin) and not in_environment(path, origin) for path in spellings)
