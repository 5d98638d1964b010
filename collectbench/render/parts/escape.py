"""Text from the measured project, made harmless before it reaches a terminal or the log of a CI service."""

from __future__ import annotations

import re

IN_PYTHON, IN_JSON, IN_XML, IN_LABELS = r"\x{:02x}", r"\u{:04x}", "&#x{:x};", r"\\x{:02x}"
"""How a character is written by its code point: as Python does, in JSON, in XML, in labels of OpenMetrics."""

# GitHub's runner reads a whole log. A line there ends in \n, in \r or in both.
_WORKFLOW_COMMAND = re.compile(r"((?:^|\r)[^\S\r\n]*):(?=:)|#(?=#\[)", re.MULTILINE)

_OTHER_SURROGATE = re.compile("[\ud800-\udc7f\udd00-\udfff]")
"""Lone surrogates that stand for no byte."""


def printable(text: str, *, keep_newlines: bool = False) -> str:
    r"""Return `text` with an escape for each character that is not plainly visible: `\x1b`, `\u202e`, `\ud800`.

    The rule is `str.isprintable`, as in Python's own `repr`. It escapes control and format characters
    (bidirectional overrides, zero-width ones), line separators, lone surrogates, unassigned and
    private code points, and blanks other than the space. With `keep_newlines` lines
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


def as_text(text: str) -> str:
    r"""Return `text` with `\xe9` for each lone surrogate that stands for a byte, as `os.fsdecode` has them."""
    bytes_alone = _OTHER_SURROGATE.sub(lambda match: _escape(match[0]), text)
    return bytes_alone.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def defuse(text: str, escape: str = IN_PYTHON) -> str:
    r"""Return `text` without any line that GitHub's runner takes for a workflow command.

    The runner reads all that a step prints. A command is a line that begins with `::`, with or without blanks before
    it, or that holds `##[` anywhere. The first character of either becomes `escape`, filled with its code point:
    `\x3a:error::`. Source: ActionCommand.cs of https://github.com/actions/runner.
    """
    return _WORKFLOW_COMMAND.sub(lambda match: _escape_command(match, escape), text)


def _escape_command(match: re.Match[str], escape: str) -> str:
    blanks: str | None = match[1]
    return escape.format(ord("#")) if blanks is None else blanks + escape.format(ord(":"))
