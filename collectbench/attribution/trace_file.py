"""From the lines of a trace file to a Trace. The format stands in probe/PROTOCOL.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from collectbench.attribution.trace_lines import makers, text_of
from collectbench.model.trace import Trace

HEADER = "collectbench-trace\t1\n"


def parse_trace(lines: Iterable[str], spawned_ns: int, now: str = "") -> Trace:
    """Read a trace, as much of it as is there.

    Args:
        lines: with their newlines, as a file yields them; one without was cut short by the end of the process and is
            dropped.
        spawned_ns: CLOCK_MONOTONIC before the parent's spawn call; the times of the trace count from there.
        now: what was being imported when the process ended, as the probe left it; empty for nothing.

    Returns:
        The trace. Whatever could not be read is told in its `lost`; nothing is raised for it.
    """
    lines = iter(lines)
    first = next(lines, "")
    if first != HEADER:
        return Trace(
            complete=False, lost=("the trace has no header of version 1: nothing of it was read",) * bool(first)
        )
    make_of = makers(spawned_ns)
    found: dict[str, list[Any]] = {key: [] for key in make_of}
    unknown: Counter[str] = Counter()
    unreadable = 0
    for key, fields in _split(lines):
        make = make_of.get(key)
        if make is None:
            unknown[key] += 1
            continue
        try:
            found[key].append(make(fields))
        except ValueError:
            unreadable += 1
    complete = bool(found["Z"])
    lost = [*found["N"], *(f"{count} lines of an unknown kind, {key!r}" for key, count in unknown.items())]
    if unreadable:
        lost.append(f"{unreadable} lines of the trace could not be read")
    lost += _missing(found)
    return Trace(
        complete=complete,
        imports=tuple(found["I"]),
        collectors=tuple(found["C"]),
        plugins=tuple(found["P"]),
        edges=tuple(found["E"]),
        hooks=tuple(found["H"]),
        events=tuple(found["A"]),
        gc=tuple(found["G"]),
        parametrizations=tuple(found["F"]),
        warnings=tuple(dict.fromkeys(found["W"])),
        preloaded=frozenset(found["L"]),
        importing=() if complete else importing_of(now),
        root_self_s=sum(found["R"]),
        lost=tuple(lost),
    )


def importing_of(now: str) -> tuple[str, ...]:
    """The modules that the probe left as those being imported, outermost first: each with a tab before it.

    Where not all of them had room, what is left of the first is dropped, unless it is the only one.
    """
    cut, *whole = now.rstrip(" ").split("\t")
    return tuple(text_of(name, errors="ignore") for name in whole or [cut] if name)


def _split(lines: Iterator[str]) -> Iterator[tuple[str, list[str]]]:
    for line in lines:
        if not line.endswith("\n"):
            return
        key, *fields = line[:-1].split("\t")
        yield key, fields


def _missing(found: dict[str, list[Any]]) -> Iterator[str]:
    """What the end mark counted and the file does not hold."""
    for frames, edges in found["Z"][-1:]:
        there = sum(len(found[key]) for key in "ICP")
        if there < frames:
            yield f"{frames - there} of {frames} frames are missing from the trace"
        if len(found["E"]) < edges:
            yield f"{edges - len(found['E'])} of {edges} import statements are missing from the trace"
