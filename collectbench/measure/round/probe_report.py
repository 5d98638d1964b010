"""Reads the report and the node ids that the probe wrote; probe/PROTOCOL.md describes the format."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeReport:
    """The lines of one round's report. `facts` holds all other values by key."""

    stamps: Mapping[str, int] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    failed_conftests: tuple[tuple[str, str], ...] = ()
    """Path and error of each conftest that could not be imported."""
    tree: tuple[tuple[str, object], ...] = ()
    """The notes of the guard, in order: the key without its `tree.`, and the value."""

    @property
    def done(self) -> int | None:
        """The exit code that pytest asked for; None if the process ended in another way."""
        return self.facts.get("done")

    @property
    def finished(self) -> bool:
        """Whether collection came to its end and pytest finished its session."""
        return "collected" in self.stamps and "counts" in self.facts and self.done is not None

    @property
    def counts(self) -> tuple[int, int, int]:
        """Collection errors, warnings, and those that are PytestCollectionWarning."""
        errors, warnings, collection_warnings = self.facts.get("counts", (0, 0, 0))
        return errors, warnings, collection_warnings

    @property
    def peak_rss_bytes(self) -> int:
        """The largest resident size that the kernel knows of; 0 if unknown, or if the process crashed."""
        return int(self.facts.get("peak-rss", 0))


def read_report(directory: Path) -> ProbeReport:
    """Read the report in a round's directory; an empty one if the process did not get that far."""
    try:
        lines = (directory / "report").read_text(encoding="ascii").split("\n")[:-1]
    except FileNotFoundError:
        return ProbeReport()
    entries = list(_entries(lines))
    conftests = [value for key, value in entries if key == "conftest-failed"]
    return ProbeReport(
        stamps={key[6:]: value for key, value in reversed(entries) if key.startswith("stamp.")},
        facts={key: value for key, value in entries if "." not in key and key != "conftest-failed"},
        failed_conftests=tuple(dict.fromkeys(conftests)),
        tree=tuple((key[5:], value) for key, value in entries if key.startswith("tree.")),
    )


def _entries(lines: Iterable[str]) -> Iterator[tuple[str, Any]]:
    """Key and value of each whole line: on a full disk one may be cut short, with the next one right behind it."""
    for line in lines:
        key, _, text = line.partition(" ")
        try:
            yield key, ast.literal_eval(text)
        except (ValueError, SyntaxError):
            continue


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeIds:
    """The number of items that a round collected, of files with items, and the digest of the sorted ids."""

    items: int
    files: int
    sha256: str


def read_node_ids(directory: Path) -> NodeIds:
    """Count and digest the node ids that a round wrote.

    The digest is over the ids in code-point order, UTF-8 with surrogatepass, each followed by a newline. UTF-8 keeps
    the order of code points, so the bytes are sorted as they are.
    """
    try:
        raw = (directory / "ids").read_bytes()
    except FileNotFoundError:
        raw = b""
    ids = raw.split(b"\0")[:-1]
    del raw
    ids.sort()
    digest = hashlib.sha256()
    for nodeid in ids:
        digest.update(nodeid + b"\n")
    files = len({nodeid.partition(b"::")[0] for nodeid in ids})
    return NodeIds(items=len(ids), files=files, sha256=digest.hexdigest())
