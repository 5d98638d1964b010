"""The replacement of the measured process by another program."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Restart:
    """One call of an exec function: where, and the command that replaced the process.

    `path` is absolute, of the innermost line of the project; empty, and `line` 0, if the process did not report it.
    `repeated_s` are the seconds from the first statement of the process to that of the next one, which does the same
    work again.
    """

    path: str
    line: int
    command: str
    repeated_s: float
