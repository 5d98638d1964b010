"""Finds a configuration file and reads it into a Config; reports all mistakes at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from collectbench.config import cost_keys, keys, lint_keys
from collectbench.config.readers import Reader, hint, table
from collectbench.config.settings import Config
from collectbench.config.syntax import dotted, line_of_table, own_table, parse, quote
from collectbench.model.cost import CostSettings
from collectbench.model.errors import UsageError
from collectbench.model.lint_settings import ForbiddenImport, LintSettings
from collectbench.model.reason import Action, Reason, Remedy
from collectbench.model.target import Limits, Target

_OWN = "collectbench.toml"
_SHARED = "pyproject.toml"


def find_config(start: Path) -> Path | None:
    """Return the file that configures the directory `start`: the nearest one upwards, within the git working tree.

    In each directory `collectbench.toml` wins over a `pyproject.toml` with `[tool.collectbench]`; a
    `pyproject.toml` without that table is skipped.

    Raises:
        UsageError: a file on the way cannot be read, so it is unknown whether it is the configuration.
    """
    start = start.resolve()
    for directory in (start, *start.parents):
        try:
            if (directory / _OWN).is_file():
                return directory / _OWN
            if _configures(directory / _SHARED):
                return directory / _SHARED
            if (directory / ".git").exists():
                return None
        except OSError as error:
            raise UsageError(f"{directory}: cannot be searched for a configuration: {error.strerror}") from None
    return None


def _configures(pyproject: Path) -> bool:
    """Whether the file holds our table; a file without the word collectbench is not parsed."""
    if not pyproject.is_file() or b"collectbench" not in pyproject.read_bytes():
        return False
    return own_table(_document(pyproject)) is not None


def load_config(path: Path) -> Config:
    """Read the configuration in `path`: in `[tool.collectbench]` of a `pyproject.toml`, at the top of other files.

    Raises:
        UsageError: the file has mistakes; holds all of them, each with the file and the key.
    """
    root = path.parent.resolve()
    document = _document(path)
    if path.name != _SHARED:
        return _Reading(path, ()).config(document, root)
    own = own_table(document)
    if own is None:
        raise UsageError(
            Reason(
                fact=f"{path}: there is no [tool.collectbench] in it", remedies=(Remedy(action=Action.WRITE_CONFIG),)
            )
        )
    return _Reading(path, ("tool", "collectbench")).config(own, root)


def _document(path: Path) -> dict[str, Any]:
    try:
        return parse(path.read_bytes().decode())
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8, which TOML must be (byte {error.start})") from None
    except ValueError as error:
        raise UsageError(f"{path}: not valid TOML: {error}") from None


class _Reading:
    """Reads one file. Collects mistakes, and raises them all at the end."""

    def __init__(self, path: Path, prefix: tuple[str, ...]) -> None:
        self._path = path
        self._prefix = prefix
        self._mistakes: list[str] = []

    def config(self, own: object, root: Path) -> Config:
        fields = self._fields(own, keys.TOP)
        targets = tuple(self._target(name, given) for name, given in fields.pop("targets", {}).items())
        lint = self._lint(fields.pop("lint", {}))
        cost = self._cost(fields.pop("cost")) if "cost" in fields else None
        if self._mistakes:
            raise UsageError(*self._mistakes)
        return Config(root=root, source=root / self._path.name, targets=targets, lint=lint, cost=cost, **fields)

    def _lint(self, given: object) -> LintSettings:
        fields = self._fields(given, lint_keys.LINT, "lint")
        tables = enumerate(fields.pop("forbidden_imports", ()), start=1)
        imports = tuple(self._forbidden(each, "lint", "forbidden-imports", str(position)) for position, each in tables)
        return LintSettings(forbidden_imports=imports, **fields)

    def _cost(self, given: object) -> CostSettings:
        fields = self._fields(given, cost_keys.COST, "cost")
        if isinstance(given, dict) and "runs-per-day" not in given:
            self._note(("cost", "runs-per-day"), ValueError("missing; say how often the tests run in a day, like 200"))
        if isinstance(given, dict) and "price-per-minute" in given and "currency" not in given:
            self._note(("cost", "currency"), ValueError('missing; name that of price-per-minute, like "EUR"'))
        return CostSettings(**{"runs_per_day": 1.0, **fields})

    def _forbidden(self, given: object, *where: str) -> ForbiddenImport:
        fields = self._fields(given, lint_keys.FORBIDDEN_IMPORT, *where)
        if isinstance(given, dict) and "module" not in given:
            self._note((*where, "module"), ValueError('missing; name what must not be imported, like "pkg.old"'))
        text = self._path.read_text(encoding="utf-8")  # it was parsed already
        line = line_of_table(text, where[-2], int(where[-1]))
        return ForbiddenImport(**{"module": "", **fields}, file=self._path.name, line=line)

    def _target(self, name: str, given: object) -> Target:
        where = ("targets", name)
        try:
            keys.target_name(name)
        except ValueError as error:
            self._note(where, error)
        fields = self._fields(given, {**keys.TARGET, **keys.LIMITS}, *where)
        if isinstance(given, dict) and "paths" not in given:
            self._note((*where, "paths"), ValueError('missing; name what to collect, like ["tests/api"]'))
        limits = {field: fields.pop(field) for field, _ in keys.LIMITS.values() if field in fields}
        return Target(name=name, limits=Limits(**limits), **{"paths": (), **fields})

    def _fields(self, given: object, known: Mapping[str, tuple[str, Reader]], *where: str) -> dict[str, Any]:
        """The fields that a table fills, without those that have mistakes."""
        fields: dict[str, Any] = {}
        try:
            items = table(given).items()
        except ValueError as error:
            self._note(where, error)
            return fields
        for key, value in items:
            if key not in known:
                self._mistakes.append(f"{self._path}: {self._unknown(key, known, where)}")
                continue
            field, read = known[key]
            try:
                fields[field] = read(value)
            except ValueError as error:
                self._note((*where, key), error)
        return fields

    def _note(self, where: tuple[str, ...], error: ValueError) -> None:
        key = dotted(*(where or self._prefix))
        self._mistakes += [f"{self._path}: {key}: {mistake}" for mistake in error.args]

    def _unknown(self, key: str, known: Mapping[str, object], where: tuple[str, ...]) -> str:
        header = (*self._prefix, *where)
        place = f"in [{dotted(*header)}]" if header else "at the top of the file"
        return f"unknown key {quote(key)} {place}; {hint(key, known)}"
