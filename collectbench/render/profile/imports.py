"""Which imports a profile shows first, and which of their lines: those that a reader can change."""

from __future__ import annotations

from collections.abc import Sequence

from collectbench.model.costs import ImportCost, Importer, Origin
from collectbench.render.parts.quantities import MISSING, count

LOADED = {Origin.PLUGIN: "a plugin", Origin.CONFTEST: "a conftest", Origin.TEST: "a test module"}
"""What pytest itself loads: no line imports it."""


def is_foreign(path: str) -> bool:
    """Whether a path, as documents write it, lies outside of the project."""
    return path.startswith(("<", "/"))


def best_first(importers: Sequence[Importer]) -> list[Importer]:
    """The lines that import a module, those that save most first, and of equal ones the project's own."""
    return sorted(importers, key=lambda line: (-line.saving_alone_s, is_foreign(line.path)))


def place(path: str, line: int) -> str:
    """`path:line`, where there is any."""
    return f"{path}:{line}" if path else MISSING


def where(cost: ImportCost) -> str:
    """The best of the lines that import a module, and how many more do; or what pytest loads it as."""
    if cost.floor:
        return "pytest itself"
    if not cost.importers:
        return LOADED.get(cost.origin, MISSING)
    best, more = best_first(cost.importers)[0], len(cost.importers) - 1
    return place(best.path, best.line) + (f" +{count(more)}" if more else "")


def apart(costs: Sequence[ImportCost]) -> list[ImportCost]:
    """Without submodules that no line of the project imports and that go where their package goes."""
    joint_s = {cost.module: cost.saving_joint_s for cost in costs}
    return [cost for cost in costs if not _goes_with_its_package(cost, joint_s)]


def _goes_with_its_package(cost: ImportCost, joint_s: dict[str, float]) -> bool:
    if not cost.importers or not all(is_foreign(line.path) for line in cost.importers):
        return False
    parts = cost.module.split(".")
    packages = (".".join(parts[:end]) for end in range(1, len(parts)))
    return any(joint_s.get(package, 0.0) >= cost.saving_joint_s > 0 for package in packages)
