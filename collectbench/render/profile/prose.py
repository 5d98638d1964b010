"""The text of a profile besides its tables: the headline, short facts, and statements."""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.model.costs import Profile
from collectbench.model.sample import Status
from collectbench.model.units import format_duration, format_size
from collectbench.render.parts.escape import printable
from collectbench.render.parts.prose import Statement, state
from collectbench.render.parts.quantities import count, pluralize
from collectbench.render.profile.waiting import waiting_fact


def subject(target: str) -> str:
    """Return the target for a heading, raw; `.` becomes words, because a lone dot says little."""
    return "the whole rootdir (.)" if target == "." else target


def headline(profile: Profile) -> str:
    """Return the wall time of the target, and that of the traced round, which most of the document is about."""
    traced_wall = format_duration(profile.traced_wall_s)
    traced = f"traced round {traced_wall}" if profile.complete else f"traced round ended early after {traced_wall}"
    wall = "" if profile.wall_s is None else f"{format_duration(profile.wall_s)} ({basis(profile.timed_rounds)}); "
    return f"{printable(subject(profile.target))}: {wall}{traced}" + (", of which:" if profile.shares else "")


def basis(timed_rounds: int) -> str:
    """Return the rounds behind the wall time; old files do not hold their number (0)."""
    if timed_rounds == 1:
        return "one timed round"
    return f"median of {count(timed_rounds)} timed rounds" if timed_rounds else "median of the timed rounds"


QUEUED_FROM = 0.05
"""A smaller part of the traced round without a processor is not worth a word."""


def facts(profile: Profile) -> Iterator[str]:
    """Yield counts, garbage collection and memory, each if it was measured."""
    counts = profile.counts
    if counts is not None:
        yield f"{pluralize(counts.items, 'item')} in {pluralize(counts.files, 'file')}"
        if counts.errors:
            yield pluralize(counts.errors, "error")
        if counts.warnings:
            yield pluralize(counts.warnings, "warning")
    if profile.gc_passes:
        passes = pluralize(profile.gc_passes, "pass", "passes")
        yield f"garbage collection {format_duration(profile.gc_s)} in {passes}"
    yield from waiting_fact(profile)
    if profile.queued_s > QUEUED_FROM * profile.traced_wall_s:
        yield f"{format_duration(profile.queued_s)} without a processor, which no saving holds"
    if profile.memory_timeline:
        yield f"peak memory {format_size(max(size for _, size in profile.memory_timeline))}"


def pytest_warnings(profile: Profile, top: int) -> Iterator[Statement]:
    """Yield the warnings of pytest, which a reader should know before the result."""
    for category, message, path, line in profile.warnings[:top]:
        place = f"{path}:{line}: " if path else ""
        first = message.partition("\n")[0]
        yield Statement(word="warning", text=printable(f"{place}{category}: {first}"))
    if len(profile.warnings) > top:
        yield Statement(word="note", text=f"and {pluralize(len(profile.warnings) - top, 'more warning')}")


def statements(profile: Profile, top: int) -> Iterator[Statement]:
    """Yield the failure, notes, and the imports that were running when the round ended early."""
    if profile.status is not Status.OK:
        yield state(profile.status.value, profile.message or printable(subject(profile.target)))
    yield from (state("note", note) for note in profile.notes)
    if profile.importing:
        yield Statement(word="importing", text=" > ".join(_innermost(profile.importing, top)))


def _innermost(modules: tuple[str, ...], top: int) -> Iterator[str]:
    """Yield the last `top` modules; a recursion error leaves a thousand."""
    if len(modules) > top:
        yield f"({count(len(modules) - top)} more)"
    yield from map(printable, modules[-top:])
