"""Why something was decided and what the user can do about it, as values.

Option names and commands belong to the command line. Rooms below `usecases` therefore name actions, and
`usecases.wording` turns these into sentences.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias


class Action(Enum):
    """What a user can do next."""

    # How to measure: options of the command that was just run.
    MORE_ROUNDS = auto()
    """Take `rounds` rounds."""
    MORE_ROUNDS_ON_BOTH_SIDES = auto()
    """Take `rounds` rounds for the baseline and for the comparison."""
    MORE_PAIRS = auto()
    """Do not fix the number of pairs, or fix a larger one."""
    MORE_TIME = auto()
    """Extend the time limit of the command."""
    ONE_AT_A_TIME = auto()
    """Run no rounds at the same time."""
    FEWER_TARGETS = auto()
    """Measure fewer targets, so that each gets more of the time."""
    TIME_UNCHANGED_TOO = auto()
    """Time also targets that do the same work on both sides."""
    MEASURE_AGAIN = auto()
    """Measure both sides again."""

    # How to judge.
    WIDER_MARGIN = auto()
    """Tolerate growth by `percent`, or by more than now if that is None."""
    ALLOW_MISMATCH = auto()
    """Compare although the environments differ."""
    SET_SUITE_BUDGET = auto()
    """Give the suite a budget, and let comparisons enforce it."""

    # Which command to run next.
    RECORD_BASELINE = auto()
    """Record a baseline of `target`, with `rounds` rounds; of everything, with the default rounds, if they are None."""
    RECORD_AGAIN_HERE = auto()
    """Record the baseline again on this machine."""
    RECORD_ON_QUIET_MACHINE = auto()
    """Stop other programs, then record a baseline of `target` with `rounds` rounds."""
    COMPARE_AGAIN = auto()
    """Compare with the baseline again, with `rounds` rounds."""
    COMPARE_COMMITS = auto()
    """Compare two commits in pairs."""
    MERGE_SHARDS = auto()
    """Merge the files of all shards."""
    CHECK_WITH_MORE_PAIRS = auto()
    """Compare a target with itself in `rounds` pairs."""
    SHOW_TARGETS = auto()
    """List the targets and their paths."""
    SHOW_OUTPUT = auto()
    """Show everything that pytest prints for `target`."""
    SHOW_PROFILE = auto()
    """Show what the time is spent on."""
    LOCATE_CRASH = auto()
    """Measure the parts of `target`, to see which of them crashes."""
    LONGER_TIMEOUT = auto()
    """Give each round of `target` more time."""
    TRY_WITHOUT_PLUGIN = auto()
    """Measure without a plugin, to see its cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """An action, with the parameters that its documentation names. `target` is a target's name or a path."""

    action: Action
    target: str | None = None
    rounds: int | None = None
    percent: int | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """A fact as a sentence without a full stop, and remedies: each of them alone helps."""

    fact: str
    remedies: tuple[Remedy, ...] = ()


Wording: TypeAlias = Callable[[Reason], str]
"""Turns a reason into one sentence for the user."""
