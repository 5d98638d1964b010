"""Reads the durations of tests from JUnit XML, as pytest's `--junit-xml` and other runners write it."""

from __future__ import annotations

import math
from pathlib import Path
from xml.parsers import expat

from collectbench.model.errors import UsageError
from collectbench.model.workers import TestTime

CASE = "testcase"
ROOTS = ("testsuites", "testsuite")
_SHOWN = 3


class _Unusable(Exception):
    """The file is not JUnit XML; the message says why."""


def read_junit_times(path: Path) -> tuple[TestTime, ...]:
    """Return the seconds of each test: `name` is its class name and its name, `::` between them.

    A test with several cases, such as one whose fixture also failed, has the sum of their seconds. The file is read as
    a stream; entities are refused, since a short file could expand to any size.

    Raises:
        UsageError: the file is missing, unreadable, not JUnit XML, has no tests, or tests without a time.
    """
    reader = _Reader()
    try:
        with path.open("rb") as file:
            reader.parser.ParseFile(file)
    except FileNotFoundError as error:
        raise UsageError(f"{path}: no such file; write one with pytest --junit-xml={path}") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from error
    except expat.ExpatError as error:
        place = f"line {error.lineno}, column {error.offset + 1}"
        raise UsageError(f"{path} is not XML or was cut off: {expat.ErrorString(error.code)} ({place})") from error
    except _Unusable as error:
        raise UsageError(f"{path} {error}") from error
    if reader.without_time:
        named = ", ".join(reader.without_time[:_SHOWN])
        more = len(reader.without_time) - _SHOWN
        others = f" and {more:,} more" if more > 0 else ""
        raise UsageError(f"{path}: each testcase needs a time in seconds; there is none of {named}{others}")
    if not reader.seconds:
        raise UsageError(f"{path} has no tests; write it in a run that runs some")
    return tuple(
        TestTime(file=reader.files[name], name=name, seconds=seconds) for name, seconds in reader.seconds.items()
    )


class _Reader:
    """Takes the elements of a file one by one."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.files: dict[str, str] = {}
        self.without_time: list[str] = []
        self._depth = 0
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._begins
        self.parser.EndElementHandler = self._ends
        self.parser.StartDoctypeDeclHandler = self._refuse

    def _begins(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1 and tag not in ROOTS:
            raise _Unusable(f"is not JUnit XML: its root is <{tag}>, not <testsuites> or <testsuite>")
        if tag != CASE:
            return
        owner = attributes.get("classname", "")
        name = f"{owner}::{attributes.get('name', '')}"
        seconds = _seconds(attributes.get("time", ""))
        if seconds is None:
            self.without_time.append(name)
            return
        self.seconds[name] = self.seconds.get(name, 0.0) + seconds
        self.files.setdefault(name, attributes.get("file") or owner)

    def _ends(self, tag: str) -> None:
        self._depth -= 1

    def _refuse(self, *_: object) -> None:
        raise _Unusable("has a document type, which no test runner writes; its entities are not expanded")


def _seconds(text: str) -> float | None:
    """Return a time; None if it is missing or is not a possible one. Some writers group thousands by commas."""
    try:
        seconds = float(text.replace(",", ""))
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None
