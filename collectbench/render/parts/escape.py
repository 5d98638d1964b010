"""Text from the measured project, made harmless before it reaches a terminal."""

from __future__ import annotations

import re

# Read from a whole log, as its lines end: with \n, \r or both.
_WORKFLOW_COMMAND = re.compile(r"((?:^|\r)[^\S\r\n]*):(?=:)|#(?=#\[)", re.MULTILINE)


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


def defused(text: str, stand_in: str = r"\x{:02x}") -> str:
    r"""`text` of which GitHub's runner takes no line for a workflow command.

    The runner reads all that a step prints: a line that begins with `::`, blanks before it or not, and one with `##[`
    anywhere. The first character of either is replaced by `stand_in`, made of its code point: `\x3a:error::`.
    Source: ActionCommand.cs of https://github.com/actions/runner.
    """
    return _WORKFLOW_COMMAND.sub(lambda match: _stood_in_for(match, stand_in), text)


def _stood_in_for(match: re.Match[str], stand_in: str) -> str:
    blanks: str | None = match[1]
    return stand_in.format(ord("#")) if blanks is None else blanks + stand_in.format(ord(":"))
