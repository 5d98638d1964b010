"""The names of work counters in messages."""

from __future__ import annotations

NOUNS = {
    "modules": ("module", "modules"),
    "compiled": ("compiled file", "compiled files"),
    "rewritten": ("rewritten test file", "rewritten test files"),
    "opens": ("opened file", "opened files"),
    "listings": ("listed directory", "listed directories"),
    "sockets": ("use of sockets", "uses of sockets"),
    "subprocesses": ("subprocess", "subprocesses"),
    "items": ("item", "items"),
    "hook_calls": ("hook call", "hook calls"),
    "function_starts": ("function start", "function starts"),
}
"""The singular and plural noun for each counter, in the order in which the counters are shown."""

DIFFERS, ONCE = "differs from round to round", "was counted only once"
"""Why a counter is not judged; both continue `it …`."""
