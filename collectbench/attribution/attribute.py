"""From one traced round to its attribution: what each module costs, who imports it, and what a change would save."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from collectbench.attribution.frame_costs import NO_CALIBRATION, Calibration
from collectbench.attribution.imports import ImportGraph, import_graph
from collectbench.attribution.modules import Module, Modules, modules_of
from collectbench.attribution.origins import Places, origins_of, test_files
from collectbench.attribution.savings import Savings, savings
from collectbench.attribution.shares import shares_of
from collectbench.attribution.waits import teardown_waited_s
from collectbench.model.costs import Origin, Share
from collectbench.model.sample import Sample
from collectbench.model.trace import Trace
from collectbench.model.wait_log import WaitLog


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """The time of one traced round, attributed, and the three values that it was made from."""

    trace: Trace
    sample: Sample
    """The numbers of the same round."""
    places: Places
    modules: Modules
    origins: Mapping[Module, Origin]
    graph: ImportGraph
    savings: Savings
    shares: tuple[Share, ...]
    waits: WaitLog
    calibration: Calibration = NO_CALIBRATION


def attribute(
    trace: Trace,
    *,
    sample: Sample,
    places: Places,
    calibration: Calibration = NO_CALIBRATION,
    waits: WaitLog = (),
) -> Attribution:
    """Attribute the time of the traced round.

    Args:
        trace: the trace of the round.
        sample: the numbers of the same round.
        places: the directories that decide whose code a file is, and how documents write its path.
        calibration: what timed rounds of the same target add.
        waits: where the main thread waited in the traced round.
    """
    with garbage_collector_paused():
        modules = modules_of(trace)
        origins = origins_of(modules, trace, places)
        graph = import_graph(trace, modules, origins, test_files(trace, places), calibration)
        return Attribution(
            trace=trace,
            sample=sample,
            places=places,
            modules=modules,
            origins=origins,
            graph=graph,
            savings=savings(graph, modules),
            shares=shares_of(trace, sample, origins, graph.floor, teardown_waited_s(waits)),
            waits=waits,
            calibration=calibration,
        )


@contextmanager
def garbage_collector_paused() -> Iterator[None]:
    """Switch the garbage collector off for a while.

    An attribution keeps nearly every object that it makes, so collecting is wasted work: it took a third of the time
    for 60,000 import statements.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
