"""The files that failed to be collected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from collectbench.attribution.modules import Module
from collectbench.causes.evidence import Evidence
from collectbench.causes.skipped_files import path_of
from collectbench.judge.verdicts import WITHOUT_COLLECTION
from collectbench.model.diagnosis import Location
from collectbench.model.trace import CollectorFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A file that failed: its absolute path, the error, the line, and the modules that were its attempts."""

    path: str
    error: str
    message: str
    locations: tuple[Location, ...]
    modules: tuple[Module, ...]


def failures_of(evidence: Evidence) -> Iterator[Failure]:
    """Yields the files whose collector failed, in the order of collection."""
    by_path: dict[str, list[Module]] = {}
    for module in evidence.attribution.modules.all:
        if all(frame.error for frame in module.frames):
            by_path.setdefault(module.path, []).append(module)
    for frame in evidence.trace.collectors:
        if frame.outcome == "failed" and (frame.error or evidence.status not in WITHOUT_COLLECTION):
            path = path_of(evidence, frame)
            yield Failure(
                path=path,
                error=frame.error or "error",
                message=frame.error_message,
                locations=_locations(evidence, frame, path),
                modules=tuple(by_path.get(path, ())),
            )


def _locations(evidence: Evidence, frame: CollectorFrame, path: str) -> tuple[Location, ...]:
    if frame.error_path and frame.error_line:
        return (evidence.location(frame.error_path, frame.error_line),)
    return (evidence.location(path, 0),)
