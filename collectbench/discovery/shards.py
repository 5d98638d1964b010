"""Cuts a plan into shards, one for each of several machines."""

from __future__ import annotations

from dataclasses import replace

from collectbench.discovery.plans import SUITE, Plan
from collectbench.model.run import Shard


def part_of(plan: Plan, shard: Shard) -> Plan:
    """Return the `index`-th of `count` parts of a plan: every `count`-th name, of the targets and then the suite.

    The position decides, so that all machines agree without a message. Neighbours, which are often alike, go to
    different machines. The names are those of the shard; if it has none, those of the plan.
    """
    names = shard.plan or names_of(plan)
    own_names = frozenset(names[shard.index - 1 :: shard.count])
    return replace(
        plan,
        targets=tuple(target for target in plan.targets if target.name in own_names),
        suite=plan.suite if SUITE in own_names else None,
        shard=replace(shard, plan=names),
    )


def names_of(*plans: Plan) -> tuple[str, ...]:
    """Return the names in plans, each once: the targets in their order, then the suite."""
    targets = dict.fromkeys(target.name for plan in plans for target in plan.targets)
    return (*targets, *([SUITE] if any(plan.suite for plan in plans) else []))
