"""A profile as one HTML page, with charts and tables to search."""

from __future__ import annotations

from collectbench.model.costs import Profile
from collectbench.render.page import MOST_BYTES, page
from collectbench.render.parts.escape import IN_JSON
from collectbench.render.parts.format import Format
from collectbench.render.parts.options import RenderOptions
from collectbench.render.profile import page_content

ROW_LIMITS = (5000, 500, 50)
"""The most rows of a table; the next lower number if the page would be too large."""

_SCRIPTS = (
    "waterfall.js",
    "memory.js",
    "flame.js",
    "treemap.js",
    "table.js",
    "profile_tables.js",
    "findings.js",
    "profile.js",
)


def render(profile: Profile, options: RenderOptions) -> str:
    """Return a profile as a page of at most `MOST_BYTES`, in ASCII, ending in a newline."""
    text = ""
    for most_rows in ROW_LIMITS:
        content = page_content.content(profile, most_rows=most_rows)
        text = page(f"{content['title']} \u2013 collectbench profile", "profile.html", _SCRIPTS, content)
        if len(text) <= MOST_BYTES:
            break
    return text


FORMAT = Format(name="html", renderers={Profile: render}, suffixes=(".html",), escape=IN_JSON)
