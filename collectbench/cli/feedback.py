"""Feedback on a terminal or in a log: progress, messages and pytest's output, all on stderr."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from collectbench.cli.log import say
from collectbench.cli.progress import Lines, Live, Log, Silent
from collectbench.cli.pytest_output import show_pytest_output
from collectbench.measure.round.round import Round
from collectbench.render.parts.escape import printable


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleFeedback:
    """What use cases tell, on stderr. See `Feedback`."""

    progress: bool
    verbose: bool
    all_output: bool

    def display(self) -> Silent:
        """A line for each round, a live line on a terminal, lines for a log, or nothing."""
        if self.progress and self.verbose:
            return Lines()
        if not self.progress:
            return Silent()
        return Live() if sys.stderr.isatty() else Log()

    def say(self, message: str) -> None:
        """One line or more."""
        say(message)

    def tell_progress(self, message: str) -> None:
        """A line, unless progress is not wanted."""
        if self.progress:
            say(printable(message))

    def show_pytest_output(self, rounds: Mapping[str, Sequence[Round]]) -> None:
        """Pytest's output where something is wrong."""
        show_pytest_output(rounds, everything=self.all_output)
