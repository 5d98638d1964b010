"""Compares the tests that the parts collect with those of the suite: a part may have another configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectbench.judge.moved import holds

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from collectbench.model.collected import Collected
    from collectbench.model.run import TargetResult

SHOWN = 3
"""How many conftests a note names."""


def differing_parts(suite: Collected, parts: Sequence[tuple[TargetResult, Collected]]) -> Iterator[str]:
    """A note on each part whose files hold other tests than they do in the suite, with the likely reason.

    Equal numbers are not enough: the ids of each file are compared. A file that several parts share is omitted, since
    each may hold some of its tests.
    """
    for target, part in parts:
        others = [other for _, other in parts if other is not part]
        own = {file for file in (*part.files, *suite.files) if holds(target, file)}
        shared = {file for file in own if any(file in other.files for other in others)}
        files = sorted(file for file in own - shared if part.files.get(file) != suite.files.get(file))
        if files:
            example, why = _example(files, part, suite), _why(part, suite)
            yield f"{target.name}: the suite collects other tests of it: {example}{why}"


def _example(files: Sequence[str], part: Collected, suite: Collected) -> str:
    first = files[0]
    (here, _), (there, _) = (side.files.get(first, (0, "")) for side in (part, suite))
    rest = f", and {len(files) - 1} more files" if len(files) > 1 else ""
    if here == there:
        return f"{first} has other ids ({here} each){rest}"
    return f"{first} has {here} here and {there} in the suite{rest}"


def _why(part: Collected, suite: Collected) -> str:
    """The likely reason, as the rest of a sentence; empty if unknown."""
    if part.inifile != suite.inifile:
        here, there = (side.inifile or "no configuration file" for side in (part, suite))
        return f"; pytest reads {here} here and {there} in the suite"
    alone = {path: sees_all for path, sees_all in suite.conftests.items() if path not in part.conftests}
    culprits = sorted(path for path, sees_all in alone.items() if sees_all) or sorted(alone)
    if not culprits:
        return ""
    named = ", ".join(culprits[:SHOWN])
    more = f" and {len(culprits) - SHOWN} more" if len(culprits) > SHOWN else ""
    return f"; only the suite loads {named}{more}"
