"""A comparison: annotations of the import lines that changed, the worst first, then all statements."""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.judge.verdicts import WORST_FIRST
from collectbench.model.comparison import Comparison, TargetComparison, Verdict
from collectbench.render.formats.github.annotations import Annotation, join_lines, statement_lines
from collectbench.render.parts.options import RenderOptions
from collectbench.render.parts.places import cause_place
from collectbench.render.parts.prose import comparison_statements, list_names, verdict_statement

_LEVELS = {
    Verdict.ERROR: "error",
    Verdict.FAIL: "error",
    Verdict.INCONCLUSIVE: "warning",
    Verdict.INCOMPARABLE: "warning",
    Verdict.PASS: "notice",
}


def render(comparison: Comparison, options: RenderOptions) -> str:
    """Return annotations and lines, ending in a newline."""
    annotations = list(_comparison_annotations(comparison, options))
    statements = (*comparison_statements(comparison, verbose=True), verdict_statement(comparison))
    return join_lines(annotations, statement_lines(statements))


def _comparison_annotations(comparison: Comparison, options: RenderOptions) -> Iterator[Annotation]:
    """Yield one annotation for each import line that changed and for each target without any, the worst first."""
    if comparison.refusal:
        yield Annotation(level="warning", title="collectbench: incomparable", message=comparison.refusal)
    groups: dict[object, list[tuple[TargetComparison, list[str]]]] = {}
    for row in sorted(comparison.rows, key=_badness):
        place = cause_place(row, options)
        reasons = [reason for reason in (*row.reasons, *row.remarks) if reason != comparison.refusal]
        if reasons and (place or row.verdict is not Verdict.PASS):
            groups.setdefault(place or id(row), []).append((row, reasons))
    for group in groups.values():
        yield _group_annotation(group, cause_place(group[0][0], options))


def _group_annotation(group: list[tuple[TargetComparison, list[str]]], place: tuple[str, int] | None) -> Annotation:
    """Return the effects of one line on all its targets, at the level of the worst target, which comes first."""
    worst = group[0][0].verdict
    lines = (f"{row.name}: {reason}" if len(group) > 1 else reason for row, reasons in group for reason in reasons)
    title = f"collectbench: {worst.value}: {list_names([row.name for row, _ in group])}"
    return Annotation(level=_LEVELS[worst], title=title, message="\n".join(lines), place=place)


def _badness(row: TargetComparison) -> tuple[int, bool, float]:
    """Return a sort key: by verdict, then targets that cannot be measured, then the largest growth."""
    ratio = row.change.ratio if row.change else None
    return WORST_FIRST.index(row.verdict), ratio is not None, -(ratio or 0.0)
