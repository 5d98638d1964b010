"""Waits of the main thread, and operations that wait, in the order in which a traced or counted round noted them."""

from __future__ import annotations

from dataclasses import dataclass

Frames = tuple[tuple[str, int], ...]
"""Path and line of the calls, the innermost first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StackWait:
    """Time that the main thread waited at one place; negative to correct the last wait there.

    `in_teardown` is True after pytest has ended its session.
    """

    frames: Frames
    waited_s: float
    in_teardown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StackOperation:
    """The begin of a process, or a use of a socket. `words` are those of the command, or the parts of the address."""

    frames: Frames
    event: str
    words: tuple[str, ...]
    in_teardown: bool = False
    count: int = 1


WaitLog = tuple[StackWait | StackOperation, ...]
