"""One HTML page that needs nothing else: styles, scripts, charts and data stand in it, and it loads nothing."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Iterable
from functools import partial
from importlib.resources import files
from typing import Any

from collectbench.model.costs import Profile
from collectbench.render.parts.options import Renderer, RenderOptions
from collectbench.render.profile import page_content

MOST_BYTES = 10 * 1024 * 1024
"""No page is larger: beyond that, browsers take seconds to open it and mail servers refuse it."""

ROW_LIMITS = (5000, 500, 50)
"""How many rows a table has at most; the next lower where the page would be too large."""

_SCRIPTS = (
    "page.js",
    "waterfall.js",
    "memory.js",
    "flame.js",
    "treemap.js",
    "table.js",
    "profile_tables.js",
    "profile.js",
)
_MARKUP = re.compile("[<>&]")
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")


def render(profile: Profile, options: RenderOptions) -> str:
    """A profile as a page of at most `MOST_BYTES`, in ASCII whatever the names in it, ending in a newline."""
    page = ""
    for most_rows in ROW_LIMITS:
        page = _page(page_content.content(profile, most_rows=most_rows))
        if len(page) <= MOST_BYTES:
            break
    return page


RENDERERS: dict[type, Renderer] = {Profile: render}


def _page(content: dict[str, Any]) -> str:
    style = _template("page.css")
    library = _ascii(_read("vendor", "echarts", "echarts.min.js"))
    script = _ascii("(() => {\n'use strict';\n" + "\n".join(map(_template, _SCRIPTS)) + "})();\n")
    title = f"{content['target']} \u2013 collectbench profile"
    parts = {
        "title": html.escape(title).encode("ascii", "xmlcharrefreplace").decode(),
        "policy": _policy([library, script], style),
        "style": style,
        "echarts": library,
        "script": script,
        "data": _inert(content),
    }
    return _PLACEHOLDER.sub(lambda match: parts[match[1]], _template("profile.html"))


def _policy(scripts: Iterable[str], style: str) -> str:
    """A Content-Security-Policy under which nothing runs but these very texts, and nothing is loaded.

    `data:` is for the empty icon that keeps a browser from asking a server for one.
    """
    allowed = " ".join(map(_digest, scripts))
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_digest(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _inert(content: dict[str, Any]) -> str:
    r"""JSON in which nothing is markup: `<` is `\u003c`, and all that is not ASCII is escaped too."""
    text = json.dumps(content, separators=(",", ":"), allow_nan=False)
    return _MARKUP.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _ascii(script: str) -> str:
    """A script whose strings are escaped like JSON's, which JavaScript's are a superset of."""
    return _FOREIGN.sub(lambda match: json.dumps(match[0])[1:-1], script)


def _read(*path: str) -> str:
    return files("collectbench.render").joinpath(*path).read_text(encoding="utf-8")


_template = partial(_read, "templates")
