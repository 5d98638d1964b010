"""The elements of text for a terminal: styles and statements."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable

from collectbench.model.reason import is_command
from collectbench.render.parts.escape import printable
from collectbench.render.parts.layout import display_width, fill, fold
from collectbench.render.parts.options import RenderOptions
from collectbench.render.parts.prose import Statement

_BREAK = re.compile(r"(?<!\d) | (?!(?:m?s|%|[KMG]iB)(?:\W|$))")

RED, GREEN, YELLOW, CYAN, BOLD, DIM = "31", "32", "33", "36", "1", "2"
STYLES = {
    **dict.fromkeys(("pass", "ok", "found"), GREEN),
    **dict.fromkeys(("fail", "error", "failed", "crashed", "timeout", "collection-errors"), RED),
    **dict.fromkeys(("inconclusive", "incomparable", "empty", "goal", "warning", "miss", "not found"), YELLOW),
    **dict.fromkeys(("hint", "note", "fix", "cost", "step"), CYAN),
    **dict.fromkeys(("floor", "unknown"), DIM),
}


def join_blocks(blocks: Iterable[list[str]]) -> str:
    """Return blocks of lines with an empty line between them, ending in a newline; empty blocks are omitted."""
    return "\n\n".join("\n".join(block) for block in blocks if any(block)) + "\n"


def style(text: str, code: str, options: RenderOptions) -> str:
    """Return `text` in an ANSI style if the reader wants colour."""
    return f"\x1b[{code}m{text}\x1b[0m" if options.color and text and code else text


def dim(lines: Iterable[str], options: RenderOptions) -> list[str]:
    """Return lines in a faint style."""
    return [style(line, DIM, options) for line in lines]


def flow(pieces: Iterable[str], width: int) -> list[str]:
    """Return pieces with dots between them, in as many lines as they need."""
    return fill(map(printable, pieces), width, separator=" · ", indent="")


def titled(title: str, pieces: Iterable[str], width: int) -> list[str]:
    """Return a title with pieces below it, indented."""
    return [*sentence(f"{title}:", width), *("  " + line for line in flow(pieces, width - 2))]


def sentence(text: str, width: int) -> list[str]:
    """Return a text in as many lines as it needs; a number stays with its unit."""
    return fill(_BREAK.split(printable(text)), width)


def statement_lines(statement: Statement, options: RenderOptions) -> list[str]:
    """Return `word: text`, and the detail below it, indented and folded."""
    word = statement.word
    first, *rest = sentence(f"{word}: {statement.text}", options.width)
    styled = style(word, STYLES.get(word, ""), options) + first[len(word) :]
    detail = printable(statement.detail, keep_newlines=True).splitlines()
    return [styled, *rest, *(part for line in detail for part in _detail_lines(line.rstrip(), options.width))]


def _detail_lines(line: str, width: int) -> list[str]:
    """Return a line of a statement's detail, folded; a command in lines that a shell takes for one."""
    if is_command(line):
        return command_lines(line.strip(), width)
    return ["  " + part for part in fold(line, width - 2)]


def command_lines(command: str, width: int) -> list[str]:
    """Return a command, indented, in lines that end in a backslash if there are more; a long word is never cut."""
    first, *words = map(shlex.quote, shlex.split(command))
    lines = [f"  {first}"]
    for word in _with_values(words):
        if display_width(f"{lines[-1]} {word} \\") <= width:
            lines[-1] += f" {word}"
        else:
            lines[-1] += " \\"
            lines.append(f"    {word}")
    return lines


def _with_values(words: Iterable[str]) -> list[str]:
    """Return the words of a command; each option has its value beside it."""
    joined: list[str] = []
    for word in words:
        if joined and joined[-1].startswith("-") and " " not in joined[-1] and not word.startswith("-"):
            joined[-1] += f" {word}"
        else:
            joined.append(word)
    return joined


def all_statement_lines(statements: Iterable[Statement], options: RenderOptions) -> list[str]:
    """Return the lines of all statements, one after the other."""
    return [line for statement in statements for line in statement_lines(statement, options)]
