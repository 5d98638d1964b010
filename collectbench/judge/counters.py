"""Judges exact work counters: what changed, which lines changed it, and whether it is too much.

A counter that repeats tells of one added import what no timing on a noisy machine could. It sees neither sleep nor
loops in C, so that it complements the judgement on time and replaces it nowhere.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from collectbench.judge.change import MARGIN_FLOOR
from collectbench.model.comparison import CounterChange, NewImport, Verdict
from collectbench.model.counter_names import DIFFERS, NOUNS, ONCE
from collectbench.model.units import format_ratio

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from collectbench.model.run import TargetResult

MODULES, ITEMS = "modules", "items"
# About 50 ms worth of each, by CPU time on an AMD EPYC with warm caches, Python 3.11 and 3.12.
FLOORS = {
    MODULES: 75,  # 0.35 to 0.7 ms each: networkx, sympy, pandas, numpy, asyncio
    "compiled": 5,  # some 10 ms each, more for large files
    "rewritten": 5,
    "opens": 2_500,  # 13 us to open, read and close, and something is made of what was read
    "listings": 500,  # 76 to 100 us for 200 entries
    "sockets": 1,  # whoever asks the network waits for it
    "subprocesses": 1,
    "hook_calls": 20_000,  # 0.5 us for an implementation that does nothing, 2 us with what they usually do
    "function_starts": 50_000,  # 0.03 us for an empty function, 2.4 us for each that runs in a small suite
}
"""The growth of each counter that somebody would notice; `items` is not among them: vanished ones fail elsewhere."""

ALWAYS_TOLD = frozenset((MODULES, "compiled", "rewritten", "sockets", "subprocesses"))
TOLD_FROM = 0.1
"""The other counters are worth a remark from this share of their floor on: a file more beside the tests, which nobody
loads, already means three hook calls."""

SITES_SHOWN, PACKAGES_SHOWN = 3, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkJudgement:
    """What the counters of a target say. `changes` is None where a side was not counted.

    `reasons` are sentences about counters that fail, `remarks` about those that changed without failing, or that
    would have failed if they had repeated.
    """

    changes: dict[str, CounterChange] | None
    verdict: Verdict
    reasons: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def judge_counters(base: TargetResult, head: TargetResult, margin_floor: float = MARGIN_FLOOR) -> WorkJudgement:
    """Judge the counters that both sides have.

    A counter fails when it repeats on both sides and grew by more than the margin, by more than the items did in
    proportion, and by what anybody would notice. `margin_floor` is a fraction.
    """
    if base.counters is None or head.counters is None:
        return WorkJudgement(changes=None, verdict=Verdict.PASS)
    unstable = {*base.unstable, *head.unstable}
    changes = {
        name: CounterChange(
            base=then,
            head=head.counters[name],
            stable=name not in unstable,
            new_imports=_new_imports(base, head) if name == MODULES else (),
        )
        for name, then in base.counters.items()
        if name in head.counters
    }
    allowed = max(1 + margin_floor, _growth_of_items(changes))
    over = [name for name, change in changes.items() if _is_over(name, change, allowed)]
    failed = [name for name in over if changes[name].stable]
    return WorkJudgement(
        changes=changes,
        verdict=Verdict.FAIL if failed else Verdict.PASS,
        reasons=tuple(f"{_words(name, changes[name])}: over {format_ratio(allowed)}" for name in failed),
        remarks=tuple(_remarks(changes, failed, over, ONCE if base.counted_once or head.counted_once else DIFFERS)),
    )


def _growth_of_items(changes: Mapping[str, CounterChange]) -> float:
    items = changes.get(ITEMS)
    return items.head / items.base if items is not None and items.base else 1.0


def _is_over(name: str, change: CounterChange, allowed: float) -> bool:
    grown = change.head - change.base
    return name in FLOORS and grown >= FLOORS[name] and change.head > allowed * change.base


def _remarks(
    changes: Mapping[str, CounterChange], failed: list[str], over: list[str], why_unstable: str
) -> Iterator[str]:
    """What changed without failing, in one sentence; what does not repeat only where it would have failed."""
    pieces = []
    for name, change in changes.items():
        if name in failed or name == ITEMS or change.head == change.base:
            continue
        if change.stable and (name in ALWAYS_TOLD or abs(change.head - change.base) >= TOLD_FROM * FLOORS.get(name, 0)):
            pieces.append(_words(name, change))
        elif name in over:
            pieces.append(f"{_words(name, change)}: not judged, since it {why_unstable}")
    if pieces:
        yield "; ".join(pieces)


def _words(name: str, change: CounterChange) -> str:
    """`+41 modules (1,849 -> 1,890), 38 of them by tests/api/conftest.py:7 (pandas)`."""
    grown = change.head - change.base
    noun = NOUNS.get(name, (name, name))[abs(grown) != 1]
    said = f"{grown:+,} {noun} ({change.base:,} -> {change.head:,})"
    return ", ".join([said, *_sites(change.new_imports)]) if grown > 0 else said


def _new_imports(base: TargetResult, head: TargetResult) -> tuple[NewImport, ...]:
    """What head imports and base does not; names that several files share, as `conftest`, are counted."""
    known = Counter(module for site in base.imports for module in site.modules)
    found = []
    for site in head.imports:
        for module in site.modules:
            if known[module]:
                known[module] -= 1
            else:
                found.append(NewImport(module=module, path=site.path, line=site.line))
    return tuple(found)


def _sites(new: tuple[NewImport, ...]) -> Iterator[str]:
    """How many of the new modules each line set off, and of which packages: the largest first."""
    by_line: dict[tuple[str, int], Counter[str]] = {}
    for one in new:
        by_line.setdefault((one.path, one.line), Counter())[one.module.partition(".")[0]] += 1
    largest = sorted(by_line.items(), key=lambda item: (-item[1].total(), item[0]))
    for (path, line), packages in largest[:SITES_SHOWN]:
        where = f"{path}:{line}" if path else "pytest itself"
        names = ", ".join(name for name, _ in packages.most_common(PACKAGES_SHOWN))
        share = "all" if packages.total() == len(new) else f"{packages.total():,}"
        yield f"{share} of them by {where} ({names})"
    if rest := sum(packages.total() for _, packages in largest[SITES_SHOWN:]):
        yield f"{rest:,} by other lines"
