"""Findings as lines for a terminal: a numbered heading, then places, reason, fix, diff and command below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from collectbench.model.diagnosis import Experiment, Finding, Location, TargetDiagnosis
from collectbench.render.diagnosis.experiments import proofs, target_proofs
from collectbench.render.diagnosis.findings import PLACES_SHOWN, alone, heading, place, places_shown, short_heading, why
from collectbench.render.formats.text.terminal import BOLD, CYAN, GREEN, RED, command_lines, sentence, style
from collectbench.render.parts.escape import printable
from collectbench.render.parts.layout import display_width, fold, shorten
from collectbench.render.parts.options import RenderOptions

_INDENT = "   "


def finding_blocks(findings: Sequence[Finding], whole_s: float, options: RenderOptions) -> Iterator[list[str]]:
    """Yield the lines of each finding, numbered; a diff that two of them share is shown once."""
    numbers: dict[str, int] = {}
    for number, finding in enumerate(findings, 1):
        yield list(_lines(number, finding, whole_s, numbers.get(finding.diff, 0), options))
        numbers.setdefault(finding.diff, number)


def _lines(number: int, finding: Finding, whole_s: float, same_diff: int, options: RenderOptions) -> Iterator[str]:
    yield from (style(line, BOLD, options) for line in _heading_lines(number, finding, whole_s, options.width))
    locations, others = places_shown(finding, None if options.verbose else PLACES_SHOWN)
    for location in locations:
        yield from _place_lines(location, options)
    if others:
        yield f"{_INDENT}{others}"
    yield from _labelled("why", why(finding), options)
    if text := alone(finding):
        yield from _labelled("note", text, options)
    yield from _labelled("fix", finding.fix, options)
    if finding.diff and same_diff:
        yield f"{_INDENT}  the same change as in {same_diff}"
    elif finding.diff:
        yield from _diff_lines(finding.diff, options)
    if finding.command:
        yield from (f"{_INDENT}{line}" for line in _command_lines(finding.command, options.width - len(_INDENT)))
    if finding.experiment is not None:
        yield from proof_lines(finding.experiment, options)


def proof_lines(experiment: Experiment, options: RenderOptions) -> Iterator[str]:
    """Yield what an experiment showed, and the command that repeats it."""
    for label, words in proofs(experiment):
        yield from _labelled(label, words, options)
    if experiment.command and options.verbose:
        yield from (f"{_INDENT}{line}" for line in _command_lines(experiment.command, options.width - len(_INDENT)))


def target_proof_lines(target: TargetDiagnosis, options: RenderOptions) -> Iterator[str]:
    """Yield what was proven about the whole target, below its findings."""
    for label, words in target_proofs(target):
        yield from _labelled(label, words, options)


def _heading_lines(number: int, finding: Finding, whole_s: float, width: int) -> list[str]:
    """Return the heading in one line, or the subject below it: a node id may be longer than a line."""
    title = f"{number}. {heading(finding, whole_s)}"
    if display_width(title) <= width:
        return [title]
    subject = fold(printable(finding.subject), width - len(_INDENT))
    return [*sentence(f"{number}. {short_heading(finding, whole_s)}", width), *(f"{_INDENT}{part}" for part in subject)]


def _command_lines(command: str, width: int) -> list[str]:
    try:
        return command_lines(printable(command), width)
    except ValueError:  # a stored file may hold any text, and a shell could not read this one
        return ["  " + part for part in fold(printable(command), width - 2)]


def _place_lines(location: Location, options: RenderOptions) -> Iterator[str]:
    """Yield a place, on a line of its own if there is no room behind it for its source, and the source."""
    where, source = place(location, options.local_prefix), printable(location.text.strip())
    folded = fold(where, options.width - len(_INDENT))
    *above, head = (f"{_INDENT}{style(part, CYAN, options)}" for part in folded)
    yield from above
    room = options.width - len(_INDENT) - display_width(where) - 2
    if not source:
        yield head
    elif room >= display_width(source):
        yield f"{head}  {source}"
    else:
        yield head
        yield f"{_INDENT}  {shorten(source, options.width - len(_INDENT) - 2)}"


def _labelled(label: str, text: str, options: RenderOptions) -> Iterator[str]:
    if not text:
        return
    first, *others = sentence(f"{label}: {text}", options.width - len(_INDENT))
    color = CYAN if label in {"fix", "note"} else GREEN if label in {"proof", "net"} else ""
    yield f"{_INDENT}{style(label, color, options)}{first[len(label) :]}"
    yield from (f"{_INDENT}{line}" for line in others)


def _diff_lines(diff: str, options: RenderOptions) -> Iterator[str]:
    for line in printable(diff, keep_newlines=True).splitlines():
        color = {"+": GREEN, "-": RED}.get(line[:1], "")
        for part in fold(line, options.width - len(_INDENT) - 2):
            yield f"{_INDENT}  {style(part, color, options)}"
