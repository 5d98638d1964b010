"""The way of a search from a directory down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

Identity = tuple[int, int]


@dataclass(slots=True, kw_only=True)
class Step:
    """A directory on the way down.

    Attributes:
        rest: the directories below that were not visited yet.
        identity: the same for all paths of one directory.
        highest: position on the way of the highest directory that a link below leads to; its own if there is none.
    """

    directory: Path
    rest: Iterator[Path]
    identity: Identity
    highest: int


class Way:
    """The directories from a start down to where a search is. None is on it twice.

    So a link to a directory on the way is not followed: all that is below is visited anyway. But then only the visit
    of that directory is complete, and none between it and the link.
    """

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._positions: dict[Identity, int] = {}

    def enter(self, directory: Path, below: Sequence[Path]) -> None:
        """Go into `directory`, unless it is on the way."""
        position = len(self.steps)
        identity = _identity(directory) or (-1, position)
        if identity in self._positions:
            self.steps[-1].highest = min(self.steps[-1].highest, self._positions[identity])
            return
        self._positions[identity] = position
        self.steps.append(Step(directory=directory, rest=iter(below), identity=identity, highest=position))

    def leave(self) -> bool:
        """Go up again; returns whether all that can be reached from the left directory was visited."""
        step = self.steps.pop()
        del self._positions[step.identity]
        if step.highest >= len(self.steps):
            return True
        self.steps[-1].highest = min(self.steps[-1].highest, step.highest)
        return False


def _identity(directory: Path) -> Identity | None:
    try:
        status = directory.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
