"""Tells whether a target that only the base has was moved: its tests are the same, at another path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectbench.model.comparison import Verdict
from collectbench.model.file_moves import FileMoves

if TYPE_CHECKING:
    from collections.abc import Iterable

    from collectbench.model.run import Run, TargetResult

LOOSE = "/*"
"""The end of a target's name if it holds the files of a directory without its subdirectories."""


def judge_moved(gone: TargetResult, base: Run, head: Run, moves: FileMoves | None) -> tuple[Verdict, str] | None:
    """Where the tests of a vanished target are now, and whether all are there; None if they are nowhere.

    A target was moved if a new one has the same ids relative to its path, or if git calls each of its files renamed and
    no items are missing. The number of items alone does not tell: others may have been added.
    """
    if same := _by_ids(gone, base, head):
        return Verdict.PASS, same
    return _by_files(gone, base, head, moves) if moves is not None else None


def moves_of_vanished(base: Run, head: Run, moves: FileMoves) -> FileMoves:
    """Those of the moves that tell where the targets are that only the base has."""
    vanished = _only_in(base, head)

    def concerns(path: str) -> bool:
        return any(holds(target, path) for target in vanished)

    return FileMoves(
        renamed={old: new for old, new in moves.renamed.items() if concerns(old)},
        deleted=tuple(filter(concerns, moves.deleted)),
    )


def _by_ids(gone: TargetResult, base: Run, head: Run) -> str:
    vanished, new = (
        [target for target in _only_in(*sides) if target.relative_nodeids_sha256 == gone.relative_nodeids_sha256]
        for sides in ((base, head), (head, base))
    )
    if gone.relative_nodeids_sha256 is None or len(new) < len(vanished):  # one new target cannot replace two
        return ""
    return f"now measured as {' or '.join(target.name for target in new)}: moved, with the same tests"


def _by_files(gone: TargetResult, base: Run, head: Run, moves: FileMoves) -> tuple[Verdict, str] | None:
    heirs = _heirs(gone, head, moves)
    if not heirs or any(holds(gone, path) for path in moves.deleted):
        return None
    moved = [target for target in _only_in(base, head) if _heirs(target, head, moves) & heirs]
    before = _items((*moved, *(target for target in base.targets if target.name in heirs)))
    now = _items(target for target in head.targets if target.name in heirs)
    where = ", ".join(target.name for target in head.targets if target.name in heirs)
    renamed = f"now measured as {where}: git calls each file renamed"
    if before is None or now is None:
        return Verdict.INCONCLUSIVE, f"{renamed}; items may have vanished, since not all of them were counted"
    return (Verdict.PASS, f"{renamed}, and no items vanished: {before} -> {now}") if now >= before else None


def _only_in(one: Run, other: Run) -> list[TargetResult]:
    names = {target.name for target in other.targets}
    return [target for target in one.targets if target.name not in names]


def _heirs(gone: TargetResult, head: Run, moves: FileMoves) -> frozenset[str]:
    """The names of the targets that hold the renamed files of a target; empty if one of the files is in none."""
    places = [new for old, new in moves.renamed.items() if holds(gone, old)]
    holders = [{target.name for target in head.targets if holds(target, place)} for place in places]
    return frozenset().union(*holders) if all(holders) else frozenset()


def holds(target: TargetResult, path: str) -> bool:
    """Whether a file belongs to a target; both relative to the rootdir."""
    directory = path.rpartition("/")[0] or "."
    if target.name.endswith(LOOSE):
        return directory in target.paths
    return any(place in (".", path) or path.startswith(f"{place}/") for place in target.paths)


def _items(targets: Iterable[TargetResult]) -> int | None:
    """The items of all targets together; None if one was not counted."""
    counts = [target.counts for target in targets]
    return None if None in counts else sum(count.items for count in counts if count)
