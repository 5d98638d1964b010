"""What a run keeps for the next one, and the keys that tell whether it still holds."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import collectbench
from collectbench.checkouts.changes import ChangedFiles
from collectbench.lint import Rule
from collectbench.lint.checking import FileCheck
from collectbench.measure.process.user_state import NoStateDirectoryError, state_of_project
from collectbench.store.lint_cache import LintCache, Signature, digest_of, signature_of
from collectbench.usecases.linting.options import LintOptions
from collectbench.usecases.linting.place import Place
from collectbench.usecases.linting.reading import Reading

_CONFIGURATIONS = (
    ".gitignore",
    "pyproject.toml",
    "setup.py",
    "setup.cfg",
    "tox.ini",
    "pytest.ini",
    "collectbench.toml",
)


_FEW = 50


def cache_directory(root: Path) -> Path | None:
    """Return where the cache of a tree is kept; None if the user has no home."""
    try:
        return state_of_project(root)
    except NoStateDirectoryError:
        return None


def name_of_cache(check: FileCheck) -> str:
    """Return the name of the cache: a run that looks into no functions keeps less, and is not to replace the other."""
    return "lint.cache" if check.with_mentions else "lint-outside-functions.cache"


def key_of_files(check: FileCheck) -> bytes:
    """Return a key that changes with everything that decides what is found in one file, besides its content."""
    return digest_of([*_program(), repr(check.settings).encode(), bytes([check.with_mentions])])


def key_of_report(
    options: LintOptions,
    place: Place,
    rules: tuple[Rule, ...],
    signatures: Mapping[str, Signature | None],
    changes: ChangedFiles | None,
) -> bytes:
    """Return a key that changes with everything that decides what is reported, besides directories that are listed."""
    collection = place.collection
    profiles = (options.profile, place.settings.heavy_profile and place.root / place.settings.heavy_profile)
    texts = [
        str(place.root),
        place.package,
        repr([rule.id for rule in rules]),
        repr(place.settings),
        repr(place.pytest),
        repr(
            (
                sorted(collection.files),
                sorted(collection.tests),
                sorted(collection.unsure),
                collection.is_custom,
                collection.hidden_configurations,
            )
        ),
        repr((options.python, [profile and signature_of(str(profile)) for profile in profiles])),
        repr(None if changes is None else (sorted(changes.changed), sorted(changes.deleted))),
        repr(sorted(place.asked) if len(place.asked) != len(place.files) else "all"),
        repr([signature_of(str(place.root / name)) for name in _CONFIGURATIONS]),
    ]
    return digest_of([*_program(), *map(os.fsencode, texts), os.fsencode(repr(signatures))])


def keep(cache: LintCache, reading: Reading) -> None:
    """Keep what this run has read, if it is more than a few files: to read these again is quicker than to write all."""
    new = sum(cache.entries.get(path) is not entry for path, entry in reading.entries.items())
    gone = len(cache.entries.keys() - reading.entries.keys())
    if new + gone > min(_FEW, len(reading.entries) // 20):
        cache.save(reading.entries)


def _program() -> Iterator[bytes]:
    """This Python, and the files of this program that read sources: they may be those of a working copy."""
    yield sys.version.encode()
    yield collectbench.__version__.encode()
    home = Path(collectbench.__file__).parent
    for room in ("lint", "sources"):
        for file in sorted(home.glob(f"{room}/*.py")):
            yield repr((file.name, (signature_of(str(file)) or ())[:2])).encode()
