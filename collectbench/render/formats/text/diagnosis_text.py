"""A diagnosis as text for a terminal: one ranked list of findings, their total, then what no finding saves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from collectbench.model.diagnosis import Diagnosis, TargetDiagnosis
from collectbench.model.units import format_duration
from collectbench.model.workers import Workers
from collectbench.render.diagnosis.findings import shown_of
from collectbench.render.diagnosis.totals import (
    basis,
    failure,
    headline,
    note_statements,
    rest_rows,
    rest_title,
    surplus_line,
    total,
)
from collectbench.render.diagnosis.workers import workers_sentences, workers_table, workers_title
from collectbench.render.formats.text.finding_lines import finding_blocks, proof_lines, target_proof_lines
from collectbench.render.formats.text.table_lines import table_lines
from collectbench.render.formats.text.terminal import (
    BOLD,
    GREEN,
    all_statement_lines,
    command_lines,
    dim,
    flow,
    join_blocks,
    sentence,
    style,
)
from collectbench.render.parts.options import RenderOptions
from collectbench.render.parts.prose import stamp, state


def render(diagnosis: Diagnosis, options: RenderOptions) -> str:
    """Return a diagnosis as text, ending in a newline; `options.top` findings of each target are shown."""
    return join_blocks(_blocks(diagnosis, options))


def _blocks(diagnosis: Diagnosis, options: RenderOptions) -> Iterator[list[str]]:
    yield dim(flow(stamp(diagnosis.environment), options.width), options)
    for target in diagnosis.targets:
        yield from _target_blocks(target, options)
    yield all_statement_lines((state("note", note) for note in diagnosis.notes), options)
    yield list(_next_lines(options))


def _target_blocks(target: TargetDiagnosis, options: RenderOptions) -> Iterator[list[str]]:
    shown = shown_of(target.findings, None if options.verbose else options.top)
    title = [style(line, BOLD, options) for line in sentence(headline(target), options.width)]
    yield [*title, *dim(sentence(basis(target), options.width), options)]
    yield all_statement_lines(failure(target), options)
    for experiment in target.experiments:
        yield list(proof_lines(experiment, options))
    yield from finding_blocks(shown.findings, target.unqueued_s, options)
    yield [surplus_line(shown)]
    color = f"{BOLD};{GREEN}" if shown.findings else BOLD
    yield [style(line, color, options) for line in sentence(total(target, shown), options.width)]
    yield list(target_proof_lines(target, options))
    yield list(_rest_lines(target, options))
    if target.workers is not None:
        yield from _worker_blocks(target.workers, options)
    yield all_statement_lines(note_statements(target, shown, options.local_prefix), options)


def _worker_blocks(workers: Workers, options: RenderOptions) -> Iterator[list[str]]:
    yield [*sentence(workers_title(workers), options.width), *table_lines(workers_table(workers), options)]
    yield [line for text in workers_sentences(workers) for line in sentence(text, options.width)]


def _rest_lines(target: TargetDiagnosis, options: RenderOptions) -> Iterator[str]:
    rows = rest_rows(target, all_rows=options.verbose)
    if not rows:
        return
    yield f"{rest_title(target)}"
    for row in rows:
        first, *others = sentence(f"{row.name}: {row.reason}", options.width - 13)
        yield f"  {format_duration(row.seconds):>9}  {first}"
        yield from (f"{'':13}{line}" for line in others)


def _next_lines(options: RenderOptions) -> Sequence[str]:
    """Return the next commands, each below its purpose."""
    return [
        line
        for step in options.next_steps
        for line in (*sentence(f"{step.text}:", options.width), *command_lines(step.command, options.width))
    ]
