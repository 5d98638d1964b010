"""Compares what pytest collects before and after a change of the sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from collectbench.model.collected_state import CollectedState
from collectbench.model.fixes import Difference, Effect


def differences(
    before: CollectedState, after: CollectedState, unstable: Collection[str] = frozenset()
) -> tuple[Difference, ...]:
    """Return all differences, lost ids first. Lines may have moved, so they do not count.

    `unstable` are functions whose parameter ids differ from run to run: of these only the number of ids counts.
    """
    ids = Counter(_stable_id(each, unstable) for each in before.nodeids)
    new_ids = Counter(_stable_id(each, unstable) for each in after.nodeids)
    return (
        *(_of_id(Effect.ID_LOST, each) for each in (ids - new_ids).elements()),
        *_of(Effect.ERROR_GAINED, _errors(after) - _errors(before)),
        *_of(Effect.WARNING_GAINED, _warnings(after) - _warnings(before)),
        *(_of_id(Effect.ID_GAINED, each) for each in (new_ids - ids).elements()),
        *_of(Effect.ERROR_GONE, _errors(before) - _errors(after)),
        *_of(Effect.WARNING_GONE, _warnings(before) - _warnings(after)),
    )


def unstable_functions(one: CollectedState, other: CollectedState) -> frozenset[str]:
    """Return the functions whose parameter ids differ between two collections of the same sources."""
    ids = set(one.nodeids) ^ set(other.nodeids)
    return frozenset(_function(each) for each in ids if each.endswith("]"))


def _function(nodeid: str) -> str:
    return nodeid.partition("[")[0]


def _stable_id(nodeid: str, unstable: Collection[str]) -> str:
    function = _function(nodeid)
    return function if function in unstable else nodeid


def _of_id(effect: Effect, nodeid: str) -> Difference:
    return Difference(effect=effect, path=nodeid.partition("::")[0], text=nodeid)


def _errors(state: CollectedState) -> Counter[tuple[str, str]]:
    return Counter((each.path, each.message or each.nodeid) for each in state.errors)


def _warnings(state: CollectedState) -> Counter[tuple[str, str]]:
    return Counter((each.path, f"{each.category}: {each.message}") for each in state.warnings)


def _of(effect: Effect, found: Counter[tuple[str, str]]) -> Iterable[Difference]:
    return (Difference(effect=effect, path=path, text=text) for path, text in found.elements())
