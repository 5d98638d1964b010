"""A profile or a report as one HTML page, with charts and tables to search."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from collectbench.model.costs import Profile
from collectbench.model.full_report import FullReport
from collectbench.render.page import MOST_BYTES, page
from collectbench.render.parts.escape import IN_JSON
from collectbench.render.parts.format import Format
from collectbench.render.parts.options import RenderOptions
from collectbench.render.profile import page_content as profile_content
from collectbench.render.report import page_content as report_content

ROW_LIMITS = (5000, 500, 50)
"""The most rows of a table; the next lower number if the page would be too large."""

_PANELS = "profile_panels.html"
_SHARED_SCRIPTS = (
    "waterfall.js",
    "memory.js",
    "flame.js",
    "treemap.js",
    "table.js",
    "table_panel.js",
    "findings.js",
    "profile_tables.js",
    "profile_panels.js",
)
_REPORT_SCRIPTS = (
    "rounds.js",
    "forest.js",
    "trend.js",
    "report_tables.js",
    "report_targets.js",
    "report_rounds.js",
    "report.js",
)


def render(profile: Profile, options: RenderOptions) -> str:
    """Return a profile as a page of at most `MOST_BYTES`, in ASCII, ending in a newline."""
    bodies = ("profile_head.html", _PANELS, "foot.html")
    return _bounded(
        lambda most_rows: profile_content.content(profile, most_rows=most_rows),
        "collectbench profile",
        bodies,
        (*_SHARED_SCRIPTS, "profile.js"),
    )


def render_report(report: FullReport, options: RenderOptions) -> str:
    """Return a report as a page of at most `MOST_BYTES`, in ASCII, ending in a newline."""
    bodies = ("report_head.html", _PANELS, "report_foot.html")
    return _bounded(
        lambda most_rows: report_content.content(report, most_rows=most_rows),
        "collectbench report",
        bodies,
        (*_SHARED_SCRIPTS, *_REPORT_SCRIPTS),
    )


def _bounded(
    content_of: Callable[[int], dict[str, Any]], kind: str, bodies: Sequence[str], scripts: Sequence[str]
) -> str:
    """Return the page with as many rows as the bound allows."""
    text = ""
    for most_rows in ROW_LIMITS:
        content = content_of(most_rows)
        text = page(f"{content['title']} \u2013 {kind}", bodies, scripts, content)
        if len(text) <= MOST_BYTES:
            break
    return text


FORMAT = Format(
    name="html", renderers={Profile: render, FullReport: render_report}, suffixes=(".html",), escape=IN_JSON
)
