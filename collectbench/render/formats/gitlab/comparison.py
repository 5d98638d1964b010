"""A comparison: each target that does not pass, at the line or directory that it is about."""

from __future__ import annotations

import hashlib
from typing import Any

from collectbench.model.comparison import Comparison, TargetComparison, Verdict
from collectbench.render.parts.escape import printable
from collectbench.render.parts.json import dump_json
from collectbench.render.parts.options import RenderOptions
from collectbench.render.parts.places import cause_place, target_path

_SEVERITIES = {
    Verdict.ERROR: "critical",
    Verdict.FAIL: "major",
    Verdict.INCONCLUSIVE: "minor",
    Verdict.INCOMPARABLE: "info",
}


def render(comparison: Comparison, options: RenderOptions) -> str:
    """Return an array with an entry for each target that does not pass, ending in a newline."""
    rows = comparison.rows
    return dump_json([_entry(row, comparison, options) for row in rows if row.verdict is not Verdict.PASS], indent=2)


def _entry(row: TargetComparison, comparison: Comparison, options: RenderOptions) -> dict[str, Any]:
    path, line = cause_place(row, options) or (target_path(row, comparison, options), 1)
    reasons = "; ".join(" ".join(reason.split()) for reason in row.reasons)
    return {
        "description": printable(f"{row.name}: {row.verdict.value}: {reasons}"),
        "check_name": "collectbench",
        "fingerprint": _fingerprint(row, comparison),
        "severity": _SEVERITIES[row.verdict],
        "location": {"path": printable(path), "lines": {"begin": line}},
    }


def _fingerprint(row: TargetComparison, comparison: Comparison) -> str:
    """Return a digest that a target has in every run, whatever its figures: GitLab uses it to find new entries."""
    kind = "suite" if row is comparison.suite else "target"
    return hashlib.sha256(f"collectbench\0{kind}\0{row.name}".encode("utf-8", "surrogatepass")).hexdigest()
