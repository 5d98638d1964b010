"""The place in the repository that a reader should look at for a row of a comparison."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import normpath

from collectbench.model.comparison import Comparison, NewImport, TargetComparison, Verdict, WaitLocation
from collectbench.render.parts.heads import head_result
from collectbench.render.parts.options import RenderOptions

_OUTSIDE = ("<", "/")
"""How documents begin a path outside of the rootdir: `<site-packages>/…`, `<stdlib>/…`, or absolute."""


def is_outside(path: str) -> bool:
    """Return whether a path of a document lies outside of the rootdir."""
    return path.startswith(_OUTSIDE)


def cause_place(row: TargetComparison, options: RenderOptions) -> tuple[str, int] | None:
    """Return path and line of what changed in head, from the root of the repository.

    That is the line whose waits fail the target, else the first new import, process or socket. None if there is none in
    the repository.
    """
    first = next(filter(_is_in_repository, _causes(row)), None)
    return None if first is None else (normpath(options.path_prefix + first.path), first.line)


def _causes(row: TargetComparison) -> Iterator[NewImport | WaitLocation]:
    if row.waits is not None and row.waits.verdict is Verdict.FAIL:
        yield from row.waits.locations
    for change in (row.counters or {}).values():
        yield from change.new_imports
        yield from change.new_operations


def target_path(row: TargetComparison, comparison: Comparison, options: RenderOptions) -> str:
    """Return the first path of a target; its name if the paths are unknown, the rootdir for the suite."""
    result = None if row is comparison.suite else head_result(row, comparison)
    paths = result.paths if result is not None else ()
    default = "." if row is comparison.suite else row.name
    path = next((path for path in paths if not is_outside(path)), default).removeprefix("./")
    return (options.path_prefix.rstrip("/") or ".") if path in {"", "."} else options.path_prefix + path


def _is_in_repository(new: NewImport | WaitLocation) -> bool:
    return new.line > 0 and bool(new.path) and not is_outside(new.path)
