"""`--open`: the HTML page of a result, in the user's browser."""

from __future__ import annotations

import tempfile
import webbrowser
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import typer

from collectbench.cli.output import Outlets, Sink

FORMAT = "html"


def with_page(outlets: Outlets) -> Outlets:
    """Outlets that write a page: the user's own, or one in a new directory, since the browser outlives the command."""
    if any(sink.format == FORMAT for sink in outlets.sinks):
        return outlets
    path = Path(tempfile.mkdtemp(prefix="collectbench-")) / "page.html"
    return replace(outlets, sinks=(*outlets.sinks, Sink(format=FORMAT, path=path)))


def open_page(outlets: Outlets, browse: Callable[[str], bool] = webbrowser.open) -> None:
    """Open the page; if no browser can be started, print its path on stderr."""
    path = next(sink.path for sink in outlets.sinks if sink.format == FORMAT).absolute()
    if not browse(path.as_uri()):
        typer.echo(f"--open: no browser could be started; the page is {path}", err=True)
