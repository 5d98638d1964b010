"""Judges a target that only the base has: its tests vanished, or they are measured under other names now.

Discovered targets have the names of directories. A test in a first subdirectory splits a target: `tests` becomes
`tests/unit` and `tests/*`. A directory that was renamed holds the same tests under another path (`moved.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectbench.judge.moved import LOOSE, judge_moved
from collectbench.model.comparison import CountsChange, TargetComparison, Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from collectbench.model.file_moves import FileMoves
    from collectbench.model.run import Run, TargetResult


def judge_vanished(
    gone: TargetResult, base: Run, head: Run, moves: FileMoves | None = None, *, paired: bool
) -> TargetComparison:
    """The comparison of a target that is not in the head. `moves` are the files that changed their place, if known."""
    verdict, reason = _judge(gone, base, head, moves, paired=paired)
    passes = verdict is Verdict.PASS  # the reasons of a target that passes are only shown on demand: a remark is shown
    return TargetComparison(
        name=gone.name,
        verdict=verdict,
        reasons=("no tests vanished with it",) if passes else (reason,),
        remarks=(reason,) if passes else (),
        budget=None,
        change=None,
        counters=None,
        counts=CountsChange(base=gone.counts, head=None, same_nodeids=None),
    )


def _judge(gone: TargetResult, base: Run, head: Run, moves: FileMoves | None, *, paired: bool) -> tuple[Verdict, str]:
    base_name, head_name = ("base", "head") if paired else ("baseline", "this run")
    if gone.counts is not None and not gone.counts.items and not gone.counts.errors:
        return Verdict.PASS, f"in the {base_name}, but not in {head_name}; it had no tests"
    if moved := judge_moved(gone, base, head, moves):
        return moved
    if heirs := _heirs(gone, head):
        counted = _items_of_all(base, head) or _items_around(heirs, base, head)
        new_names = f"now measured as {', '.join(heirs)}"
        if counted is None:
            return Verdict.INCONCLUSIVE, f"{new_names}; items may have vanished, since not all of them were counted"
        if counted[1] >= counted[0]:
            return Verdict.PASS, f"{new_names}, and no items vanished: {counted[0]} -> {counted[1]}"
    return Verdict.FAIL, f"the target vanished: it is in the {base_name}, but not in {head_name}"


def _heirs(gone: TargetResult, head: Run) -> list[str]:
    """The names of the targets that can hold tests of the vanished one; other shards may measure them."""
    names = head.shard.plan if head.shard else [target.name for target in head.targets]
    return [name for name in names if name != gone.name and _is_discovered(gone) and _takes_over(name, gone.name)]


def _is_discovered(target: TargetResult) -> bool:
    """Whether a target has the name of a directory, not one that the user chose."""
    return _directory(target.name) in {_directory(path) for path in target.paths}


def _directory(name: str) -> str:
    return name.removesuffix(LOOSE).removeprefix("./") or "."


def _takes_over(name: str, gone: str) -> bool:
    """Whether a target of that name can hold tests of the vanished one: it lies inside it, or contains it.

    The files around a directory (`/*`) are not its tests.
    """
    heir_directory, gone_directory = _directory(name), _directory(gone)
    if _is_below(heir_directory, gone_directory):
        return True
    return _is_below(gone_directory, heir_directory) and (gone.endswith(LOOSE) or not name.endswith(LOOSE))


def _is_below(path: str, directory: str) -> bool:
    return directory in (".", path) or path.startswith(f"{directory}/")


def _items_of_all(base: Run, head: Run) -> tuple[int, int] | None:
    """The suite's items in base and in head; None if a side has no suite, or it could not be collected."""
    base_counts, head_counts = (run.suite and run.suite.counts for run in (base, head))
    return (base_counts.items, head_counts.items) if base_counts and head_counts else None


def _items_around(heirs: Collection[str], base: Run, head: Run) -> tuple[int, int] | None:
    """The items of base's and of head's targets that can hold the same tests; None if one was not counted."""
    base_targets = [target for target in base.targets if any(_takes_over(name, target.name) for name in heirs)]
    head_targets = [target for target in head.targets if target.name in heirs]
    if len(head_targets) < len(heirs) or any(target.counts is None for target in (*base_targets, *head_targets)):
        return None
    return _items(base_targets), _items(head_targets)


def _items(targets: Iterable[TargetResult]) -> int:
    return sum(target.counts.items for target in targets if target.counts)
