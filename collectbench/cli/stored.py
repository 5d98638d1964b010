"""`--from FILE`: a stored document instead of rounds."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import typer

from collectbench.cli import refusals
from collectbench.model.costs import Profile
from collectbench.model.diagnosis import Diagnosis
from collectbench.store.documents import Kind
from collectbench.usecases.mistakes import Mistakes
from collectbench.usecases.stored import Stored, read_stored

T = TypeVar("T", Profile, Diagnosis)


def stored_document(context: typer.Context, file: Path, kind: Kind[T], mistakes: Mistakes) -> Stored[T]:
    """The document in a file. Options that concern rounds are refused, since there are none.

    Raises:
        UsageError: all mistakes so far.
        BaselineError: the file does not hold such a document.
    """
    refusals.refuse(refusals.FOR_A_STORED_DOCUMENT, context, mistakes)
    if context.obj.pytest_args:
        mistakes.add("--: --from shows a stored file, so pytest is not called; omit all that follows it")
    mistakes.raise_all()
    config = context.params["config"]
    return read_stored(Path(file), kind, None if config is None else Path(config))
