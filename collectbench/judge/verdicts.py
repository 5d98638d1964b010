"""Combines verdicts, and tells which results cannot be judged because their target was not collected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectbench.model.comparison import Verdict
from collectbench.model.sample import Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from collectbench.model.run import Run, TargetResult

WORST_FIRST = (Verdict.ERROR, Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.INCOMPARABLE, Verdict.PASS)
"""`incomparable` comes after `inconclusive`: it concerns only a change and must not hide an open budget."""

WITHOUT_COLLECTION = frozenset({Status.FAILED, Status.CRASHED, Status.TIMEOUT})
"""The outcomes of a target that was not collected."""


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of the verdicts; `pass` if there are none, since nothing was judged."""
    return min(verdicts, key=WORST_FIRST.index, default=Verdict.PASS)


def why_not_collected(result: TargetResult) -> str | None:
    """Why a target was not collected, as the predicate of a sentence; None if it was.

    A conftest that fails to import ends a run within a second: such a result must never count as a fast one.
    """
    if result.status in WITHOUT_COLLECTION:
        return f"could not be collected ({result.status.value})" + (f": {result.message}" if result.message else "")
    if result.counts is not None and result.counts.errors and not result.counts.items:
        errors = "1 error" if result.counts.errors == 1 else f"{result.counts.errors} errors"
        return f"collected no items, only {errors}" + (f": {result.message}" if result.message else "")
    return None


def is_nothing_collected(run: Run) -> bool:
    """Whether no target of a whole run has items. A shard may be empty: only the merged run tells."""
    return run.shard is None and not any(result.counts and result.counts.items for result in run.results)
