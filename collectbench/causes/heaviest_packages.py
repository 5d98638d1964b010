"""The installed packages that take most of the imports which no finding saves, and how many lines import each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from collectbench.attribution.modules import is_within
from collectbench.attribution.parts import Part
from collectbench.causes.amounts import counted
from collectbench.causes.evidence import Evidence
from collectbench.model.costs import Origin
from collectbench.model.trace import ImportFrame
from collectbench.model.units import format_duration

SHOWN, LARGE = 2, 0.25
"""How many packages are named, and from which part of the seconds of all of them on."""


def heaviest_packages(evidence: Evidence, left: Mapping[Part, float]) -> Iterator[str]:
    """Yields the packages that hold much of what is `left` of the imports of installed packages, the largest first.

    What a finding left of a part is the overhead of recording it, so such parts do not count.
    """
    seconds = defaultdict[str, float](float)
    for part, rest_s in left.items():
        is_whole = part.kind in ("frame", "find", "compile") and rest_s >= evidence.seconds(part)
        frame = evidence.frames.get(part.number) if is_whole else None
        if isinstance(frame, ImportFrame):
            module = evidence.attribution.modules.of_frame[frame.index]
            is_needed_by_pytest = module in evidence.attribution.graph.floor
            if not is_needed_by_pytest and evidence.attribution.origins[module] is Origin.THIRD_PARTY:
                seconds[module.name.partition(".")[0]] += rest_s
    least_s = max(evidence.smallest_s, LARGE * sum(seconds.values()))
    for package in sorted(seconds, key=lambda name: -seconds[name])[:SHOWN]:
        if seconds[package] >= least_s:
            lines = len(_lines_of_project(evidence, package))
            importers = f" ({counted(lines, 'line')} of the project)" if lines else " (by other packages)"
            yield f"{package} {format_duration(seconds[package])}{importers}"


def _lines_of_project(evidence: Evidence, package: str) -> set[tuple[str, int]]:
    """The lines of the project that import a package or a module in it, as path and number."""
    return {
        (edge.path, edge.line)
        for name, edges in evidence.edges_to.items()
        if is_within(name, package)
        for edge in edges
        if evidence.is_project(edge.path)
    }
