"""Runs by name: `<name>.json`, and `<name>.partial.json` for the finished part of an interrupted run."""

from __future__ import annotations

import dataclasses
import stat
import unicodedata
from pathlib import Path

from collectbench.model.errors import BaselineError, UsageError
from collectbench.model.reason import Action, Reason, Remedy
from collectbench.model.run import Run, TargetResult
from collectbench.store.documents import RUN, to_document
from collectbench.store.files import read_document, write_atomically
from collectbench.store.layout import layout

SUFFIX = ".json"
_PARTIAL = ".partial"
_LONGEST = 200
"""Bytes of a name. File systems allow 255 for a file's name, and the suffixes need some."""


def baseline_path(directory: Path, name: str) -> Path:
    """Return the file of the baseline of that name.

    Raises:
        UsageError: the name is not a valid file name on all systems, or would hide or confuse the file.
    """
    if mistake := _mistake(name):
        raise UsageError(
            Reason(
                fact=f"the baseline name {name!r} {mistake}",
                remedies=(Remedy(action=Action.RENAME_BASELINE),),
            )
        )
    return directory / f"{name}{SUFFIX}"


def partial_path(directory: Path, name: str) -> Path:
    """Return the file for the finished part of an interrupted run: beside the baseline, never over it.

    Raises:
        UsageError: as for `baseline_path`.
    """
    return baseline_path(directory, name).with_name(f"{name}{_PARTIAL}{SUFFIX}")


def save_run(run: Run, directory: Path, name: str) -> Path:
    """Save a run under a name, over the one before; returns the file.

    Raises:
        UsageError: as for `baseline_path`.
        BaselineError: the file cannot be written; the one before is untouched.
    """
    return _save(run, baseline_path(directory, name))


def save_partial(run: Run, directory: Path, name: str) -> Path:
    """Save the finished part of an interrupted run; returns the file. Raises as `save_run`."""
    return _save(run, partial_path(directory, name))


def require_regular(path: Path) -> None:
    """Do nothing if a path is a file, a directory, or missing: reading it shows the reason.

    Raises:
        BaselineError: it is a symbolic link, which may lead anywhere, or a pipe, which may block for ever.
    """
    try:
        mode = path.lstat().st_mode
    except (OSError, ValueError):
        return
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        kind = "a symbolic link" if stat.S_ISLNK(mode) else "a pipe or a device"
        raise BaselineError(f"{path} is {kind}, and a baseline must be a regular file; put a copy of it there")


def load_run(path: Path) -> Run:
    """Read the run in a file.

    Raises:
        BaselineError: as for `read_document`.
    """
    return read_document(path, RUN)


def list_baselines(directory: Path) -> tuple[str, ...]:
    """Return the names of the baselines in a directory, sorted; empty if the directory is missing."""
    names = (path.name.removesuffix(SUFFIX) for path in directory.glob(f"*{SUFFIX}"))
    return tuple(sorted(name for name in names if not _mistake(name)))


def baseline_file(directory: Path, name_or_file: str) -> Path:
    """Return the place of a baseline, given by name or, with a separator or `.json` in it, by path.

    Raises:
        UsageError: neither a path nor a possible name.
    """
    is_file = "/" in name_or_file or name_or_file.lower().endswith(SUFFIX)
    return Path(name_or_file) if is_file else baseline_path(directory, name_or_file)


def find_baseline(directory: Path, name_or_file: str) -> Path:
    """Return the file of a baseline, given as in `baseline_file`.

    Raises:
        UsageError: as for `baseline_file`.
        BaselineError: there is no such file; the message names the existing baselines. Or it is not a regular file.
    """
    path = baseline_file(directory, name_or_file)
    require_regular(path)
    if not is_missing(path):
        return path
    existing = ", ".join(list_baselines(directory)) or "none"
    raise BaselineError(
        Reason(
            fact=f"there is no baseline {name_or_file!r} (baselines in {directory}: {existing})",
            remedies=(Remedy(action=Action.SAVE_BASELINE, value=name_or_file if _can_be_saved(name_or_file) else ""),),
        )
    )


def merge_targets(existing: Run, new: Run) -> Run:
    """Return an existing baseline with the targets of a new run, and its suite if it has one, in their places.

    Environment, commit and settings are the new run's. Results that stay from the existing baseline keep their
    limits, and say in their notes when and at which commit they were measured.
    """
    measured = {target.name: target for target in new.targets}
    kept = {target.name: _kept(target, existing) for target in existing.targets}
    suite = new.suite or (existing.suite and _kept(existing.suite, existing))
    limits = {name: limit for name, limit in existing.config.limits.items() if name not in measured}
    return dataclasses.replace(
        new,
        config=dataclasses.replace(new.config, limits=limits | new.config.limits),
        targets=tuple((kept | measured).values()),
        suite=suite,
        notes=tuple(dict.fromkeys(existing.notes + new.notes)),
    )


def keep_suite(existing: Run, new: Run) -> Run:
    """Return a new run that has no suite with the suite of an existing baseline."""
    return dataclasses.replace(new, suite=existing.suite and _kept(existing.suite, existing))


def _kept(result: TargetResult, run: Run) -> TargetResult:
    """A result of a run that stays in a newer one, with a note about the run that measured it."""
    if result.from_earlier_run:  # it has stayed before, and its note names the run that measured it
        return result
    commit = f" at commit {run.commit[:12]}" if run.commit else ""
    origin = f"measured {run.created}{commit}{' with changes' if run.dirty else ''}"
    return dataclasses.replace(result, from_earlier_run=True, notes=(*result.notes, origin))


def _can_be_saved(name_or_file: str) -> bool:
    """Whether a run can be saved as that: a name, or a file with the name of a baseline."""
    path = Path(name_or_file)
    return not _mistake(path.stem if path.suffix == SUFFIX else name_or_file)


def _mistake(name: str) -> str:
    """What is wrong with the name of a baseline; empty if nothing is."""
    # Letters of every script with their combining marks, and digits.
    allowed = all(character in "-_. " or unicodedata.category(character)[0] in "LMN" for character in name)
    mistakes = {
        "is empty": not name.strip(),
        "holds a path separator": "/" in name or "\\" in name,
        "begins with a dot": name.startswith("."),
        "begins or ends with a space": name != name.strip(),
        f"ends in `{_PARTIAL}` or `{SUFFIX}`": name.lower().endswith((_PARTIAL, SUFFIX)),
        "holds a character that is not allowed": not allowed,
        "is too long": allowed and len(name.encode()) > _LONGEST,
    }
    return next((mistake for mistake, applies in mistakes.items() if applies), "")


def is_missing(path: Path) -> bool:
    """Return whether there is no such file. One that cannot be looked at may exist: reading it shows the reason."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: a null character
        return True
    except OSError:
        return False
    return False


def _save(run: Run, path: Path) -> Path:
    text = layout(to_document(run))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, text)
    except OSError as error:
        raise BaselineError(
            f"{path} cannot be written: {error.strerror}; what it held before is untouched; "
            "free some space, make the directory writable, or choose another one with the key `baseline-dir`"
        ) from error
    return path
