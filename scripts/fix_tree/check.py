"""Compares a rewritten repository with what was planted in it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fix_tree.repository import ENTRIES, Row

_PLANTS = re.compile(rb"^# plant (\d+)\n(.*?)^# end \1\n", re.DOTALL | re.MULTILINE)
Skips = Collection[tuple[str, int]]
"""Path and line of what was named, before the rewrite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of the planted references.

    Attributes:
        rewritten: how many no longer have the old name.
        named: how many were named, with a line of theirs.
        problems: references that are lost, or that became something else than they have to; changes elsewhere.
    """

    rewritten: int
    named: int
    problems: tuple[str, ...]


def old_texts(directory: Path, rows: Sequence[Row]) -> dict[str, bytes]:
    """Return the files with planted references."""
    return {path: (directory / path).read_bytes() for path in sorted({row.path for row in rows})}


def compare(before: Mapping[str, bytes], directory: Path, rows: Sequence[Row], skips: Skips) -> Verdict:
    """Return what became of the references of one rule."""
    counts = Counter[str]()
    problems: list[str] = []
    lines: dict[str, set[int]] = defaultdict(set)
    for path, line in skips:
        lines[path].add(line)
    by_path: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_path[row.path].append(row)
    for path, planted in by_path.items():
        after = (directory / path).read_bytes()
        texts = {int(number): text for number, text in _PLANTS.findall(after)}
        if _PLANTS.sub(b"", after) != _PLANTS.sub(b"", before[path]):
            problems.append(f"{path}: something else than the references was changed")
        for row in planted:
            is_named = any(row.first <= line <= row.last for line in lines[path])
            found = "named" if is_named else "lost" if _has_old(row, texts[row.number]) else "rewritten"
            counts[found] += 1
            if found != row.outcome:
                problems.append(f"{path}:{row.first}: {row.form} of {row.module} is {found}, not {row.outcome}")
        extra = [line for line in lines[path] if not any(row.first <= line <= row.last for row in planted)]
        problems += [f"{path}:{line}: named, and not planted" for line in extra]
    elsewhere = sorted(set(lines) - set(by_path))
    problems += [f"{path}: named, and nothing of this rule is planted there" for path in elsewhere]
    return Verdict(rewritten=counts["rewritten"], named=counts["named"], problems=tuple(problems))


def _has_old(row: Row, text: bytes) -> bool:
    """Whether a text still has the old module: its whole name, or its own name behind `from`."""
    last = row.module.rpartition(".")[2]
    words = row.module if not row.form.startswith(("relative", "from package")) else rf"\b(?:import|from)\b.*\b{last}\b"
    if row.form.startswith("from package") and last.startswith("m"):
        words = row.module.rpartition(".")[0]  # the new module has the same last name
    return re.search(rf"(?<![\w.]){words}(?!\w)".encode(), text) is not None


def run(directory: Path, paths: Sequence[str], work: Path) -> Iterator[str]:
    """Import the files and call what is planted, without the old modules; yield what fails."""
    listed = work / "paths.json"
    blocked = [old for old, new in ENTRIES.items() if new]
    listed.write_text(json.dumps({"paths": list(paths), "blocked": blocked}), encoding="utf-8")
    runner = Path(__file__).with_name("runner.py")
    command = [sys.executable, "-B", str(runner), str(directory), str(listed)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    for path, what, error in json.loads(done.stdout):
        yield f"{path}: {what}: {error}"
