"""Stacks in the form of faulthandler."""

from __future__ import annotations

import re
from typing import NamedTuple

from collectbench.model.probe_files import NAME_IN_STACKS

_CALL = re.compile(r'File "(?P<path>.*)", line (?P<line>\d+) in (?P<function>.*)')


class Call(NamedTuple):
    """A call of a stack; the path is as Python knows it."""

    path: str
    line: int
    function: str


def calls_of(stack: str) -> list[Call]:
    """The calls of a stack, the innermost first."""
    return [Call(match["path"], int(match["line"]), match["function"]) for match in _CALL.finditer(stack)]


def responsible_call(stack: str, root: str) -> Call | None:
    """The project's innermost call, else the innermost one; None without a stack."""
    calls = calls_of(stack)
    prefix = root.rstrip("/") + "/"
    of_project = (
        call for call in calls if call.path.startswith(prefix) and "/site-packages/" not in call.path[len(prefix) :]
    )
    return next(of_project, calls[0] if calls else None)


def hanging_stack(stacks: str) -> str:
    """The stack that tells where a process hangs, from those of all its threads, of which the main one is the last.

    At its end, Python waits for other threads in `_shutdown` of the module `threading`: then their stacks tell. The
    thread of our own is not among them, nor are calls of our own: the sampler may just have interrupted the code.
    """
    *others, main = stacks.strip("\n").split("\n\n")
    others = [other for other in others if NAME_IN_STACKS not in other]
    stack = "\n\n".join(others) if others and main.endswith(" in _shutdown") else main
    return "\n".join(line for line in stack.split("\n") if NAME_IN_STACKS not in line)
