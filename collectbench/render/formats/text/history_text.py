"""A history as text for a terminal: a table for each environment, the last steps, and the next commands."""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.model.history import History
from collectbench.render.formats.text.table_lines import table_lines
from collectbench.render.formats.text.terminal import (
    BOLD,
    all_statement_lines,
    command_lines,
    dim,
    flow,
    join_blocks,
    sentence,
    style,
)
from collectbench.render.parts.history import history_stamp, history_statements, trend_table, trends_by_environment
from collectbench.render.parts.options import RenderOptions


def render(history: History, options: RenderOptions) -> str:
    """Return a history, ending in a newline."""
    return join_blocks(_blocks(history, options))


def _blocks(history: History, options: RenderOptions) -> Iterator[list[str]]:
    yield dim(flow(history_stamp(history), options.width), options)
    for environment, trends in trends_by_environment(history).items():
        title = [style(line, BOLD, options) for line in sentence(environment, options.width)]
        yield [*title, *table_lines(trend_table(trends), options)]
    yield all_statement_lines(history_statements(history, verbose=options.verbose), options)
    yield [
        line
        for step in options.next_steps
        for line in (*sentence(f"{step.text}:", options.width), *command_lines(step.command, options.width))
    ]
