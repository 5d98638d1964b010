"""Reads the files `outcomes` and `collected` of a round, and writes those that choose its tests; see PROTOCOL.md."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from posixpath import join, normpath

from collectbench.attribution.origins import Places, display_path
from collectbench.measure.round.probe_report import read_entries
from collectbench.model.collected_state import CollectError, CollectWarning
from collectbench.model.outcome_log import OutcomeLog, TestPhase

ONLY, STOP_ON = "only", "stop-on"


def write_ids(directory: Path, name: str, nodeids: Iterable[str]) -> None:
    """Write node ids into a file for the probe, a NUL after each."""
    (directory / name).write_bytes("".join(f"{nodeid}\0" for nodeid in nodeids).encode("utf-8", "surrogatepass"))


def read_outcomes(directory: Path, places: Places, failed_conftests: Iterable[tuple[str, str]] = ()) -> OutcomeLog:
    """Read the log that a round left in its directory, complete or not; conftests that failed are errors as well."""
    entries = list(read_entries(directory / "outcomes"))
    rootdir = next((value for key, value in entries if key == "rootdir"), "")
    if rootdir:
        places = replace(places, node_ids_from=rootdir)
    open_ = Counter(value for key, value in entries if key == "start")
    open_.subtract(value for key, value in entries if key == "end")
    stopped = [value for key, value in entries if key == "stopped"]
    return OutcomeLog(
        collected=_read_collected(directory / "collected"),
        errors=_errors(
            [CollectError(nodeid="", path=display_path(path, places), message=why) for path, why in failed_conftests],
            [_error(nodeid, message, places) for nodeid, message in _of(entries, "collect-error")],
        ),
        warnings=tuple(
            CollectWarning(
                category=category, path=display_path(path, places), line=line, message=message, nodeid=nodeid
            )
            for category, message, path, line, nodeid in _of(entries, "warning")
        ),
        phases=tuple(
            TestPhase(nodeid=nodeid, when=when, outcome=outcome, duration_s=_seconds(duration), message=message)
            for nodeid, when, outcome, duration, message in _of(entries, "phase")
        ),
        running=tuple(nodeid for nodeid, count in open_.items() if count > 0),
        rootdir=rootdir,
        stopped_by=stopped[0] if stopped else "",
        is_whole=any(key == "finished" for key, _ in entries),
    )


def _of(entries: Iterable[tuple[str, object]], key: str) -> Iterator[tuple]:  # type: ignore[type-arg]
    """The values of a key, whose form is known."""
    return (value for name, value in entries if name == key and isinstance(value, tuple))


def _read_collected(path: Path) -> tuple[str, ...] | None:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    return tuple(raw.decode("utf-8", "surrogatepass").split("\0")[:-1])


def _errors(conftests: Sequence[CollectError], others: Iterable[CollectError]) -> tuple[CollectError, ...]:
    """All errors, without those of directories and sessions that only repeat the error of a conftest below them."""
    return (*conftests, *(error for error in others if not any(_repeats(error, conftest) for conftest in conftests)))


def _repeats(error: CollectError, conftest: CollectError) -> bool:
    return error.message == conftest.message and (not error.path or conftest.path.startswith(f"{error.path}/"))


def _error(nodeid: str, message: str, places: Places) -> CollectError:
    file = nodeid.partition("::")[0]
    path = display_path(normpath(join(places.node_ids_from or places.rootdir, file)), places) if file else ""
    return CollectError(nodeid=nodeid, path=path, message=message)


def _seconds(duration: float) -> float:
    """A duration as pytest gave it; 0 if tests with a clock of their own made it impossible."""
    return duration if math.isfinite(duration) and duration > 0 else 0.0
