"""The files of a round that is an arm of an experiment: what the probe has to change, and what became of it."""

from __future__ import annotations

import hashlib
import marshal
from pathlib import Path
from typing import Any

from collectbench.measure.round.probe_report import ProbeReport
from collectbench.model.intervention import Action, Intervention

_READABLE = 2
"""The version of marshal's format: each Python that can be measured reads it."""


def write_intervention(directory: Path, intervention: Intervention, work: Path) -> None:
    """Write the file that the probe reads. What it keeps from round to round is below `work`, for each arm apart."""
    actions: list[Action] = list(intervention.actions)
    if intervention.served:
        served = tuple((path, bytes(source)) for path, source in sorted(intervention.served.items()))
        actions.append(("serve", str(_kept(work, repr(served))), served))
    written: Any = tuple(actions)
    (directory / "intervention").write_bytes(marshal.dumps(written, _READABLE))


def _kept(work: Path, content: str) -> Path:
    """The directory for the code of some sources: the same sources find it again."""
    folder = work / f"served-{hashlib.sha256(content.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
    folder.mkdir(exist_ok=True)
    return folder


def effects_of(report: ProbeReport) -> tuple[tuple[str, int], ...]:
    """The actions of a round, each with how often it took effect; none if the round did not come to its end."""
    return tuple(report.facts.get("intervened", ()))
