"""Which part of a plan one of several machines measures."""

from __future__ import annotations

from dataclasses import replace

from collectbench.discovery.plans import SUITE, Plan
from collectbench.model.run import Shard


def part_of(plan: Plan, shard: Shard) -> Plan:
    """The part of a plan that is measured as the `index`-th of `count`: every `count`-th target, the suite as the last.

    By position, so that all machines agree without a word, and neighbours, which are often alike, are spread. Work
    is what the shard names, or else what the plan holds.
    """
    names = shard.plan or names_of(plan)
    mine = frozenset(names[shard.index - 1 :: shard.count])
    return replace(
        plan,
        targets=tuple(target for target in plan.targets if target.name in mine),
        suite=plan.suite if SUITE in mine else None,
        shard=replace(shard, plan=names),
    )


def names_of(*plans: Plan) -> tuple[str, ...]:
    """What plans measure, each name once: targets in their order, and the suite as the last."""
    targets = dict.fromkeys(target.name for plan in plans for target in plan.targets)
    return (*targets, *([SUITE] if any(plan.suite for plan in plans) else []))
