"""A hand-over as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.model.handover import Handover
from collectbench.render.formats.text.table_lines import table_lines
from collectbench.render.formats.text.terminal import (
    BOLD,
    all_statement_lines,
    dim,
    flow,
    join_blocks,
    sentence,
    style,
)
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
    """Return all tables, the answer last, ending in a newline."""
    return join_blocks(_blocks(report, options))


def _blocks(report: Handover, options: RenderOptions) -> Iterator[list[str]]:
    if report.environment is not None:
        yield dim(flow(stamp(report.environment), options.width), options)
    if report.after is not None:
        yield table_lines(figures_table(report), options)
        yield all_statement_lines(reason_statements(report), options)
        yield table_lines(counts_table(report), options)
    yield table_lines(limits_table(report), options)
    if report.compliance:
        yield table_lines(compliance_table(report.compliance), options)
    if report.verification is not None:
        yield table_lines(verified_table(report), options)
        yield all_statement_lines(outcome_statements(report), options)
    yield table_lines(rewrites_table(report), options)
    yield table_lines(findings_table(report), options)
    stamps = (report.before, report.after, report.verification, report.diagnosis)
    origins = [each for each in stamps if each]
    origins += [each.stamp for each in report.compliance]
    origins += [each.stamp for each in report.rewrites]
    yield dim(flow(map(stamp_text, origins), options.width), options)
    yield [style(line, BOLD, options) for line in sentence(title(report), options.width)]
