"""Checks Python, pytest and git."""

from __future__ import annotations

from collectbench.judge.checkup.findings import Finding, fine, warn
from collectbench.model.doctor import Readings
from collectbench.model.reason import Action, Remedy

_MANY_PLUGINS = 10
"""From this number on, starting pytest takes a notable part of a short target."""

_FLAG = "PYTHONDONTWRITEBYTECODE"


def bytecode(readings: Readings) -> Finding:
    """Whether compiled test files are kept: without them, sympy/core/tests takes ten times as long."""
    name, state = "bytecode", readings.environment.bytecode
    if state == "written":
        return fine(name, "written and kept")
    if state == "unwritable":
        return warn(name, "__pycache__ cannot be written", "set PYTHONPYCACHEPREFIX to a writable directory")
    if _FLAG in readings.environment.flags:
        return warn(name, f"{_FLAG} is set: pytest rewrites every test file in every run", "unset it")
    return warn(
        name,
        "Python is set not to write bytecode (-B): pytest rewrites every test file in every run",
        "remove that option",
    )


def plugins(readings: Readings) -> Finding:
    """Whether many plugins are loaded before any test file is read."""
    number = len(readings.environment.plugins)
    fact = "none" if not number else f"{number} distribution{'' if number == 1 else 's'} with pytest plugins"
    if number >= _MANY_PLUGINS:
        return warn(
            "plugins",
            fact,
            "disable those that cost much and are not needed",
            Remedy(action=Action.SHOW_PLUGINS),
        )
    return fine("plugins", fact)


def git(readings: Readings) -> Finding:
    """Whether two commits can be compared."""
    if not readings.has_git:
        return warn("git", "is not installed", "install it to compare two commits; baselines work without it")
    if not readings.in_repository:
        return warn(
            "git",
            "the project is not in a repository with a commit",
            "commit it to compare two commits; baselines work without a repository",
        )
    return fine("git", "is installed, and the project has a commit")
