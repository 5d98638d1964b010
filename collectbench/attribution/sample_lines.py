"""From the lines of the file `samples` to samples. probe/PROTOCOL.md describes the format."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from collectbench.attribution.fields import text_of
from collectbench.attribution.wait_lines import dumped_call
from collectbench.model.samples import Call, Sampled


def parse_samples(lines: Iterable[str]) -> tuple[Sampled, ...]:
    """Returns one sample for each stack at its place in the trace, in the order in which they were first seen.

    It holds the sum of their times, which later lines may correct; those without time are dropped. A line that cannot
    be read is skipped: it explains, and decides nothing.
    """
    calls: dict[str, Call] = {}
    spent_ns: defaultdict[tuple[int, int, tuple[Call, ...]], int] = defaultdict(int)
    for line in lines:
        if not line.endswith("\n"):
            break  # cut short by the end of the process
        key, *fields = line[:-1].split("\t")
        try:
            if key == "C":
                number, path, at, function = fields
                calls[number] = Call(path=text_of(path), line=int(at), function=text_of(function))
            elif key == "D":
                number, text = fields
                calls[number] = dumped_call(text)
            elif key == "S":
                frame, hook, ns, *numbers = fields
                spent_ns[int(frame), int(hook), tuple(calls[number] for number in numbers)] += int(ns)
        except (ValueError, LookupError):
            continue
    return tuple(
        Sampled(frame=frame, hook=hook, seconds=ns / 1e9, calls=stack)
        for (frame, hook, stack), ns in spent_ns.items()
        if ns > 0
    )
