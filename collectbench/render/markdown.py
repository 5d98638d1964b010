"""GitHub-flavoured Markdown, for job summaries and comments on pull requests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from collectbench.model.comparison import Comparison
from collectbench.model.report import Document, RunReport
from collectbench.model.target import TargetList
from collectbench.render.escape import printable
from collectbench.render.prose import (
    Statement,
    comparison_stamp,
    comparison_statements,
    listing_stamp,
    phases,
    run_stamp,
    run_statements,
)
from collectbench.render.tables import Table, comparison_table, listing_table, run_table

_SPECIAL = re.compile(r"[\\`*_~\[\]|$#!]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_BACKTICKS = re.compile(r"`+")


def render(document: Document, *, width: int, color: bool, verbose: bool = False) -> str:
    """A document as Markdown, ending in a newline. Lines are as long as they need to be."""
    if isinstance(document, Comparison):
        *statements, verdict = comparison_statements(document, verbose=verbose)
        blocks = [
            [f"### Collection: {_text(verdict.text)}"],
            _table_lines(comparison_table(document)),
            _statement_lines(statements),
            [_stamp(comparison_stamp(document))],
        ]
    elif isinstance(document, TargetList):
        blocks = [["### Targets"], _table_lines(listing_table(document)), [_stamp(listing_stamp(document))]]
    else:
        blocks = [
            ["### Collection times"],
            _table_lines(run_table(document)),
            _phase_lines(document),
            _statement_lines(run_statements(document)),
            [_stamp(run_stamp(document.run))],
        ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _text(text: str) -> str:
    """`text` as it is: no character of it is Markdown or HTML."""
    escaped = _SPECIAL.sub(r"\\\g<0>", printable(text))
    return re.sub("[&<>]", lambda match: _ENTITIES[match[0]], escaped)


def _stamp(pieces: Iterable[str]) -> str:
    return f"<sub>{' · '.join(map(_text, pieces))}</sub>"


def _table_lines(table: Table) -> list[str]:
    rules = (":--", *("--:" if column.right else ":--" for column in table.columns))
    rows = zip(table.names, *(column.cells for column in table.columns), strict=True)
    return [
        _row(["target", *(column.title for column in table.columns)]),
        _row(rules),
        *(_row([_text(name), *map(_text, cells)]) for name, *cells in rows),
        *(line for column in table.columns if column.footnote for line in ("", _text(column.footnote))),
    ]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _phase_lines(report: RunReport) -> list[str]:
    found = phases(report)
    return [f"{_text(found[0])}: {' · '.join(map(_text, found[1]))}"] if found else []


def _statement_lines(statements: Iterable[Statement]) -> list[str]:
    lines: list[str] = []
    for statement in statements:
        lines.append(f"- **{statement.word}**: {_text(statement.text)}")
        if statement.detail:
            lines += ["", *("  " + line for line in _fenced(statement.detail)), ""]
    return lines


def _fenced(detail: str) -> Iterator[str]:
    """A code block whose fence is longer than any that the text holds."""
    text = printable(detail, keep_newlines=True)
    fence = "`" * max(3, 1 + max(map(len, _BACKTICKS.findall(text)), default=0))
    yield fence + "text"
    yield from text.splitlines()
    yield fence
