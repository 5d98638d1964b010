"""Mistakes of a command line, gathered so that the user sees all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from collectbench.model.errors import UsageError
from collectbench.model.reason import Reason

T = TypeVar("T")


class Mistakes:
    """Usage errors that wait until all options were checked."""

    def __init__(self) -> None:
        self._mistakes: list[str | Reason] = []

    def add(self, *mistakes: str) -> None:
        """Note mistakes."""
        self._mistakes += mistakes

    @contextmanager
    def gathered(self) -> Iterator[None]:
        """Note a UsageError of the block instead of ending with it."""
        try:
            yield
        except UsageError as error:
            self._mistakes += error.reasons

    def attempt(self, action: Callable[[], T], otherwise: T) -> T:
        """The result of `action`; `otherwise` if it raises a UsageError, which is noted."""
        try:
            return action()
        except UsageError as error:
            self._mistakes += error.reasons
            return otherwise

    def raise_all(self) -> None:
        """Go on, unless there are mistakes.

        Raises:
            UsageError: all of them.
        """
        if self._mistakes:
            raise UsageError(*self._mistakes)
