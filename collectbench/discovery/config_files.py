"""The configuration files of pytest in one directory: it reads only the first that configures it."""

from __future__ import annotations

import configparser
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collectbench.config.syntax import parse


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What one file tells pytest.

    Attributes:
        name: of the table, such as `tool.pytest.ini_options`; empty if the file configures pytest without any.
        values: as they are written.
    """

    name: str
    values: Mapping[str, object]


def table_in(file: Path) -> Table | None:
    """Return what a file tells pytest; None if it does not configure it.

    Args:
        file: with one of the names in CONFIG_NAMES.

    Raises:
        OSError: it cannot be read.
        ValueError: pytest would refuse it.
    """
    if file.exists() and not file.is_file():
        raise OSError(f"{file} is not a regular file")  # to read a pipe could take forever
    return _TABLE_IN[file.name](file.read_text(encoding="utf-8"))


def shadowed(inifile: Path | None) -> Iterator[str]:
    """The tables beside the file that pytest reads that it would read without that file.

    For a file with another name, which only `-c` makes the configuration, nothing is: the user named it.
    """
    for name, table in shadowed_files(inifile):
        yield f"[{table}] in {name}"


def shadowed_files(inifile: Path | None) -> Iterator[tuple[str, str]]:
    """The same as pairs: the name of the file, and of the table in it."""
    if inifile is None or inifile.name not in CONFIG_NAMES:
        return
    for name in CONFIG_NAMES[CONFIG_NAMES.index(inifile.name) + 1 :]:
        try:
            table = table_in(inifile.parent / name)
        except (OSError, ValueError):
            continue  # missing, or not a file that pytest can read
        if table is not None and table.name:
            yield name, table.name


def _of_pyproject(text: str) -> Table | None:
    if "pytest" not in text:
        return None
    pytest = _subtable(_subtable(parse(text), "tool"), "pytest")
    native = {key: value for key, value in pytest.items() if key != "ini_options"}
    if "ini_options" not in pytest:
        return Table(name="tool.pytest", values=native) if native else None
    old = _subtable(pytest, "ini_options")
    if native and old:
        raise ValueError("[tool.pytest] and [tool.pytest.ini_options] exclude each other")
    return Table(name="tool.pytest", values=native) if native else Table(name="tool.pytest.ini_options", values=old)


def _of_own_toml(text: str) -> Table:
    document = parse(text)
    return Table(name="pytest" if "pytest" in document else "", values=_subtable(document, "pytest"))


def _subtable(table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = table.get(key, {})
    if not isinstance(value, dict):
        raise ValueError(f"{key} is not a table")  # noqa: TRY004 - all that pytest would refuse is one error
    return value


def _of_ini(section: str) -> Callable[[str], Table | None]:
    def table(text: str) -> Table | None:
        # iniconfig, which pytest uses, has no default section, and keys have upper and lower case.
        parser = configparser.RawConfigParser(strict=False, allow_no_value=True, default_section="\0")
        parser.optionxform = str  # type: ignore[method-assign, assignment]
        try:
            parser.read_string(text)
        except configparser.Error as error:
            raise ValueError(str(error).partition("\n")[0]) from None
        return Table(name=section, values=dict(parser.items(section))) if parser.has_section(section) else None

    return table


def _of_own_ini(text: str) -> Table:
    """It configures pytest even if it is empty."""
    return _of_ini("pytest")(text) or Table(name="", values={})


_TABLE_IN: dict[str, Callable[[str], Table | None]] = {
    "pytest.toml": _of_own_toml,
    ".pytest.toml": _of_own_toml,
    "pytest.ini": _of_own_ini,
    ".pytest.ini": _of_own_ini,
    "pyproject.toml": _of_pyproject,
    "tox.ini": _of_ini("pytest"),
    "setup.cfg": _of_ini("tool:pytest"),
}
"""By file name, in pytest's order (_pytest/config/findpaths.py): gives the table that configures pytest, if any."""

CONFIG_NAMES = tuple(_TABLE_IN)
"""The names of configuration files, in pytest's order."""
