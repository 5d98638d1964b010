"""Reads the report and the node ids that the probe wrote; probe/PROTOCOL.md describes the format."""

from __future__ import annotations

import ast
import hashlib
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collectbench.measure.round.probe_values import has_form
from collectbench.model.probe_files import RUNNER

_LINE = re.compile(rb"(?P<key>[a-z][a-z0-9._-]*) (?P<literal>[ -~]+)")
"""A whole line of the report. Tests can write into the file: anything else is omitted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeReport:
    """The lines of one round's report. `facts` holds all other values by key.

    If the tests replaced the process, stamps and facts are those of the last one that reported.
    """

    stamps: Mapping[str, int] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    failed_conftests: tuple[tuple[str, str], ...] = ()
    """Path and error of each conftest that could not be imported."""
    tree: tuple[tuple[str, object], ...] = ()
    """The notes of the guard, in order: key and value."""
    earlier: tuple[tuple[str, str], ...] = ()
    """The stack and the command with which each earlier process was replaced; empty texts if it did not report them."""
    began_ns: tuple[int, ...] = ()
    """The first statement of each process, the last one included."""

    @property
    def done(self) -> int | None:
        """The exit code that pytest asked for; None if the process ended in another way."""
        return self.facts.get("done")

    @property
    def finished(self) -> bool:
        """Whether collection came to its end, was counted, and pytest raised nothing afterwards."""
        return "collected" in self.stamps and "counts" in self.facts and "raised" not in self.facts

    @property
    def counts(self) -> tuple[int, int, int]:
        """Collection errors, warnings, and those that are PytestCollectionWarning."""
        errors, warnings, collection_warnings = self.facts.get("counts", (0, 0, 0))
        return errors, warnings, collection_warnings

    @property
    def peak_rss_bytes(self) -> int:
        """The largest resident size that the kernel knows of; 0 if unknown, or if the process crashed."""
        return int(self.facts.get("peak-rss", 0))

    @property
    def replaced(self) -> tuple[str, str] | None:
        """The stack and the command with which the process was replaced by one that does not report; None if not."""
        return self.facts.get("replaced") or None


def read_report(directory: Path) -> ProbeReport:
    """Read the report in a round's directory; an empty one if the process did not get that far."""
    entries = list(read_entries(directory / "report"))
    starts = [index for index, (key, _) in enumerate(entries) if key == "stamp.runner"]
    begins = starts[1:]
    first = begins[-1] if begins else 0
    last = entries[first:]
    conftests = [value for key, value in last if key == "conftest-failed"]
    return ProbeReport(
        stamps={key[6:]: value for key, value in reversed(last) if key.startswith("stamp.")},
        facts={key: value for key, value in last if "." not in key and key != "conftest-failed"},
        failed_conftests=tuple(dict.fromkeys(conftests)),
        tree=tuple(read_entries(directory / "tree")),
        earlier=tuple(_replaced_by(entries[:begin]) for begin in begins),
        began_ns=tuple(entries[start][1] for start in starts),
    )


def read_entries(path: Path) -> Iterator[tuple[str, Any]]:
    """Key and value of each whole line of a file that the probe wrote; none if there is no such file."""
    return _entries(_whole_lines(path))


def _whole_lines(path: Path) -> list[bytes]:
    """The lines of a file that end with a newline; none if there is no such file."""
    try:
        return path.read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return []


def _replaced_by(entries: Sequence[tuple[str, Any]]) -> tuple[str, str]:
    """The stack and the command that replaced the process whose entries end here."""
    known = [value for key, value in entries if key == "replaced" and value]
    return known[-1] if known else ("", "")


def _entries(lines: Iterable[bytes]) -> Iterator[tuple[str, Any]]:
    """Key and value of each whole line: on a full disk one may be cut short, with the next one right behind it."""
    for line in lines:
        match = _LINE.fullmatch(line)
        if match is None:
            continue
        key = match["key"].decode("ascii")
        try:
            value = ast.literal_eval(match["literal"].decode("ascii"))
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            continue
        if has_form(key, value):
            yield key, value


def is_stack_written(stack: Path) -> bool:
    """Whether all stacks are in the file: the outermost frame of the last is the probe's own, or Python's end."""
    last = stack.read_text(errors="replace").rpartition("\n  ")[2] if stack.exists() else ""
    return f'"{RUNNER}", line' in last or last.endswith(" in _shutdown\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeIds:
    """The number of items that a round collected, of files with items, and two digests of the sorted ids.

    `relative_sha256` is over the ids without the paths of the target: it stays the same if the target is moved.
    """

    items: int
    files: int
    sha256: str
    relative_sha256: str | None
    by_file: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    """For each file with items, their number and the digest of their ids without the file."""
    nodeids: tuple[str, ...] = ()
    """The ids in pytest's order, if they were requested."""


def read_node_ids(directory: Path, paths: Sequence[str], *, keep: bool = False) -> NodeIds:
    """Count and digest the node ids that a round of a target with these paths wrote.

    A digest is over the ids in code-point order, UTF-8 with surrogatepass, each followed by a newline. UTF-8 keeps
    the order of code points, so the bytes are sorted as they are.
    """
    try:
        raw = (directory / "ids").read_bytes()
    except FileNotFoundError:
        raw = b""
    ids = raw.split(b"\0")[:-1]
    nodeids = tuple(nodeid.decode("utf-8", "surrogatepass") for nodeid in ids) if keep else ()
    del raw
    ids.sort()
    by_file = _by_file(ids)
    return NodeIds(
        items=len(ids),
        files=len(by_file),
        sha256=_digest(ids),
        relative_sha256=_relative_digest(ids, paths),
        by_file=by_file,
        nodeids=nodeids,
    )


def _by_file(ids: Iterable[bytes]) -> dict[str, tuple[int, str]]:
    groups: dict[bytes, list[bytes]] = {}
    for nodeid in ids:
        file, _, rest = nodeid.partition(b"::")
        groups.setdefault(file, []).append(rest)
    return {file.decode("utf-8", "surrogatepass"): (len(group), _digest(group)[:16]) for file, group in groups.items()}


def _digest(ids: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for nodeid in ids:
        digest.update(nodeid + b"\n")
    return digest.hexdigest()


def _relative_digest(ids: Sequence[bytes], paths: Iterable[str]) -> str | None:
    """The digest over the sorted ids below each path in turn, without that path; None if there are none below."""
    digest, count = hashlib.sha256(), 0
    for path in paths:
        begin = b"" if path == "." else path.encode("utf-8", "surrogatepass")
        # The next byte after `/` is `0`, and after `:` comes `;`: in sorted ids, each of the two is one range.
        ranges = [(b"", None)] if path == "." else [(begin + b"/", begin + b"0"), (begin + b"::", begin + b":;")]
        for first, end in ranges:
            for index in range(bisect_left(ids, first), len(ids) if end is None else bisect_left(ids, end)):
                digest.update(ids[index][len(begin) :] + b"\n")
                count += 1
        digest.update(b"\0")
    return digest.hexdigest() if count else None
