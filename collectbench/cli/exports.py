"""`--export FILE`: the outcomes of all tests, for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from collectbench.cli.output import Outlets, Sink
from collectbench.model.errors import UsageError

FORMATS = {".xml": "junit", ".json": "json"}
"""The formats of exported files, by the end of their names."""


def with_exports(outlets: Outlets, files: Sequence[str]) -> Outlets:
    """The outlets with one for each exported file.

    Raises:
        UsageError: a file's name tells no format, or its directory does not exist.
    """
    mistakes, sinks = [], []
    for name in files:
        path = Path(name)
        chosen = FORMATS.get(path.suffix)
        if chosen is None:
            mistakes.append(f"--export {name}: give a file that ends in {' or '.join(FORMATS)}")
        elif path.is_dir() or not path.parent.is_dir():
            mistakes.append(f"--export {name}: give a file in a directory that exists")
        else:
            sinks.append(Sink(format=chosen, path=path))
    if mistakes:
        raise UsageError(*mistakes)
    return replace(outlets, sinks=(*outlets.sinks, *sinks))
