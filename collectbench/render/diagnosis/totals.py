"""The sentences about a whole target: its time, what the findings save together, and what nothing saves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from collectbench.judge.statistics import median
from collectbench.model.diagnosis import PROVEN, Experiment, Finding, Rest, TargetDiagnosis
from collectbench.model.sample import Status
from collectbench.model.units import format_duration
from collectbench.render.diagnosis.findings import Shown, percent, place
from collectbench.render.parts.escape import printable
from collectbench.render.parts.prose import Statement, state
from collectbench.render.parts.quantities import pluralize

NOTHING = "nothing to save: no cause costs enough to be listed"
ALL_REFUTED = "nothing to save: an experiment refutes each finding"
_WORDS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_LEAST_ROWS = 3
"""So many of the largest rows are never summed up."""
_SMALL = 0.01
"""Smaller shares of the round are summed up in one row."""


def subject(target: TargetDiagnosis) -> str:
    """Return the target as a sentence calls it, printable; a lone dot would say little."""
    return {".": "the whole rootdir (.)", "suite": "the suite"}.get(target.name, printable(target.name))


def headline(target: TargetDiagnosis) -> str:
    """Return the time of a target, and what was collected in it: `suite: 13.7 s for 1,750 items in 80 files`."""
    wall_s = target.traced_wall_s if target.wall_s is None else target.wall_s
    counts = target.counts
    collected = ""
    if counts is not None:
        collected = f" for {pluralize(counts.items, 'item')} in {pluralize(counts.files, 'file')}"
    name = subject(target) if target.name == "." else printable(target.name)
    return f"{name}: {format_duration(wall_s)}{collected}"


def basis(target: TargetDiagnosis) -> str:
    """Return the round that all seconds below are of, how it compares with the timed one, and how long it queued."""
    traced = (
        f"All seconds below are of the traced round: {format_duration(target.traced_wall_s)} ({_beside_timed(target)})"
    )
    proven = " Proven seconds are those of experiments." if any(each.is_proven for each in target.findings) else ""
    if target.queued_s < _SMALL * target.traced_wall_s:
        return f"{traced}.{proven}"
    queued, rest = format_duration(target.queued_s), format_duration(target.unqueued_s)
    return f"{traced}, {queued} of it waiting for a processor. Shares are of the other {rest}.{proven}"


def _beside_timed(target: TargetDiagnosis) -> str:
    if target.wall_s is None:
        return "no round was timed"
    more_s = target.traced_wall_s - target.wall_s
    return f"{format_duration(abs(more_s))} {'more' if more_s >= 0 else 'less'} than the timed one"


def surplus_line(shown: Shown) -> str:
    """Return the number of findings that are not shown, and their seconds; empty if there are none."""
    if not shown.surplus:
        return ""
    seconds = format_duration(saved_s(shown.surplus))
    return f"{pluralize(len(shown.surplus), 'more finding')}: {seconds}"


def findings_title(shown: Shown, whole_s: float) -> str:
    """Return the title of findings beside the tables of a profile: `what to change (5 of 7 findings)`, and a sum."""
    every = (*shown.findings, *shown.surplus)
    number = pluralize(len(every), "finding")
    few = f"{len(shown.findings)} of {number}" if shown.surplus else number
    of_all = f"{format_duration(saved_s(every))} of {format_duration(whole_s)} without queueing"
    return f"what to change ({few}): {of_all}"


def saved_s(findings: Sequence[Finding]) -> float:
    """Return the seconds that findings save together: no second counts for two of them."""
    return sum(finding.settled_saving_s for finding in findings)


def total(target: TargetDiagnosis, shown: Shown) -> str:
    """Return what the shown findings save together, and the time of the target without it; `NOTHING` without any.

    Measured savings count where there are any, and refuted findings do not.

    The time of the timed round shrinks by the same share, since tracing and other processes make all of a round slower.
    Empty if the target could not be collected and there is no finding.
    """
    if not shown.findings:
        return NOTHING if target.status in (Status.OK, Status.COLLECTION_ERRORS) else ""
    counting = [finding for finding in shown.findings if not finding.is_refuted]
    if not counting:
        return ALL_REFUTED
    if target.joint is not None and target.joint.verdict == PROVEN:
        return _measured_total(target, target.joint, counting)
    seconds, whole_s = saved_s(counting), target.unqueued_s
    is_bound = any(finding.is_bound for finding in counting)
    saved = _saved(seconds, whole_s, is_bound=is_bound)
    one, these = len(counting) == 1, _these(len(counting), len(shown.findings))
    if target.wall_s is None or not whole_s:
        return f"{these} {'saves' if one else 'save'} {saved}."
    left_s = target.wall_s * max(0.0, 1 - seconds / whole_s)
    brought = _brought(target, target.wall_s, left_s, is_bound=is_bound)
    return f"{these} {'brings' if one else 'bring'} {brought}: {'it saves' if one else 'they save'} {saved}."


def _measured_total(target: TargetDiagnosis, joint: Experiment, counting: Sequence[Finding]) -> str:
    """What all proven interventions saved at once; what others may save beyond that is not known."""
    number = sum(finding.is_proven for finding in target.findings)
    before_s = median(joint.head_walls_s) if joint.head_walls_s else target.unqueued_s
    brought = _brought(target, before_s, max(0.0, before_s - joint.saving_s), is_bound=joint.bound)
    others = [finding for finding in counting if not finding.is_proven]
    estimated = f" The others are not proven: {format_duration(saved_s(others))} estimated." if others else ""
    saved = _saved(joint.saving_s, before_s, is_bound=joint.bound)
    return f"The {_word(number)} proven bring {brought}: at once they save {saved}.{estimated}"


def _saved(seconds: float, whole_s: float, *, is_bound: bool) -> str:
    limit = "at most " if is_bound else ""
    return f"{limit}{format_duration(seconds)} of {format_duration(whole_s)} ({percent(seconds, whole_s)})"


def _brought(target: TargetDiagnosis, before_s: float, left_s: float, *, is_bound: bool) -> str:
    left = format_duration(left_s)
    after = f"{left} at best" if is_bound else f"about {left}"
    budget = "" if target.budget_s is None else f" (budget {format_duration(target.budget_s)})"
    return f"{subject(target)} from {format_duration(before_s)} to {after}{budget}"


def _these(number: int, shown: int) -> str:
    if number < shown:
        return f"The {_word(number)} not refuted"
    return "This one" if number == 1 else f"These {_word(number)}"


def _word(number: int) -> str:
    return _WORDS[number] if number < len(_WORDS) else str(number)


def rest_rows(target: TargetDiagnosis, *, all_rows: bool) -> list[Rest]:
    """Return what no finding saves, the largest first; the smallest rows in one, unless all are wanted."""
    rows = sorted(target.rest, key=lambda row: -row.seconds)
    large = [row for row in rows if row.seconds >= _SMALL * target.traced_wall_s]
    kept = rows[: max(_LEAST_ROWS, len(large))]
    others = rows[len(kept) :]
    if all_rows or len(others) < 2:
        return rows
    names = ", ".join(row.name for row in others)
    return [*kept, Rest(name=f"{len(others)} others", seconds=sum(row.seconds for row in others), reason=names)]


def rest_title(target: TargetDiagnosis) -> str:
    """Return the title of what no finding saves, with its seconds."""
    return f"not saved by any finding: {format_duration(sum(row.seconds for row in target.rest))}"


def failure(target: TargetDiagnosis) -> list[Statement]:
    """Return why a target was not collected, or not without errors; nothing if it was."""
    return [] if target.status is Status.OK else [state(target.status.value, target.message or subject(target))]


def note_statements(target: TargetDiagnosis, shown: Shown, prefix: str = "") -> Iterator[Statement]:
    """Yield findings that save next to nothing, and notes on the rounds of a target."""
    for finding in shown.notes:
        yield Statement(word="note", text=note_of(finding, prefix))
    yield from (state("note", note) for note in target.notes)
    if target.workers is not None:
        yield from (state("note", note) for note in target.workers.notes)


def note_of(finding: Finding, prefix: str = "") -> str:
    """Return a note in one line: `non-test-class TestHelper: tests/test_a.py:3: …; fix: …`.

    A subject that its title or its place names is omitted.
    """
    where = [place(location, prefix) for location in finding.locations[:1]]
    more = f" and {pluralize(len(finding.locations) - 1, 'more place')}" if len(finding.locations) > 1 else ""
    subject = printable(finding.subject)
    named = any(subject in text for text in (printable(finding.title), *where))
    cause = printable(finding.cause) if named else f"{printable(finding.cause)} {subject}"
    head = ": ".join((cause, *(f"{first}{more}" for first in where), finding.title))
    return f"{head}; fix: {finding.fix}" if finding.fix else head
