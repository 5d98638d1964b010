"""Collects the suite before and after edits, and finds the differences that the edits do not permit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from collectbench.judge.collected import STABLE, Unstable, differences, unstable_parts
from collectbench.model.collected_state import CollectedState
from collectbench.model.errors import CollectionError
from collectbench.model.fixes import Edit, Effect
from collectbench.model.sample import Status
from collectbench.usecases.fixing.batches import Harm

Collect = Callable[[], CollectedState]
_NO_COLLECTION = frozenset({Status.FAILED, Status.CRASHED, Status.TIMEOUT})


@dataclass(kw_only=True)
class Validation:
    """What the suite collected before the first edit, and the harm that edits do.

    Attributes:
        collect: collects the suite now.
        before: what it collected without the edits.
        place: of the paths in a state, as paths of edits.
    """

    collect: Collect
    before: CollectedState
    place: Callable[[str], str]
    _unstable: Unstable | None = field(default=None)

    def harm_of(self, edits: Sequence[Edit]) -> tuple[Harm, ...]:
        """Return the differences that none of these edits, which are in the files, is meant to make.

        Raises:
            Interrupted: a signal arrived.
        """
        after = self.collect()
        if after.status in _NO_COLLECTION and self.before.status not in _NO_COLLECTION:
            return (Harm(text=after.message), *self._unexpected(edits, after))
        unexpected = self._unexpected(edits, after)
        if unexpected and self._unstable is None:  # what differs from run to run is nobody's fault
            self._unstable = unstable_parts(after, self.collect())
            unexpected = self._unexpected(edits, after)
        return unexpected

    def _unexpected(self, edits: Sequence[Edit], after: CollectedState) -> tuple[Harm, ...]:
        permits = [permit for edit in edits for permit in edit.permits]
        found = differences(self.before, after, self._unstable or STABLE)
        placed = [replace(each, path=self.place(each.path)) for each in found]
        permitted = {each for each in placed if each.is_permitted(permits)}
        healed = {each.path for each in permitted if each.effect is Effect.ERROR_GONE}
        permitted |= {each for each in placed if each.effect is Effect.ID_GAINED and each.path in healed}
        return tuple(
            Harm(text=f"{each.effect.value}: {each.text}", path=each.path or None)
            for each in placed
            if each not in permitted
        )


def refuse_uncollected(before: CollectedState) -> None:
    """Refuse a suite that pytest cannot collect.

    Raises:
        CollectionError: there is nothing that could be compared.
    """
    if before.status in _NO_COLLECTION:
        raise CollectionError(f"the suite cannot be collected, so nothing can be compared: {before.message}")
