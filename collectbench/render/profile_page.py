"""What the page of a profile shows: plain data for its script, all text printable, all lists bounded."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from heapq import heappop, heappush, nlargest
from typing import Any, TypeVar

from collectbench.model.profile import ImportCost, Profile
from collectbench.render.escape import printable
from collectbench.render.prose import stamp

MOST_CHARACTERS = 300
"""Longer names are cut in their middle: of a path or node id both ends tell something."""

MOST_IMPORTERS = 20
"""Import lines that are listed for one module, those that save most first."""

_MESSAGE_CHARACTERS = 10_000
_MEMORY_POINTS = 2000
_Row = TypeVar("_Row")


def content(profile: Profile, *, most_rows: int) -> dict[str, Any]:
    """The page's data. Each list has its `most_rows` largest entries; `totals` tells how many there are.

    Times are in seconds, rounded to microseconds; sizes in bytes.
    """
    paths: dict[str, int] = {}
    largest = _Largest(most_rows)
    return {
        "tool": f"{profile.tool.name} {profile.tool.version}",
        "created": profile.created,
        "environment": [_short(piece) for piece in stamp(profile.environment)],
        "target": _short(profile.target),
        "status": profile.status.value,
        "message": printable(profile.message[-_MESSAGE_CHARACTERS:].strip("\n"), keep_newlines=True),
        "complete": profile.complete,
        "importing": [_short(module) for module in profile.importing[-MOST_IMPORTERS:]],
        "notes": [_short(note, most=1000) for note in profile.notes[:100]],
        "wall_s": profile.wall_s,
        "traced_wall_s": profile.traced_wall_s,
        "gc_s": profile.gc_s,
        "gc_passes": profile.gc_passes,
        "counts": profile.counts
        and {
            "items": profile.counts.items,
            "files": profile.counts.files,
            "errors": profile.counts.errors,
            "warnings": profile.counts.warnings,
        },
        "phases": [{"name": name, "seconds": _us(seconds)} for name, seconds in profile.phases.items()],
        "shares": [{"name": _short(share.name), "seconds": _us(share.seconds)} for share in profile.shares],
        "memory_timeline": _thinned(profile.memory_timeline),
        "imports": [_import(cost, paths) for cost in largest(profile.imports, lambda cost: cost.inclusive_s)],
        "collectors": [
            _row(row, "nodeid", "type", "self_s", "inclusive_s", "items", "begin_s")
            for row in largest(profile.collectors, lambda row: row.inclusive_s)
        ],
        "plugins": [
            _row(row, "name", "kind", "load_s", "hooks_s")
            for row in largest(profile.plugins, lambda row: row.load_s + row.hooks_s)
        ],
        "hooks": [
            _row(row, "hook", "plugin", "calls", "self_s") for row in largest(profile.hooks, lambda row: row.self_s)
        ],
        "events": [
            _row(row, "kind", "detail", "path", "line", "count")
            for row in largest(profile.events, lambda row: row.count)
        ],
        "warnings": [
            {"category": _short(category), "message": _short(message), "path": _short(path), "line": line}
            for category, message, path, line in profile.warnings[:most_rows]
        ],
        "totals": {
            name: len(getattr(profile, name))
            for name in ("imports", "collectors", "plugins", "hooks", "events", "warnings")
        },
        "calls": None if profile.calls is None else _calls(profile.calls, most_rows),
        "paths": list(paths),  # last: those that the imports above refer to, by their place
    }


class _Largest:
    """Keeps the order of the rows that it leaves."""

    def __init__(self, most: int) -> None:
        self._most = most

    def __call__(self, rows: Sequence[_Row], size: Callable[[_Row], float]) -> Iterable[_Row]:
        if len(rows) <= self._most:
            return rows
        kept = nlargest(self._most, range(len(rows)), key=lambda index: size(rows[index]))
        return (rows[index] for index in sorted(kept))


def _import(cost: ImportCost, paths: dict[str, int]) -> dict[str, Any]:
    lines = nlargest(MOST_IMPORTERS, cost.importers, key=lambda importer: importer.saving_alone_s)
    names = ("module", "path", "self_s", "inclusive_s", "find_s", "compile_s", "bytecode", "begin_s", "error")
    return {
        **_row(cost, *names, "saving_alone_s", "saving_joint_s", "floor"),
        "origin": cost.origin.value,
        "lines": len(cost.importers),
        "importers": [
            [paths.setdefault(_short(line.path), len(paths)), line.line, _us(line.saving_alone_s)] for line in lines
        ],
    }


def _row(row: object, *names: str) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return _short(value)
    return _us(value) if isinstance(value, float) else value


def _short(text: str, most: int = MOST_CHARACTERS) -> str:
    if len(text) > most:
        text = f"{text[: most // 2]}…{text[-most // 2 :]}"
    return printable(text)


def _us(seconds: float) -> float:
    return round(seconds, 6)


def _thinned(timeline: Sequence[tuple[float, int]]) -> list[tuple[float, int]]:
    """At most `_MEMORY_POINTS` points: of each stretch the highest, since a peak must not get lost."""
    stretch = -(-len(timeline) // _MEMORY_POINTS) or 1
    groups = (timeline[begin : begin + stretch] for begin in range(0, len(timeline), stretch))
    return [(round(at_s, 4), size) for at_s, size in (max(group, key=lambda point: point[1]) for group in groups)]


def _calls(text: str, most: int) -> dict[str, Any]:
    """The largest frames of pyinstrument's session as [depth, name, place, own code, begin, seconds].

    The largest frame that is not taken yet comes next, so that no frame lacks the one that called it.
    Sampling knows no order within a frame: its calls are laid side by side in the order of the tree.

    `problem` says why there are none: Python 3.10 and 3.11 cannot read JSON that is nested a thousand times.

    Raises:
        ValueError: the text is not pyinstrument's JSON.
    """
    try:
        session = json.loads(text)
    except RecursionError:
        return {"frames": [], "total": 0, "problem": "The call tree is nested too deeply to be read."}
    frames: list[list[Any]] = []
    total = 0
    waiting: list[tuple[float, int, int, float, dict[str, Any]]] = []
    if session["root_frame"]:
        waiting.append((-session["root_frame"]["time"], 0, 0, 0.0, session["root_frame"]))
        total = 1
    while waiting and len(frames) < most:
        _, _, depth, begin_s, frame = heappop(waiting)
        frames.append([depth, *_described(frame), _us(begin_s), _us(frame["time"])])
        for child in frame["children"]:
            total += 1
            heappush(waiting, (-child["time"], total, depth + 1, begin_s, child))
            begin_s += child["time"]
    problem = "" if frames else "There is no sample in it."
    return {
        "duration_s": session["duration"],
        "samples": session["sample_count"],
        "frames": frames,
        "total": total,
        "problem": problem,
    }


def _described(frame: dict[str, Any]) -> tuple[str, str, bool]:
    path = frame["file_path_short"] or frame["file_path"] or ""
    return _short(frame["function"]), _short(f"{path}:{frame['line_no']}"), bool(frame["is_application_code"])
