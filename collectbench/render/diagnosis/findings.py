"""One finding in pieces: its heading, its places, why it is slow. All text but the headings is raw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from posixpath import normpath

from collectbench.judge.statistics import median
from collectbench.model.diagnosis import Finding, Location
from collectbench.model.units import format_duration
from collectbench.render.parts.escape import printable
from collectbench.render.parts.places import is_outside
from collectbench.render.parts.quantities import pluralize

FINDINGS_SHOWN = 5
"""The most findings beside the tables of a profile."""
PLACES_SHOWN = 5
"""The most places of a finding, if not all are wanted. One more is shown as well: its line is as long as a count."""

NOISE_S = 0.02
"""The smallest saving that `diagnose` lists; causes report some findings also if they cost less."""
_NOTHING_S = 0.0005
"""A saving that a duration shows as a fraction of a millisecond."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The findings of a list that a reader sees.

    Attributes:
        findings: the first ones that save time.
        surplus: the other ones that save time.
        notes: findings that save next to nothing, and are shown in one line each.
    """

    findings: tuple[Finding, ...]
    surplus: tuple[Finding, ...]
    notes: tuple[Finding, ...]


def shown_of(findings: Sequence[Finding], top: int | None) -> Shown:
    """Return the `top` findings that save most, or all of them, beside the rest; what was measured decides."""
    saving = sorted((finding for finding in findings if not is_note(finding)), key=lambda each: -each.expected_saving_s)
    notes = tuple(finding for finding in findings if is_note(finding))
    count = len(saving) if top is None else top
    return Shown(findings=tuple(saving[:count]), surplus=tuple(saving[count:]), notes=notes)


def is_note(finding: Finding) -> bool:
    """Return whether a finding is worth a line for what it is, and not for what it saves."""
    return max(finding.estimated_saving_s, finding.expected_saving_s) < NOISE_S


def heading(finding: Finding, whole_s: float) -> str:
    """Return seconds, share, cause and subject: `3.21 s (22 %)  heavy-import  pandas`."""
    return "  ".join(filter(None, (short_heading(finding, whole_s), printable(finding.subject))))


def short_heading(finding: Finding, whole_s: float) -> str:
    """Return the heading without the subject, which may be long."""
    return f"{amount(finding, whole_s)}  {printable(finding.cause)}"


def amount(finding: Finding, whole_s: float) -> str:
    """Return the seconds that a finding saves, and their share of the whole round, or that it is refuted."""
    if finding.is_refuted:
        return f"refuted (estimate: {format_duration(finding.estimated_saving_s)})"
    return f"{seconds(finding)} ({share(finding, whole_s)})"


def share(finding: Finding, whole_s: float) -> str:
    """Return the share that a finding saves: of the traced round, or of the rounds without its intervention."""
    if finding.experiment is not None and finding.is_proven and finding.experiment.head_walls_s:
        return percent(finding.expected_saving_s, median(finding.experiment.head_walls_s))
    return percent(finding.expected_saving_s, whole_s)


def seconds(finding: Finding) -> str:
    """Return the seconds that a finding saves: measured ones, where there are any."""
    return f"{'at most ' if finding.is_bound else ''}{format_duration(finding.expected_saving_s)}"


def percent(seconds: float, whole_s: float) -> str:
    """Return a share of a round: `22 %`, `2.4 %`."""
    share = 100 * seconds / whole_s if whole_s else 0.0
    return f"{share:.0f} %" if share >= 9.95 else f"{share + 0.0:.1f} %"


def place(location: Location, prefix: str = "") -> str:
    """Return `path:line`, printable, as terminals and editors open it; `prefix` leads to where the path begins."""
    path = location.path if is_outside(location.path) or not prefix else normpath(prefix + location.path)
    return f"{printable(path)}:{location.line}" if location.line else printable(path)


def places_shown(finding: Finding, most: int | None = PLACES_SHOWN) -> tuple[tuple[Location, ...], str]:
    """Return the first places of a finding, and a text about the others: empty if there are none."""
    locations = finding.locations
    if most is None or len(locations) <= most + 1:
        return locations, ""
    return locations[:most], f"and {pluralize(len(locations) - most, 'more place')}"


def why(finding: Finding) -> str:
    """Return the reason and its evidence in one line, raw."""
    return "; ".join(filter(None, (finding.title, *finding.evidence)))


def alone(finding: Finding) -> str:
    """Return how much one of several lines saves, since all of them have to change; empty for a single line."""
    if finding.saving_alone_s is None or (finding.experiment is not None and finding.experiment.pairs):
        return ""  # an experiment measured all lines, and the estimate of one does not go with that
    one_s, all_s = format_duration(finding.saving_alone_s), format_duration(finding.estimated_saving_s)
    if finding.saving_alone_s < _NOTHING_S:
        return f"changing one of these lines alone saves nothing, all of them {all_s}"
    return f"changing one of these lines saves {one_s}, all of them {all_s}"
