"""The lines of the project that took long while their module was imported, each with what ran below it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from collectbench.attribution.parts import Part
from collectbench.causes.candidate import Claim
from collectbench.causes.running import Running, entry_position
from collectbench.causes.sources import SourceFiles
from collectbench.causes.statement import Statement, is_in_body, runs_within, statement_at
from collectbench.model.samples import Call
from collectbench.model.wait_log import StackWait, WaitLog

LEAST_OF_FILE_S = 0.01
"""A file with less is not parsed. Several files may call one slow function, so this may be less than a finding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyLine:
    """One statement of a module or class body.

    Attributes:
        statement: the statement.
        runs: the stacks in which it ran, cut so that the first call is the statement's line.
        waited_s: seconds of these in which the main thread waited.
    """

    statement: Statement
    runs: tuple[Running, ...]
    waited_s: float = 0.0

    @property
    def seconds(self) -> float:
        """The time of the statement."""
        return sum(run.seconds for run in self.runs)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The statement's time in each part of the round."""
        return claims_of(self.runs)

    @property
    def callee(self) -> Call | None:
        """The function that it spends most time in; None if it spends most of the time itself."""
        seconds = defaultdict[Call | None, float](float)
        for run in self.runs:
            callee = run.calls[1] if len(run.calls) > 1 else None
            seconds[callee and callee._replace(line=0)] += run.seconds
        return max(seconds, key=lambda call: seconds[call])

    def part_of(self, is_so: Callable[[Running], bool]) -> float:
        """Returns the part of the time, 0 to 1, in stacks that `is_so`."""
        return sum(run.seconds for run in self.runs if is_so(run)) / self.seconds if self.seconds else 0.0

    @property
    def waits(self) -> bool:
        """Whether it waited for more than half of its time."""
        return self.waited_s > self.seconds / 2


def claims_of(runs: Iterable[Running]) -> tuple[Claim, ...]:
    """Returns the seconds of stacks by their part."""
    seconds = defaultdict[Part, float](float)
    for run in runs:
        seconds[run.part] += run.seconds
    return tuple(Claim(part, spent) for part, spent in seconds.items())


def body_lines(
    runs: Iterable[Running], waited_s: Mapping[Statement, float], sources: SourceFiles
) -> tuple[BodyLine, ...]:
    """Returns the statements that ran in stacks of module bodies, the longest first.

    `waited_s` are the seconds that the main thread waited in each statement.
    """
    by_file = defaultdict[str, list[Running]](list)
    for run in runs:
        by_file[run.entry.path].append(run)
    found = defaultdict[Statement, list[Running]](list)
    for ran in by_file.values():
        if sum(run.seconds for run in ran) >= LEAST_OF_FILE_S:
            for run in ran:
                first = position_in_body([(call.path, call.line) for call in run.calls], sources)
                if first is not None:
                    inner = run.from_call(first)
                    found[statement_at(sources, inner.entry.path, inner.entry.line)].append(inner)
    lines = (
        BodyLine(statement=statement, runs=tuple(each), waited_s=waited_s.get(statement, 0.0))
        for statement, each in found.items()
    )
    return tuple(sorted(lines, key=lambda line: -line.seconds))


def position_in_body(calls: Sequence[tuple[str, int]], sources: SourceFiles) -> int | None:
    """Returns the position of the innermost line of the body: that of a class, not of the module around it.

    `calls` are path and line, the outermost first. None if the first is not a line of a body. The line of a lambda that
    another statement calls is not the place: that statement is.
    """
    found = None
    for position, (path, line) in enumerate(calls):
        if path != calls[0][0] or not is_in_body(sources, path, line):
            break
        if found is not None and not runs_within(sources, path, calls[found][1], line):
            break
        found = position
    return found


def waited_by_statement(
    waits: WaitLog, is_project: Callable[[str], bool], files: frozenset[str], sources: SourceFiles
) -> Mapping[Statement, float]:
    """Returns the seconds that the main thread waited in each statement of a body of these files."""
    seconds = defaultdict[Statement, float](float)
    for wait in waits:
        if not isinstance(wait, StackWait) or wait.in_teardown:
            continue
        position = entry_position([path for path, _ in wait.frames], is_project)
        if position is None or wait.frames[position][0] not in files:
            continue
        calls = wait.frames[position::-1]
        first = position_in_body(calls, sources)
        if first is not None:
            seconds[statement_at(sources, *calls[first])] += wait.waited_s
    return seconds
