"""A verification as text for a terminal: a table of targets, lists of tests, statements, the verdict."""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.model.verification import TargetVerification, Verification
from collectbench.render.formats.text.table_lines import table_lines
from collectbench.render.formats.text.terminal import (
    BOLD,
    STYLES,
    all_statement_lines,
    dim,
    flow,
    join_blocks,
    sentence,
    style,
)
from collectbench.render.parts.escape import printable
from collectbench.render.parts.options import RenderOptions
from collectbench.render.parts.verification import (
    TESTS_SHOWN,
    TestList,
    entry_text,
    list_title,
    shown_entries,
    test_lists,
    verification_headline,
    verification_stamp,
    verification_statements,
    verification_table,
)


def render(verification: Verification, options: RenderOptions) -> str:
    """Return a verification, ending in a newline; node ids are never cut, so that they can be copied."""
    return join_blocks(_blocks(verification, options))


def _blocks(verification: Verification, options: RenderOptions) -> Iterator[list[str]]:
    yield dim(flow(verification_stamp(verification), options.width), options)
    yield table_lines(verification_table(verification), options)
    for target in verification.targets:
        for found in test_lists(target):
            yield _list_lines(target, found, options)
    yield all_statement_lines(verification_statements(verification), options)
    color = STYLES[verification.verdict.value]
    headline = sentence(verification_headline(verification), options.width)
    yield [style(line, f"{BOLD};{color}", options) for line in headline]


def _list_lines(target: TargetVerification, found: TestList, options: RenderOptions) -> list[str]:
    entries, rest = shown_entries(found, len(found.entries) if options.verbose else TESTS_SHOWN)
    first, *others = sentence(list_title(target, found), options.width)
    lines = [style(line, STYLES.get(found.word, ""), options) for line in (first, *others)]
    for entry in entries:
        lines.append(f"  {printable(entry.nodeid)}")
        text = entry_text(entry, found)
        lines += [f"    {line}" for line in sentence(text, options.width - 4)] if text else []
    return [*lines, *([f"  {rest}"] if rest else [])]
