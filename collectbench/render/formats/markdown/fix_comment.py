"""A rewrite as Markdown."""

from __future__ import annotations

from collectbench.model.fixes import FixReport, Undone
from collectbench.render.formats.markdown.markup import fenced, join, statement_lines, text
from collectbench.render.parts.escape import as_text
from collectbench.render.parts.fixes import headline, statements, undone_headline, undone_statements
from collectbench.render.parts.options import RenderOptions


def render(report: FixReport, options: RenderOptions) -> str:
    """Return the headline, statements, and the diffs, ending in a newline."""
    diff = as_text("".join(file.diff for file in report.files))
    return join(
        [
            [f"### {text(report.codemod)}: {text(headline(report))}"],
            statement_lines(statements(report, verbose=options.verbose)),
            list(fenced(diff.removesuffix("\n"), "diff")) if diff else [],
        ]
    )


def render_undone(undone: Undone, options: RenderOptions) -> str:
    """Return what was restored, ending in a newline."""
    return join([[f"### {text(undone_headline(undone))}"], statement_lines(undone_statements(undone))])
