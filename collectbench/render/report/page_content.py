"""The data of the page of a report, for its script: all text is printable, all lists are bounded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from collectbench.model.diagnosis import Finding
from collectbench.model.full_report import FullReport
from collectbench.model.run import Environment
from collectbench.render.diagnosis.experiments import proof_lines, target_proofs
from collectbench.render.diagnosis.findings import shown_of
from collectbench.render.diagnosis.totals import total
from collectbench.render.parts.prose import stamp
from collectbench.render.profile import page_content as profile_content
from collectbench.render.profile.finding_values import MOST_FINDINGS, finding_values
from collectbench.render.profile.page_values import short_text
from collectbench.render.report.answer import answer
from collectbench.render.report.change_values import counter_values
from collectbench.render.report.history_values import history_values
from collectbench.render.report.lint_values import lint_values
from collectbench.render.report.target_values import round_values, target_values
from collectbench.render.report.verification_values import verification_values

_MOST_PROFILES = 10
_MOST_ROUNDS = 200
_MOST_RUNS = 500


def content(report: FullReport, *, most_rows: int) -> dict[str, Any]:
    """Return the data of the page. Each table has its `most_rows` largest rows, and tells how many there are.

    A trend has its latest `most_rows` runs, but at most 500, and a target its first 200 rounds, or less than that if
    there are few rows.

    Times are in seconds if the name does not say otherwise; sizes in bytes.
    """
    handover, comparison = report.handover, report.comparison
    return {
        "tool": f"{handover.tool.name} {handover.tool.version}",
        "created": handover.created,
        **answer(report),
        "paired": bool(comparison and comparison.mode == "paired"),
        "findings": list(_findings(report)),
        "targets": target_values(report),
        "rounds": round_values(report.base, report.head, min(_MOST_ROUNDS, most_rows)),
        "changes": counter_values(comparison, most_rows) if comparison else None,
        "profiles": [
            profile_content.content(profile, most_rows=most_rows) for profile in report.profiles[:_MOST_PROFILES]
        ],
        "more_profiles": max(0, len(report.profiles) - _MOST_PROFILES),
        "history": history_values(report.history, min(_MOST_RUNS, most_rows)) if report.history else None,
        "lint": lint_values(report.lint, handover, most_rows) if report.lint else None,
        "verification": verification_values(report.verification, most_rows) if report.verification else None,
        "rewrites": [
            {
                "codemod": short_text(each.codemod),
                "applied": each.applied,
                "taken_back": each.taken_back,
                "left_alone": each.left_alone,
            }
            for each in handover.rewrites
        ],
        "environment": list(_environment(handover.environment)) if handover.environment else [],
        "notes": [short_text(note, 1000) for note in handover.notes[:100]],
    }


def _findings(report: FullReport) -> Iterator[dict[str, Any]]:
    """Yield the findings of each target that was diagnosed; of the profiles, where nothing was."""
    if report.diagnosis is None:
        for profile in report.profiles[:_MOST_PROFILES]:
            yield _of_target(profile.target, profile.findings, profile.unqueued_s, "", ())
        return
    for target in report.diagnosis.targets:
        summary = total(target, shown_of(target.findings, None))
        proofs = tuple(proof_lines(target_proofs(target)))
        yield _of_target(target.name, target.findings, target.unqueued_s, summary, proofs)


def _of_target(
    name: str, findings: tuple[Finding, ...], whole_s: float, summary: str, proofs: tuple[str, ...]
) -> dict[str, Any]:
    shown = shown_of(findings, None)
    ranked = (*shown.findings, *shown.notes)
    return {
        "target": short_text(name),
        "unqueued_s": whole_s,
        "summary": short_text(summary, 1000),
        "proofs": [short_text(line, 1000) for line in proofs],
        "rows": [finding_values(finding, whole_s) for finding in ranked[:MOST_FINDINGS]],
        "total": len(ranked),
    }


def _environment(environment: Environment) -> Iterator[list[str]]:
    """Yield pairs of a name and a value: the stamp, then plugins and distributions."""
    yield ["measured with", short_text(" · ".join(stamp(environment)), 1000)]
    for name, versions in (("plugins", environment.plugins), ("distributions", environment.distributions)):
        if versions:
            listed = ", ".join(f"{key} {version}" for key, version in sorted(versions.items()))
            yield [name, short_text(listed, 6000)]
