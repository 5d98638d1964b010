"""The configuration files of pytest in one directory: it reads only the first that configures it."""

from __future__ import annotations

import configparser
from collections.abc import Callable, Iterator
from pathlib import Path

from collectbench.config.syntax import parse


def shadowed(inifile: Path | None) -> Iterator[str]:
    """The tables beside the file that pytest reads that it would read without that file.

    For a file with another name, which only `-c` makes the configuration, nothing is: the user named it.
    """
    names = list(_TABLE_IN)
    if inifile is None or inifile.name not in names:
        return
    for name in names[names.index(inifile.name) + 1 :]:
        try:
            text = (inifile.parent / name).read_text(encoding="utf-8")
            table = _TABLE_IN[name](text)
        except (OSError, ValueError, configparser.Error):
            continue  # missing, or not a file that pytest can read
        if table:
            yield f"[{table}] in {name}"


def _of_toml(text: str) -> str:
    pytest = parse(text).get("tool", {}).get("pytest")
    if not isinstance(pytest, dict) or not pytest:
        return ""
    return "tool.pytest.ini_options" if "ini_options" in pytest else "tool.pytest"


def _of_ini(section: str) -> Callable[[str], str]:
    def table(text: str) -> str:
        parser = configparser.ConfigParser(interpolation=None, strict=False, allow_no_value=True)
        parser.read_string(text)
        return section if parser.has_section(section) else ""

    return table


def _nothing(_: str) -> str:
    return ""


_TABLE_IN: dict[str, Callable[[str], str]] = {
    "pytest.toml": _nothing,
    ".pytest.toml": _nothing,
    "pytest.ini": _of_ini("pytest"),
    ".pytest.ini": _of_ini("pytest"),
    "pyproject.toml": _of_toml,
    "tox.ini": _of_ini("pytest"),
    "setup.cfg": _of_ini("tool:pytest"),
}
"""By file name, in pytest's order (_pytest/config/findpaths.py): gives the table that configures pytest, if any."""
