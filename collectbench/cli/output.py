"""Where results go: rendered for stdout and for files."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from collectbench.model.errors import UsageError
from collectbench.model.report import Document
from collectbench.render import FORMATS, render

SUFFIXES = {".json": "json", ".md": "markdown", ".markdown": "markdown", ".txt": "text"}
FILE_WIDTH = 100
"""Columns of text that goes to a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sink:
    """A file that takes the result as well, in its own format."""

    format: str
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlets:
    """All places that take the result of a command."""

    format: str
    sinks: tuple[Sink, ...] = ()
    verbose: bool = False

    def write(self, document: Document) -> None:
        """Show the document on stdout and write it to all files.

        Raises:
            UsageError: a file cannot be written, after everything else was.
        """
        from collectbench.store.files import write_atomically

        width = shutil.get_terminal_size((80, 24)).columns
        text = render(document, self.format, width=width, color=wants_color(sys.stdout), verbose=self.verbose)
        if self.format == "json" and isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8")  # as JSON is by definition (RFC 8259), whatever the locale says
        sys.stdout.write(text)
        sys.stdout.flush()
        mistakes = []
        for sink in self.sinks:
            text = render(document, sink.format, width=FILE_WIDTH, color=False, verbose=self.verbose)
            try:
                write_atomically(sink.path, text)
            except OSError as error:
                mistakes.append(f"--output {sink.path}: cannot be written: {error.strerror or error}")
        if mistakes:
            raise UsageError(*mistakes)


def parse_outlets(format_name: str, outputs: Sequence[str] | None, *, verbose: bool) -> Outlets:
    """The outlets of `--format` and `--output [FORMAT=]FILE`; a file without a format tells it by its suffix.

    Raises:
        UsageError: unknown formats, files in folders that do not exist.
    """
    mistakes = [] if format_name in FORMATS else [f"--format {format_name}: unknown; there are {_formats()}"]
    sinks = []
    for output in outputs or ():
        head, equals, tail = output.partition("=")
        named = bool(equals) and (head in FORMATS or ("/" not in head and "." not in head))
        path = Path(tail if named else output)
        chosen = head if named else SUFFIXES.get(path.suffix, format_name)
        if chosen not in FORMATS:
            mistakes.append(f"--output {output}: unknown format {chosen!r}; there are {_formats()}")
        elif not path.name or path.is_dir() or not path.parent.is_dir():
            mistakes.append(f"--output {output}: give a file in a folder that exists")
        sinks.append(Sink(format=chosen, path=path))
    if mistakes:
        raise UsageError(*mistakes)
    return Outlets(format=format_name, sinks=tuple(sinks), verbose=verbose)


def _formats() -> str:
    return ", ".join(FORMATS)


def wants_color(stream: object) -> bool:
    """Whether colour is wanted: NO_COLOR and FORCE_COLOR decide, else whether it is a terminal (https://no-color.org)."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return bool(getattr(stream, "isatty", lambda: False)()) and os.environ.get("TERM") != "dumb"
