"""Text from the measured project, made harmless before it reaches a terminal."""

from __future__ import annotations


def printable(text: str, *, keep_newlines: bool = False) -> str:
    r"""`text` with everything that is not plainly visible shown as an escape: `\x1b`, `\u202e`, `\ud800`.

    What counts is `str.isprintable`, the rule of Python's own `repr`: control and format characters
    (bidirectional overrides, zero-width ones), line separators, lone surrogates, unassigned and
    private code points, and blanks other than the space are escaped. With `keep_newlines` lines
    stay lines, and tabs become blanks.
    """
    if keep_newlines:
        lines = text.replace("\r\n", "\n").split("\n")
        return "\n".join(printable(line.expandtabs(4)) for line in lines)
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escape(char) for char in text)


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
