"""The errors a user can meet. Each message says what is wrong, where, and what to do."""

from __future__ import annotations

from collectbench.model.reason import Reason


class CollectbenchError(Exception):
    """Base of all errors that the user can correct; any other exception keeps its traceback.

    Attributes:
        reasons: everything that is wrong, at least one.
    """

    def __init__(self, *reasons: str | Reason) -> None:
        self.reasons = tuple(Reason(reason) if isinstance(reason, str) else reason for reason in reasons)
        super().__init__("\n".join(map(str, self.reasons)))


class UsageError(CollectbenchError):
    """Mistakes in the command line or the configuration, all of them at once."""

    @property
    def mistakes(self) -> tuple[str, ...]:
        """One message for each mistake, without names of options and commands."""
        return tuple(map(str, self.reasons))


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
