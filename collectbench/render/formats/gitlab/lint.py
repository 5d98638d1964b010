"""A lint report: an entry for each violation."""

from __future__ import annotations

from typing import Any

from collectbench.model.lint import LintReport, Violation
from collectbench.render.parts.escape import printable
from collectbench.render.parts.json import dump_json
from collectbench.render.parts.options import RenderOptions
from collectbench.render.parts.violations import fingerprints, message_and_fix, repository_path


def render(report: LintReport, options: RenderOptions) -> str:
    """Return an array with an entry for each violation, ending in a newline."""
    pairs = zip(report.violations, fingerprints(report.violations, options), strict=True)
    return dump_json([_entry(violation, fingerprint, options) for violation, fingerprint in pairs], indent=2)


def _entry(violation: Violation, fingerprint: str, options: RenderOptions) -> dict[str, Any]:
    return {
        "description": printable(f"{violation.rule}: {message_and_fix(violation)}"),
        "check_name": printable(f"collectbench: {violation.rule}"),
        "fingerprint": fingerprint,
        "severity": "major",
        "location": {
            "path": printable(repository_path(violation.path, options)),
            "lines": {"begin": violation.line},
        },
    }
