"""Where results go: rendered for stdout and for files."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from collectbench.cli.log import obeys_commands, path_prefix, say
from collectbench.cli.streams import written_to_stdout
from collectbench.model.comparison import Comparison
from collectbench.model.costs import Profile
from collectbench.model.errors import UsageError
from collectbench.model.report import Document, RunReport
from collectbench.model.run import Run
from collectbench.model.target import TargetList
from collectbench.render.formats import FORMATS, format_of_file, formats_for, render, without_commands
from collectbench.render.parts.options import TOP, RenderOptions

COMMANDS = {
    TargetList: "collectbench targets",
    RunReport: "collectbench baseline",
    Comparison: "collectbench compare",
    Profile: "collectbench profile",
}
"""What shows which document."""
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
    """All projects that take the result of a command."""

    format: str
    sinks: tuple[Sink, ...] = ()
    verbose: bool = False
    top: int = TOP

    def write(self, document: Document, *, head: Run | None = None, root: Path | None = None) -> None:
        """Write the document to all files and show it on stdout.

        `head` is the run that a comparison judges, whose samples and paths some formats need. `root` is the folder
        that paths in the document are relative to.

        Raises:
            UsageError: a file or stdout cannot be written, after everything else was.
        """
        prefix = path_prefix(root)
        mistakes = self._write_files(document, head, prefix)  # first: they stay when the terminal is gone
        mistakes += self._show(document, head, prefix)
        if mistakes:
            raise UsageError(*mistakes)

    def _show(self, document: Document, head: Run | None, prefix: str) -> list[str]:
        """Show it on stdout; returns what is wrong where that cannot be done."""
        options = self._options(shutil.get_terminal_size((80, 24)).columns, prefix, color=wants_color(sys.stdout))
        text = render(_with_samples(document, head, self.format), self.format, options)
        if obeys_commands() and self.format != "github":
            text = without_commands(text, self.format)
        if self.format == "json" and isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8")  # as JSON is by definition (RFC 8259), whatever the locale says
        why_not = written_to_stdout(text)
        if self.format == "github":
            _summarize(document, self._options(FILE_WIDTH, prefix, color=False))
        return [f"stdout cannot be written: {why_not}"] if why_not else []

    def _write_files(self, document: Document, head: Run | None, prefix: str) -> list[str]:
        """Write to all files; returns what is wrong with those that cannot be written."""
        from collectbench.store.files import write_atomically

        options = self._options(FILE_WIDTH, prefix, color=False)
        mistakes = []
        for sink in self.sinks:
            text = render(_with_samples(document, head, sink.format), sink.format, options)
            try:
                write_atomically(sink.path, text)
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
        )


def _with_samples(document: Document, head: Run | None, format_name: str) -> Document:
    """A comparison with the run that it judges, which the stored document leaves out and most formats do not show."""
    if format_name == "json" or not isinstance(document, Comparison) or document.head_run is not None:
        return document
    return replace(document, head_run=head)


def _summarize(document: Document, options: RenderOptions) -> None:
    """Add Markdown to the summary of the job, where GitHub Actions says that there is one."""
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if not file:
        return
    try:
        with Path(file).open("a", encoding="utf-8") as summary:
            summary.write(render(document, "markdown", options) + "\n")
    except OSError as error:
        why = error.strerror or error
        say(f"warning: GITHUB_STEP_SUMMARY {file}: cannot be written: {why}; the result is shown without it")


def parse_outlets(
    format_name: str, outputs: Sequence[str] | None, document_type: type, *, verbose: bool, top: int = TOP
) -> Outlets:
    """The outlets of `--format` and `--output [FORMAT=]FILE`; a file without a format tells it by its name.

    Raises:
        UsageError: formats that are unknown or cannot show such a document, files in folders that do not exist.
    """
    known = formats_for(document_type)
    mistakes = [] if format_name in known else [f"--format {format_name}: {_why_not(format_name, known)}"]
    sinks = []
    for output in outputs or ():
        head, equals, tail = output.partition("=")
        named = bool(equals) and (head in FORMATS or ("/" not in head and "." not in head))
        path = Path(tail if named else output)
        chosen = head if named else format_of_file(path.name) or format_name
        if chosen not in known:
            mistakes.append(f"--output {output}: format {chosen}: {_why_not(chosen, known)}")
        elif not path.name or path.is_dir() or not path.parent.is_dir():
            mistakes.append(f"--output {output}: give a file in a folder that exists")
        sinks.append(Sink(format=chosen, path=path))
    if mistakes:
        raise UsageError(*mistakes)
    return Outlets(format=format_name, sinks=tuple(sinks), verbose=verbose, top=top)


def _why_not(format_name: str, known: Sequence[str]) -> str:
    if format_name in FORMATS:
        commands = [COMMANDS[kind] for kind in COMMANDS if kind in FORMATS[format_name].renderers]
        return f"only for {' and '.join(commands)}; there are {', '.join(known)}"
    return f"unknown; there are {', '.join(known)}"


def wants_color(stream: object) -> bool:
    """Whether colour is wanted: NO_COLOR and FORCE_COLOR decide, else whether it is a terminal (https://no-color.org)."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return bool(getattr(stream, "isatty", lambda: False)()) and os.environ.get("TERM") != "dumb"
