"""A hand-over as a Markdown document: the answer first, then figures, limits, rules, tests, rewrites, what is left."""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.model.handover import Handover
from collectbench.render.formats.markdown.markup import join, small_print, statement_lines, table_lines, text
from collectbench.render.parts.handover import (
    compliance_table,
    counts_table,
    figures_table,
    findings_table,
    limits_table,
    outcome_statements,
    reason_statements,
    rewrites_table,
    stamp_text,
    title,
    verified_table,
)
from collectbench.render.parts.options import RenderOptions
from collectbench.render.parts.prose import stamp


def render(report: Handover, options: RenderOptions) -> str:
    """Return the document, ending in a newline; a section without figures is omitted."""
    return join(list(_blocks(report)))


def _blocks(report: Handover) -> Iterator[list[str]]:
    yield [f"# {text(title(report))}"]
    yield [text(line) for line in _origin(report)]
    if report.after is not None:
        yield ["## Time and memory"]
        yield table_lines(figures_table(report))
        yield statement_lines(reason_statements(report))
        yield ["## Tests and warnings"]
        yield table_lines(counts_table(report))
    yield from _section("Budgets and goals", table_lines(limits_table(report)))
    if report.compliance:
        yield ["## Compliance"]
        yield [text(f"collectbench lint: {', '.join(stamp_text(each.stamp) for each in report.compliance)}")]
        yield table_lines(compliance_table(report.compliance))
    if report.verification is not None:
        yield ["## Verification"]
        yield [text(f"The tests were run: {stamp_text(report.verification)}")]
        yield table_lines(verified_table(report))
        yield statement_lines(outcome_statements(report))
    yield from _section("Rewrites", table_lines(rewrites_table(report)))
    if report.diagnosis is not None:
        yield ["## What can still be saved"]
        yield [text(f"collectbench diagnose: {stamp_text(report.diagnosis)}")]
        yield table_lines(findings_table(report)) or ["Nothing to save."]
    if report.environment is not None:
        yield [small_print(stamp(report.environment))]


def _section(heading: str, lines: list[str]) -> Iterator[list[str]]:
    if lines:
        yield [f"## {heading}"]
        yield lines


def _origin(report: Handover) -> Iterator[str]:
    if report.before is not None:
        yield f"Before: {stamp_text(report.before)}."
    if report.after is not None:
        yield f"{'After' if report.before else 'Measured'}: {stamp_text(report.after)}."
