"""The seconds that are saved if some modules are not imported."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from collectbench.attribution.imports import PROCESS, PYTEST, Attempt
from collectbench.attribution.line_graph import Change, Point
from collectbench.attribution.modules import Module
from collectbench.attribution.parts import GC, GC_AT_THE_END, TEARDOWN, Part
from collectbench.causes.candidate import Claim
from collectbench.causes.evidence import Evidence


def claims_on_modules(evidence: Evidence, nodes: Iterable[Point]) -> tuple[Claim, ...]:
    """Returns claims on the imports of modules: their own time, and what their objects cost later."""
    frames = evidence.attribution.graph.frames
    return claims_on_frames(
        evidence, (index for node in nodes if isinstance(node, Module | Attempt) for index in frames.get(node, ()))
    )


def claims_on_frames(evidence: Evidence, frames: Iterable[int]) -> tuple[Claim, ...]:
    """Returns claims on some imports. The overhead of tracing stays, and so does the cost of other objects."""
    costs = evidence.attribution.graph.frame_costs
    claims: list[Claim] = []
    objects = 0.0
    for index in frames:
        parts = [Part(kind, index) for kind in ("frame", "find", "compile")]
        traced_s = evidence.seconds(*parts)
        kept = min(1.0, max(0.0, costs[index].own_s) / traced_s) if traced_s > 0 else 0.0
        claims += (Claim(part, evidence.seconds(part) * kept) for part in parts)
        objects += costs[index].objects
    claims += (Claim(part, evidence.seconds(part) * objects) for part in (GC, GC_AT_THE_END))
    teardown_s = min(evidence.seconds(TEARDOWN), evidence.attribution.calibration.teardown_s)
    return (*claims, Claim(TEARDOWN, teardown_s * objects))


def not_loaded_unless_imported(evidence: Evidence, modules: Collection[Module]) -> set[Point]:
    """Returns the modules that are not loaded if pytest itself requests none of some modules.

    Of these, the ones that other modules import stay.
    """
    graph = evidence.import_lines
    after = {**graph.after}
    for source in (PROCESS, PYTEST):
        after[source] = after.get(source, frozenset()) - frozenset[Point](modules)
    return graph.reached() - replace(graph, after=after).reached()


def not_loaded_without(evidence: Evidence, changes: Iterable[Change]) -> set[Point]:
    """Returns the modules that are not loaded without some lines."""
    graph = evidence.import_lines
    return graph.reached() - graph.reached(frozenset(changes))
