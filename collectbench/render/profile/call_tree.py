"""The call tree of a profile's sampled round, as the page shows it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from heapq import heappop, heappush
from typing import Any

from collectbench.attribution.origins import belongs_to
from collectbench.render.profile.page_values import rounded_s, short_text

_PROBE = "/collectbench/probe/"
_INSTALLED = ("/site-packages/", "/dist-packages/")


def frames_or_problem(text: str, most: int, project: Collection[str] = ()) -> dict[str, Any]:
    """Return the `largest_frames`; if a stored file holds none that can be read, only the problem."""
    try:
        return largest_frames(text, most, project)
    except (LookupError, TypeError, ValueError, AttributeError):  # nobody has checked the text in a file
        return {"frames": [], "total": 0, "problem": "The call tree in the file is damaged."}


def largest_frames(text: str, most: int, project: Collection[str] = ()) -> dict[str, Any]:
    """Return the largest frames of pyinstrument's session as [depth, name, place, own code, begin, seconds].

    The loop takes the largest waiting frame next, so that no frame is without its caller.
    Frames of collectbench's own probe are omitted; the frames that they call take their place.
    Sampling does not record the order of calls: calls lie side by side in the order of the tree.

    `project` are the directories of the project's code; without them, pyinstrument tells what it takes for it.
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
        frames.append([depth, *_description(frame, project), rounded_s(begin_s), rounded_s(frame["time"])])
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


def _description(frame: dict[str, Any], project: Collection[str]) -> tuple[str, str, bool]:
    path = frame["file_path_short"] or frame["file_path"] or ""
    return short_text(frame["function"]), short_text(f"{path}:{frame['line_no']}"), _is_own(frame, project)


def _is_own(frame: dict[str, Any], project: Collection[str]) -> bool:
    """Return whether a frame is the project's code. Pyinstrument says so of all code outside of the environment."""
    if project:
        return belongs_to(frame["file_path"] or "", project)
    installed = any(directory in (frame["file_path"] or "") for directory in _INSTALLED)
    return bool(frame["is_application_code"]) and not installed
