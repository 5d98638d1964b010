"""A verification: annotations of changed tests, then a line for each of them."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import join, normpath

from collectbench.model.verification import TargetVerification, Verification
from collectbench.render.formats.github.annotations import Annotation, join_lines, statement_lines
from collectbench.render.parts.options import RenderOptions
from collectbench.render.parts.verification import (
    Entry,
    TestList,
    entry_text,
    test_lists,
    verification_headline,
    verification_statements,
    verification_table,
)
from collectbench.render.parts.violations import repository_path


def render(verification: Verification, options: RenderOptions) -> str:
    """Return annotations and lines, ending in a newline."""
    lists = [(target, found) for target in verification.targets for found in test_lists(target)]
    annotations = [
        *(
            _annotation(found, entry, target.node_ids_from, options)
            for target, found in lists
            if found.word == "fail"
            for entry in found.entries
        ),
        *_broken(verification),
    ]
    return join_lines(annotations, [*_lines(verification, lists)])


def _annotation(found: TestList, entry: Entry, directory: str, options: RenderOptions) -> Annotation:
    path = repository_path(normpath(join(directory, entry.nodeid.partition("::")[0])), options)
    return Annotation(
        level="error",
        title=f"collectbench: {found.title}",
        message=f"{entry.nodeid}: {entry_text(entry)}",
        place=(path, 1),
    )


def _broken(verification: Verification) -> Iterator[Annotation]:
    for target in verification.targets:
        if target.verdict.value in ("error", "inconclusive"):
            level = "error" if target.verdict.value == "error" else "warning"
            yield Annotation(level=level, title=f"collectbench: {target.name}", message="; ".join(target.reasons))


def _lines(verification: Verification, lists: list[tuple[TargetVerification, TestList]]) -> Iterator[str]:
    for target, found in lists:
        for entry in found.entries:
            yield f"{target.name}: {found.title}: {entry.nodeid}: {entry_text(entry)}"
    table = verification_table(verification)
    for position, name in enumerate(table.labels[0].texts):
        yield f"{name}: {', '.join(f'{column.title} {column.cells[position]}' for column in table.columns)}"
    yield from statement_lines(verification_statements(verification))
    yield verification_headline(verification)
