"""A rewrite as text for a terminal: a diff that `git apply` reads, then what to know about it."""

from __future__ import annotations

from collectbench.model.fixes import Fate, FixReport, Undone
from collectbench.render.formats.text.terminal import (
    BOLD,
    CYAN,
    GREEN,
    RED,
    YELLOW,
    all_statement_lines,
    join_blocks,
    sentence,
    style,
)
from collectbench.render.parts.escape import as_text, printable
from collectbench.render.parts.fixes import headline, statements, undone_headline, undone_statements
from collectbench.render.parts.options import RenderOptions

_HARMLESS = str.maketrans("", "", "\t\r\f")
"""Control characters that sources hold, and that do nothing to a terminal."""


def render(report: FixReport, options: RenderOptions) -> str:
    """Return the diff of each proposed edit, and statements, ending in a newline. Lines of a diff are never folded.

    Lone surrogates in a diff stand for bytes that are not UTF-8, as `os.fsdecode` has them.
    """
    diffs = (file.diff for file in report.files if file.fate is Fate.PROPOSED)
    color = YELLOW if report.number(Fate.TAKEN_BACK) or report.failures else GREEN
    return join_blocks(
        [
            [line for diff in diffs for line in _diff_lines(diff, options)],
            all_statement_lines(statements(report, verbose=options.verbose), options),
            [style(line, f"{BOLD};{color}", options) for line in sentence(headline(report), options.width)],
        ]
    )


def render_undone(undone: Undone, options: RenderOptions) -> str:
    """Return what was restored, ending in a newline."""
    lines = sentence(undone_headline(undone), options.width)
    return join_blocks(
        [
            all_statement_lines(undone_statements(undone), options),
            [style(line, f"{BOLD};{YELLOW if undone.left else GREEN}", options) for line in lines],
        ]
    )


def _diff_lines(diff: str, options: RenderOptions) -> list[str]:
    lines = []
    for line in diff.removesuffix("\n").split("\n"):
        harmless = not options.for_terminal or line.translate(_HARMLESS).isprintable()
        shown = line if harmless else printable(as_text(line))
        lines.append(style(shown, _color(line), options))
    return lines


def _color(line: str) -> str:
    if line.startswith(("--- ", "+++ ")):
        return BOLD
    return {"+": GREEN, "-": RED, "@": CYAN}.get(line[:1], "")
