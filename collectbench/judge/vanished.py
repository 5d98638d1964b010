"""A target that only the base has: whether tests vanished with it, or are measured under other names now.

Targets that were found bear the names of folders, and a test in a first subfolder makes two targets of one: `tests` is
then `tests/unit` and `tests/*`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectbench.model.comparison import CountsChange, TargetComparison, Verdict

if TYPE_CHECKING:
    from collections.abc import Collection

    from collectbench.model.run import Run, TargetResult

LOOSE = "/*"
"""How the names of targets end that are the files in a folder without the folders in it."""


def judge_vanished(gone: TargetResult, base: Run, head: Run, *, paired: bool) -> TargetComparison:
    """The comparison of a target that the head lacks."""
    verdict, reason = _judged(gone, base, head, paired=paired)
    is_told = verdict is Verdict.PASS  # the reasons of what passes are shown on demand alone
    return TargetComparison(
        name=gone.name,
        verdict=verdict,
        reasons=("no tests vanished with it",) if is_told else (reason,),
        remarks=(reason,) if is_told else (),
        budget=None,
        change=None,
        counters=None,
        counts=CountsChange(base=gone.counts, head=None, same_nodeids=None),
    )


def _judged(gone: TargetResult, base: Run, head: Run, *, paired: bool) -> tuple[Verdict, str]:
    before, now = ("base", "the head") if paired else ("baseline", "this run")
    if gone.counts is not None and not gone.counts.items and not gone.counts.errors:
        return Verdict.PASS, f"the {before} has it, {now} does not; it held no tests"
    if heirs := _heirs(gone, head):
        counted = _items_of_all(base, head) or _items_around(heirs, base, head)
        called = f"measured as {', '.join(heirs)} now"
        if counted is None:
            return Verdict.INCONCLUSIVE, f"{called}; whether items vanished cannot be told, since not all are counted"
        if counted[1] >= counted[0]:
            return Verdict.PASS, f"{called}, and no items vanished: {counted[0]} then, {counted[1]} now"
    return Verdict.FAIL, f"the target vanished: the {before} has it, {now} does not"


def _heirs(gone: TargetResult, head: Run) -> list[str]:
    """The names of the targets that can hold tests of one that is gone; other shards may have them."""
    names = head.shard.plan if head.shard else [target.name for target in head.targets]
    return [name for name in names if name != gone.name and _is_found(gone) and _takes_over(name, gone.name)]


def _is_found(target: TargetResult) -> bool:
    """Whether a target is called as those are that were found, not by a name that somebody chose."""
    return _folder(target.name) in {_folder(path) for path in target.paths}


def _folder(name: str) -> str:
    return name.removesuffix(LOOSE).removeprefix("./") or "."


def _takes_over(name: str, gone: str) -> bool:
    """Whether a target of that name can hold tests of the one that is gone: it lies in it, or around it.

    Loose files around a folder are none of its tests.
    """
    mine, theirs = _folder(name), _folder(gone)
    if _is_below(mine, theirs):
        return True
    return _is_below(theirs, mine) and (gone.endswith(LOOSE) or not name.endswith(LOOSE))


def _is_below(path: str, folder: str) -> bool:
    return folder in (".", path) or path.startswith(f"{folder}/")


def _items_of_all(base: Run, head: Run) -> tuple[int, int] | None:
    """The suite's items then and now; None where a side has no suite, or it could not be collected."""
    then, now = (run.suite and run.suite.counts for run in (base, head))
    return (then.items, now.items) if then and now else None


def _items_around(heirs: Collection[str], base: Run, head: Run) -> tuple[int, int] | None:
    """Items of the targets that can hold the same tests, then and now; None where one was not counted."""
    before = [target for target in base.targets if any(_takes_over(name, target.name) for name in heirs)]
    after = [target for target in head.targets if target.name in heirs]
    if len(after) < len(heirs) or any(target.counts is None for target in (*before, *after)):
        return None
    then, now = (sum(target.counts.items for target in targets if target.counts) for targets in (before, after))
    return then, now
