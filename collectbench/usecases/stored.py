"""Stored documents, to be shown again without a round."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from collectbench.model.costs import Profile
from collectbench.model.diagnosis import Diagnosis
from collectbench.model.errors import BaselineError
from collectbench.model.reason import Reason
from collectbench.store.documents import PROFILE, Kind
from collectbench.store.files import read_document
from collectbench.usecases.configuration import read_config
from collectbench.usecases.starting_place import root_of_stored

T = TypeVar("T", Profile, Diagnosis)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored(Generic[T]):
    """A document, and the directory that its paths are relative to."""

    document: T
    root: Path


def read_stored(file: Path, kind: Kind[T], config_file: Path | None) -> Stored[T]:
    """Returns the document in the file of `--from`.

    Raises:
        BaselineError: the file is missing, unreadable, damaged, of another kind or of a newer schema.
        UsageError: the configuration has mistakes.
    """
    config = read_config(config_file, Path.cwd())
    try:
        document = read_document(file, kind)
    except BaselineError as error:
        command = "profile" if kind.name == PROFILE.name else "diagnose"
        remedy = f"write one with collectbench {command} --output FILE.json"
        reasons = (Reason(fact=f"--from {each.fact}", remedies=(remedy,)) for each in error.reasons)
        raise BaselineError(*reasons) from error
    return Stored(document=document, root=root_of_stored(config, document.environment.started_in, Path.cwd()))
