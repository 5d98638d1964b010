"""The texts of a checkup: a statement for each check of the machine, then the comparison of a target with itself."""

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
    """Yield one statement for each check: warnings first, then unknown conditions, then good ones."""
    for condition in (Condition.WARNING, Condition.UNKNOWN, Condition.OK):
        for examination in checkup.examinations:
            if examination.condition is condition:
                yield state(condition.value, _finding(examination))


def _finding(examination: Examination) -> str:
    remedy = f"; {examination.remedy}" if examination.remedy else ""
    return f"{examination.name}: {examination.finding}{remedy}"


def headline(comparison: SelfComparison) -> str:
    """Return the target that was compared with itself, and its times."""
    name = printable(comparison.target)
    if comparison.wall_s is None or comparison.cpu_s is None:
        return f"A/A: {name} could not be compared with itself"
    figures = f"{format_duration(comparison.wall_s)} wall, {format_duration(comparison.cpu_s)} CPU"
    return f"A/A: {name} against itself, {pluralize(comparison.pairs, 'pair')} ({figures})"


def facts(comparison: SelfComparison) -> list[str]:
    """Return the verdicts of the gate on equal sides, and how much the sides differ."""
    pieces = []
    if comparison.relabellings:
        alarms = pluralize(comparison.failed, "false alarm")
        verdicts = f"{alarms}, {comparison.inconclusive} inconclusive, {comparison.passed} pass"
        pieces.append(f"{pluralize(comparison.relabellings, 'random relabeling')}: {verdicts}")
    if comparison.margin is not None:
        pieces.append(f"margin {format_ratio(1 + comparison.margin)}")
    if comparison.spread is not None:
        pieces.append(f"CPU time differs by {comparison.spread:.1%} within a pair")
    if comparison.reference_spread is not None:
        pieces.append(f"the reference workload by {comparison.reference_spread:.1%}")
    return pieces


def sensitivity_table(comparison: SelfComparison) -> Table:
    """Return the growth that comparisons of more pairs detect, and the margin that they need."""
    sights = comparison.sights
    return Table(
        labels=(Labels(title="pairs", texts=tuple(str(sight.pairs) for sight in sights)),),
        columns=(
            Column(title="growth that fails", cells=tuple(map(_growth, sights)), drop=0),
            Column(
                title="margin that an unchanged target passes",
                cells=tuple(map(_margin, sights)),
                drop=1,
                footnote="Each holds in four of five comparisons that are as noisy as this one.",
            ),
        ),
        parts=len(sights),
    )


def _growth(sight: Sight) -> str:
    return MISSING if sight.growth is None else format_ratio(1 + sight.growth)


def _margin(sight: Sight) -> str:
    return MISSING if sight.margin is None else format_ratio(1 + sight.margin)


def closing_statements(checkup: Checkup) -> Iterator[Statement]:
    """Yield the reason for a missing comparison, notes, and advice."""
    comparison = checkup.self_comparison
    if comparison is not None and comparison.message:
        yield state(comparison.status.value, f"{printable(comparison.target)} {comparison.message}")
    elif comparison is not None and comparison.status is Status.EMPTY:
        yield state(comparison.status.value, f"no test was collected in {printable(comparison.target)}")
    yield from (state("note", note) for note in checkup.notes)
    yield from (state("hint", advice) for advice in (comparison.advice if comparison else ()))
