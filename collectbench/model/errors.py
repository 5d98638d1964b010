"""The errors a user can meet. Each message says what is wrong, where, and what to do."""


class CollectbenchError(Exception):
    """Base of all errors that are the user's to mend; anything else keeps its traceback."""


class UsageError(CollectbenchError):
    """Mistakes in the command line or the configuration, all of them at once.

    Attributes:
        mistakes: one sentence each, naming the key or option and the way out.
    """

    def __init__(self, *mistakes: str) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class BaselineError(CollectbenchError):
    """A baseline is missing, unreadable, or of an environment that differs in what matters."""


class InterpreterError(UsageError):
    """The interpreter that owns the tests cannot be used. The message begins with the interpreter, as it was given."""


class CollectionError(CollectbenchError):
    """Nothing can be measured because pytest itself does not start where the tests are."""


class Interrupted(BaseException):
    """SIGINT or SIGTERM arrived. Not an Exception: nothing may swallow it on the way out."""
