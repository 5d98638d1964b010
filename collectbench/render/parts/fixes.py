"""The words about a rewrite that all formats share."""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.model.fixes import Fate, FixReport, Skip, Undone
from collectbench.render.parts.escape import printable
from collectbench.render.parts.prose import Statement, state
from collectbench.render.parts.quantities import pluralize

_PLACES_SHOWN = 5
_REASONS_SHOWN = 10


def headline(report: FixReport) -> str:
    """Return how many files were or would be rewritten, and how many places are left alone."""
    applied, proposed = report.number(Fate.APPLIED), report.number(Fate.PROPOSED)
    back = report.number(Fate.TAKEN_BACK)
    facts = []
    if proposed or not (report.files or report.failures):
        facts.append(f"{pluralize(proposed, 'file')} would be rewritten" if proposed else "nothing to rewrite")
    if applied or back:
        facts.append(f"{pluralize(applied, 'file')} rewritten")
    if back:
        facts.append(f"{pluralize(back, 'file')} taken back")
    if report.skips:
        facts.append(f"{pluralize(len(report.skips), 'place')} left alone")
    if report.failures:
        facts.append(f"{pluralize(len(report.failures), 'file')} not rewritten")
    return ", ".join(facts)


def statements(report: FixReport, *, verbose: bool) -> Iterator[Statement]:
    """Yield what was taken back, what is left alone, what could not be done, and what to know and do next."""
    for file in report.files:
        if file.fate is Fate.TAKEN_BACK:
            shown = file.harm if verbose else file.harm[:_PLACES_SHOWN]
            lines = [*map(printable, shown), *_more(len(file.harm) - len(shown))]
            yield Statement(
                word="taken back", text=f"{file.path}: it changes more than it is meant to", detail="\n".join(lines)
            )
    yield from _skips(report, verbose=verbose)
    yield from (state("failed", f"{each.path}: {each.reason}") for each in report.failures)
    yield from (state("note", note) for note in report.notes)
    if report.checked:
        yield state("checked", report.checked)
    yield from (state("hint", hint) for hint in report.hints)


def _skips(report: FixReport, *, verbose: bool) -> Iterator[Statement]:
    by_reason: dict[str, list[Skip]] = {}
    for skip in report.skips:
        by_reason.setdefault(skip.reason, []).append(skip)
    ordered = sorted(by_reason.items(), key=lambda item: -len(item[1]))
    reasons = ordered if verbose else ordered[:_REASONS_SHOWN]
    for reason, skips in reasons:
        if len(skips) == 1:
            yield state("left alone", f"{_place(skips[0])}: {reason}")
            continue
        shown = skips if verbose else skips[:_PLACES_SHOWN]
        lines = [*map(_place, shown), *_more(len(skips) - len(shown))]
        yield Statement(word="left alone", text=f"{pluralize(len(skips), 'place')}: {reason}", detail="\n".join(lines))
    omitted = sum(len(skips) for _, skips in ordered[len(reasons) :])
    if omitted:
        yield state("left alone", f"{pluralize(omitted, 'more place')} for other reasons; -v shows all")


def _place(skip: Skip) -> str:
    where = f"{printable(skip.path)}:{skip.line}" if skip.line else printable(skip.path)
    return f"{where} {printable(skip.subject)}" if skip.subject else where


def _more(number: int) -> list[str]:
    return [f"and {number:,} more; -v shows all"] if number else []


def undone_headline(undone: Undone) -> str:
    """Return how many files have their old bytes again."""
    restored = f"{pluralize(len(undone.restored), 'file')} restored"
    if not undone.restored and not undone.left:
        restored = "nothing to restore, all files have their old bytes already"
    left = f", {pluralize(len(undone.left), 'file')} left unchanged" if undone.left else ""
    return f"{restored}{left}: {undone.codemod} of {undone.written.replace('T', ' ').rstrip('Z')} UTC"


def undone_statements(undone: Undone) -> Iterator[Statement]:
    """Yield the files that are left as they are, and what to do about them."""
    yield from (state("left alone", f"{each.path}: {each.reason}") for each in undone.left)
    yield from (state("hint", hint) for hint in undone.hints)
