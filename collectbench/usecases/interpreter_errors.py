"""Errors about the interpreter of the tests as errors of the option that chooses it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from collectbench.model.errors import InterpreterError, UsageError


@contextmanager
def interpreter_errors_name_the_option() -> Iterator[None]:
    """Put `--python` in front of each message of an InterpreterError in the block.

    Raises:
        UsageError: instead of the InterpreterError.
    """
    try:
        yield
    except InterpreterError as error:
        raise UsageError(*(f"--python {mistake}" for mistake in error.mistakes)) from error
