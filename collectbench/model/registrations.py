"""What the measured code left behind in its process: exit functions, import finders, threads, trace functions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitFunction:
    """One function that was registered with `atexit`.

    `path` and `line` are those of its code, empty and 0 if it is not written in Python. `by_path` and `by_line` are the
    call that registered it: the innermost line outside of the standard library.
    """

    function: str
    path: str
    line: int
    by_path: str
    by_line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finder:
    """A finder that was added to `sys.meta_path`.

    `path` is the file of its class, or empty. `during` is the index of the frame at whose end it was seen first: that
    of the import which added it, or of a collector or plugin around; -1 outside of all frames.
    """

    name: str
    path: str
    during: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadStart:
    """All threads that one line started; `path` and `line` are the innermost outside of the standard library."""

    target: str
    path: str
    line: int
    count: int
    during: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LivingThread:
    """A thread that had not ended when pytest ended.

    `by_path` and `by_line` are the line that started it; empty and 0 if unknown. `stack` holds path, line and function
    of its calls, the innermost first.
    """

    name: str
    daemon: bool
    by_path: str
    by_line: int
    stack: tuple[tuple[str, int, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """All calls of `sys.setprofile` or `sys.settrace` by one line; the innermost outside of the standard library."""

    kind: str
    path: str
    line: int
    count: int
    during: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatedIds:
    """A parametrization in which several sets of parameters had the same id, so that pytest had to number them.

    `ids` is the number of all ids, `repeated` the number of those that another one equals, `example` one of them.
    """

    nodeid: str
    ids: int
    repeated: int
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LastMoments:
    """Moments after collection, in seconds since the spawn; None if the process did not get that far.

    pytest finishes its session from `finish_s` to `done_s`, when its main function returns. Until `exit_begin_s`,
    Python waits for threads that are not daemons. Until `exit_end_s`, the functions of `atexit` run.

    Finalisation follows. Python empties `sys.modules` until `modules_removed_s`, and walks through all objects until
    `objects_walked_s`. It clears the globals of modules until `modules_cleared_s`, and walks through all objects again
    and frees those that nothing uses until `interpreter_cleared_s`.
    """

    finish_s: float | None = None
    done_s: float | None = None
    exit_begin_s: float | None = None
    exit_end_s: float | None = None
    modules_removed_s: float | None = None
    objects_walked_s: float | None = None
    modules_cleared_s: float | None = None
    interpreter_cleared_s: float | None = None
