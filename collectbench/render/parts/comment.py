"""A comparison as the one comment that a bot keeps on a pull request, and as a job summary: Markdown for GitHub."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from collectbench.model.comparison import Comparison, TargetComparison, Verdict
from collectbench.render.parts.comparison_table import comparison_table
from collectbench.render.parts.markup import join, stamp, statement_lines, table_lines, text
from collectbench.render.parts.options import RenderOptions
from collectbench.render.parts.prose import Statement, comparison_stamp, comparison_statements
from collectbench.render.parts.quantities import pluralize

MARKER = "<!-- collectbench -->"
"""The first line, which is not shown: by it a bot finds the comment that it wrote before. That of a shard names it."""
LIMIT = 65_536
"""Characters that GitHub takes of a comment; a longer one is refused as a whole."""
_ALL = 1_000_000
_FEWER = (_ALL, 300, 100, 30, 10, 3, 0)
"""How many rows of each table and reasons of each kind are shown, until it fits; without any it always does."""


def render(comparison: Comparison, options: RenderOptions) -> str:
    """Verdict, what does not pass, and folded away what does, in at most `LIMIT` characters ending in a newline."""
    sizes = (join(_blocks(comparison, most)) for most in _FEWER)
    return next(shown for shown in sizes if _size(shown) <= LIMIT)


def _size(shown: str) -> int:
    """Characters as JavaScript counts them, of which others are never more."""
    return len(shown.encode("utf-16-le")) // 2


def _blocks(comparison: Comparison, most: int) -> Iterator[list[str]]:
    *statements, verdict = comparison_statements(comparison, verbose=True)
    passing = [row for row in comparison.targets if row.verdict is Verdict.PASS]
    others = [row for row in comparison.targets if row.verdict is not Verdict.PASS]
    praise = [statement for statement in statements if statement.word == Verdict.PASS.value]
    reasons = [statement for statement in statements if statement.word != Verdict.PASS.value]
    part, marker = "", MARKER
    if shard := comparison.shard:
        part = f", part {shard.index} of {shard.count}"
        marker = MARKER.replace(" -->", f" {shard.index}/{shard.count} -->")
    yield [marker, f"### Collection{part}: {text(verdict.text)}"]
    yield _table(comparison, others[:most], comparison.suite)
    yield statement_lines(reasons[:most])
    if left_out := list(_left_out(most, others, passing, reasons, praise)):
        yield [f"_Left out, since a comment holds {LIMIT:,} characters: {', '.join(left_out)}._"]
    if passing:
        yield from _folded(f"pass: {len(passing):,} of {pluralize(len(comparison.targets), 'target')}")
        yield _table(comparison, passing[:most], None)
        yield statement_lines(praise[:most])
        yield ["</details>"]
    yield from _folded("environment")
    yield [stamp(comparison_stamp(comparison)) if most else ""]
    yield ["</details>"]


def _folded(title: str) -> Iterator[list[str]]:
    yield [f"<details><summary>{text(title)}</summary>"]


def _table(comparison: Comparison, rows: Sequence[TargetComparison], suite: TargetComparison | None) -> list[str]:
    if not rows and suite is None:
        return []
    return table_lines(comparison_table(replace(comparison, targets=tuple(rows), suite=suite)))


def _left_out(
    most: int,
    others: Sequence[TargetComparison],
    passing: Sequence[TargetComparison],
    reasons: Sequence[Statement],
    praise: Sequence[Statement],
) -> Iterator[str]:
    """What is more than `most`, in words."""
    if len(others) > most:
        yield f"{pluralize(len(others) - most, 'row')} of targets that do not pass"
    if len(reasons) > most:
        yield f"{pluralize(len(reasons) - most, 'reason')} of theirs"
    if len(passing) > most:
        yield f"{pluralize(len(passing) - most, 'row')} of targets that pass"
    if len(praise) > most:
        yield f"{pluralize(len(praise) - most, 'reason')} of theirs"
