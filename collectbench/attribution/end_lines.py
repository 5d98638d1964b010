"""From one line of a trace to one record: registrations, outcomes, and moments after collection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from collectbench.attribution.fields import text_of
from collectbench.model.registrations import (
    ExitFunction,
    Finder,
    LastMoments,
    LivingThread,
    RepeatedIds,
    ThreadStart,
    ToolCall,
)
from collectbench.model.trace import CollectorFrame


class Ended(NamedTuple):
    """The class and the outcome of the collector whose frame has this number."""

    frame: int
    class_path: str
    outcome: str
    error: str
    message: str
    path: str
    line: int


def with_outcomes(collectors: Iterable[CollectorFrame], ends: Iterable[Ended]) -> tuple[CollectorFrame, ...]:
    """The collectors, each with its class and outcome if the trace has a line about them."""
    by_index = {end.frame: end for end in ends}
    return tuple(_with_outcome(collector, by_index.get(collector.index)) for collector in collectors)


def _with_outcome(collector: CollectorFrame, end: Ended | None) -> CollectorFrame:
    if end is None:
        return collector
    return replace(
        collector,
        class_path=end.class_path,
        outcome=end.outcome,
        error=end.error,
        error_message=end.message,
        error_path=end.path,
        error_line=end.line,
    )


def last_moments(moments: Iterable[tuple[str, float]]) -> LastMoments:
    """The moments by name; unknown names are skipped."""
    at: Mapping[str, float] = dict(moments)
    return LastMoments(
        finish_s=at.get("finish"),
        done_s=at.get("done"),
        exit_begin_s=at.get("exit-begin"),
        exit_end_s=at.get("exit-end"),
        modules_removed_s=at.get("modules-removed"),
        objects_walked_s=at.get("objects-walked"),
        modules_cleared_s=at.get("modules-cleared"),
        interpreter_cleared_s=at.get("interpreter-cleared"),
    )


def end_makers(at: Callable[[str], float]) -> dict[str, Callable[[list[str]], object]]:
    """A function for each key that makes a record of its fields; `at` turns nanoseconds into seconds since spawn."""

    def moment(fields: list[str]) -> tuple[str, float]:
        name, ns = fields
        return name, at(ns)

    return {
        "O": _ended,
        "X": _exit_function,
        "M": _finder,
        "S": _thread_start,
        "T": _living_thread,
        "Y": _tool_call,
        "U": _repeated_ids,
        "D": _count_of_file,
        "K": _count_of_file,
        "J": moment,
    }


def _ended(fields: list[str]) -> Ended:
    index, class_path, outcome, error, message, path, line = fields
    return Ended(int(index), text_of(class_path), outcome, text_of(error), text_of(message), text_of(path), int(line))


def _exit_function(fields: list[str]) -> ExitFunction:
    function, path, line, by_path, by_line = fields
    return ExitFunction(
        function=text_of(function), path=text_of(path), line=int(line), by_path=text_of(by_path), by_line=int(by_line)
    )


def _finder(fields: list[str]) -> Finder:
    name, path, during = fields
    return Finder(name=text_of(name), path=text_of(path), during=int(during))


def _thread_start(fields: list[str]) -> ThreadStart:
    target, path, line, count, during = fields
    return ThreadStart(target=text_of(target), path=text_of(path), line=int(line), count=int(count), during=int(during))


def _living_thread(fields: list[str]) -> LivingThread:
    name, daemon, by_path, by_line, *calls = fields
    if len(calls) % 3:
        raise ValueError(fields)
    return LivingThread(
        name=text_of(name),
        daemon=daemon == "daemon",
        by_path=text_of(by_path),
        by_line=int(by_line),
        stack=tuple(
            (text_of(path), int(line), text_of(function))
            for path, line, function in zip(calls[::3], calls[1::3], calls[2::3], strict=True)
        ),
    )


def _tool_call(fields: list[str]) -> ToolCall:
    kind, path, line, count, during = fields
    return ToolCall(kind=kind, path=text_of(path), line=int(line), count=int(count), during=int(during))


def _repeated_ids(fields: list[str]) -> RepeatedIds:
    nodeid, ids, repeated, example = fields
    return RepeatedIds(nodeid=text_of(nodeid), ids=int(ids), repeated=int(repeated), example=text_of(example))


def _count_of_file(fields: list[str]) -> tuple[str, int]:
    path, count = fields
    return text_of(path), int(count)
