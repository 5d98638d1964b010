"""Arguments of pytest that name a project in the user's own tree, which no side of a comparison is."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable
from pathlib import Path

from collectbench.checkouts.checkout import in_environment
from collectbench.model.errors import UsageError
from collectbench.usecases.project import Project


def refuse_own_paths(here: Project, origin: Path) -> None:
    """Refuse arguments of pytest that name a project in the user's tree: on neither side would they mean the same.

    Raises:
        UsageError: names them all.
    """
    by_source = {
        "PYTEST_ADDOPTS": shlex.split(here.env.get("PYTEST_ADDOPTS", "")),
        f"addopts in {here.inspection.inifile}": here.inspection.addopts,
        "the arguments for pytest": [
            *here.pytest_args,
            *(argument for target in here.config.targets for argument in target.pytest_args),
        ],
    }
    mistakes = [
        f"--against: {source} name {path}, which lies in your own tree, while both sides are measured in work trees of "
        "their own; give it relative to the folder in which pytest is started"
        for source, arguments in by_source.items()
        for path in own_paths(arguments, origin)
    ]
    if mistakes:
        raise UsageError(*mistakes)


def own_paths(arguments: Iterable[str], origin: Path) -> tuple[str, ...]:
    """The absolute paths in arguments, as `--ignore=/a/b` has one, that lie in a tree but in no environment there."""
    pieces = (piece for argument in arguments for piece in re.split("[=:,]", argument) if piece.startswith("/"))
    return tuple(dict.fromkeys(piece for piece in pieces if _is_own(Path(piece), origin)))


def _is_own(path: Path, origin: Path) -> bool:
    spelled = (Path(os.path.normpath(path)), path.resolve())
    return any(each.is_relative_to(origin) and not in_environment(each, origin) for each in spelled)
