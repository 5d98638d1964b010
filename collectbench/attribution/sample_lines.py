"""From the lines of the file `samples` to samples. probe/PROTOCOL.md describes the format."""

from __future__ import annotations

from collections.abc import Iterable

from collectbench.attribution.fields import text_of
from collectbench.model.samples import Call, Sampled


def parse_samples(lines: Iterable[str]) -> tuple[Sampled, ...]:
    """Read samples as far as they go. A line that cannot be read is skipped: it explains, and decides nothing."""
    calls: dict[str, Call] = {}
    samples: list[Sampled] = []
    for line in lines:
        if not line.endswith("\n"):
            break  # cut short by the end of the process
        key, *fields = line[:-1].split("\t")
        try:
            if key == "C":
                number, path, at, function = fields
                calls[number] = Call(path=text_of(path), line=int(at), function=text_of(function))
            elif key == "S":
                samples.append(_sample(fields, calls))
        except (ValueError, LookupError):
            continue
    return tuple(samples)


def _sample(fields: list[str], calls: dict[str, Call]) -> Sampled:
    frame, hook, ns, *numbers = fields
    stack = tuple(calls[number] for number in numbers)
    return Sampled(frame=int(frame), hook=int(hook), seconds=int(ns) / 1e9, calls=stack)
