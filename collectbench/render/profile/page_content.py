"""The data of the page of a profile, for its script: all text is printable, all lists are bounded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from heapq import nlargest
from operator import attrgetter
from typing import Any, TypeVar

from collectbench.model.costs import ImportCost, Origin, Profile, Share
from collectbench.render.parts.escape import printable
from collectbench.render.parts.prose import stamp
from collectbench.render.profile.call_tree import frames_or_problem
from collectbench.render.profile.finding_values import MOST_FINDINGS, finding_values
from collectbench.render.profile.imports import best_first, import_site
from collectbench.render.profile.page_values import rounded_s, short_text, thin_out
from collectbench.render.profile.prose import basis, subject

MOST_IMPORTERS = 20
"""The most import lines that the page lists for one module, by their saving."""

_MESSAGE_CHARACTERS = 10_000
_MEMORY_POINTS = 2000
_Row = TypeVar("_Row")
_TABLES: dict[str, tuple[Callable[[Any], float], tuple[str, ...]]] = {
    "lines": (attrgetter("sampled_s"), ("path", "line", "function", "sampled_s", "waited_s")),
    "waits": (attrgetter("waited_s"), ("path", "line", "operation", "count", "waited_s")),
    "collectors": (
        attrgetter("inclusive_s"),
        ("nodeid", "type", "self_s", "inclusive_s", "items", "begin_s", "waited_s"),
    ),
    "parametrized": (attrgetter("inclusive_s"), ("nodeid", "items", "inclusive_s")),
    "plugins": (lambda row: row.load_s + row.hooks_s, ("name", "kind", "saving_s", "load_s", "hooks_s")),
    "hooks": (attrgetter("self_s"), ("hook", "plugin", "calls", "self_s", "waited_s")),
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
        "environment": [short_text(piece) for piece in stamp(profile.environment)],
        "title": short_text(": ".join(filter(None, (profile.project, subject(profile.target))))),
        "status": profile.status.value,
        "message": printable(profile.message[-_MESSAGE_CHARACTERS:].strip("\n"), keep_newlines=True),
        "complete": profile.complete,
        "importing": [short_text(module) for module in profile.importing[-MOST_IMPORTERS:]],
        "notes": [short_text(note, most=1000) for note in profile.notes[:100]],
        "wall_s": profile.wall_s,
        "wall_basis": basis(profile.timed_rounds),
        "traced_wall_s": profile.traced_wall_s,
        "unqueued_s": profile.unqueued_s,
        "waited_s": profile.waited_s,
        "gc_s": profile.gc_s,
        "gc_passes": profile.gc_passes,
        "counts": profile.counts
        and {
            "items": profile.counts.items,
            "files": profile.counts.files,
            "errors": profile.counts.errors,
            "warnings": profile.counts.warnings,
        },
        "findings": [finding_values(finding, profile.unqueued_s) for finding in profile.findings[:MOST_FINDINGS]],
        "phases": [{"name": name, "seconds": rounded_s(seconds)} for name, seconds in profile.phases.items()],
        "shares": [_share(share) for share in profile.shares],
        "memory_timeline": thin_out(profile.memory_timeline, _MEMORY_POINTS),
        "imports": [_import(cost, paths) for cost in largest(profile.imports, lambda cost: cost.inclusive_s)],
        **{
            name: [_row(row, *columns) for row in largest(getattr(profile, name), size)]
            for name, (size, columns) in _TABLES.items()
        },
        "warnings": [
            {"category": short_text(category), "message": short_text(message), "path": short_text(path), "line": line}
            for category, message, path, line in profile.warnings[:most_rows]
        ],
        "totals": {name: len(getattr(profile, name)) for name in ("imports", *_TABLES, "warnings")},
        "calls": None
        if profile.calls is None
        else frames_or_problem(profile.calls, most_rows, profile.project_directories),
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
    return {
        "name": short_text(share.name),
        "seconds": rounded_s(share.seconds),
        "waited_s": rounded_s(share.waited_s),
        "kind": _SHARE_KINDS.get(share.name),
    }


def _import(cost: ImportCost, paths: dict[str, int]) -> dict[str, Any]:
    lines = best_first(cost.importers)[:MOST_IMPORTERS]
    names = ("module", "path", "self_s", "inclusive_s", "find_s", "compile_s", "bytecode", "begin_s", "error")
    return {
        **_row(cost, *names, "waited_s", "saving_alone_s", "saving_joint_s", "floor"),
        "origin": cost.origin.value,
        "where": short_text(import_site(cost)),
        "lines": len(cost.importers),
        "importers": [
            [paths.setdefault(short_text(line.path), len(paths)), line.line, rounded_s(line.saving_alone_s)]
            for line in lines
        ],
    }


def _row(row: object, *names: str) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return short_text(value)
    return rounded_s(value) if isinstance(value, float) else value
