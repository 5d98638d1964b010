"""From one counted round to its work counters: numbers that repeat exactly if the work is the same."""

from __future__ import annotations

from collections.abc import Mapping

from collectbench.attribution.modules import Module, modules_of
from collectbench.model.trace import Trace

MISSED, REWRITTEN = "miss", "rewritten"
"""The bytecode states of a compiled module."""


def counters_of(trace: Trace, work: Mapping[str, int], items: int) -> dict[str, int] | None:
    """The counters of a round, by name; None if the trace is not complete, since they would be too small.

    Args:
        trace: the trace of the round.
        work: the counts of the probe beside it: `opens`, `listings`, `sockets`, `subprocesses`, and `function_starts`
            on Python 3.12 and later.
        items: the number of collected items.
    """
    if not trace.complete or not work:
        return None
    modules = sum(is_imported(module) for module in modules_of(trace).all)
    bytecode = [frame.bytecode for frame in trace.imports]
    traced = {"modules": modules, "compiled": bytecode.count(MISSED), "rewritten": bytecode.count(REWRITTEN)}
    collected = {"items": items, "hook_calls": sum(hook.calls for hook in trace.hooks)}
    counted = dict(work)
    starts = {"function_starts": counted.pop("function_starts")} if "function_starts" in counted else {}
    return {**traced, **counted, **collected, **starts}


def is_imported(module: Module) -> bool:
    """Whether an import of the module succeeded."""
    return any(not frame.error for frame in module.frames)
