"""A finding as the page of a profile holds it."""

from __future__ import annotations

from typing import Any

from collectbench.model.diagnosis import Finding
from collectbench.render.diagnosis.experiments import proof_lines, proofs
from collectbench.render.diagnosis.findings import alone, amount, is_note, place, why
from collectbench.render.parts.escape import printable
from collectbench.render.profile.page_values import rounded_s, short_text

MOST_FINDINGS = 50
_MOST_PLACES = 20
_MOST_CHARACTERS = 3000


def finding_values(finding: Finding, whole_s: float) -> dict[str, Any]:
    """Return the texts of a finding, printable and bounded, and the number of all its places."""
    return {
        "saving_s": rounded_s(finding.settled_saving_s),
        "verdict": finding.experiment.verdict if finding.experiment else "",
        "amount": "" if is_note(finding) else amount(finding, whole_s),
        "cause": short_text(finding.cause),
        "subject": short_text(finding.subject),
        "places": [
            [short_text(place(location)), short_text(location.text.strip())]
            for location in finding.locations[:_MOST_PLACES]
        ],
        "total_places": len(finding.locations),
        "why": short_text(why(finding), _MOST_CHARACTERS),
        "alone": short_text(alone(finding)),
        "fix": short_text(finding.fix, _MOST_CHARACTERS),
        "diff": printable(finding.diff[:_MOST_CHARACTERS].rstrip("\n"), keep_newlines=True),
        "command": short_text(finding.command, _MOST_CHARACTERS),
        "proofs": [short_text(line, _MOST_CHARACTERS) for line in proof_lines(proofs(finding.experiment))],
        "repeat": short_text(finding.experiment.command, _MOST_CHARACTERS) if finding.experiment else "",
    }
