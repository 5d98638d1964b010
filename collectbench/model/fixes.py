"""What a codemod yields: edits of files, places that it leaves alone with the reason, files that it cannot read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from collectbench.model.run import Tool


class Effect(Enum):
    """A way in which what pytest collects may differ after an edit."""

    ID_GAINED = "new id"
    ID_LOST = "lost id"
    WARNING_GAINED = "new warning"
    WARNING_GONE = "warning gone"
    ERROR_GAINED = "new error"
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
        needs: paths of edits without which this one makes no sense, such as the new home of a class. Edits that need
            each other are made together or not at all.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What pytest collects differently after edits.

    Attributes:
        effect: the kind.
        path: of the file that it concerns, relative to the root; empty if unknown.
        text: the node id, or the message of the warning or the error.
    """

    effect: Effect
    path: str
    text: str

    def is_permitted(self, permits: Iterable[Permit]) -> bool:
        """Whether some edit is meant to make it.

        Where warnings are errors (`filterwarnings = error`), a warning that may go is an error that may go.
        """
        is_warning = self.effect is Effect.ERROR_GONE and "Warning: " in self.text
        effects = {self.effect, Effect.WARNING_GONE} if is_warning else {self.effect}
        return any(
            permit.effect in effects and permit.path in ("", self.path) and permit.subject in self.text
            for permit in permits
        )


Result = Edit | Skip | Failure | Note


class Fate(Enum):
    """What has become of an edit."""

    PROPOSED = "proposed"
    APPLIED = "applied"
    TAKEN_BACK = "taken back"
    """It was written, does harm, and is not in the file any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFix:
    """One file of a report.

    Attributes:
        path: relative to the root.
        fate: of the edit.
        diff: unified, with `a/` and `b/` before the path. Bytes that are not UTF-8 are lone surrogates (`os.fsdecode`).
        harm: why it was taken back, one sentence each.
    """

    path: str
    fate: Fate
    diff: str
    harm: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FixReport:
    """The result of `collectbench fix`.

    Attributes:
        tool: what made it.
        created: UTC, ISO 8601.
        codemod: its id.
        files: with their edits, by path.
        skips: places that are left alone.
        failures: files that could not be read or written.
        notes: what the user should know.
        checked: how the edits were checked after they were written; empty if they were not.
        hints: what to do next, in words of the command line; not a part of the result.
    """

    tool: Tool
    created: str
    codemod: str
    files: tuple[FileFix, ...]
    skips: tuple[Skip, ...]
    failures: tuple[Failure, ...]
    notes: tuple[str, ...]
    checked: str = ""
    hints: tuple[str, ...] = ()

    def number(self, fate: Fate) -> int:
        """Return the number of files with this fate."""
        return sum(each.fate is fate for each in self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """The result of `collectbench fix --undo`.

    Attributes:
        tool: what made it.
        created: UTC, ISO 8601.
        codemod: whose edits were undone.
        written: when these were written, UTC.
        restored: files that have their old bytes again, and those that were removed since they were new.
        left: files that are left as they are, with the reason.
        hints: what to do next, in words of the command line; not a part of the result.
    """

    tool: Tool
    created: str
    codemod: str
    written: str
    restored: tuple[str, ...]
    left: tuple[Failure, ...]
    hints: tuple[str, ...] = ()
