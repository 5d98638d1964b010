"""From the lines of a trace file to a Trace. probe/PROTOCOL.md describes the format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from collectbench.attribution.end_lines import last_moments, with_outcomes
from collectbench.attribution.fields import text_of
from collectbench.attribution.trace_lines import makers
from collectbench.model.trace import Trace

VERSION = 3
HEADER = f"collectbench-trace\t{VERSION}\n"


def parse_trace(lines: Iterable[str], spawned_ns: int, now: str = "") -> Trace:
    """Read a trace, whole or not.

    Args:
        lines: with their newlines, as a file yields them; a line without one was cut short by the end of the process
            and is dropped.
        spawned_ns: CLOCK_MONOTONIC before the parent's spawn call; the times of the trace count from there.
        now: the modules that were being imported when the process ended, as the probe left them; empty for none.

    Returns:
        The trace. Its `lost` names everything that could not be read; nothing is raised for that.
    """
    lines = iter(lines)
    first = next(lines, "")
    if first != HEADER:
        unread = f"the trace has no header of version {VERSION} and was not read"
        return Trace(complete=False, lost=(unread,) * bool(first))
    make_of = makers(spawned_ns)
    records: dict[str, list[Any]] = {key: [] for key in make_of}
    unknown: Counter[str] = Counter()
    unreadable = 0
    for key, fields in _split(lines):
        make = make_of.get(key)
        if make is None:
            unknown[key] += 1
            continue
        try:
            records[key].append(make(fields))
        except (ValueError, OverflowError):
            unreadable += 1
    complete = bool(records["Z"])
    lost = [
        *records["N"],
        *(f"{count} lines of the trace have the unknown key {key!r}" for key, count in unknown.items()),
    ]
    if unreadable:
        lost.append(f"{unreadable} lines of the trace could not be read")
    lost += _missing(records)
    return Trace(
        complete=complete,
        imports=tuple(records["I"]),
        collectors=with_outcomes(records["C"], records["O"]),
        plugins=tuple(records["P"]),
        edges=tuple(records["E"]),
        hooks=tuple(records["H"]),
        events=tuple(records["A"]),
        gc=tuple(records["G"]),
        parametrizations=tuple(records["F"]),
        warnings=tuple(dict.fromkeys(records["W"])),
        preloaded=frozenset(records["L"]),
        importing=() if complete else importing_of(now),
        root_self_s=sum(own for own, _, _ in records["R"]),
        root_waited_s=sum(waited for _, waited, _ in records["R"]),
        root_queued_s=sum(queued for _, _, queued in records["R"]),
        waited_before_s=next((waited for waited, _ in records["B"]), None),
        queued_before_s=sum(queued for _, queued in records["B"]),
        lost=tuple(lost),
        exit_functions=tuple(records["X"]),
        finders=tuple(records["M"]),
        thread_starts=tuple(records["S"]),
        living_threads=tuple(records["T"]),
        tool_calls=tuple(records["Y"]),
        repeated_ids=tuple(records["U"]),
        deselected=tuple(records["D"]),
        skipped=tuple(records["K"]),
        last=last_moments(records["J"]),
    )


def importing_of(now: str) -> tuple[str, ...]:
    """The modules that were being imported, outermost first; the probe writes a tab before each.

    If they did not all fit, the rest of the first name is dropped, unless it is the only one.
    """
    cut, *whole = now.rstrip(" ").split("\t")
    return tuple(text_of(name, errors="ignore") for name in whole or [cut] if name)


def _split(lines: Iterator[str]) -> Iterator[tuple[str, list[str]]]:
    for line in lines:
        if not line.endswith("\n"):
            return
        key, *fields = line[:-1].split("\t")
        yield key, fields


def _missing(records: dict[str, list[Any]]) -> Iterator[str]:
    """Sentences about records that the end mark counts and the file does not hold."""
    for frames, edges in records["Z"][-1:]:
        present = sum(len(records[key]) for key in "ICP")
        if present < frames:
            yield f"{frames - present} of {frames} frames are missing from the trace"
        if len(records["E"]) < edges:
            yield f"{edges - len(records['E'])} of {edges} import statements are missing from the trace"
