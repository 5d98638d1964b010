"""The words for work counters."""

from __future__ import annotations

NOUNS = {
    "modules": ("module", "modules"),
    "compiled": ("compiled file", "compiled files"),
    "rewritten": ("rewritten test file", "rewritten test files"),
    "opens": ("opened file", "opened files"),
    "listings": ("listed folder", "listed folders"),
    "sockets": ("use of sockets", "uses of sockets"),
    "subprocesses": ("subprocess", "subprocesses"),
    "items": ("item", "items"),
    "hook_calls": ("hook call", "hook calls"),
    "function_starts": ("function start", "function starts"),
}
"""One, and several, of what each counts; in the order in which they are shown."""

DIFFERS, ONCE = "differs from round to round", "was counted only once"
"""Why a counter decides nothing."""
