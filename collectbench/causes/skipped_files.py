"""Files of which no test can run: each is skipped by a mark, or the whole file while it is imported."""

from __future__ import annotations

from posixpath import join, normpath

from collectbench.causes.evidence import Evidence
from collectbench.model.trace import CollectorFrame


def is_skipped(evidence: Evidence, path: str) -> bool:
    """Whether all tests of a file, whose path is absolute, are skipped."""
    collectors = [frame for frame in evidence.trace.collectors if path_of(evidence, frame) == path]
    if any(frame.outcome == "skipped" for frame in collectors):
        return True
    skipped = sum(count for file, count in evidence.trace.skipped if absolute(evidence, file) == path)
    return skipped > 0 and skipped == _items(evidence, collectors)


def path_of(evidence: Evidence, frame: CollectorFrame) -> str:
    """Returns the absolute path of the file that a collector belongs to."""
    return absolute(evidence, frame.nodeid.partition("::")[0])


def absolute(evidence: Evidence, file: str) -> str:
    """Returns the absolute path of a file in a node id."""
    return normpath(join(evidence.places.node_ids_from or evidence.places.rootdir, file))


def _items(evidence: Evidence, collectors: list[CollectorFrame]) -> int:
    """The items of a file: what its collectors returned, without the collectors among them."""
    return sum(frame.items for frame in collectors) - sum("::" in frame.nodeid for frame in collectors)
