"""The summary of a lint report as families of gauges."""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.model.lint import LintReport
from collectbench.render.formats.openmetrics.families import Family


def lint_families(report: LintReport) -> Iterator[Family]:
    """Yield the violations of each rule, and how many files comply."""
    samples = [({"rule": rule}, number) for rule, number in report.summary.by_rule.items()]
    yield Family(name="lint_violations", help="Violations of each rule that was checked.", samples=samples)
    figures = {
        "known_violations": ("Violations left out because a recorded state has them.", report.known),
        "files": ("Files that were checked.", report.summary.files),
        "compliant_files": ("Checked files without a violation.", report.summary.compliant_files),
        "unreadable_files": ("Files that could not be checked.", len(report.unreadable)),
    }
    for name, (about, number) in figures.items():
        yield Family(name=f"lint_{name}", help=about, samples=[({}, number)])
