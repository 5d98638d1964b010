"""An HTML page that needs no other file: it holds styles, scripts, charts and data, and it loads nothing."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from importlib.resources import files
from typing import Any

MOST_BYTES = 10 * 1024 * 1024
"""The largest useful page: browsers take seconds to open a larger one, and mail servers refuse it."""

_COMMON_SCRIPT = "page.js"
_MARKUP = re.compile("[<>&]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")


def page(title: str, bodies: Sequence[str], scripts: Sequence[str], content: Mapping[str, Any]) -> str:
    """Return a page in ASCII, ending in a newline.

    Args:
        title: the text of the browser's tab, raw.
        bodies: the templates with the elements of the page, in this order.
        scripts: the templates that run after the common script and the charts, in this order, in one function.
        content: the data that the scripts read, raw: they must show it as text, never as HTML.

    Raises:
        ValueError: a number in `content` is not finite.
    """
    style = _read_template("page.css")
    charts = _escape_script(_read("vendor", "echarts", "echarts.min.js"))
    sources = "\n".join(map(_read_template, (_COMMON_SCRIPT, *scripts)))
    script = _escape_script(f"(() => {{\n'use strict';\n{sources}}})();\n")
    parts = {
        "policy": _policy([charts, script], style),
        "title": html.escape(title).encode("ascii", "xmlcharrefreplace").decode(),
        "style": style,
        "body": "".join(map(_read_template, bodies)).rstrip("\n"),
        "data": _inert_json(content),
        "echarts": charts,
        "script": script,
    }
    return _PLACEHOLDER.sub(lambda match: parts[match[1]], _read_template("page.html"))


def _policy(scripts: Iterable[str], style: str) -> str:
    """Return a Content-Security-Policy that allows exactly these scripts and this style, and loads nothing.

    `data:` allows the empty icon, without which a browser asks a server for one.
    """
    allowed = " ".join(map(_digest, scripts))
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_digest(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _inert_json(content: Mapping[str, Any]) -> str:
    r"""Return JSON without any markup: `<` is `\u003c`, and all characters are ASCII."""
    text = json.dumps(content, separators=(",", ":"), allow_nan=False)
    return _MARKUP.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _escape_script(script: str) -> str:
    """Return a script in ASCII. The escapes are those of JSON, which strings of JavaScript understand."""
    return _NOT_ASCII.sub(lambda match: json.dumps(match[0])[1:-1], script)


def _read(*path: str) -> str:
    return files("collectbench.render").joinpath(*path).read_text(encoding="utf-8")


_read_template = partial(_read, "templates")
