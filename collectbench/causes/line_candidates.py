"""Slow lines of module bodies as candidates: long lines one by one, short ones by the function that they call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from collectbench.attribution.operations import NAMED_EVENTS, SOCKET, kind_of, socket_name, subprocess_name, words_of
from collectbench.causes.body_lines import BodyLine, claims_of
from collectbench.causes.candidate import Candidate
from collectbench.causes.evidence import Evidence
from collectbench.model.costs import Origin
from collectbench.model.diagnosis import Location
from collectbench.model.samples import Call
from collectbench.model.trace import Event
from collectbench.model.units import format_duration

MOST_LOCATIONS = 20
SHORT, SEVERAL = 3, 3
"""Lines of less than so many smallest findings are one finding if at least so many of them call the same function."""
TO_FIXTURE = "move it into a fixture of the tests that need the value"
TO_FUNCTION = "move it into a function that caches its result and is called where the value is needed"


def line_candidates(
    evidence: Evidence, nature: str, title: str, fix_of: Callable[[BodyLine], str] | None = None
) -> Iterator[Candidate]:
    """Yields the lines that have a cause. `fix_of` says what to do about a line; by default, to move it."""
    fix_of = fix_of or (lambda line: move(evidence, line))
    short = defaultdict[Call | None, list[BodyLine]](list)
    for line in evidence.lines_by_nature.get(nature, ()):
        if line.seconds >= SHORT * evidence.smallest_s:
            yield _candidate(evidence, [line], title, fix_of(line))
        else:
            short[line.callee].append(line)
    for callee, lines in short.items():
        if callee is not None and len(lines) >= SEVERAL:
            yield _candidate(evidence, lines, title, fix_of(lines[0]), callee)
        else:
            yield from (_candidate(evidence, [line], title, fix_of(line)) for line in lines)


def move(evidence: Evidence, line: BodyLine) -> str:
    """Returns where the work of a line belongs: a fixture, or, in a module of the application, a function."""
    module = evidence.attribution.modules.by_path.get(line.statement.path)
    origin = None if module is None else evidence.attribution.origins.get(module)
    return TO_FUNCTION if origin is Origin.FIRST_PARTY else TO_FIXTURE


def _candidate(
    evidence: Evidence, lines: Sequence[BodyLine], title: str, fix: str, callee: Call | None = None
) -> Candidate:
    runs = [run for line in lines for run in line.runs]
    places = [place for line in lines for place in places_of(line)]
    first = evidence.location(lines[0].statement.path, lines[0].statement.line)
    return Candidate(
        subject=f"{first.path}:{first.line}" if callee is None else f"{callee.function}() in {len(lines)} lines",
        title=title,
        locations=locations(evidence, places),
        evidence=tuple(evidence_of(evidence, lines)),
        fix=fix,
        claims=claims_of(runs),
        alone_s=max(line.seconds for line in lines) if len(lines) > 1 else None,
    )


def locations(evidence: Evidence, places: Sequence[tuple[str, int]]) -> tuple[Location, ...]:
    """Returns lines as locations, each once, at most `MOST_LOCATIONS`.

    Line 0 stands for a file, and is omitted if a line of that file is known.
    """
    with_lines = {path for path, line in places if line > 0}
    kept = [(path, line) for path, line in dict.fromkeys(places) if line > 0 or path not in with_lines]
    return tuple(evidence.location(*place) for place in kept[:MOST_LOCATIONS])


def places_of(line: BodyLine) -> Iterator[tuple[str, int]]:
    """Yields the statement, its slowest line if that is another one, and the slowest line of the project below it."""
    yield line.statement.path, line.statement.line
    yield _longest(line, lambda calls: calls[0])
    yield _longest(line, lambda calls: calls[-1])


def _longest(line: BodyLine, choose: Callable[[Sequence[Call]], Call]) -> tuple[str, int]:
    seconds = defaultdict[tuple[str, int], float](float)
    for run in line.runs:
        call = choose([run.calls[number] for number in run.project])
        seconds[call.path, call.line] += run.seconds
    return max(seconds, key=lambda place: seconds[place])


def evidence_of(evidence: Evidence, lines: Sequence[BodyLine]) -> Iterator[str]:
    """Yields what was seen of some lines: which function they call, waits, and files, processes or sockets."""
    total_s, waited_s = sum(line.seconds for line in lines), sum(line.waited_s for line in lines)
    called = {f"{line.callee.function}()" for line in lines if line.callee is not None}
    if len(called) == 1:
        yield f"most of it in {called.pop()}"
    if waited_s > total_s / 10:
        yield f"{format_duration(min(waited_s, total_s))} of it waiting"
    events = {id(event): event for line in lines for event in evidence.natures.events_of(line)}
    for event in list(events.values())[:3]:
        times = f", {event.count} times" if event.count > 1 else ""
        yield f"{_event_name(evidence, event)} in {evidence.display(event.path)}:{event.line}{times}"


def _event_name(evidence: Evidence, event: Event) -> str:
    if event.kind not in NAMED_EVENTS:
        return f"{event.kind} {evidence.display(event.detail)}".rstrip()
    words = words_of(event.kind, event.detail)
    return f"{event.kind} {socket_name(words) if kind_of(event.kind) == SOCKET else subprocess_name(words)}"
