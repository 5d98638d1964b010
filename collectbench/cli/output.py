"""Writes a result: rendered for stdout and for files."""

from __future__ import annotations

import io
import os
import shutil
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from collectbench.cli.log import obeys_commands, path_prefix, say
from collectbench.cli.streams import ERRORS
from collectbench.model.comparison import Comparison
from collectbench.model.errors import UsageError
from collectbench.model.fixes import FixReport
from collectbench.model.reason import Advice
from collectbench.model.report import Document
from collectbench.model.run import Run
from collectbench.render.formats import render, without_commands
from collectbench.render.parts.options import TOP, RenderOptions

BYTES = "surrogateescape"
"""Lone surrogates are written as the bytes that they stand for."""
FILE_WIDTH = 100
"""Columns of text that goes to a file."""
PROFILE_HINT = "For all rows and flame graphs, see the HTML page: --open or --output html=FILE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sink:
    """A file that takes the result as well, in its own format."""

    format: str
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlets:
    """Everything that takes the result of a command: stdout in one format, and files."""

    format: str
    sinks: tuple[Sink, ...] = ()
    verbose: bool = False
    top: int = TOP
    next_steps: tuple[Advice, ...] = ()

    def write(self, document: Document, *, head: Run | None = None, root: Path | None = None) -> None:
        """Write the document to all files and show it on stdout.

        `head` is the run that a comparison judges, whose samples and paths some formats need. Paths in the
        document are relative to `root`.

        Raises:
            UsageError: a file cannot be written, after everything else was.
        """
        prefix = path_prefix(root)
        mistakes = self._write_files(document, head, prefix)  # first: they stay when the terminal is gone
        self._show(document, head, prefix, root)
        if mistakes:
            raise UsageError(*mistakes)

    def _show(self, document: Document, head: Run | None, prefix: str, root: Path | None) -> None:
        """Show it on stdout."""
        columns = shutil.get_terminal_size((80, 24)).columns
        options = self._options(columns, prefix, color=wants_color(sys.stdout))
        options = replace(options, local_prefix=_from_here(root), for_terminal=_is_terminal(sys.stdout))
        text = render(_with_samples(document, head, self.format), self.format, options)
        if obeys_commands() and self.format != "github":
            text = without_commands(text, self.format)
        if isinstance(sys.stdout, io.TextIOWrapper):
            if self.format == "json":
                sys.stdout.reconfigure(encoding="utf-8")  # by definition (RFC 8259), whatever the locale says
            elif _holds_bytes(document, self.format) and not options.for_terminal:
                sys.stdout.reconfigure(encoding="utf-8", errors=BYTES)
        sys.stdout.write(text)
        sys.stdout.flush()
        if self.format == "github":
            _summarize(document, self._options(FILE_WIDTH, prefix, color=False))

    def _write_files(self, document: Document, head: Run | None, prefix: str) -> list[str]:
        """Write to all files; returns a mistake for each that cannot be written."""
        from collectbench.store.files import write_atomically

        options = self._options(FILE_WIDTH, prefix, color=False)
        mistakes = []
        for sink in self.sinks:
            text = render(_with_samples(document, head, sink.format), sink.format, options)
            try:
                write_atomically(sink.path, text, BYTES if _holds_bytes(document, sink.format) else ERRORS)
            except OSError as error:
                mistakes.append(f"--output {sink.path}: cannot be written: {error.strerror or error}")
        return mistakes

    def _options(self, width: int, prefix: str, *, color: bool) -> RenderOptions:
        return RenderOptions(
            width=width,
            color=color,
            verbose=self.verbose,
            top=self.top,
            profile_hint=PROFILE_HINT,
            path_prefix=prefix,
            next_steps=self.next_steps,
        )


def _from_here(root: Path | None) -> str:
    """The path from the current directory to `root`, ending in `/`; empty if they are the same or unknown."""
    if root is None:
        return ""
    way = os.path.relpath(root)
    return "" if way == "." else f"{way}/"


def _holds_bytes(document: Document, format_name: str) -> bool:
    """Whether the text has a diff in it, whose bytes are those of the user's files."""
    return isinstance(document, FixReport) and format_name == "text"


def _with_samples(document: Document, head: Run | None, format_name: str) -> Document:
    """A comparison with the run that it judges: a stored document lacks it, and few formats show it."""
    if format_name == "json" or not isinstance(document, Comparison) or document.head_run is not None:
        return document
    return replace(document, head_run=head)


def _summarize(document: Document, options: RenderOptions) -> None:
    """Add Markdown to the summary of the job, if GitHub Actions names a file for it."""
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if not file:
        return
    try:
        with Path(file).open("a", encoding="utf-8") as summary:
            summary.write(render(document, "markdown", options) + "\n")
    except OSError as error:
        why = error.strerror or error
        say(f"warning: GITHUB_STEP_SUMMARY {file}: cannot be written: {why}; the result is shown without it")


def wants_color(stream: object) -> bool:
    """Whether to use colour: NO_COLOR and FORCE_COLOR decide, else whether it is a terminal (https://no-color.org)."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return _is_terminal(stream) and os.environ.get("TERM") != "dumb"


def _is_terminal(stream: object) -> bool:
    return bool(getattr(stream, "isatty", lambda: False)())
