"""The import in which a round hung: the trace holds only those that came to their end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

from collectbench.attribution.fault_stack import calls_of
from collectbench.model.samples import Call, Sampled
from collectbench.model.trace import Frame, ImportFrame, Trace

BODY = "<module>"
_STARTS = ("/pytest/__main__.py", "/probe/runner.py")
"""Files whose body is around everything."""


def with_open_import(trace: Trace, stack: str, *, wall_s: float, lost_s: float) -> tuple[Trace, tuple[Sampled, ...]]:
    """The trace with the import that never ended, and where it hung.

    Args:
        trace: of a round that was ended.
        stack: where it hung, as faulthandler writes it.
        wall_s: of the round.
        lost_s: its time that no record of the trace explains: it belongs to that import.

    Returns:
        The trace unchanged and no samples if the stack shows no body of a module.
    """
    calls = tuple(Call(*call) for call in calls_of(stack))
    body = next((call for call in calls if call.function == BODY), None)
    if body is None or body.path.endswith(_STARTS) or lost_s <= 0:
        return trace, ()
    frames: list[Frame] = [*trace.imports, *trace.collectors, *trace.plugins]
    index = 1 + max((frame.index for frame in frames), default=-1)
    unfinished = ImportFrame(
        index=index,
        parent=-1,
        module=_name(trace, body.path),
        path=body.path,
        begin_s=wall_s - lost_s,
        end_s=wall_s,
        self_s=lost_s,
        find_s=0.0,
        read_s=0.0,
        compile_s=0.0,
    )
    hang = Sampled(frame=index, hook=-1, seconds=lost_s, calls=calls)
    return replace(trace, imports=(*trace.imports, unfinished)), (hang,)


def _name(trace: Trace, path: str) -> str:
    """The name of the module at a path among those that were being imported, else that of its file."""
    file = PurePosixPath(path)
    name = file.parent.name if file.stem == "__init__" else file.stem
    return next((each for each in reversed(trace.importing) if each.rpartition(".")[2] == name), name)
