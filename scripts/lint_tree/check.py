"""What lint reports, compared with what was planted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The rows of one rule.

    Attributes:
        found: planted rows that were reported.
        missed: planted rows that were not.
        false: violations where nothing is planted.
        misled: look-alikes that were reported, which are false too.
    """

    found: list[Row] = field(default_factory=list)
    missed: list[Row] = field(default_factory=list)
    false: list[Row] = field(default_factory=list)
    misled: list[Row] = field(default_factory=list)


def compare(truth: Mapping[str, Any], violations: Iterable[Row]) -> dict[str, Comparison]:
    """Return the comparison of each rule of which something is planted, or a look-alike.

    A violation matches a planted row if it has the same rule and file, and a line of the statement.
    """
    reported: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for violation in violations:
        reported[violation["rule"], violation["path"]].append(violation)
    result: dict[str, Comparison] = defaultdict(Comparison)
    matched = set[int]()
    for row in truth["planted"]:
        hits = _hits(row, reported)
        matched.update(map(id, hits))
        comparison = result[row["rule"]]
        (comparison.found if hits else comparison.missed).append(row)
    rules = {row["rule"] for listed in ("planted", "lookalikes") for row in truth[listed]}
    for (rule, _path), rows in reported.items():
        if rule in rules:
            result[rule].false.extend(row for row in rows if id(row) not in matched)
    for row in truth["lookalikes"] + truth["ignored"]:
        if any(id(hit) not in matched for hit in _hits(row, reported)):
            result[row["rule"]].misled.append(row)
    return dict(sorted(result.items()))


def _hits(row: Row, reported: Mapping[tuple[str, str], list[Row]]) -> list[Row]:
    """Return the violations that are about this row."""
    rows = reported.get((row["rule"], row["path"]), [])
    return [violation for violation in rows if row["first"] <= violation["line"] <= row["last"]]
