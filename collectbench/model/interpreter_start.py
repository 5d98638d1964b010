"""The start of the interpreter that owns the tests, before its first statement."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedModule:
    """A module that was imported while Python started; `parent` imported it, empty for none."""

    name: str
    parent: str
    self_s: float
    cumulative_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StartHook:
    """Code of an installed package or of the user that Python runs at each start.

    `path` is a .pth file, and `text` its line; or `path` is the file of a module, and `text` its name: sitecustomize or
    usercustomize. `seconds` is its wall time. `modules` were imported by it, the innermost first.
    """

    path: str
    text: str
    seconds: float
    modules: tuple[StartedModule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LauncherCost:
    """A command that starts the interpreter: seconds until its first statement, with and without that command.

    `program` is the command, `executable` the interpreter that it starts in the end.
    """

    program: str
    executable: str
    seconds: float
    direct_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class InterpreterStart:
    """What runs before the first statement; `launcher` is None if the interpreter is started directly."""

    hooks: tuple[StartHook, ...] = ()
    launcher: LauncherCost | None = None
