"""What lint found, as the page of a report holds it."""

from __future__ import annotations

from typing import Any

from collectbench.model.handover import Handover
from collectbench.model.lint import LintReport
from collectbench.render.profile.page_values import short_text


def lint_values(report: LintReport, handover: Handover, most_rows: int) -> dict[str, Any]:
    """Return the violations of each rule, before and after, the first `most_rows` violations, and unreadable files."""
    found = handover.compliance
    after, before = found[-1], found[0] if len(found) > 1 else None
    rules = sorted({*after.by_rule, *(before.by_rule if before else ())})
    return {
        "compliant_percent": round(after.compliant_percent, 1),
        "files": after.files,
        "rules": [
            {
                "rule": short_text(rule),
                "before": before.by_rule.get(rule, 0) if before else None,
                "after": after.by_rule.get(rule, 0),
            }
            for rule in rules
            if after.by_rule.get(rule) or (before and before.by_rule.get(rule))
        ],
        "violations": [
            {
                "rule": short_text(each.rule),
                "where": short_text(f"{each.path}:{each.line}"),
                "message": short_text(each.message, 500),
                "fix": short_text(each.fix, 500),
            }
            for each in report.violations[:most_rows]
        ],
        "total": len(report.violations),
        "unreadable": [
            {"path": short_text(each.path), "message": short_text(each.message, 500)}
            for each in report.unreadable[:most_rows]
        ],
        "total_unreadable": len(report.unreadable),
        "known": report.known,
    }
