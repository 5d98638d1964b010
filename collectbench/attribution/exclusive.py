"""The modules that only some files, or some requests, need."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

from collectbench.attribution.attribute import Attribution
from collectbench.attribution.imports import PROCESS, Attempt, Node
from collectbench.attribution.modules import Module
from collectbench.attribution.parts import Part


def only_needed_by(attribution: Attribution, roots: Collection[Module]) -> tuple[Module, ...]:
    """Returns the modules that would not be loaded if pytest collected none of the `roots`; in the order of imports.

    A root is not among them if another module imports it.
    """
    unwanted = frozenset(roots)
    links: defaultdict[Node, set[Node]] = defaultdict(set)
    for source, need in attribution.graph.links:
        if not (source is PROCESS and need in unwanted):
            links[source].add(need)
    for statement in attribution.graph.statements:
        links[statement.source].update(statement.needs)
    reached: set[Node] = {PROCESS, *attribution.graph.floor}
    pending = list(reached)
    while pending:
        new = links[pending.pop()] - reached
        reached |= new
        pending += new
    wanted = {node.module if isinstance(node, Attempt) else node for node in reached}
    loaded = _below(links, unwanted)
    return tuple(module for module in attribution.modules.all if module in loaded and module not in wanted)


def _below(links: defaultdict[Node, set[Node]], roots: Collection[Module]) -> set[Node]:
    """The roots, and all that is loaded for them."""
    reached: set[Node] = set(roots)
    pending = list(reached)
    while pending:
        new = links[pending.pop()] - reached
        reached |= new
        pending += new
    return reached


def parts_of_modules(modules: Collection[Module]) -> Iterator[Part]:
    """Yields the parts of all frames of some modules."""
    for module in modules:
        for frame in module.frames:
            yield from (Part(kind, frame.index) for kind in ("frame", "find", "compile"))
