"""What use cases tell while they work. The command line passes in how it is shown; no use case prints."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from collectbench.measure.round.round import Round
from collectbench.measure.session.round_runner import Observer


class Display(Observer, AbstractContextManager["Display"], Protocol):
    """Shows the rounds that run while its block lasts."""

    def watch(self, importing: Callable[[], str]) -> None:
        """Show also which module the running round is importing; empty if none is known."""


class Feedback(Protocol):
    """Takes progress and messages. Nothing in it may fail."""

    def display(self) -> Display:
        """A new display for a series of rounds."""

    def say(self, message: str) -> None:
        """Tell the user something that is not part of the result: one line or more."""

    def tell_progress(self, message: str) -> None:
        """Tell the user how far a command is whose rounds run elsewhere: one line, or none if no progress is wanted."""

    def show_pytest_output(self, rounds: Mapping[str, Sequence[Round]]) -> None:
        """Show what pytest printed in the rounds of each target that has a problem."""
