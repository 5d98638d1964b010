"""The data of the page of a profile, for its script: all text is printable, all lists are bounded."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import heappop, heappush, nlargest
from operator import attrgetter
from typing import Any, TypeVar

from collectbench.model.costs import ImportCost, Origin, Profile, Share
from collectbench.render.parts.escape import printable
from collectbench.render.parts.prose import stamp
from collectbench.render.profile.imports import best_first, import_site
from collectbench.render.profile.prose import basis, subject

MOST_CHARACTERS = 300
"""Longer names lose their middle, because both ends of a path or node id help the reader."""

MOST_IMPORTERS = 20
"""The most import lines that the page lists for one module, by their saving."""

_MESSAGE_CHARACTERS = 10_000
_MEMORY_POINTS = 2000
_PROBE = "/collectbench/probe/"
_INSTALLED = ("/site-packages/", "/dist-packages/")
_Row = TypeVar("_Row")
_TABLES: dict[str, tuple[Callable[[Any], float], tuple[str, ...]]] = {
    "lines": (attrgetter("sampled_s"), ("path", "line", "function", "sampled_s")),
    "collectors": (attrgetter("inclusive_s"), ("nodeid", "type", "self_s", "inclusive_s", "items", "begin_s")),
    "parametrized": (attrgetter("inclusive_s"), ("nodeid", "items", "inclusive_s")),
    "plugins": (lambda row: row.load_s + row.hooks_s, ("name", "kind", "saving_s", "load_s", "hooks_s")),
    "hooks": (attrgetter("self_s"), ("hook", "plugin", "calls", "self_s")),
    "events": (attrgetter("count"), ("kind", "detail", "path", "line", "count")),
}
"""The size of a row in each table, and the fields that the page shows."""
_SHARE_KINDS = {
    **{f"imports: {origin.value}": origin.value for origin in Origin},
    f"hooks: {Origin.CONFTEST.value}": Origin.CONFTEST.value,
}
"""The origin behind a share of a profile, by the share's name; other shares have none."""


def content(profile: Profile, *, most_rows: int) -> dict[str, Any]:
    """Return the data of the page. Each list has its `most_rows` largest entries; `totals` holds the full numbers.

    Times are in seconds, rounded to microseconds; sizes in bytes.
    """
    paths: dict[str, int] = {}
    largest = _Largest(most_rows)
    return {
        "tool": f"{profile.tool.name} {profile.tool.version}",
        "created": profile.created,
        "environment": [_short(piece) for piece in stamp(profile.environment)],
        "target": _short(subject(profile.target)),
        "status": profile.status.value,
        "message": printable(profile.message[-_MESSAGE_CHARACTERS:].strip("\n"), keep_newlines=True),
        "complete": profile.complete,
        "importing": [_short(module) for module in profile.importing[-MOST_IMPORTERS:]],
        "notes": [_short(note, most=1000) for note in profile.notes[:100]],
        "wall_s": profile.wall_s,
        "wall_basis": basis(profile.timed_rounds),
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
        "shares": [_share(share) for share in profile.shares],
        "memory_timeline": _thinned(profile.memory_timeline),
        "imports": [_import(cost, paths) for cost in largest(profile.imports, lambda cost: cost.inclusive_s)],
        **{
            name: [_row(row, *columns) for row in largest(getattr(profile, name), size)]
            for name, (size, columns) in _TABLES.items()
        },
        "warnings": [
            {"category": _short(category), "message": _short(message), "path": _short(path), "line": line}
            for category, message, path, line in profile.warnings[:most_rows]
        ],
        "totals": {name: len(getattr(profile, name)) for name in ("imports", *_TABLES, "warnings")},
        "calls": None if profile.calls is None else _calls(profile.calls, most_rows),
        "paths": list(paths),  # last, because the imports above add to it: each refers to its paths by position
    }


class _Largest:
    """Selects the largest rows, in their original order."""

    def __init__(self, most: int) -> None:
        self._most = most

    def __call__(self, rows: Sequence[_Row], size: Callable[[_Row], float]) -> Iterable[_Row]:
        if len(rows) <= self._most:
            return rows
        largest = nlargest(self._most, range(len(rows)), key=lambda index: size(rows[index]))
        return (rows[index] for index in sorted(largest))


def _share(share: Share) -> dict[str, Any]:
    return {"name": _short(share.name), "seconds": _us(share.seconds), "kind": _SHARE_KINDS.get(share.name)}


def _import(cost: ImportCost, paths: dict[str, int]) -> dict[str, Any]:
    lines = best_first(cost.importers)[:MOST_IMPORTERS]
    names = ("module", "path", "self_s", "inclusive_s", "find_s", "compile_s", "bytecode", "begin_s", "error")
    return {
        **_row(cost, *names, "saving_alone_s", "saving_joint_s", "floor"),
        "origin": cost.origin.value,
        "where": _short(import_site(cost)),
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
    """Return at most `_MEMORY_POINTS` points: the highest of each stretch, so that no peak is lost."""
    stretch = -(-len(timeline) // _MEMORY_POINTS) or 1
    groups = (timeline[begin : begin + stretch] for begin in range(0, len(timeline), stretch))
    return [(round(at_s, 4), size) for at_s, size in (max(group, key=lambda point: point[1]) for group in groups)]


def _calls(text: str, most: int) -> dict[str, Any]:
    """Return the largest frames of pyinstrument's session as [depth, name, place, own code, begin, seconds].

    The loop takes the largest waiting frame next, so that no frame is without its caller.
    Frames of collectbench's own probe are omitted; the frames that they call take their place.
    Sampling does not record the order of calls: calls lie side by side in the order of the tree.

    `problem` explains why there are no frames: Python 3.10 and 3.11 cannot read JSON that is nested a thousand times.

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
    callees = _without_probe([session["root_frame"]] if session["root_frame"] else [], 0.0)
    depth = 0
    while True:
        for begin_s, frame in callees:
            total += 1
            heappush(waiting, (-frame["time"], total, depth, begin_s, frame))
        if not waiting or len(frames) == most:
            break
        _, _, depth, begin_s, frame = heappop(waiting)
        frames.append([depth, *_description(frame), _us(begin_s), _us(frame["time"])])
        callees = _without_probe(frame["children"], begin_s)
        depth += 1
    problem = "" if frames else "The call tree has no samples."
    return {
        "duration_s": session["duration"],
        "samples": session["sample_count"],
        "frames": frames,
        "total": total,
        "problem": problem,
    }


def _without_probe(frames: list[dict[str, Any]], begin_s: float) -> Iterator[tuple[float, dict[str, Any]]]:
    """Yield frames side by side from `begin_s` on, each with its begin; the probe's frames are their callees."""
    for frame in frames:
        if _PROBE in (frame["file_path"] or ""):
            yield from _without_probe(frame["children"], begin_s)
        else:
            yield begin_s, frame
        begin_s += frame["time"]


def _description(frame: dict[str, Any]) -> tuple[str, str, bool]:
    path = frame["file_path_short"] or frame["file_path"] or ""
    return _short(frame["function"]), _short(f"{path}:{frame['line_no']}"), _is_own(frame)


def _is_own(frame: dict[str, Any]) -> bool:
    """Return whether a frame is the project's code. Pyinstrument says so of all code outside of the environment."""
    installed = any(directory in (frame["file_path"] or "") for directory in _INSTALLED)
    return bool(frame["is_application_code"]) and not installed
