"""Applies edits in batches, and halves a batch that does harm until the guilty edits are found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from collectbench.measure.process.interruption import raise_if_interrupted
from collectbench.model.errors import Interrupted
from collectbench.model.fixes import Edit
from collectbench.usecases.fixing.writing import Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Harm:
    """A difference that no edit is meant to make, and the file in which it shows, if it is known."""

    text: str
    path: str | None = None


Check = Callable[[Sequence[Edit]], tuple[Harm, ...]]
"""Tells what harm all these edits do, which are in the files now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """An edit that does harm and is not in the file any more."""

    edit: Edit
    harm: tuple[Harm, ...]


@dataclass(kw_only=True)
class Batches:
    """Edits on their way into the files.

    Attributes:
        writer: writes them.
        check: tells the harm after each batch.
        kept: edits that are in the files and do no harm.
        taken_back: the others.
    """

    writer: Writer
    check: Check
    kept: list[Edit] = field(default_factory=list)
    taken_back: list[TakenBack] = field(default_factory=list)
    _support: dict[str, Edit] = field(default_factory=dict)

    def apply(self, edits: Sequence[Edit], max_files: int | None) -> None:
        """Apply edits, at most `max_files` at a time; those that others need come with the first that needs them.

        Edits that need each other, such as the two sides of a new name, are written together or not at all.

        Raises:
            Interrupted: a signal arrived. Batches that were checked stay, the last one is taken back.
        """
        by_path = {edit.path: edit for edit in edits}
        needed = {
            need
            for edit in edits
            for need in edit.needs
            if not (edit.path > need and need in by_path and edit.path in by_path[need].needs)
        }
        self._support = {edit.path: edit for edit in edits if edit.path in needed}
        units = [edit for edit in edits if edit.path not in needed]
        size = max_files or max(1, len(units))
        for start in range(0, len(units), size):
            self._settle(units[start : start + size])

    def _settle(self, units: Sequence[Edit]) -> None:
        """Keep the harmless ones of some edits."""
        raise_if_interrupted()
        batch = [*self._needed_by(units), *units]
        written: list[Edit] = []
        try:
            written = self.writer.write(batch)
            harm = self.check([*self.kept, *written]) if written else ()
        except Interrupted:
            self.writer.take_back([edit for edit in batch if self.writer.holds(edit)])
            raise
        if not harm:
            self.kept += written
            return
        self.writer.take_back(written)
        remaining = [unit for unit in units if unit in written]
        if len(remaining) <= 1:
            together = [each for unit in remaining for each in (unit, *self._needing_too(unit))]
            self.taken_back += (TakenBack(edit=each, harm=harm) for each in together)
            return
        for part in _parted(remaining, {each.path for each in harm if each.path}):
            self._settle(part)

    def _needing_too(self, unit: Edit) -> list[Edit]:
        """The edits that a unit needs and that need it."""
        needed = (self._support[path] for path in unit.needs if path in self._support)
        return [each for each in needed if unit.path in each.needs]

    def _needed_by(self, units: Sequence[Edit]) -> list[Edit]:
        kept = {edit.path for edit in self.kept}
        needed = dict.fromkeys(need for unit in units for need in unit.needs)
        return [self._support[path] for path in needed if path in self._support and path not in kept]


def _parted(units: Sequence[Edit], named: set[str]) -> tuple[Sequence[Edit], Sequence[Edit]]:
    """Two parts: those that the harm names and the others, else halves."""
    suspects = [unit for unit in units if unit.path in named]
    if 0 < len(suspects) < len(units):
        return [unit for unit in units if unit.path not in named], suspects
    middle = len(units) // 2
    return units[:middle], units[middle:]
