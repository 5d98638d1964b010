"""From one counted round to its work counters: numbers that repeat exactly where the same work is done."""

from __future__ import annotations

from collections.abc import Mapping

from collectbench.attribution.modules import Module, modules_of
from collectbench.model.trace import Trace

MISSED, REWRITTEN = "miss", "rewritten"
"""What became of the bytecode of a module that was compiled."""


def counters_of(trace: Trace, work: Mapping[str, int], items: int) -> dict[str, int] | None:
    """The counters of a round, by name; None where the trace is not whole, so that they would be too small.

    Args:
        trace: what the round traced.
        work: what the probe counted beside it: `opens`, `listings`, `sockets`, `subprocesses`, and `function_starts`
            where Python tells them.
        items: how many were collected.
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
    """Whether the module was there in the end: one that was only tried for is not."""
    return any(not frame.error for frame in module.frames)
