"""The errors a user can meet. Each message says what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum


class Remedy(Enum):
    """A way out that is a command or an option of ours, in words that name neither.

    `usecases/remedies.py` adds the command or option to the words.
    """

    COMPARE_WITH_BASELINE = "compare with a stored baseline"
    COMPARE_BUILT_BASELINE = "build each commit, save its baseline and compare with that"
    COMPARE_WITH_COMMIT = "compare with that commit"
    MEASURE_BASELINE = "measure one"
    MEASURE_AGAIN = "measure again"
    MEASURE_SHARD = "measure the shard"
    MERGE_SHARDS = "give the files that a run of each shard saved"
    ACCEPT_MACHINES = "accept that the machines differ"
    RENAME_BASELINE = "use letters, digits, `-`, `_`, `.` and spaces, as in `main` or `release-1.2`"
    LIST_TARGETS = "list the targets"
    DO_NOT_SPLIT = "do not split it"
    WRITE_CONFIG = "write one"


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """A remedy for one case. `value` is what its command needs, such as the name of a baseline; else empty."""

    remedy: Remedy
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong, and the ways out of it.

    Attributes:
        fact: what is wrong, and where; without a full stop.
        ways_out: what the user can do, each without a full stop: as text, or as advice if an option of ours does it.
    """

    fact: str
    ways_out: tuple[str | Advice, ...] = ()

    def __str__(self) -> str:
        """The message without names of our commands and options."""
        return self.message(lambda advice: advice.remedy.value)

    def message(self, describe: Callable[[Advice], str]) -> str:
        """The fact, then the ways out, which have a line of their own after a fact of several lines.

        Args:
            describe: turns advice into text.
        """
        if not self.ways_out:
            return self.fact
        ways_out = ", or ".join(way if isinstance(way, str) else describe(way) for way in self.ways_out)
        if "\n" in self.fact:
            return f"{self.fact}\n{ways_out[0].upper()}{ways_out[1:]}."
        return f"{self.fact}; {ways_out}"


class CollectbenchError(Exception):
    """Base of all errors that the user can correct; any other exception keeps its traceback.

    Attributes:
        problems: all that is wrong, at least one.
    """

    def __init__(self, *problems: str | Problem) -> None:
        self.problems = tuple(Problem(fact=problem) if isinstance(problem, str) else problem for problem in problems)
        super().__init__("\n".join(map(str, self.problems)))


class UsageError(CollectbenchError):
    """Mistakes in the command line or the configuration, all of them at once."""

    @property
    def mistakes(self) -> tuple[str, ...]:
        """One message for each problem, without names of our commands and options."""
        return tuple(map(str, self.problems))


class CheckoutError(UsageError):
    """Base and head cannot be checked out, or not be compared as they are."""


class BaselineError(CollectbenchError):
    """A baseline is missing, unreadable, or of an environment that differs in what matters."""


class InterpreterError(UsageError):
    """The interpreter that owns the tests cannot be used. The message begins with the interpreter, as it was given."""


class CollectionError(CollectbenchError):
    """Nothing can be measured because pytest itself does not start where the tests are."""


class Interrupted(BaseException):
    """SIGINT or SIGTERM arrived. Not an Exception: no handler of errors may swallow it."""
