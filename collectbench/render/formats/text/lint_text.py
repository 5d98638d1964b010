"""A lint report as text for a terminal: `path:line: rule  message`, then groups, then a summary."""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.model.lint import LintReport, Violation
from collectbench.render.formats.text.table_lines import table_lines
from collectbench.render.formats.text.terminal import (
    BOLD,
    CYAN,
    GREEN,
    RED,
    all_statement_lines,
    join_blocks,
    sentence,
    style,
)
from collectbench.render.parts.escape import printable
from collectbench.render.parts.layout import display_width
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
from collectbench.render.parts.violations import place

_INDENT = "  "
_LEAST_ROOM = 24
"""Fewer columns beside the place and the rule are no room for a message: it begins on the next line."""


def render(report: LintReport, options: RenderOptions) -> str:
    """Return all violations and a summary, ending in a newline; a place is never cut, so that a click opens it."""
    return join_blocks(_blocks(report, options))


def _blocks(report: LintReport, options: RenderOptions) -> Iterator[list[str]]:
    found = blocks(report.violations)
    shared = shared_fixes(found)
    alone = [block for block in found if len(block.violations) == 1]
    yield [line for block in alone for line in _violation_lines(block, shared, options)]
    yield from (_group_lines(block, shared, options) for block in found if len(block.violations) > 1)
    if report.violations:
        yield table_lines(rule_table(report, verbose=options.verbose), options)
    statements = (*fix_statements(shared), *lint_statements(report, verbose=options.verbose))
    yield all_statement_lines(statements, options)
    color = RED if report.violations else GREEN
    yield [style(line, f"{BOLD};{color}", options) for line in sentence(headline(report), options.width)]


def _violation_lines(block: Block, shared: dict[tuple[str, str], int], options: RenderOptions) -> list[str]:
    """Return `path:line: rule  message`, and its fix on the next line."""
    where, rule = place(block.violations[0], options.local_prefix), printable(block.rule)
    head = f"{style(where, BOLD, options)}: {style(rule, RED, options)}"
    lines = _headed(f"{where}: {rule}", head, _INDENT.join(("", block.message)), options.width)
    return lines + _fix_lines(block, shared, options)


def _group_lines(block: Block, shared: dict[tuple[str, str], int], options: RenderOptions) -> list[str]:
    """Return `rule  message`, and below it the places that have it in common."""
    rule = printable(block.rule)
    lines = _headed(rule, style(rule, RED, options), _INDENT.join(("", block.message)), options.width)
    for violation in block.violations:
        lines += [_INDENT + line for line in _place_lines(block, violation, options)]
    return lines + _fix_lines(block, shared, options)


def _place_lines(block: Block, violation: Violation, options: RenderOptions) -> list[str]:
    where, text = place(violation, options.local_prefix), block.own_text(violation)
    return _headed(
        where, style(where, BOLD, options), f": {text}" if text else "", options.width - display_width(_INDENT)
    )


def _headed(head: str, styled: str, text: str, width: int) -> list[str]:
    """Return a head with a text behind it, folded; with too little room the text begins below. A head is never cut."""
    if not text.strip():
        return [styled]
    if width - display_width(head) < min(_LEAST_ROOM, display_width(text)):
        return [styled, *(_INDENT + line for line in sentence(text.lstrip(": "), width - len(_INDENT)))]
    first, *rest = sentence(head + text, width)
    return [styled + first[len(head) :].rstrip(), *rest]


def _fix_lines(block: Block, shared: dict[tuple[str, str], int], options: RenderOptions) -> list[str]:
    if not block.fix or (block.rule, block.fix) in shared:
        return []
    first, *rest = sentence(f"fix: {block.fix}", options.width - len(_INDENT))
    return [_INDENT + line for line in (style("fix", CYAN, options) + first[len("fix") :], *rest)]
