"""A directory or file ignored.

What it changes:
    `--ignore=PATH`. Several paths have commas between them.

Shows:
    What pytest spends on a directory without tests, or on a file that fails. A file that fails is then missing among
    the errors, so the saving is an upper bound: mended, it would import what it needs. For directories that
    `collect_ignore_glob` empties, it shows what `--ignore` in its place saves.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator

from collectbench.causes.ignore_glob_walk import settings_in
from collectbench.experiments.experiment import Arms, Kind, NotTestableError, Setting, subject_of
from collectbench.model.diagnosis import Finding, Location
from collectbench.model.fixes import Effect, Permit
from collectbench.model.intervention import Intervention


def arguments(finding: Finding) -> tuple[str, ...]:
    """Return the path; nothing for several files that fail together: ignoring them saves more than they share."""
    if finding.cause == "ignore-glob-walk":
        folders = dict.fromkeys(folder for each in finding.locations for folder in _emptied(each))
        return (",".join(folders),) if folders else ()
    is_file = finding.cause == "failing-file"
    return () if is_file and finding.subject not in {each.path for each in finding.locations} else subject_of(finding)


def _emptied(conftest: Location) -> Iterator[str]:
    """The directories that the patterns of a line begin with, relative to the root."""
    try:
        tree = ast.parse(conftest.text.strip())
    except SyntaxError:  # the statement has more lines
        return
    for setting in settings_in(tree, conftest.path):
        yield from (os.path.normpath(each) for each in setting.directories)


def arms(text: str, setting: Setting) -> Arms:
    """Return the arms for a path, or for several with commas between them, relative to the root.

    Raises:
        NotTestableError: there is no such path.
    """
    whole = _found(text, setting)
    paths = {text: whole} if whole else {path: _found(path, setting) for path in text.split(",")}
    if missing := [path for path, there in paths.items() if not there]:
        raise NotTestableError(f"there is no {missing[0]}")
    files = [path for path, there in paths.items() if os.path.isfile(there)]  # noqa: PTH113 - whatever the path holds
    permits = tuple(Permit(effect=Effect.ERROR_GONE, path=path) for path in files)
    ignored = tuple(f"--ignore={there}" for there in paths.values())
    return Arms(base=Intervention(pytest_args=ignored), permits=permits, bound=bool(files))


def _found(path: str, setting: Setting) -> str:
    """The absolute path, from the root or from where node ids begin; empty if there is none."""
    places = (str(setting.root / path), setting.evidence().file_of(path))
    return next((place for place in places if os.path.exists(place)), "")  # noqa: PTH110 - whatever the path holds


INTERVENTION = Kind(
    id="path-ignored",
    doc=__doc__,
    causes=frozenset({"traversal", "failing-file", "ignore-glob-walk"}),
    arguments=arguments,
    arms=arms,
    form="PATH",
)
