"""A lint report: annotations of some violations, then a line for each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from collectbench.model.lint import LintReport
from collectbench.render.formats.github.annotations import Annotation, join_lines, statement_lines
from collectbench.render.parts.escape import printable
from collectbench.render.parts.lint import Block, blocks, headline, lint_statements, rule_table
from collectbench.render.parts.options import RenderOptions
from collectbench.render.parts.quantities import pluralize
from collectbench.render.parts.violations import message_and_fix, place, repository_path


def render(report: LintReport, options: RenderOptions) -> str:
    """Return annotations and lines, ending in a newline."""
    annotations = [
        *(_annotation(block, options) for block in _in_turn(blocks(report.violations))),
        *_unreadable_annotations(report, options),
    ]
    return join_lines(annotations, (*_violation_lines(report), *_summary_lines(report)))


def _in_turn(found: Iterable[Block]) -> list[Block]:
    """Return the first block of each rule, then the second of each: GitHub shows only a few."""
    seen = Counter[str]()
    turns = []
    for block in found:
        turns.append((seen[block.rule], block))
        seen[block.rule] += 1
    return [block for _, block in sorted(turns, key=lambda turn: turn[0])]


def _annotation(block: Block, options: RenderOptions) -> Annotation:
    """Return an annotation of the first line of a block, with the places of the others."""
    first, *others = block.violations
    message = [first.message, *([f"fix: {first.fix}"] if first.fix else [])]
    if others:
        places = (f"{printable(repository_path(other.path, options))}:{other.line}" for other in others)
        message += [f"{pluralize(len(others), 'other place')}:", *places]
    return Annotation(
        level="error",
        title=f"collectbench: {block.rule}",
        message="\n".join(message),
        place=(repository_path(first.path, options), first.line),
    )


def _unreadable_annotations(report: LintReport, options: RenderOptions) -> Iterator[Annotation]:
    for file in report.unreadable:
        path = repository_path(file.path, options)
        yield Annotation(level="warning", title="collectbench: not checked", message=file.message, place=(path, 1))


def _violation_lines(report: LintReport) -> Iterator[str]:
    for violation in report.violations:
        yield f"{place(violation)}: {violation.rule}: {message_and_fix(violation)}"


def _summary_lines(report: LintReport) -> Iterator[str]:
    table = rule_table(report, verbose=False)
    for position, rule in enumerate(table.labels[0].texts):
        yield f"{rule}: {', '.join(f'{column.title} {column.cells[position]}' for column in table.columns)}"
    yield from (f"note: {file.path} was not checked: {file.message}" for file in report.unreadable)
    yield from statement_lines(lint_statements(report, verbose=False))
    yield headline(report)
