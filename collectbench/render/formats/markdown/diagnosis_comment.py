"""A diagnosis as a comment on a pull request, and as a job summary: Markdown for GitHub."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from collectbench.model.diagnosis import Diagnosis, Finding, TargetDiagnosis
from collectbench.render.diagnosis.experiments import proof_lines, proofs, target_proofs
from collectbench.render.diagnosis.findings import Shown, alone, heading, place, places_shown, shown_of, why
from collectbench.render.diagnosis.tables import findings_table, rest_table
from collectbench.render.diagnosis.totals import (
    basis,
    failure,
    headline,
    note_statements,
    rest_title,
    surplus_line,
    total,
)
from collectbench.render.diagnosis.workers import workers_sentences, workers_table, workers_title
from collectbench.render.formats.markdown.limit import omitted_line, shortened
from collectbench.render.formats.markdown.markup import (
    fenced,
    html_text,
    join,
    small_print,
    statement_lines,
    table_lines,
    text,
)
from collectbench.render.parts.options import RenderOptions
from collectbench.render.parts.prose import stamp, state
from collectbench.render.parts.quantities import pluralize

MARKER = "<!-- collectbench diagnose -->"
"""The first line, which GitHub does not show. A bot finds its earlier comment by it."""


def render(diagnosis: Diagnosis, options: RenderOptions) -> str:
    """Return the findings of each target as a table with details, as many as a comment holds, ending in a newline."""
    return shortened(partial(_comment, diagnosis, options))


def _comment(diagnosis: Diagnosis, options: RenderOptions, most: int) -> str:
    notes = [state("note", note) for note in diagnosis.notes]
    targets = diagnosis.targets[:most]
    return join(
        [
            [MARKER],
            *(block for target in targets for block in _target_blocks(target, options, most)),
            omitted_line(_omitted(diagnosis, most)),
            statement_lines(notes[:most]),
            [small_print(stamp(diagnosis.environment)) if most else ""],
        ]
    )


def _target_blocks(target: TargetDiagnosis, options: RenderOptions, most: int) -> Iterator[list[str]]:
    shown = shown_of(target.findings, None if options.verbose else options.top)
    yield [f"### {text(headline(target))}"]
    yield statement_lines(failure(target)[:most])
    saved = text(total(target, shown))
    yield [f"{f'**{saved}** ' if saved else ''}{text(basis(target))}"]
    proven = (*(found for each in target.experiments for found in proofs(each)), *target_proofs(target))
    yield [f"- {text(words)}" for words in proof_lines(proven)]
    yield table_lines(findings_table(shown.findings[:most], target.unqueued_s))
    yield [text(surplus_line(shown))]
    for number, finding in enumerate(shown.findings[:most], 1):
        yield from _details(number, finding, target.unqueued_s, options)
    if target.rest:
        yield [f"<details><summary>{html_text(rest_title(target))}</summary>"]
        yield table_lines(rest_table(target, all_rows=options.verbose))
        yield ["</details>"]
    if target.workers is not None and most:
        yield [f"#### {text(workers_title(target.workers))}"]
        yield table_lines(workers_table(target.workers))
        yield [f"- {text(line)}" for line in workers_sentences(target.workers)]
    yield statement_lines(list(note_statements(target, shown))[:most])


def _details(number: int, finding: Finding, whole_s: float, options: RenderOptions) -> Iterator[list[str]]:
    locations, others = places_shown(finding, None if options.verbose else options.top)
    yield [f"<details><summary>{number}. {html_text(heading(finding, whole_s))}</summary>"]
    lines = [f"- {text(place(location))}{_source(location.text)}" for location in locations]
    lines += [f"- {others}"] if others else []
    for label, words in (
        ("why", why(finding)),
        ("note", alone(finding)),
        ("fix", finding.fix),
        *proofs(finding.experiment),
    ):
        lines += [f"- **{label}**: {text(words)}"] if words else []
    yield lines
    yield list(fenced(finding.diff, "diff")) if finding.diff else []
    yield list(fenced(finding.command, "console")) if finding.command else []
    repeated = "" if finding.experiment is None else finding.experiment.command
    yield list(fenced(repeated, "console")) if repeated else []
    yield ["</details>"]


def fix_lines(finding: Finding) -> list[str]:
    """Return the reason and the fix of a finding as an item of a list."""
    fix = f"; fix: {text(finding.fix)}" if finding.fix else ""
    return [f"- **{text(finding.cause)}** {text(finding.subject)}: {text(why(finding))}{fix}"]


def _source(source: str) -> str:
    """Return the source of a line behind its place. It is text, since no kind of quotes is sure to hold it."""
    return f": <code>{text(source.strip())}</code>" if source.strip() else ""


def _omitted(diagnosis: Diagnosis, most: int) -> list[str]:
    findings = max((_saving(target) for target in diagnosis.targets), default=0)
    omitted = [pluralize(len(diagnosis.targets) - most, "target")] if len(diagnosis.targets) > most else []
    return [*omitted, *([f"findings after the first {most} of a target"] if findings > most else [])]


def _saving(target: TargetDiagnosis) -> int:
    shown: Shown = shown_of(target.findings, None)
    return len(shown.findings)
