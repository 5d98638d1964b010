"""Why something was decided and what the user can do about it, as values.

Option names and commands belong to the command line. Rooms below `usecases` therefore name actions, and
`usecases.wording` turns these into sentences.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias


class Action(Enum):
    """What a user can do next. The value says it without any option or command."""

    # How to measure: options of the command that was just run.
    MORE_ROUNDS = "take more rounds"
    """Take `rounds` rounds."""
    MORE_ROUNDS_ON_BOTH_SIDES = "take more rounds on both sides"
    """Take `rounds` rounds for the baseline and for the comparison."""
    MORE_PAIRS = "take more pairs"
    """Do not fix the number of pairs, or fix a larger one."""
    MORE_TIME = "allow more time"
    """Extend the time limit of the command."""
    ONE_AT_A_TIME = "run one round at a time"
    """Run no rounds at the same time."""
    FEWER_TARGETS = "name fewer targets"
    """Measure fewer targets, so that each gets more of the time."""
    TIME_FAILED_TOO = "time it nevertheless"
    """Time also targets whose counters fail."""
    TIME_UNCHANGED_TOO = "time unchanged targets as well"
    """Time also targets that do the same work on both sides."""
    MEASURE_AGAIN = "measure both sides again"
    """Measure both sides again."""

    # How to judge.
    WIDER_MARGIN = "tolerate more growth"
    """Tolerate growth by `percent`, or by more than now if that is None."""
    ALLOW_MISMATCH = "compare although the environments differ"
    """Compare although the environments differ."""
    SET_SUITE_BUDGET = "set a budget for the suite"
    """Give the suite a budget, and let comparisons enforce it."""

    RECORD_AGAIN_HERE = "record the baseline again on this machine"
    """Record the baseline again on this machine: at its commit, since here it would be compared with itself."""
    RECORD_AGAIN_WITH_ROUNDS = "record the baseline again with more rounds"
    """Record the baseline again with `rounds` rounds, at its commit."""

    # Which command to run next.
    RECORD_BASELINE = "record a baseline"
    """Record a baseline of `target`, with `rounds` rounds; of everything, with the user's rounds, if they are None."""
    RECORD_ON_QUIET_MACHINE = "stop other programs and record a baseline"
    """Stop other programs, then record a baseline of `target` with `rounds` rounds."""
    COMPARE_AGAIN = "compare again"
    """Compare with the baseline again, with `rounds` rounds."""
    COMPARE_COMMITS = "compare two commits in pairs"
    """Compare two commits in pairs."""
    MERGE_SHARDS = "merge the files of all shards"
    """Merge the files of all shards."""
    CHECK_WITH_MORE_PAIRS = "compare a target with itself in more pairs"
    """Compare a target with itself in `rounds` pairs."""
    SHOW_TARGETS = "list the targets"
    """List the targets and their paths."""
    SHOW_OUTPUT = "show the full output of pytest"
    """Show everything that pytest prints for `target`."""
    SHOW_PLUGINS = "profile a target to see the cost of each plugin"
    """Show the cost of each plugin, as it is when `target` is collected; any target will do if that is None."""
    LOCATE_CRASH = "profile it to see what it was importing"
    """Show what `target` was importing when it crashed."""
    LONGER_TIMEOUT = "give its rounds more time"
    """Give each round of `target` the time `value`."""

    # What to give the command instead.
    COMPARE_WITH_BASELINE = "compare with a stored baseline"
    COMPARE_BUILT_BASELINE = "build each commit, save its baseline and compare with that"
    COMPARE_WITH_COMMIT = "compare with that commit"
    """Compare with the commit `value`."""
    SAVE_BASELINE = "measure one"
    """Save a baseline as `value`: a name or a `.json` file, None for the configured name, empty if neither is given."""
    SAVE_FIRST_RUN = "save this run as the baseline"
    """Measure and judge without a baseline, and save the run as the baseline."""
    REMAKE_BASELINE = "measure again"
    RENAME_BASELINE = "use letters, digits, `-`, `_`, `.` and spaces, as in `main` or `release-1.2`"
    MEASURE_SHARD = "measure the shard"
    """Measure the shard `value`, such as `2/4`."""
    COMPARE_SHARD = "compare the shard"
    """Compare the shard `value` with the commit in pairs."""
    GIVE_SHARD_FILES = "give the files that a run of each shard saved"
    ACCEPT_MACHINES = "accept that the machines differ"
    DO_NOT_SPLIT = "do not split it"
    WRITE_CONFIG = "write one"
    RECORD_OUTCOMES = "record the outcomes"
    """Record the outcomes of the tests as they are now; later ones are compared with them."""
    RECORD_VIOLATIONS = "record the violations that are there now"
    """Write a report to the file `value`, whose violations are accepted from then on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """An action, with the parameters that its documentation names. `target` is a target's name or a path."""

    action: Action
    target: str | None = None
    rounds: int | None = None
    percent: int | None = None
    value: str | None = None

    def __str__(self) -> str:
        """The action without its option or command."""
        return self.action.value


@dataclass(frozen=True, slots=True)
class Advice:
    """A remedy in words: an imperative, and the command that does it; empty if there is none."""

    text: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was decided or failed, and what helps.

    Attributes:
        fact: a sentence without a full stop; an error may have several lines.
        remedies: each of them alone helps: a value if an option or command of ours does it, else a text.
    """

    fact: str
    remedies: tuple[Remedy | str, ...] = ()

    def __str__(self) -> str:
        """The reason without names of options and commands."""
        return self.worded(lambda remedy: Advice(str(remedy)))

    def worded(self, word_remedy: Callable[[Remedy | str], Advice]) -> str:
        """One sentence; after a fact of several lines, the remedies have a line of their own.

        Each command has a line below, indented, so that it can be pasted.
        """
        advice = sorted(map(word_remedy, self.remedies), key=lambda advice: bool(advice.command))
        remedies, commands = ", or ".join(one.text for one in advice), [one.command for one in advice if one.command]
        below = "".join(f"\n  {command}" for command in commands)
        if "\n" in self.fact and remedies:
            return f"{self.fact}\n{remedies[0].upper()}{remedies[1:]}{':' if below else '.'}{below}"
        return "; ".join(filter(None, (self.fact, remedies))) + (f":{below}" if below else "")


_COMMAND = re.compile(r"""  (\S*collectbench|'[^']*collectbench'|('[^']*'|\S+) -m (collectbench|pip)) """)

Wording: TypeAlias = Callable[[Reason], str]
"""Turns a reason into one sentence for the user, with the names of options and commands."""


def is_command(line: str) -> bool:
    """Whether a line of a worded reason is a command."""
    return _COMMAND.match(line) is not None
