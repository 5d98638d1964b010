"""Compares what pytest collects before and after a change of the sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum

from collectbench.model.collected_state import CollectedState
from collectbench.model.fixes import Difference, Effect


class _Kind(Enum):
    ID = (Effect.ID_LOST, Effect.ID_GAINED)
    ERROR = (Effect.ERROR_GONE, Effect.ERROR_GAINED)
    WARNING = (Effect.WARNING_GONE, Effect.WARNING_GAINED)

    @property
    def gone(self) -> Effect:
        return self.value[0]

    @property
    def gained(self) -> Effect:
        return self.value[1]


_IN_ORDER = (
    *(Effect.ID_LOST, Effect.ERROR_GAINED, Effect.WARNING_GAINED),
    *(Effect.ID_GAINED, Effect.ERROR_GONE, Effect.WARNING_GONE),
)


@dataclass(frozen=True, slots=True)
class _Fact:
    """One id, error or warning. `group` is what it is a case of: a function or class, a kind of warning in a file."""

    kind: _Kind
    path: str
    group: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unstable:
    """What differs between two collections of the same sources, and so is the fault of no change.

    Attributes:
        texts: of these groups only the number counts, such as parametrized ids or messages with an address.
        numbers: of these groups not even the number counts.
    """

    texts: frozenset[tuple[_Kind, str, str]] = frozenset()
    numbers: frozenset[tuple[_Kind, str, str]] = frozenset()


STABLE = Unstable()


def differences(before: CollectedState, after: CollectedState, unstable: Unstable = STABLE) -> tuple[Difference, ...]:
    """Return all differences, lost ids first. Lines may have moved, so they do not count."""
    old = Counter(_settled(_facts(before), unstable))
    new = Counter(_settled(_facts(after), unstable))
    found = [
        *(_difference(fact.kind.gone, fact) for fact in (old - new).elements()),
        *(_difference(fact.kind.gained, fact) for fact in (new - old).elements()),
    ]
    return tuple(sorted(found, key=lambda each: _IN_ORDER.index(each.effect)))


def unstable_parts(one: CollectedState, other: CollectedState) -> Unstable:
    """Return what differs between two collections of the same sources."""
    first, second = Counter(_facts(one)), Counter(_facts(other))
    groups = {_group(fact) for fact in (first - second) + (second - first)}
    sizes = [Counter(_group(fact) for fact in facts.elements()) for facts in (first, second)]
    texts = frozenset(group for group in groups if sizes[0][group] == sizes[1][group])
    return Unstable(texts=texts, numbers=frozenset(groups - texts))


def _facts(state: CollectedState) -> Iterator[_Fact]:
    for nodeid in state.nodeids:
        function = nodeid.partition("[")[0] if nodeid.endswith("]") else nodeid.rpartition("::")[0]
        yield _Fact(_Kind.ID, nodeid.partition("::")[0], function, nodeid)
    for error in state.errors:
        yield _Fact(_Kind.ERROR, error.path, error.nodeid, error.message or error.nodeid)
    for warning in state.warnings:
        yield _Fact(_Kind.WARNING, warning.path, warning.category, f"{warning.category}: {warning.message}")


def _group(fact: _Fact) -> tuple[_Kind, str, str]:
    return fact.kind, fact.path, fact.group


def _settled(facts: Iterable[_Fact], unstable: Unstable) -> Iterator[_Fact]:
    for fact in facts:
        group = _group(fact)
        if group not in unstable.numbers:
            yield replace(fact, text=fact.group) if group in unstable.texts else fact


def _difference(effect: Effect, fact: _Fact) -> Difference:
    return Difference(effect=effect, path=fact.path, text=fact.text)
