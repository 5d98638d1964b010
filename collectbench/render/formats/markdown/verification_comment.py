"""A verification as the one comment that a bot keeps on a pull request, and as a job summary: Markdown for GitHub."""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.model.verification import TargetVerification, Verification
from collectbench.render.formats.markdown.limit import omitted_line, shortened
from collectbench.render.formats.markdown.markup import join, small_print, statement_lines, table_lines, text
from collectbench.render.parts.options import RenderOptions
from collectbench.render.parts.quantities import pluralize
from collectbench.render.parts.verification import (
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

MARKER = "<!-- collectbench verify -->"
"""The first line, which GitHub does not show. A bot finds its earlier comment by it."""
_MOST_UNFOLDED = 20


def render(verification: Verification, options: RenderOptions) -> str:
    """Return the verdict, the table, then lists of tests, as long as a comment holds, ending in a newline."""
    lists = [(target, found) for target in verification.targets for found in test_lists(target)]
    return shortened(lambda most: join(_blocks(verification, lists, most)))


def _blocks(
    verification: Verification, lists: list[tuple[TargetVerification, TestList]], most: int
) -> Iterator[list[str]]:
    yield [MARKER, f"### Verification: {text(verification_headline(verification))}"]
    yield table_lines(verification_table(verification)) if most else []
    for target, found in lists[:most]:
        yield _list_lines(target, found, most)
    yield statement_lines(verification_statements(verification)) if most else []
    omitted = len(lists) - len(lists[:most])
    yield omitted_line([pluralize(omitted, "list of tests", "lists of tests")] if omitted else [])
    yield [small_print(verification_stamp(verification))] if most else []


def _list_lines(target: TargetVerification, found: TestList, most: int) -> list[str]:
    entries, rest = shown_entries(found, most)
    fold = " open" if found.word == "fail" and len(found.entries) <= _MOST_UNFOLDED else ""
    lines = [f"<details{fold}><summary>{text(list_title(target, found))}</summary>", ""]
    for entry in entries:
        about = entry_text(entry, found)
        lines.append(f"- {text(entry.nodeid)}{f': {text(about)}' if about else ''}")
    return [*lines, *([f"- {rest}"] if rest else []), "", "</details>"]
