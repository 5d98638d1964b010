"""Texts that try to break out of a page, and what a page shows instead."""

from __future__ import annotations

from collections.abc import Sequence

NASTY = (
    "</script><script>window.owned = 1</script>",
    "<script>window.owned = 1</script>",
    "<img src=x onerror='window.owned = 1'>",
    "<!-- <script>",
    "&lt;b&gt; &amp; \"double\" 'single' `tick`",
    "{a|rich} {{data}} {b} ${1} $& \\u003c",
    "tab\there\x00nul\x1b[31mred\x7f",
    "line\u2028and\u2029paragraph",
    "turned \u202eback",
    "lone \ud800 surrogate",
    "ünïcode/☃/\U0001d518",
    "__proto__",
    "constructor",
    "package.__proto__",
)


def shown(texts: Sequence[str] = NASTY) -> set[str]:
    """NASTY as a page shows it: what is not plainly visible is escaped."""
    escaped = [r"tab\there\x00nul\x1b[31mred\x7f", r"line\u2028and\u2029paragraph", r"turned \u202eback"]
    return {*texts[:6], *escaped, r"lone \ud800 surrogate", *texts[10:]}
