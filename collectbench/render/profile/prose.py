"""What a profile says besides its tables: the headline, facts in passing, and statements."""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.model.costs import Profile
from collectbench.model.sample import Status
from collectbench.model.units import format_duration, format_size
from collectbench.render.parts.escape import printable
from collectbench.render.parts.prose import Statement, state
from collectbench.render.parts.quantities import count, pluralize


def subject(target: str) -> str:
    """The target in words that a heading can hold, raw: a lone dot says little."""
    return "the whole rootdir (.)" if target == "." else target


def headline(profile: Profile) -> str:
    """What the target takes, and what the traced round took, that nearly all the rest is about."""
    traced = format_duration(profile.traced_wall_s)
    wall = "" if profile.wall_s is None else f"{format_duration(profile.wall_s)} ({basis(profile.timed_rounds)}); "
    round_ = f"one traced round {traced}" if profile.complete else f"one traced round, ended early after {traced}"
    return f"{printable(subject(profile.target))}: {wall}{round_}" + (", of which:" if profile.shares else "")


def basis(timed_rounds: int) -> str:
    """What the wall time is made of; old files do not tell how many rounds (0)."""
    if timed_rounds == 1:
        return "one timed round"
    return f"median of {count(timed_rounds)} timed rounds" if timed_rounds else "median of the timed rounds"


def facts(profile: Profile) -> Iterator[str]:
    """Counts, the garbage collector and the memory, where there is anything to tell."""
    counts = profile.counts
    if counts is not None:
        yield f"{pluralize(counts.items, 'item')} in {pluralize(counts.files, 'file')}"
        if counts.errors:
            yield pluralize(counts.errors, "error")
        if counts.warnings:
            yield pluralize(counts.warnings, "warning")
    if profile.gc_passes:
        passes = "pass" if profile.gc_passes == 1 else "passes"
        yield f"garbage collector {format_duration(profile.gc_s)} in {count(profile.gc_passes)} {passes}"
    if profile.memory_timeline:
        yield f"peak memory {format_size(max(size for _, size in profile.memory_timeline))}"


def statements(profile: Profile, top: int) -> Iterator[Statement]:
    """How it ended, warnings, notes, and what was being imported where it ended early."""
    if profile.status is not Status.OK:
        yield state(profile.status.value, profile.message or printable(subject(profile.target)))
    for category, message, path, line in profile.warnings[:top]:
        place = f"{path}:{line}: " if path else ""
        first = message.partition("\n")[0]
        yield Statement(word="warning", text=printable(f"{place}{category}: {first}"))
    if len(profile.warnings) > top:
        yield Statement(word="note", text=f"and {pluralize(len(profile.warnings) - top, 'more warning')}")
    yield from (state("note", note) for note in profile.notes)
    if profile.importing:
        yield Statement(word="importing", text=" > ".join(_innermost(profile.importing, top)))


def _innermost(modules: tuple[str, ...], top: int) -> Iterator[str]:
    """The last `top` modules: a recursion to the limit leaves a thousand."""
    if len(modules) > top:
        yield f"({count(len(modules) - top)} more)"
    yield from map(printable, modules[-top:])
