"""A comparison as the one comment that a bot keeps on a pull request, and as a job summary: Markdown for GitHub."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from collectbench.model.comparison import Comparison, TargetComparison, Verdict
from collectbench.render.formats.markdown.limit import omitted_line, shortened
from collectbench.render.formats.markdown.markup import join, small_print, statement_lines, table_lines, text
from collectbench.render.parts.comparison_table import comparison_table
from collectbench.render.parts.options import RenderOptions
from collectbench.render.parts.prose import (
    Statement,
    comparison_stamp,
    comparison_statements,
    reason_statements,
    verdict_statement,
)
from collectbench.render.parts.quantities import pluralize

MARKER = "<!-- collectbench -->"
"""The first line, which GitHub does not show. A bot finds its earlier comment by it. A shard has its own marker."""


def render(comparison: Comparison, options: RenderOptions) -> str:
    """Return verdict, failures and the folded rest, in at most `LIMIT` characters, ending in a newline."""
    return shortened(lambda most: join(_blocks(comparison, most)))


def _blocks(comparison: Comparison, most: int) -> Iterator[list[str]]:
    passing = [row for row in comparison.targets if row.verdict is Verdict.PASS]
    others = [row for row in comparison.targets if row.verdict is not Verdict.PASS]
    passing_reasons = list(reason_statements(comparison, Verdict.PASS))
    other_reasons = list(comparison_statements(comparison, verbose=False))
    yield _heading(comparison)
    yield _table(comparison, others[:most], comparison.suite)
    yield statement_lines(other_reasons[:most])
    yield omitted_line(list(_omitted(most, others, passing, other_reasons, passing_reasons)))
    if passing:
        yield from _folded(f"pass: {len(passing):,} of {pluralize(len(comparison.targets), 'target')}")
        yield _table(comparison, passing[:most], None)
        yield statement_lines(passing_reasons[:most])
        yield ["</details>"]
    yield from _folded("environment")
    yield [small_print(comparison_stamp(comparison)) if most else ""]
    yield ["</details>"]


def _heading(comparison: Comparison) -> list[str]:
    shard, verdict = comparison.shard, text(verdict_statement(comparison).text)
    if shard is None:
        return [MARKER, f"### Collection: {verdict}"]
    marker = f"<!-- collectbench {shard.index}/{shard.count} -->"
    return [marker, f"### Collection, part {shard.index} of {shard.count}: {verdict}"]


def _folded(title: str) -> Iterator[list[str]]:
    yield [f"<details><summary>{text(title)}</summary>"]


def _table(comparison: Comparison, rows: Sequence[TargetComparison], suite: TargetComparison | None) -> list[str]:
    if not rows and suite is None:
        return []
    return table_lines(comparison_table(replace(comparison, targets=tuple(rows), suite=suite)))


def _omitted(
    most: int,
    others: Sequence[TargetComparison],
    passing: Sequence[TargetComparison],
    other_reasons: Sequence[Statement],
    passing_reasons: Sequence[Statement],
) -> Iterator[str]:
    """Yield the number of rows and reasons beyond `most`, each with its noun."""
    if len(others) > most:
        yield f"{pluralize(len(others) - most, 'row')} of targets that do not pass"
    if len(other_reasons) > most:
        yield f"{pluralize(len(other_reasons) - most, 'reason')} of theirs"
    if len(passing) > most:
        yield f"{pluralize(len(passing) - most, 'row')} of targets that pass"
    if len(passing_reasons) > most:
        yield f"{pluralize(len(passing_reasons) - most, 'reason')} of theirs"
