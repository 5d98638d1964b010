"""The cuts of plugins: what is loaded only for them, and whether it is their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from collectbench.attribution.cuts import Cut
from collectbench.attribution.imports import Start
from collectbench.causes.evidence import Evidence
from collectbench.causes.import_cuts import Nature, cuts_of, name_of
from collectbench.causes.plugin_requests import is_installed

CHAINED = 0.5
"""A plugin is slow because of another package if that takes at least this part of what is loaded for the plugin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginCost:
    """A cut that plugins pay for.

    `start` is the plugin. `package` is the other top-level package that takes most of the time; empty if it is the
    plugin's own, or if the plugin is not installed but named by the project. `part` is the share of it.
    """

    cut: Cut
    start: Start
    package: str
    part: float


def plugin_costs(evidence: Evidence) -> Iterator[PluginCost]:
    """Yields the cuts that plugins pay for."""
    for cut, payers in cuts_of(evidence, Nature.PLUGIN):
        plugins = [change for change in cut.changes if isinstance(change, Start)] or list(payers.plugins)
        package, part = "", 0.0
        if is_installed(evidence, plugins[0].name):
            package, part = _other_package(evidence, cut, plugins[0])
        yield PluginCost(cut=cut, start=plugins[0], package=package, part=part)


def _other_package(evidence: Evidence, cut: Cut, plugin: Start) -> tuple[str, float]:
    """The package that takes most of the time, and its part of it; empty if it is the plugin's own."""
    own = {_letters(plugin.name), *(_letters(name) for name in _first_modules(evidence, plugin))}
    by_top: defaultdict[str, float] = defaultdict(float)
    for node in cut.saved:
        top = name_of(node).partition(".")[0]
        seconds = evidence.attribution.graph.cost_s.get(node, 0.0)
        by_top["" if _is_of(_letters(top), own) else top] += seconds
    package = max(by_top, key=lambda top: by_top[top], default="")
    part = by_top[package] / cut.saving_s if package and cut.saving_s > 0 else 0.0
    return (package, part) if part >= CHAINED else ("", 0.0)


def _first_modules(evidence: Evidence, plugin: Start) -> Iterator[str]:
    """The top-level packages that pytest itself imports for a plugin."""
    starts = evidence.attribution.graph.starts
    frames = {index for index, start in starts.items() if start is plugin}
    for frame in evidence.trace.imports:
        if frame.parent in frames:
            yield frame.module.partition(".")[0]


def _is_of(top: str, own: set[str]) -> bool:
    """Whether a package is the plugin's own: `hypothesis` is that of `_hypothesis_pytestplugin`."""
    return any(top in name or name in top for name in own if top and name)


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name.lower()))
