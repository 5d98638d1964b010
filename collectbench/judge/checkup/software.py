"""What of Python, pytest and git bears on figures."""

from __future__ import annotations

from collectbench.judge.checkup.findings import fine, warn
from collectbench.model.doctor import Examination, Readings

_MANY_PLUGINS = 10
"""From so many on, starting pytest takes a notable part of a short target."""

_FLAG = "PYTHONDONTWRITEBYTECODE"


def bytecode(readings: Readings) -> Examination:
    """Whether compiled test files are kept: sympy/core/tests takes ten times as long where they are not."""
    name, state = "bytecode", readings.environment.bytecode
    if state == "written":
        return fine(name, "written and kept")
    if state == "unwritable":
        return warn(name, "__pycache__ cannot be written", "set PYTHONPYCACHEPREFIX to a writable folder")
    if _FLAG in readings.environment.flags:
        return warn(name, f"{_FLAG} is set: every test file is rewritten at every run", "unset it")
    return warn(
        name, "Python is told not to write any (-B): every test file is rewritten at every run", "leave that out"
    )


def plugins(readings: Readings) -> Examination:
    """Whether many plugins are loaded before any test file is read."""
    number = len(readings.environment.plugins)
    words = "none" if not number else f"{number} distribution{'' if number == 1 else 's'} with pytest plugins"
    if number >= _MANY_PLUGINS:
        return warn(
            "plugins", words, "collectbench profile TARGET tells what each costs; -- -p no:PLUGIN leaves it out"
        )
    return fine("plugins", words)


def git(readings: Readings) -> Examination:
    """Whether two commits can be compared."""
    remedy = "compare --against needs {}; baselines work without"
    if not readings.has_git:
        return warn("git", "is not installed", remedy.format("it"))
    if not readings.in_repository:
        return warn("git", "the project is in no repository with a commit", remedy.format("one"))
    return fine("git", "there, and the project has a commit")
