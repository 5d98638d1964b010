"""The imports that a profile shows first, and the lines behind them: those that a reader can change."""

from __future__ import annotations

from collections.abc import Sequence

from collectbench.model.costs import ImportCost, Importer, Origin
from collectbench.render.parts.places import is_outside
from collectbench.render.parts.quantities import MISSING, count

LOADED_AS = {Origin.PLUGIN: "a plugin", Origin.CONFTEST: "a conftest", Origin.TEST: "a test module"}
"""Modules that pytest itself loads: no line imports them."""


def best_first(importers: Sequence[Importer]) -> list[Importer]:
    """Return the lines that import a module, by their saving; of equal lines, those of the project first."""
    return sorted(importers, key=lambda line: (-line.saving_alone_s, is_outside(line.path)))


def place(path: str, line: int) -> str:
    """Return `path:line`, or a dash without a path."""
    return f"{path}:{line}" if path else MISSING


def import_site(cost: ImportCost) -> str:
    """Return the best line that imports a module and the number of the others, or both lines if there are two.

    Without any, return the kind that pytest loads.
    """
    if cost.floor:
        return "pytest itself"
    if not cost.importers:
        return LOADED_AS.get(cost.origin, MISSING)
    lines = best_first(cost.importers)
    if len(lines) == 2:  # a count would be as long as the other one is helpful
        return ", ".join(place(line.path, line.line) for line in lines)
    return place(lines[0].path, lines[0].line) + (f" +{count(len(lines) - 1)}" if len(lines) > 1 else "")


def without_submodules(costs: Sequence[ImportCost]) -> list[ImportCost]:
    """Return the imports without the submodules that only installed code imports and that go with their package."""
    joint_s = {cost.module: cost.saving_joint_s for cost in costs}
    return [cost for cost in costs if not _goes_with_its_package(cost, joint_s)]


def _goes_with_its_package(cost: ImportCost, joint_s: dict[str, float]) -> bool:
    if not cost.importers or not all(is_outside(line.path) for line in cost.importers):
        return False
    parts = cost.module.split(".")
    packages = (".".join(parts[:end]) for end in range(1, len(parts)))
    return any(joint_s.get(package, 0.0) >= cost.saving_joint_s > 0 for package in packages)
