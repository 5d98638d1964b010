"""Judges exact work counters: which changed, which lines changed them, and whether they grew too much.

A counter that repeats detects one added import, which no timing on a noisy machine can. It sees neither sleep nor loops
in C, so it complements the judgement on time and never replaces it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from collectbench.judge.change import MARGIN_FLOOR
from collectbench.judge.wait_locations import LEAST_S, wait_locations
from collectbench.model.comparison import CounterChange, NewImport, Verdict
from collectbench.model.counter_names import DIFFERS, NOUNS, ONCE
from collectbench.model.units import format_duration, format_percent, format_ratio

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from collectbench.model.comparison import WaitLocation
    from collectbench.model.run import TargetResult

MODULES, ITEMS = "modules", "items"
# About 50 ms worth of each, by CPU time on an AMD EPYC with warm caches, Python 3.11 and 3.12.
FLOORS = {
    MODULES: 75,  # 0.35 to 0.7 ms each: networkx, sympy, pandas, numpy, asyncio
    "compiled": 5,  # some 10 ms each, more for large files
    "rewritten": 5,
    "opens": 2_500,  # 13 us to open, read and close, more to use the content
    "listings": 500,  # 76 to 100 us for 200 entries
    "sockets": 1,  # the process waits for the network
    "subprocesses": 1,
    "hook_calls": 20_000,  # 0.5 us for an implementation that does nothing, 2 us for a usual one
    "function_starts": 50_000,  # 0.03 us for an empty function, 2.4 us for each that runs in a small suite
}
"""The growth of each counter that a user would notice. `items` are judged elsewhere, where vanished ones fail."""

OPERATIONS = {"sockets": "socket: ", "subprocesses": "subprocess: "}
"""How the operations of these counters begin, see `WaitSite`."""

ALWAYS_REMARKED = frozenset((MODULES, "compiled", "rewritten", "sockets", "subprocesses"))
REMARKED_FROM = 0.1
"""The other counters deserve a remark from this share of their floor on: one more file beside the tests, even one that
nothing loads, adds three hook calls."""

SITES_SHOWN, PACKAGES_SHOWN = 3, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkJudgement:
    """The judgement on the counters of a target. `changes` is None if a side was not counted.

    `reasons` are sentences about counters that fail. `remarks` are about those that changed without failing, or that
    would have failed if they had repeated.
    """

    changes: dict[str, CounterChange] | None
    verdict: Verdict
    reasons: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def judge_counters(base: TargetResult, head: TargetResult, margin_floor: float = MARGIN_FLOOR) -> WorkJudgement:
    """Judge the counters that both sides have.

    A counter fails if it repeats on both sides and its growth exceeds three limits: the margin, the growth of the
    items, and its floor, which a user would notice. `margin_floor` is a fraction.
    """
    if base.counters is None or head.counters is None:
        return WorkJudgement(changes=None, verdict=Verdict.PASS)
    unstable = {*base.unstable, *head.unstable}
    changes = {
        name: CounterChange(
            base=base_count,
            head=head.counters[name],
            stable=name not in unstable,
            new_imports=_new_imports(base, head) if name == MODULES else (),
            new_operations=tuple(_new_operations(OPERATIONS[name], base, head)) if name in OPERATIONS else (),
        )
        for name, base_count in base.counters.items()
        if name in head.counters
    }
    allowed = max(1 + margin_floor, _growth_of_items(changes))
    limit = _describe_limit(allowed, margin_floor)
    over = [name for name, change in changes.items() if _is_over(name, change, allowed)]
    failed = [name for name in over if changes[name].stable]
    return WorkJudgement(
        changes=changes,
        verdict=Verdict.FAIL if failed else Verdict.PASS,
        reasons=tuple(f"{_describe(name, changes[name])}: over {limit}" for name in failed),
        remarks=tuple(_remarks(changes, failed, over, ONCE if base.counted_once or head.counted_once else DIFFERS)),
    )


def fails_by_counters(base: TargetResult, head: TargetResult, margin_floor: float) -> bool:
    """Whether the counters alone fail a target, so that its time decides nothing more."""
    return judge_counters(base, head, margin_floor).verdict is Verdict.FAIL


def _growth_of_items(changes: Mapping[str, CounterChange]) -> float:
    items = changes.get(ITEMS)
    return items.head / items.base if items is not None and items.base else 1.0


def _describe_limit(allowed: float, margin_floor: float) -> str:
    if allowed > 1 + margin_floor:
        return f"the growth of the items ({format_ratio(allowed)})"
    return f"the {format_percent(margin_floor)} margin"


def _is_over(name: str, change: CounterChange, allowed: float) -> bool:
    grown = change.head - change.base
    return name in FLOORS and grown >= FLOORS[name] and change.head > allowed * change.base


def _remarks(
    changes: Mapping[str, CounterChange], failed: list[str], over: list[str], why_unstable: str
) -> Iterator[str]:
    """One sentence on the counters that changed without failing; unstable ones only if they would have failed."""
    pieces = []
    for name, change in changes.items():
        if name in failed or name == ITEMS or change.head == change.base:
            continue
        if change.stable and is_remarkable(name, change.head - change.base):
            pieces.append(_describe(name, change))
        elif name in over:
            pieces.append(f"{_describe(name, change)}: not judged, since it {why_unstable}")
    if pieces:
        yield "; ".join(pieces)


def is_remarkable(name: str, grown: int) -> bool:
    """Whether a counter that grew or fell by this much deserves a remark."""
    return name in ALWAYS_REMARKED or abs(grown) >= REMARKED_FROM * FLOORS.get(name, 0)


def _describe(name: str, change: CounterChange) -> str:
    """A phrase such as `+41 modules (1,849 -> 1,890), 38 imported at tests/api/conftest.py:7 (pandas)`."""
    grown = change.head - change.base
    noun = NOUNS.get(name, (name, name))[abs(grown) != 1]
    figures = f"{grown:+,} {noun} ({change.base:,} -> {change.head:,})"
    if grown <= 0:
        return figures
    operations = map(_describe_operation, change.new_operations[:SITES_SHOWN])
    return ", ".join([figures, *_describe_sites(change.new_imports), *operations])


def _new_operations(prefix: str, base: TargetResult, head: TargetResult) -> Iterator[WaitLocation]:
    """The lines of head that do such an operation more often."""
    for location in wait_locations(base.waits, head.waits):
        if location.more > 0 and location.operation.startswith(prefix):
            yield location


def _describe_operation(location: WaitLocation) -> str:
    """A phrase such as `git rev-parse HEAD at tests/conftest.py:3 (waited 400 ms)`."""
    command = location.operation.partition(": ")[2]
    waited = f" (waited {format_duration(location.growth_s)})" if location.growth_s >= LEAST_S else ""
    return f"{command} at {location.path}:{location.line}{waited}"


def _new_imports(base: TargetResult, head: TargetResult) -> tuple[NewImport, ...]:
    """The modules that only head imports. A name that several files share, as `conftest`, is counted."""
    known = Counter(module for site in base.imports for module in site.modules)
    before = {(site.path, site.line) for site in base.imports}
    seconds = {(each.path, each.line): each.seconds for each in head.import_times}
    new = []
    for site in head.imports:
        for module in site.modules:
            if known[module]:
                known[module] -= 1
            else:
                place = (site.path, site.line)
                line_s = None if place in before else seconds.get(place)
                new.append(NewImport(module=module, path=site.path, line=site.line, line_s=line_s))
    return tuple(new)


def _describe_sites(new: tuple[NewImport, ...]) -> Iterator[str]:
    """The lines that import most of the new modules, each with their number and their packages."""
    by_line: dict[tuple[str, int], Counter[str]] = {}
    seconds = {(module.path, module.line): module.line_s for module in new if module.line_s is not None}
    for module in new:
        by_line.setdefault((module.path, module.line), Counter())[module.module.partition(".")[0]] += 1
    largest = sorted(by_line.items(), key=lambda item: (-item[1].total(), item[0]))
    for (path, line), packages in largest[:SITES_SHOWN]:
        where = f"at {path}:{line}" if path else "by pytest itself"
        if (path, line) in seconds:
            where += f" in about {format_duration(seconds[path, line])}"
        names = ", ".join(name for name, _ in packages.most_common(PACKAGES_SHOWN))
        share = "" if packages.total() == len(new) else f"{packages.total():,} "
        yield f"{share}imported {where} ({names})"
    if rest := sum(packages.total() for _, packages in largest[SITES_SHOWN:]):
        yield f"{rest:,} imported at other lines"
