"""The status of a round, from the facts that the operating system, the probe and pytest give."""

from __future__ import annotations

import re
import signal
from collections.abc import Sequence
from dataclasses import dataclass

from collectbench.model.sample import Status
from collectbench.model.units import format_duration

_FRAME = re.compile(r'File "(?P<path>.*)", line (?P<line>\d+) in (?P<function>.*)')

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
    items: int
    errors: int
    failed_conftests: tuple[tuple[str, str], ...]
    gist: str
    stack: str
    collection_error: str = ""
    hides_pytest: str | None = None
    """The file that was imported instead of pytest."""


def outcome(ending: Ending, root: str) -> tuple[Status, str]:
    """The status of a round and one sentence about it; the sentence is empty for an `ok` round."""
    if ending.timed_out_after_s is not None:
        return Status.TIMEOUT, _hang(ending, ending.timed_out_after_s, root)
    if ending.exit_code < 0:
        ended = f"ended by {_signal_name(-ending.exit_code)} while {_where(ending.reached)}"
        place = _place(ending.stack, root)
        return Status.CRASHED, f"{ended}; it crashed at {place}" if place else ended
    if ending.hides_pytest is not None:
        return Status.FAILED, f"{ending.hides_pytest} hides pytest: rename it, or set PYTHONSAFEPATH=1"
    if not ending.done:
        return (
            Status.CRASHED,
            f"the process ended with exit code {ending.exit_code} while {_where(ending.reached)}",
        )
    if ending.failed_conftests:
        return Status.FAILED, "; ".join(f"{path}: {error}" for path, error in ending.failed_conftests)
    if not {"collected", "finish"} <= ending.reached or ending.exit_code in (INTERRUPTED, 3, 4):
        reason = ending.gist or "its output gives no reason"
        return (
            Status.FAILED,
            f"pytest ended with exit code {ending.exit_code} while {_where(ending.reached)}: {reason}",
        )
    if ending.errors:
        return Status.COLLECTION_ERRORS, _errors(ending)
    return (Status.OK, "") if ending.items else (Status.EMPTY, "no tests were collected")


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


def _where(reached: frozenset[str]) -> str:
    """The activity that pytest had begun last, as a participle."""
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
    limit = f"not finished after {format_duration(timeout_s)}, while {_where(ending.reached)}"
    place = _place(ending.stack, root)
    return f"{limit}; it hung at {place}" if place else limit


def _place(stack: str, root: str) -> str:
    """`file:line in function` of the project's innermost frame, else of the innermost frame; empty without a stack."""
    frames = [(match["path"], match["line"], match["function"]) for match in _FRAME.finditer(stack)]
    prefix = root.rstrip("/") + "/"
    of_project = [
        frame for frame in frames if frame[0].startswith(prefix) and "/site-packages/" not in frame[0][len(prefix) :]
    ]
    if not frames:
        return ""
    path, line, function = (of_project or frames)[0]
    return f"{path.removeprefix(prefix)}:{line} in {function}"
