"""Applies edits in batches, and halves a batch that does harm until the guilty edits are found."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from collectbench.measure.process.interruption import raise_if_interrupted
from collectbench.model.fixes import Edit, Failure
from collectbench.usecases.fixing.needs import circle_of, units_of, with_needs
from collectbench.usecases.fixing.writing import StuckError, Writer


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
        taken_back: edits that do harm.
        untried: edits that were not written any more, since a harmful one could not be taken back.
    """

    writer: Writer
    check: Check
    kept: list[Edit] = field(default_factory=list)
    taken_back: list[TakenBack] = field(default_factory=list)
    untried: list[Failure] = field(default_factory=list)
    _by_path: dict[str, Edit] = field(default_factory=dict)
    _cleared: set[str] = field(default_factory=set)

    def apply(self, edits: Sequence[Edit], max_files: int | None) -> None:
        """Apply edits, at most `max_files` at a time; those that others need come with the first that needs them.

        Edits that need each other, such as the two sides of a new name, are written together or not at all.

        Raises:
            Interrupted: a signal arrived. Batches that were checked stay; the last one is taken back, as after every
                other exception.
        """
        self._by_path = {edit.path: edit for edit in edits}
        units = units_of(edits)
        size = max_files or max(1, len(units))
        try:
            for start in range(0, len(units), size):
                self._settle(units[start : start + size], ())
        except StuckError as stuck:
            self._give_up(units, stuck)

    def _settle(self, units: Sequence[Edit], known: tuple[Harm, ...]) -> bool:
        """Keep the harmless ones of some edits; whether these are all. `known` is the harm that they do for sure.

        One that is left alone with a known harm is checked all the same: the harm may have been that of the moment.
        """
        raise_if_interrupted()
        remaining, harm = (units, known) if known and len(units) > 1 else self._tried(units)
        if not harm:
            return len(remaining) == len(units)
        if len(remaining) <= 1:
            self._blame(remaining, harm)
            return False
        innocent = self._without_guilty_needs(remaining, harm)
        if len(innocent) < len(remaining):
            if innocent:
                self._settle(innocent, ())
            return False
        harmless, suspects = _parted(remaining, {each.path for each in harm if each.path})
        all_kept = self._settle(harmless, ())
        self._settle(suspects, harm if all_kept else ())  # with the kept ones they are what was just found harmful
        return False

    def _tried(self, units: Sequence[Edit]) -> tuple[Sequence[Edit], tuple[Harm, ...]]:
        """Write edits with what they need, and check; those that were written, and the harm. Harmful ones go back."""
        written, harm = self._checked(self._with_needs(units))
        if not harm:
            self.kept += written
        paths = {edit.path for edit in written}
        return [unit for unit in units if unit.path in paths], harm

    def _checked(self, batch: Sequence[Edit]) -> tuple[list[Edit], tuple[Harm, ...]]:
        """Write a batch and tell its harm; it stays in the files only if there is none."""
        try:
            written = self.writer.write(batch)
            harm = self.check([*self.kept, *written]) if written else ()
        except BaseException:
            with suppress(StuckError):  # the writer names it; what has happened is more important
                self.writer.take_back(batch)
            raise
        if harm:
            self.writer.take_back(written)
        return written, harm

    def _without_guilty_needs(self, units: Sequence[Edit], harm: tuple[Harm, ...]) -> list[Edit]:
        """The edits of a harmful batch that need no guilty one. Without this, each of them would be blamed in turn."""
        own = {unit.path for unit in units}
        remaining = list(units)
        for need in [edit for edit in self._with_needs(units) if edit.path not in own | self._cleared]:
            batch = self._with_needs([need])
            found = self._checked(batch)[1]
            # Alone it may do what only those that need it are meant to do: that is not the harm of the batch.
            if guilty := tuple(each for each in found if each in harm):
                blamed = {unit.path for unit in remaining if need in self._with_needs([unit])}
                self._blame([unit for unit in remaining if unit.path in blamed], guilty)
                remaining = [unit for unit in remaining if unit.path not in blamed]
            self.writer.take_back(batch)
            self._cleared.add(need.path)
        return remaining

    def _blame(self, units: Sequence[Edit], harm: tuple[Harm, ...]) -> None:
        edits = [each for unit in units for each in circle_of(unit, self._by_path)]
        self.taken_back += (TakenBack(edit=edit, harm=harm) for edit in edits)

    def _with_needs(self, units: Sequence[Edit]) -> list[Edit]:
        return with_needs(units, self._by_path, {edit.path for edit in self.kept})

    def _give_up(self, units: Sequence[Edit], stuck: StuckError) -> None:
        settled = {edit.path for edit in self.kept} | {each.edit.path for each in self.taken_back}
        settled |= {each.path for each in self.writer.failures} | self.writer.stuck.keys()
        reason = f"not tried: {stuck.path} could not be taken back, so nothing can be checked any more"
        self.untried += (Failure(path=unit.path, reason=reason) for unit in units if unit.path not in settled)


def _parted(units: Sequence[Edit], named: Collection[str]) -> tuple[Sequence[Edit], Sequence[Edit]]:
    """Two parts: those that the harm does not name and those that it names, else halves."""
    suspects = [unit for unit in units if unit.path in named]
    if 0 < len(suspects) < len(units):
        return [unit for unit in units if unit.path not in named], suspects
    middle = len(units) // 2
    return units[:middle], units[middle:]
