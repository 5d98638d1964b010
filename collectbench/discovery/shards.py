"""Cuts a plan into shards, one for each of several machines."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median

from collectbench.discovery.plans import SUITE, Plan
from collectbench.model.shard import Shard

_DIGITS = 12


def part_of(plan: Plan, shard: Shard, seconds: Mapping[str, float]) -> Plan:
    """Return the `index`-th of `count` parts of a plan.

    All machines divide the plan in the same way without a message, as long as they know the same `seconds` of targets.
    The names are those of the shard; if it has none, those of the plan.
    """
    names = shard.plan or names_of(plan)
    parts = parts_of(names, shard.count, seconds)
    own = parts[shard.index - 1]
    return replace(
        plan,
        targets=tuple(target for target in plan.targets if target.name in own),
        suite=plan.suite if SUITE in own else None,
        shard=replace(shard, plan=names, own=own, digest=digest_of(parts)),
    )


def parts_of(names: Sequence[str], count: int, seconds: Mapping[str, float]) -> tuple[tuple[str, ...], ...]:
    """Return the names of each of `count` parts, in their order.

    The longest target comes first, and each goes to the part that takes least until then; one of unknown length counts
    as the median. Without any length, each part gets every `count`-th name: neighbours, which are often alike, go to
    different machines. With as many parts as names, each part has one name, also if some lengths are zero.
    """
    known = [seconds[name] for name in names if name in seconds]
    if not known:
        return tuple(tuple(names[index::count]) for index in range(count))
    usual = median(known)
    lengths = {name: seconds.get(name, usual) for name in names}
    parts: list[set[str]] = [set() for _ in range(count)]
    loads = [0.0] * count
    for name in sorted(names, key=lambda name: (-lengths[name], name)):
        least = min(range(count), key=lambda index: (loads[index], len(parts[index]), index))
        parts[least].add(name)
        loads[least] += lengths[name]
    return tuple(tuple(name for name in names if name in part) for part in parts)


def digest_of(parts: Sequence[Sequence[str]]) -> str:
    """Return a short text that is the same for the same parts only."""
    text = "\0\0".join("\0".join(part) for part in parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def names_of(*plans: Plan) -> tuple[str, ...]:
    """Return the names in plans, each once: the targets in their order, then the suite."""
    targets = dict.fromkeys(target.name for plan in plans for target in plan.targets)
    return (*targets, *([SUITE] if any(plan.suite for plan in plans) else []))
