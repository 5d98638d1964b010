"""A history as a table with a row for each run of each target, for spreadsheets and notebooks (RFC 4180)."""

from __future__ import annotations

import io

from collectbench.model.history import History, Step
from collectbench.render.parts.escape import printable
from collectbench.render.parts.format import Format
from collectbench.render.parts.options import RenderOptions

COLUMNS = (
    "environment", "target", "created", "commit", "dirty", "wall_s", "reference_wall_s", "items", "marks",
    "step", "step_before", "step_after", "step_base",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@")
"""A spreadsheet takes a cell that begins like this for a formula, which may start programs or send data."""


def render(history: History, options: RenderOptions) -> str:
    """Return the table with its titles, ending in a newline; numbers are not rounded, unknown ones are empty."""
    import csv  # this file has the name of the format

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for trend in history.trends:
        steps = {step.index: step for step in trend.steps}
        for index, point in enumerate(trend.points):
            dirty = "" if point.dirty is None else str(point.dirty).lower()
            figures = (point.wall_s, point.reference_wall_s, point.items)
            names = map(_cell, (trend.environment, trend.name, point.created, point.commit or ""))
            writer.writerow([*names, dirty, *figures, _cell("; ".join(point.marks)), *_step(steps.get(index))])
    return text.getvalue()


def _step(step: Step | None) -> tuple[object, ...]:
    if step is None:
        return ("", "", "", "")
    return _cell(step.figure), step.before, step.after, _cell(step.base or "")


def _cell(raw: str) -> str:
    """A text of the measured project, which a spreadsheet does not take for a formula."""
    shown = printable(raw)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown


FORMAT = Format(name="csv", renderers={History: render}, suffixes=(".csv",))
