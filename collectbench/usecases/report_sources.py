"""The stored documents that a report is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from collectbench.config import Config
from collectbench.model.comparison import Comparison
from collectbench.model.costs import Profile
from collectbench.model.diagnosis import Diagnosis
from collectbench.model.errors import BaselineError, UsageError
from collectbench.model.fixes import FixReport
from collectbench.model.handover import Stamp
from collectbench.model.history import History
from collectbench.model.lint import LintReport
from collectbench.model.run import Run
from collectbench.model.verification import Verification
from collectbench.store.documents import COMPARISON, DIAGNOSIS, FIX, HISTORY, LINT, PROFILE, RUN, VERIFICATION, Kind
from collectbench.store.files import kind_of_file, read_document
from collectbench.usecases.history.showing import show_history

T = TypeVar("T")
_KINDS: tuple[Kind[Any], ...] = (RUN, COMPARISON, PROFILE, LINT, FIX, DIAGNOSIS, VERIFICATION, HISTORY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamped(Generic[T]):
    """A document, and where it comes from."""

    stamp: Stamp
    document: T


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """All documents of a report by their kind, each the earliest first."""

    runs: tuple[Stamped[Run], ...] = ()
    comparisons: tuple[Stamped[Comparison], ...] = ()
    profiles: tuple[Stamped[Profile], ...] = ()
    lint: tuple[Stamped[LintReport], ...] = ()
    rewrites: tuple[Stamped[FixReport], ...] = ()
    diagnoses: tuple[Stamped[Diagnosis], ...] = ()
    verifications: tuple[Stamped[Verification], ...] = ()
    histories: tuple[Stamped[History], ...] = ()


def read_sources(files: Sequence[Path], config: Config) -> Sources:
    """Read the documents of a report. A directory is a history, whose costs the configuration tells.

    Raises:
        BaselineError: a file is missing, damaged, or of another kind.
        UsageError: there are more than two runs or lint reports, or more than one comparison or history; a directory
            is not a history.
    """
    found: list[Stamped[Any]] = []
    problems: list[str] = []
    by_name = {kind.name: kind for kind in _KINDS}
    for file in files:
        try:
            if file.is_dir():
                found.append(_stamped(str(file), show_history(file, (), config)))
                continue
            name = kind_of_file(file)
            if name in by_name:
                found.append(_stamped(str(file), read_document(file, by_name[name])))
            else:
                known = ", ".join(each.removeprefix("collectbench.") for each in by_name)
                problems.append(f"{file}: a {name}; a report is made of {known}")
        except BaselineError as error:
            problems += map(str, error.reasons)
    if problems:
        raise BaselineError(*problems)
    found.sort(key=lambda each: each.stamp.created)
    sources = Sources(
        runs=_of(found, Run),
        comparisons=_of(found, Comparison),
        profiles=_of(found, Profile),
        lint=_of(found, LintReport),
        rewrites=_of(found, FixReport),
        diagnoses=_of(found, Diagnosis),
        verifications=_of(found, Verification),
        histories=_of(found, History),
    )
    _refuse_more(sources.runs, 2, "runs", "give the one before and the one after")
    _refuse_more(sources.lint, 2, "lint reports", "give the one before and the one after")
    _refuse_more(sources.comparisons, 1, "comparisons", "give one")
    _refuse_more(sources.histories, 1, "histories", "give one")
    return sources


def _stamped(file: str, document: Any) -> Stamped[Any]:
    stamp = Stamp(file=file, created=document.created, commit=getattr(document, "commit", None))
    return Stamped(stamp=stamp, document=document)


def _of(found: Sequence[Stamped[Any]], kind: type[T]) -> tuple[Stamped[T], ...]:
    return tuple(each for each in found if isinstance(each.document, kind))


def _refuse_more(found: Sequence[Stamped[Any]], most: int, noun: str, remedy: str) -> None:
    if len(found) > most:
        files = ", ".join(each.stamp.file for each in found)
        raise UsageError(f"FILE: {len(found)} {noun} ({files}); {remedy}")
