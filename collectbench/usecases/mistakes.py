"""Mistakes of a command line, gathered so that all of them are told at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import typer

from collectbench.model.errors import Problem, UsageError


class Mistakes:
    """Usage errors that wait until all options were looked at."""

    def __init__(self) -> None:
        self._found: list[str | Problem] = []

    def add(self, mistake: str) -> None:
        """Note a mistake."""
        self._found.append(mistake)

    @contextmanager
    def gathered(self) -> Iterator[None]:
        """Note a UsageError of the block instead of ending with it."""
        try:
            yield
        except UsageError as error:
            self._found += error.problems

    def refuse(self, context: typer.Context, names: Iterable[str], why: str) -> None:
        """Note each of the parameters that were given, though they would do nothing; `why` ends the sentence."""
        refused = set(names)
        for parameter in context.command.params:
            source = context.get_parameter_source(parameter.name or "")
            if parameter.name in refused and source is not None and source.name == "COMMANDLINE":
                self.add(f"{'/'.join((*parameter.opts, *parameter.secondary_opts))}: {why}")

    def tell(self) -> None:
        """Go on, unless there are mistakes.

        Raises:
            UsageError: all of them.
        """
        if self._found:
            raise UsageError(*self._found)
