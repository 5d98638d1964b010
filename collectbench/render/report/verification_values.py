"""The outcomes of tests, as the page of a report holds them."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from collectbench.model.verification import OutcomeChange, TargetVerification, Verification
from collectbench.render.profile.page_values import short_text

_NUMBERS = ("passed", "failed", "errors", "skipped", "xfailed")


def verification_values(verification: Verification, most_rows: int) -> dict[str, Any]:
    """Return the numbers of each target, and the `most_rows` tests whose change of outcome is the worst."""
    changes = [row for target in verification.targets for row in _changes(target)]
    changes.sort(key=itemgetter("rank"))
    return {
        "compared_with": short_text(verification.compared_with),
        "targets": [_target(target) for target in verification.targets],
        "changes": changes[:most_rows],
        "total": len(changes),
    }


def _target(target: TargetVerification) -> dict[str, Any]:
    percent = target.success_percent
    return {
        "target": short_text(target.name),
        "verdict": target.verdict.value,
        **{name: getattr(target, name) for name in _NUMBERS},
        "success": None if percent is None else round(percent, 1),
        "reasons": short_text("; ".join(filter(None, (target.message, *target.reasons))), 500),
    }


def _changes(target: TargetVerification) -> Iterator[dict[str, Any]]:
    """Yield each changed test. `rank` orders the kinds: 0 is the worst."""
    kinds: dict[str, tuple[OutcomeChange, ...]] = {
        "newly failing": target.newly_failing,
        "missing": target.missing,
        "not as expected": target.not_as_expected,
        "changed": target.changed,
        "newly passing": target.newly_passing,
    }
    for rank, (kind, changes) in enumerate(kinds.items()):
        for change in changes:
            yield {
                "rank": rank,
                "kind": kind,
                "target": short_text(target.name),
                "nodeid": short_text(change.nodeid),
                "before": change.before.value if change.before else "",
                "now": change.now.value if change.now else "",
                "message": short_text(change.message),
            }
