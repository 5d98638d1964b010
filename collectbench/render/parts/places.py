"""The place in the repository that a reader should look at for a row of a comparison."""

from __future__ import annotations

from posixpath import normpath

from collectbench.model.comparison import Comparison, NewImport, TargetComparison
from collectbench.render.parts.heads import head_result
from collectbench.render.parts.options import RenderOptions

_OUTSIDE = ("<", "/")
"""How documents begin a path outside of the rootdir: `<site-packages>/…`, `<stdlib>/…`, or absolute."""


def is_outside(path: str) -> bool:
    """Return whether a path of a document lies outside of the rootdir."""
    return path.startswith(_OUTSIDE)


def import_place(row: TargetComparison, options: RenderOptions) -> tuple[str, int] | None:
    """Return path and line of the first import that only head has, from the root of the repository.

    None if no import is new, or if no line of the repository causes a new one.
    """
    changes = (row.counters or {}).values()
    own_imports = (new for change in changes for new in change.new_imports if _is_in_repository(new))
    first = next(own_imports, None)
    return None if first is None else (normpath(options.path_prefix + first.path), first.line)


def target_path(row: TargetComparison, comparison: Comparison, options: RenderOptions) -> str:
    """Return the first path of a target; its name if the paths are unknown, the rootdir for the suite."""
    result = None if row is comparison.suite else head_result(row, comparison)
    paths = result.paths if result is not None else ()
    default = "." if row is comparison.suite else row.name
    path = next((path for path in paths if not is_outside(path)), default).removeprefix("./")
    return (options.path_prefix.rstrip("/") or ".") if path in {"", "."} else options.path_prefix + path


def _is_in_repository(new: NewImport) -> bool:
    return new.line > 0 and bool(new.path) and not is_outside(new.path)
