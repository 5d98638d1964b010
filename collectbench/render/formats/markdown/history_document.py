"""A history as Markdown: a table for each environment, the last steps, and the next commands."""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.model.history import History
from collectbench.render.formats.markdown.markup import (
    fenced,
    join,
    small_print,
    statement_lines,
    table_lines,
    text,
)
from collectbench.render.parts.history import history_stamp, history_statements, trend_table, trends_by_environment
from collectbench.render.parts.options import RenderOptions


def render(history: History, options: RenderOptions) -> str:
    """Return the document, ending in a newline."""
    return join(_blocks(history, options))


def _blocks(history: History, options: RenderOptions) -> Iterator[list[str]]:
    yield ["### Collection over time"]
    for environment, trends in trends_by_environment(history).items():
        yield [f"#### {text(environment)}"]
        yield table_lines(trend_table(trends))
    yield statement_lines(history_statements(history, verbose=options.verbose))
    for step in options.next_steps:
        yield [f"{text(step.text)}:"]
        yield list(fenced(step.command, "sh"))
    yield [small_print(history_stamp(history))]
