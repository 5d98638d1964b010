"""The replacements of the measured process, from its report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from collectbench.attribution.fault_stack import responsible_call
from collectbench.model.restart import Restart


def restarts(replaced: Sequence[tuple[str, str]], began_ns: Sequence[int], root: str) -> Iterator[Restart]:
    """The replacements by processes that report, in order.

    Args:
        replaced: the stack and the command of each replacement; empty texts if the process did not report them.
        began_ns: the first statement of each process, the last one included.
        root: the directory of the project.
    """
    for (stack, command), (begin_ns, next_ns) in zip(replaced, pairwise(began_ns), strict=True):
        call = responsible_call(stack, root)
        path, line = (call.path, call.line) if call else ("", 0)
        yield Restart(path=path, line=line, command=command, repeated_s=(next_ns - begin_ns) / 1e9)
