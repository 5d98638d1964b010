"""What collectbench and its peers say about one collection, read from what they write. Not a script itself.

Each reader is given the folder that holds what a tool printed (`OUTPUT`) or wrote (`REPORT`), and the wall time of
the process in seconds. How the two shares are defined, for each tool, stands in peers.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OUTPUT, REPORT = "output", "report.json"
NAMED_SHARES = ("imports", "loading of plugins", "collectors", "hooks", "garbage collection")
IMPORT_ROW = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \|\s+([\w.]+)")


@dataclass(frozen=True, slots=True)
class Row:
    """What a report blames: a file, or a module's name as one; None where it gives no line; inclusive seconds."""

    path: str
    line: int | None
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a tool says about one process: two shares of its wall time (0 to 1), and what it blames."""

    adds_up_to: float
    names: float
    rows: tuple[Row, ...]


def read_collectbench(folder: Path, _: float) -> Report:
    """The JSON of `collectbench profile`, which holds the wall time of the round that it is about."""
    profile = _json(folder)
    shares: dict[str, float] = {share["name"]: share["seconds"] for share in profile["shares"]}
    named = sum(seconds for name, seconds in shares.items() if name.startswith(NAMED_SHARES))
    wall_s = profile["traced_wall_s"]
    return Report(
        adds_up_to=1 - shares["unaccounted"] / wall_s, names=named / wall_s, rows=tuple(_collectbench_rows(profile))
    )


def _collectbench_rows(profile: dict[str, Any]) -> Iterator[Row]:
    for one in profile["imports"]:
        yield Row(one["path"], None, one["inclusive_s"])
        for importer in one["importers"]:
            yield Row(importer["path"], importer["line"], one["inclusive_s"])
    for one in (*profile["collectors"], *profile["parametrized"]):
        yield Row(one["nodeid"].partition("::")[0], None, one["inclusive_s"])
    for one in profile["hooks"]:
        yield Row(one["plugin"], None, one["self_s"])
    for one in profile["lines"]:
        yield Row(one["path"], one["line"], one["sampled_s"])


def read_collect_profile(folder: Path, wall_s: float) -> Report:
    """The one line of JSON that pytest-collect-profile prints."""
    printed = (folder / OUTPUT).read_text(encoding="utf-8", errors="replace").splitlines()
    profile = json.loads(next(line for line in printed if line.startswith('{"schema":"pytest-collect-profile"')))
    rows = tuple(Row(one["nodeid"].partition("::")[0], None, one["duration_ns"] / 1e9) for one in profile["collectors"])
    modules_ns = sum(one["duration_ns"] for one in profile["collectors"] if one["collector_type"] == "Module")
    hooks_ns = sum(one["duration_ns"] for one in profile["collection_hooks"] if one["name"].startswith("pytest_"))
    return Report(
        adds_up_to=profile["total_collection_ns"] / 1e9 / wall_s,
        names=(modules_ns + hooks_ns) / 1e9 / wall_s,
        rows=rows,
    )


def read_perf_report(folder: Path, wall_s: float) -> Report:
    """The JSON of pytest-perf-report."""
    report = _json(folder)
    imports, modules, stats = report["startup_imports"], report["collect_modules"], report["stats"]
    rows = (
        *(Row(_path_of(name), None, inclusive_s) for name, (_, inclusive_s) in imports.items()),
        *(Row(nodeid, None, seconds) for nodeid, seconds in modules.items()),
    )
    named_s = sum(self_s for self_s, _ in imports.values()) + sum(modules.values()) + stats["collect_modifyitems_s"]
    total_s = stats["startup_preconfigure_s"] + stats["startup_collection_s"]
    return Report(adds_up_to=total_s / wall_s, names=named_s / wall_s, rows=rows)


def read_importtime(folder: Path, wall_s: float) -> Report:
    """The rows of `python -X importtime`; other output may begin a line that holds one."""
    text = (folder / OUTPUT).read_text(encoding="utf-8", errors="replace")
    found = [(int(own_us), int(inclusive_us), name) for own_us, inclusive_us, name in IMPORT_ROW.findall(text)]
    share = sum(own_us for own_us, _, _ in found) / 1e6 / wall_s
    rows = tuple(Row(_path_of(name), None, inclusive_us / 1e6) for _, inclusive_us, name in found)
    return Report(adds_up_to=share, names=share, rows=rows)


def read_pyinstrument(folder: Path, wall_s: float) -> Report:
    """The JSON of pyinstrument: a call tree whose lines are those where functions begin."""
    root = _json(folder)["root_frame"]
    rows: list[Row] = []
    waiting = [root]
    while waiting:
        frame = waiting.pop()
        rows.append(Row(frame["file_path"], frame["line_no"], frame["time"]))
        waiting += frame["children"]
    share = root["time"] / wall_s
    return Report(adds_up_to=share, names=share, rows=tuple(rows))


def _json(folder: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((folder / REPORT).read_text(encoding="utf-8"))
    return report


def _path_of(module: str) -> str:
    return f"{module.replace('.', '/')}.py"
