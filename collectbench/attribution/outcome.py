"""The status of a round, from the facts that the operating system, the probe and pytest give."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from collectbench.attribution.fault_stack import responsible_call
from collectbench.model.sample import Status
from collectbench.model.units import format_duration

INTERRUPTED = 2
"""pytest's exit code for KeyboardInterrupt and pytest.exit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """The facts about the end of one round.

    `gist` is the line of pytest's output that best gives the reason; `collection_error` is one of the errors, with its
    path; `stack` is that of the main thread after a timeout, or of the thread that crashed.
    """

    exit_code: int
    timed_out_after_s: float | None
    reached: frozenset[str]
    """Names of the stamps that the probe wrote."""
    done: bool
    """Whether pytest returned to the probe, with any exit code."""
    counted: bool
    """Whether the probe wrote the ids of the items and the numbers of errors and warnings."""
    items: int
    errors: int
    failed_conftests: tuple[tuple[str, str], ...]
    gist: str
    stack: str
    collection_error: str = ""
    hides_pytest: str | None = None
    """The file that was imported instead of pytest."""
    raised: str = ""
    """The exception that left pytest."""
    unwritten: str = ""
    """Why files of the round are missing or cut short."""
    exit_stack: str = ""
    """The stack of the call of `os._exit`."""
    replaced: tuple[str, str] | None = None
    """The stack and the command that replaced the process by one that does not report."""
    earlier: tuple[tuple[str, str], ...] = ()
    """The same of each process that was replaced by one that does report, such as pytest again."""
    running: tuple[str, ...] = ()
    """The tests that had begun and not ended."""
    failed_tests: bool = False
    """Whether a test failed, so that pytest ends with exit code 1."""
    stopped_as_requested: bool = False
    """Whether a failed test ended the session, as requested: pytest calls that an interruption."""


def outcome(ending: Ending, root: str) -> tuple[Status, str]:
    """The status of a round and one sentence about it; the sentence is empty for an `ok` round."""
    if broken := _broken_off(ending, root):
        return broken
    if ending.failed_conftests:
        return Status.FAILED, "; ".join(f"{path}: {error}" for path, error in ending.failed_conftests)
    expected = (INTERRUPTED,) if ending.stopped_as_requested else ()
    if not _is_counted(ending) or (ending.exit_code in (INTERRUPTED, 3, 4) and ending.exit_code not in expected):
        return Status.FAILED, _failure(ending)
    if ending.errors:
        return Status.COLLECTION_ERRORS, _errors(ending)
    return (Status.OK, "") if ending.items else (Status.EMPTY, "no tests were collected")


def _broken_off(ending: Ending, root: str) -> tuple[Status, str] | None:
    """The outcome of a round in which pytest did not come to an end of its own; None if it did."""
    if ending.timed_out_after_s is not None:
        return Status.TIMEOUT, _hang(ending, ending.timed_out_after_s, root)
    if ending.exit_code < 0:
        ended = f"ended by {_signal_name(-ending.exit_code)} while {_where(ending)}"
        if -ending.exit_code == signal.SIGKILL:
            ended += ", as by the system when memory is short"
        place = _place(ending.stack, root)
        return Status.CRASHED, f"{ended}; it crashed at {place}" if place else ended
    if ending.hides_pytest is not None:
        return Status.FAILED, f"{ending.hides_pytest} hides pytest: rename it, or set PYTHONSAFEPATH=1"
    if ending.done or _left_when_counted(ending):
        return None
    if ending.replaced is not None:
        return Status.FAILED, _replaced(*ending.replaced, root)
    return _without_return(ending, root)


def remarks(ending: Ending, root: str) -> Iterator[str]:
    """Facts about the end of a round that could be measured, although it did not go the usual way."""
    for stack, command in ending.earlier:
        line = _line(stack, root)
        what = f"{line} replaced the process ({command})" if line else "the tests replaced the process"
        yield f"{what}: the phase `interpreter` lasts until the last process began"
    if not ending.done and _left_when_counted(ending):
        line = _line(ending.exit_stack, root)
        how = f"{line} called os._exit({ending.exit_code})" if line else f"it left with exit code {ending.exit_code}"
        yield f"{how} after everything was counted, so the end of pytest and of Python was not measured"


def _is_counted(ending: Ending) -> bool:
    """Whether pytest has collected and finished, the probe has counted, and nothing failed afterwards."""
    return {"collected", "finish"} <= ending.reached and ending.counted and not ending.raised


def _left_when_counted(ending: Ending) -> bool:
    """Whether the process ended without returning to the probe, with everything counted, as an exit guard does."""
    usual = 1 if ending.errors or ending.failed_tests else 0 if ending.items else 5
    return _is_counted(ending) and ending.exit_code in (0, usual)


def _without_return(ending: Ending, root: str) -> tuple[Status, str]:
    """The outcome of a process that ended by itself, but not by returning to the probe."""
    fact = f"the process ended with exit code {ending.exit_code} while {_where(ending)}"
    if ending.unwritten:
        return Status.FAILED, f"{fact}; {ending.unwritten}"
    line = _line(ending.exit_stack, root)
    return Status.CRASHED, f"{fact}; {line} called os._exit" if line else fact


def _replaced(stack: str, command: str, root: str) -> str:
    line = _line(stack, root) or "a line outside of the project"
    return (
        f"{line} replaced the process by a command other than `python -m pytest`, which cannot be measured: {command}"
    )


def _failure(ending: Ending) -> str:
    """What pytest was doing when it failed, and why, in its own words if there are any."""
    reasons = [*filter(None, [ending.raised or ending.gist, ending.unwritten])] or ["its output gives no reason"]
    return f"pytest ended with exit code {ending.exit_code} while {_where(ending)}: {'; '.join(reasons)}"


_ACTIVITIES: Sequence[tuple[str, str]] = (
    ("finish", "finishing the session"),
    ("modifyitems-end", "reporting"),
    ("modifyitems-begin", "modifying items"),
    ("collection-begin", "collecting"),
    ("configure-begin", "starting the session"),
    ("conftest-end", "reading its options"),
    ("conftest-begin", "loading conftests"),
    ("plugins-begin", "loading plugins"),
    ("pytest-import-begin", "importing pytest"),
)


def _where(ending: Ending) -> str:
    """The activity that pytest had begun last, as a participle."""
    if ending.running:
        return f"running {', '.join(ending.running)}"
    reached = ending.reached
    if "collected" not in reached:
        reached -= {"finish"}  # pytest finishes its session also if collection failed
    return next((activity for stamp, activity in _ACTIVITIES if stamp in reached), "starting Python")


def _errors(ending: Ending) -> str:
    if ending.errors == 1:
        return f"1 collection error: {ending.collection_error}" if ending.collection_error else "1 collection error"
    example = f", such as {ending.collection_error}" if ending.collection_error else ""
    return f"{ending.errors} collection errors{example}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _hang(ending: Ending, timeout_s: float, root: str) -> str:
    limit = f"not finished after {format_duration(timeout_s)}, while {_where(ending)}"
    place = _place(ending.stack, root)
    return f"{limit}; it hung at {place}" if place else limit


def _line(stack: str, root: str) -> str:
    """`file:line` of the same frame as `_place`."""
    return _place(stack, root).partition(" in ")[0]


def _place(stack: str, root: str) -> str:
    """`file:line in function` of the project's innermost frame, else of the innermost frame; empty without a stack."""
    call = responsible_call(stack, root)
    if call is None:
        return ""
    return f"{call.path.removeprefix(root.rstrip('/') + '/')}:{call.line} in {call.function}"
