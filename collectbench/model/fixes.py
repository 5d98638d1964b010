"""What a codemod yields: edits of files, places that it leaves alone with the reason, files that it cannot read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Effect(Enum):
    """A way in which what pytest collects may differ after an edit."""

    ID_GAINED = "id gained"
    ID_LOST = "id lost"
    WARNING_GONE = "warning gone"
    ERROR_GONE = "error gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """A difference that an edit is meant to make. Every other difference after it is a fault of the edit.

    Attributes:
        effect: what may happen, any number of times.
        path: of the test file whose ids, warnings or errors it concerns, relative to the root; empty for all files.
        subject: text that the id, or the message of the warning or the error, contains; empty for each of the file.
    """

    effect: Effect
    path: str
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One file with its new content.

    Attributes:
        path: relative to the root, with `/`.
        before: the bytes that it was made from; None if the file does not exist.
        after: the new bytes.
        needs: paths of edits without which this one makes no sense, such as the new home of a class.
        permits: what may differ in what pytest collects.
    """

    path: str
    before: bytes | None
    after: bytes
    needs: tuple[str, ...] = ()
    permits: tuple[Permit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """A place that a codemod could have rewritten and leaves alone.

    Attributes:
        path: relative to the root.
        line: from 1; 0 for the whole file.
        subject: the name that it is about.
        reason: why, a clause without a full stop.
    """

    path: str
    line: int
    subject: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A file that a codemod could not read or write, and why; it is left as it is."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What the user should know beside the edits, such as how much is still to do before time is saved."""

    text: str


Result = Edit | Skip | Failure | Note
