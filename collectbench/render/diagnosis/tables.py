"""The findings of a target, and what they do not save, as tables."""

from __future__ import annotations

from collections.abc import Sequence

from collectbench.model.diagnosis import Finding, TargetDiagnosis
from collectbench.model.units import format_duration
from collectbench.render.diagnosis.findings import place, seconds, share
from collectbench.render.diagnosis.totals import rest_rows
from collectbench.render.parts.quantities import MISSING, count
from collectbench.render.parts.tables import Column, Labels, Table, places


def findings_table(findings: Sequence[Finding], whole_s: float) -> Table:
    """Return a row for each finding: what it saves, its cause and subject, its first place, and the others' number."""
    return Table(
        labels=(
            Labels(title="cause", texts=tuple(finding.cause for finding in findings)),
            Labels(title="subject", texts=tuple(finding.subject for finding in findings)),
            places("place", map(_first_place, findings)),
        ),
        columns=(
            Column(title="saves", cells=tuple(map(_saves, findings)), drop=0),
            Column(title="share", cells=tuple(share(finding, whole_s) for finding in findings), drop=1),
        ),
        parts=len(findings),
    )


def rest_table(target: TargetDiagnosis, *, all_rows: bool) -> Table:
    """Return a row for each part of the round that no finding saves, with the reason."""
    rows = rest_rows(target, all_rows=all_rows)
    return Table(
        labels=(
            Labels(title="part", texts=tuple(row.name for row in rows)),
            Labels(title="reason", texts=tuple(row.reason for row in rows)),
        ),
        columns=(Column(title="time", cells=tuple(format_duration(row.seconds) for row in rows), drop=0),),
        parts=len(rows),
    )


def _saves(finding: Finding) -> str:
    return "refuted" if finding.is_refuted else seconds(finding)


def _first_place(finding: Finding) -> str:
    if not finding.locations:
        return MISSING
    first, surplus = place(finding.locations[0]), len(finding.locations) - 1
    return f"{first} and {count(surplus)} more" if surplus else first
