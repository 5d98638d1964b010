"""The files that pytest collected, and their modules."""

from __future__ import annotations

from collections.abc import Collection

from collectbench.attribution.modules import Module
from collectbench.causes.evidence import Evidence


def modules_at(evidence: Evidence, paths: Collection[str]) -> list[Module]:
    """Returns the modules of some files."""
    return [module for module in evidence.attribution.modules.all if module.path in paths]


def items_by_file(evidence: Evidence) -> dict[str, int]:
    """Returns the number of items that each file had before any was deselected, by the file of their node ids.

    A class is an entry of its module and a collector, too.
    """
    counts: dict[str, int] = {}
    for _, collector in evidence.collectors():
        file, inner, _ = collector.nodeid.partition("::")
        if inner or file.endswith(".py"):
            counts[file] = counts.get(file, 0) + collector.items - (1 if inner else 0)
    return counts
