"""Where in the repository a reader is to look for what a comparison says of a target."""

from __future__ import annotations

from posixpath import normpath

from collectbench.model.comparison import Comparison, NewImport, TargetComparison
from collectbench.render.parts.heads import head_result
from collectbench.render.parts.options import RenderOptions

_OUTSIDE = ("<", "/")
"""How paths begin that do not lie below the rootdir: `<site-packages>/…`, `<stdlib>/…`, absolute ones."""


def import_place(row: TargetComparison, options: RenderOptions) -> tuple[str, int] | None:
    """Path and line of the first import that only head has, from the root of the repository.

    None where no import is new, or only such that no line of the repository sets off.
    """
    changes = (row.counters or {}).values()
    inside = (new for change in changes for new in change.new_imports if _is_inside(new))
    first = next(inside, None)
    return None if first is None else (normpath(options.path_prefix + first.path), first.line)


def target_path(row: TargetComparison, comparison: Comparison, options: RenderOptions) -> str:
    """The first path of a target; its name where the paths are not known, the rootdir for the suite."""
    result = None if row is comparison.suite else head_result(row, comparison)
    paths = result.paths if result is not None else ()
    otherwise = "." if row is comparison.suite else row.name
    path = next((path for path in paths if not path.startswith(_OUTSIDE)), otherwise).removeprefix("./")
    return (options.path_prefix.rstrip("/") or ".") if path in {"", "."} else options.path_prefix + path


def _is_inside(new: NewImport) -> bool:
    return new.line > 0 and bool(new.path) and not new.path.startswith(_OUTSIDE)
