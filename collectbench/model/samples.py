"""Stacks of the main thread that a traced round sampled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

TEARDOWN = -2
"""The frame of a sample that was taken after pytest had ended its session."""


class Call(NamedTuple):
    """One call on a stack: the absolute path of its file, the line that ran, and the name of the function.

    Frozen modules have a path such as `<frozen importlib._bootstrap>`. The line is 0 if unknown.
    """

    path: str
    line: int
    function: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """Time that the main thread spent at one stack: on a processor or waiting, not queued, not collecting garbage.

    Attributes:
        frame: the index of the innermost frame of the trace, -1 outside of all frames, `TEARDOWN` after the session.
        hook: the number of the running hook implementation (`HookTotal.number`), -1 if none runs in this frame.
        seconds: the time of all samples of this stack there.
        calls: the stack, innermost first; at most 100 calls.
    """

    frame: int
    hook: int
    seconds: float
    calls: tuple[Call, ...]
