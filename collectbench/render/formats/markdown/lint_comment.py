"""A lint report as the one comment that a bot keeps on a pull request, and as a job summary: Markdown for GitHub."""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.model.lint import LintReport
from collectbench.render.formats.markdown.limit import omitted_line, shortened
from collectbench.render.formats.markdown.markup import join, small_print, statement_lines, table_lines, text
from collectbench.render.parts.lint import (
    Block,
    blocks,
    fix_statements,
    headline,
    lint_statements,
    rule_table,
    shared_fixes,
)
from collectbench.render.parts.options import RenderOptions
from collectbench.render.parts.quantities import pluralize
from collectbench.render.parts.violations import place

MARKER = "<!-- collectbench lint -->"
"""The first line, which GitHub does not show. A bot finds its earlier comment by it."""
_MOST_UNFOLDED = 20
"""More violations than these are folded, so that the comment stays short."""


def render(report: LintReport, options: RenderOptions) -> str:
    """Return the summary, then the violations, as many as a comment holds, ending in a newline."""
    found = blocks(report.violations)
    shared = shared_fixes(found)
    return shortened(lambda most: join(_blocks(report, found, shared, most)))


def _blocks(
    report: LintReport, found: list[Block], shared: dict[tuple[str, str], int], most: int
) -> Iterator[list[str]]:
    yield [MARKER, f"### Lint: {headline(report)}"]
    table, fixes = rule_table(report, verbose=False), list(fix_statements(shared))
    if report.violations and most:
        yield table_lines(table)
    yield statement_lines(fixes[:most])
    yield statement_lines(lint_statements(report, verbose=False)) if most else []
    yield omitted_line(list(_omitted(report, found, len(fixes), most)))
    if found and most:
        fold = "" if len(report.violations) > _MOST_UNFOLDED else " open"
        yield [f"<details{fold}><summary>{pluralize(len(report.violations), 'violation')}</summary>"]
        yield [line for block in found[:most] for line in _block_lines(block, shared, most)]
        yield ["</details>"]
    yield [small_print([f"{report.tool.name} {report.tool.version}"]) if most else ""]


def _block_lines(block: Block, shared: dict[tuple[str, str], int], most: int) -> Iterator[str]:
    """Yield a violation with its place and its fix; a group with a list of its places."""
    rule, message = f"**{text(block.rule)}**", text(block.message)
    fix = "" if (block.rule, block.fix) in shared or not block.fix else f"; fix: {text(block.fix)}"
    if len(block.violations) == 1:
        yield f"- {text(place(block.violations[0]))}: {rule}: {message}{fix}"
        return
    yield f"- {rule}: {message}{fix}"
    for violation in block.violations[:most]:
        own = block.own_text(violation)
        yield f"  - {text(place(violation))}{f': {text(own)}' if own else ''}"
    if len(block.violations) > most:
        yield f"  - and {len(block.violations) - most:,} more"


def _omitted(report: LintReport, found: list[Block], fixes: int, most: int) -> Iterator[str]:
    shown = sum(len(block.violations[:most]) for block in found[:most])
    if len(report.violations) > shown:
        yield f"{len(report.violations) - shown:,} of {pluralize(len(report.violations), 'violation')}"
    if fixes > most:
        yield pluralize(fixes - most, "fix", "fixes")
    if not most and report.violations:
        yield "the table by rule"
