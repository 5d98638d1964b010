"""Skims a source with patterns for what it may refer to: quick, and it finds more than there is.

Strings and comments that look like imports count as well. `references` tells which are some.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterator

_NAME = rb"[\w.\x80-\xff]+"
_STATEMENT = re.compile(
    rb"\n[ \t\f]*(?:lazy[ \t]+)?(?:"
    rb"from[ \t]*(" + _NAME + rb")[ \t]*import\b[ \t]*(\([^)#]*(?:#[^\n]*\n[^)#]*)*\)|[^\n;#]*)"
    rb"|import[ \t]+(" + _NAME + rb"[^\n;#]*))"
)
_AFTER = tuple(
    re.compile(mark + rb"[ \t]*(?:from[ \t]*" + _NAME + rb"[ \t]*import\b|import[ \t]+\w)") for mark in (rb";", rb":")
)
_CONTINUED = re.compile(rb"(?:from|import)[^\n]*\\\r?\n")
"""Imports that `_STATEMENT` does not see whole: after a semicolon or colon, or over several lines by a backslash."""
_LONE_RETURN = re.compile(rb"\r(?!\n)")
"""Ends a line too, as on old Macs."""
_STRING = re.compile(
    rb"(?:patch(?:\.multiple|\.dict)?|setattr|delattr|import_module|__import__)\(\s*(?:target[ \t]*=[ \t]*)?"
    rb"""["']([A-Za-z_]\w*(?:\.\w+)*)["']"""
)
_CALLS = (b"patch", b"etattr(", b"elattr(", b"import_module", b"__import__")
"""One of these is in each source that `_STRING` matches. Most have none, and a pattern takes longer than `in`."""


def skim(source: bytes) -> frozenset[str] | None:
    """Return what the source may refer to: `module`, `module:name`, or `=path` for strings; dots lead relative ones.

    None if the source has imports in a form that only a parser can read.
    """
    if is_odd(source):
        return None
    return frozenset(text for text, _ in mentions_in(source))


def is_odd(source: bytes) -> bool:
    """Whether the source may have imports that `_STATEMENT` does not see whole, or lines that end in another way."""
    if b"\r" in source and _LONE_RETURN.search(source):
        return True
    return any(pattern.search(source) for pattern in _AFTER) or (
        b"\\\n" in source and _CONTINUED.search(source) is not None
    )


def mentions_in(source: bytes) -> Iterator[tuple[str, int]]:
    """Yield what the source may refer to, with the position in it."""
    if source.startswith(BOM_UTF8):
        source = b" " * len(BOM_UTF8) + source[len(BOM_UTF8) :]
    # An unclosed parenthesis ends with the file: without an end, each of them would be looked for up to there.
    for match in _STATEMENT.finditer(b"\n" + source + b"\n)"):
        module, names, modules = match.groups()
        start = match.end() - 1  # of a statement over several lines, any position will do that lies in it
        if modules:
            for part in modules.split(b","):
                if words := part.split():
                    yield words[0].decode("utf-8", "replace"), start
            continue
        if names[:1] == b"(":
            names = b" ".join(line.partition(b"#")[0] for line in names[1:-1].split(b"\n"))
        for part in names.split(b","):
            if words := part.split():
                yield (module + b":" + words[0]).decode("utf-8", "replace"), start
    for match in _STRING.finditer(source) if any(call in source for call in _CALLS) else ():
        yield f"={match.group(1).decode()}", match.start()
