"""Annotations as workflow commands, and lines that hold no command."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from collectbench.model.reason import is_command
from collectbench.render.parts.escape import defuse, printable
from collectbench.render.parts.prose import Statement
from collectbench.render.parts.quantities import pluralize

MOST_ANNOTATIONS = 10
"""The most annotations of one level that GitHub shows for a step.

Source: https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md#limitations
"""
MOST_CHARACTERS = 10_000
"""The most characters of a message; GitHub keeps 64 KiB (https://docs.github.com/en/rest/checks/runs)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """A message that GitHub shows beside a line, or with the run if `place` is None. All texts are raw."""

    level: str
    title: str
    message: str
    place: tuple[str, int] | None = None


def statement_lines(statements: Iterable[Statement]) -> Iterator[str]:
    """Yield each statement, and below it the commands that it advises."""
    for statement in statements:
        yield f"{statement.word}: {statement.text}"
        yield from filter(is_command, statement.detail.splitlines())


def join_lines(annotations: Iterable[Annotation], texts: Iterable[str]) -> str:
    """Return workflow commands, as many as GitHub shows, then texts that hold no command."""
    commands: list[str] = []
    counts: Counter[str] = Counter()
    for annotation in annotations:
        counts[annotation.level] += 1
        if counts[annotation.level] <= MOST_ANNOTATIONS:
            commands.append(_command(annotation))
    surplus = {level: number - MOST_ANNOTATIONS for level, number in counts.items() if number > MOST_ANNOTATIONS}
    lines = [defuse(printable(text)) for text in texts]
    if surplus:
        omitted = ", ".join(pluralize(number, level) for level, number in surplus.items())
        limit = f"GitHub shows at most {MOST_ANNOTATIONS} annotations of each level for a step"
        lines.insert(0, f"note: {limit}; omitted: {omitted}")
    return "\n".join((*commands, *lines)) + "\n"


def _command(annotation: Annotation) -> str:
    place = [("file", annotation.place[0]), ("line", str(annotation.place[1]))] if annotation.place else []
    properties = ",".join(f"{name}={_escape_property(value)}" for name, value in (*place, ("title", annotation.title)))
    message = annotation.message
    shown = message if len(message) <= MOST_CHARACTERS else message[:MOST_CHARACTERS] + "…"
    return f"::{annotation.level} {properties}::{_escape_data(printable(shown, keep_newlines=True))}"


def _escape_data(text: str) -> str:
    """Return the text of a command, with an escape for anything in it that would be a command in the old syntax."""
    return defuse(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(printable(text)).replace(":", "%3A").replace(",", "%2C")
