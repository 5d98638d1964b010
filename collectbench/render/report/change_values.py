"""The counters of a comparison as the page of a report holds them: what changed, by module and line."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import nlargest
from operator import itemgetter
from typing import Any

from collectbench.model.comparison import Comparison, CounterChange, TargetComparison
from collectbench.render.profile.page_values import rounded_s, short_text


def counter_values(comparison: Comparison, most_rows: int) -> dict[str, Any]:
    """Return the counters that differ, and the modules and operations that only the later run has, with their lines.

    Each list has the `most_rows` largest rows; `totals` holds the full numbers.
    """
    counters = [row for target in comparison.rows for row in _counters(target)]
    causes = [row for target in comparison.rows for row in _causes(target)]
    return {
        "counters": nlargest(most_rows, counters, key=lambda row: abs(row["growth"])),
        "causes": nlargest(most_rows, causes, key=itemgetter("seconds")),
        "totals": {"counters": len(counters), "causes": len(causes)},
    }


def _counters(target: TargetComparison) -> Iterator[dict[str, Any]]:
    for name, change in (target.counters or {}).items():
        if change.base != change.head:
            yield {
                "target": short_text(target.name),
                "counter": name.replace("_", " "),
                "base": change.base,
                "head": change.head,
                "growth": change.head - change.base,
                "stable": change.stable,
            }


def _causes(target: TargetComparison) -> Iterator[dict[str, Any]]:
    """Yield each new import and each new operation, and each line that waits longer."""
    for change in (target.counters or {}).values():
        yield from _new(target.name, change)
    for location in target.waits.locations if target.waits else ():
        yield _cause(target.name, location.operation or "waits longer", location.path, location.line, location.growth_s)


def _new(target: str, change: CounterChange) -> Iterator[dict[str, Any]]:
    for new in change.new_imports:
        yield _cause(target, f"imports {new.module}", new.path, new.line, new.line_s or 0.0)
    for operation in change.new_operations:
        yield _cause(target, operation.operation, operation.path, operation.line, operation.growth_s)


def _cause(target: str, what: str, path: str, line: int, seconds: float) -> dict[str, Any]:
    where = f"{path}:{line}" if path else "\u2013"
    values = {"target": short_text(target), "what": short_text(what), "where": short_text(where)}
    return {**values, "seconds": rounded_s(seconds)}
