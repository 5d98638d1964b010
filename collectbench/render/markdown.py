"""GitHub-flavoured Markdown, for job summaries and comments on pull requests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from collectbench.model.comparison import Comparison
from collectbench.model.profile import Profile
from collectbench.model.report import RunReport
from collectbench.model.target import TargetList
from collectbench.render.escape import printable
from collectbench.render.options import Renderer, RenderOptions
from collectbench.render.profile_prose import facts, headline, statements, subject
from collectbench.render.profile_shares import waterfall
from collectbench.render.profile_tables import ranked_sections
from collectbench.render.prose import (
    Statement,
    comparison_stamp,
    comparison_statements,
    listing_stamp,
    phase_list,
    phases,
    run_stamp,
    run_statements,
    stamp,
)
from collectbench.render.tables import Table, comparison_table, listing_table, run_table

_SPECIAL = re.compile(r"[\\`*_~\[\]|$#!]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_BACKTICKS = re.compile(r"`+")


def _report(report: RunReport, options: RenderOptions) -> str:
    return _join(
        [
            ["### Collection times"],
            _table_lines(run_table(report)),
            _list_line(phases(report)),
            _statement_lines(run_statements(report)),
            [_stamp(run_stamp(report))],
        ]
    )


def _comparison(comparison: Comparison, options: RenderOptions) -> str:
    *reasons, verdict = comparison_statements(comparison, verbose=options.verbose)
    return _join(
        [
            [f"### Collection: {_text(verdict.text)}"],
            _table_lines(comparison_table(comparison)),
            _statement_lines(reasons),
            [_stamp(comparison_stamp(comparison))],
        ]
    )


def _listing(listing: TargetList, options: RenderOptions) -> str:
    return _join([["### Targets"], _table_lines(listing_table(listing)), [_stamp(listing_stamp(listing))]])


def _profile(profile: Profile, options: RenderOptions) -> str:
    return _join(_profile_blocks(profile, options.top))


def _profile_blocks(profile: Profile, top: int) -> Iterator[list[str]]:
    yield [f"### Where the time of {_text(subject(profile.target))} goes"]
    yield [_text(headline(profile))]
    if profile.shares:
        yield _table_lines(waterfall(profile, top))
    if profile.phases:
        yield _list_line(phase_list("the traced round", profile.phases))
    yield [" · ".join(map(_text, facts(profile)))]
    for section in ranked_sections(profile, top):
        yield [f"#### {_text(section.title)}"]
        yield _table_lines(section.table)
        yield [f"<sub>{'<br>'.join(map(_text, section.legend))}</sub>"]
    yield _statement_lines(statements(profile, top))
    yield [_stamp(stamp(profile.environment))]


RENDERERS: dict[type, Renderer] = {
    RunReport: _report,
    Comparison: _comparison,
    TargetList: _listing,
    Profile: _profile,
}


def _join(blocks: Iterable[list[str]]) -> str:
    """Blocks with an empty line between them, ending in a newline; those that say nothing are left out."""
    return "\n\n".join("\n".join(block) for block in blocks if any(block)) + "\n"


def _text(text: str) -> str:
    """`text` as it is: no character of it is Markdown or HTML."""
    escaped = _SPECIAL.sub(r"\\\g<0>", printable(text))
    return re.sub("[&<>]", lambda match: _ENTITIES[match[0]], escaped)


def _stamp(pieces: Iterable[str]) -> str:
    return f"<sub>{' · '.join(map(_text, pieces))}</sub>"


def _table_lines(table: Table) -> list[str]:
    titles = [*(label.title for label in table.labels), *(column.title for column in table.columns)]
    rules = (*(":--" for _ in table.labels), *("--:" if column.right else ":--" for column in table.columns))
    cells = (*(label.texts for label in table.labels), *(column.cells for column in table.columns))
    return [
        _row(titles),
        _row(rules),
        *(_row(list(map(_text, row))) for row in zip(*cells, strict=True)),
        *(line for column in table.columns if column.footnote for line in ("", _text(column.footnote))),
    ]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _list_line(found: tuple[str, list[str]] | None) -> list[str]:
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
