"""The outcomes of tests, as the page of a report holds them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from collectbench.model.verification import OutcomeChange, TargetVerification, Verification
from collectbench.render.profile.page_values import short_text

_NUMBERS = ("passed", "failed", "errors", "skipped", "xfailed")


def verification_values(verification: Verification, most_rows: int) -> dict[str, Any]:
    """Return the numbers of each target, and the first `most_rows` tests whose outcome is not the recorded one."""
    changes = [row for target in verification.targets for row in _changes(target)]
    return {
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
        "success": -1.0 if percent is None else round(percent, 1),
    }


def _changes(target: TargetVerification) -> Iterator[dict[str, Any]]:
    kinds: dict[str, tuple[OutcomeChange, ...]] = {
        "newly failing": target.newly_failing,
        "missing": target.missing,
        "changed": target.changed,
        "newly passing": target.newly_passing,
        "not as expected": target.not_as_expected,
    }
    for kind, changes in kinds.items():
        for change in changes:
            yield {
                "kind": kind,
                "nodeid": short_text(change.nodeid),
                "before": change.before.value if change.before else "",
                "now": change.now.value if change.now else "",
                "message": short_text(change.message),
            }
