"""What a checkup says, as statements: of the machine one a check, then what comparing a target with itself showed."""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.model.doctor import Checkup, Condition, Examination, SelfComparison, Sight
from collectbench.model.sample import Status
from collectbench.model.units import format_duration, format_ratio
from collectbench.render.parts.escape import printable
from collectbench.render.parts.prose import Statement, state
from collectbench.render.parts.quantities import MISSING, pluralize
from collectbench.render.parts.tables import Column, Labels, Table


def examination_statements(checkup: Checkup) -> Iterator[Statement]:
    """One statement a check: warnings first, then what cannot be told, then what is well."""
    for condition in (Condition.WARNING, Condition.UNKNOWN, Condition.OK):
        for found in checkup.examinations:
            if found.condition is condition:
                yield state(condition.value, _examined(found))


def _examined(found: Examination) -> str:
    return f"{found.name}: {found.finding}" + (f"; {found.remedy}" if found.remedy else "")


def headline(found: SelfComparison) -> str:
    """What was compared with itself."""
    name = printable(found.target)
    if found.wall_s is None or found.cpu_s is None:
        return f"A/A: {name} could not be compared with itself"
    figures = f"{format_duration(found.wall_s)} wall, {format_duration(found.cpu_s)} CPU"
    return f"A/A: {name} against itself, {pluralize(found.pairs, 'pair')} ({figures})"


def facts(found: SelfComparison) -> list[str]:
    """What the gate says of equal sides, and how much they differ."""
    pieces = []
    if found.relabellings:
        alarms = pluralize(found.failed, "false alarm")
        verdicts = f"{alarms}, {found.inconclusive} inconclusive, {found.passed} pass"
        pieces.append(f"under {found.relabellings} random labels: {verdicts}")
    if found.margin is not None:
        pieces.append(f"margin {format_ratio(1 + found.margin)}")
    if found.spread is not None:
        pieces.append(f"CPU time within a pair differs by {found.spread:.1%}")
    if found.reference_spread is not None:
        pieces.append(f"the reference workload's by {found.reference_spread:.1%}")
    return pieces


def sights_table(found: SelfComparison) -> Table:
    """What comparisons of more pairs can see, in four of five cases."""
    return Table(
        labels=(Labels(title="pairs", texts=tuple(str(sight.pairs) for sight in found.sights)),),
        columns=(
            Column(title="growth that fails", cells=tuple(map(_growth, found.sights)), drop=0),
            Column(
                title="margin that passes no growth",
                cells=tuple(map(_margin, found.sights)),
                drop=1,
                footnote="each in four of five comparisons of one target that are as noisy as this one",
            ),
        ),
        parts=len(found.sights),
    )


def _growth(sight: Sight) -> str:
    return MISSING if sight.growth is None else format_ratio(1 + sight.growth)


def _margin(sight: Sight) -> str:
    return MISSING if sight.margin is None else format_ratio(1 + sight.margin)


def closing_statements(checkup: Checkup) -> Iterator[Statement]:
    """Why there is no comparison, notes, and what to do."""
    found = checkup.self_comparison
    if found is not None and found.message:
        yield state(found.status.value, f"{printable(found.target)} {found.message}")
    elif found is not None and found.status is Status.EMPTY:
        yield state(found.status.value, f"no test was collected in {printable(found.target)}")
    yield from (state("note", note) for note in checkup.notes)
    yield from (state("hint", advice) for advice in (found.advice if found else ()))
