"""What pytest's configuration says about collection, read without running pytest."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from collectbench.discovery.config_files import CONFIG_NAMES, Table, table_in

NOT_ENTERED = ("*.egg", ".*", "_darcs", "build", "CVS", "dist", "node_modules", "venv", "{arch}")
"""The default of `norecursedirs` (_pytest/main.py)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PytestSettings:
    """The settings that decide what is collected; those that are absent have pytest's defaults.

    Attributes:
        rootdir: absolute.
        inifile: the file that configures pytest; None if there is none.
        testpaths: as written: relative to the rootdir, patterns allowed.
        python_files: patterns of the names of test files; one with a separator is for the path.
        python_classes: prefixes or patterns of the names of test classes.
        python_functions: the same for functions.
        norecursedirs: patterns of directories that are not entered.
        pythonpath: directories that pytest adds to `sys.path`, relative to the rootdir.
        ignore: the paths of `--ignore` in addopts.
        ignore_glob: the patterns of `--ignore-glob`.
        import_mode: how test modules are imported.
        plugins: the values of `-p`.
        collect_imported_tests: whether tests are collected where they are imported, too.
        problems: files and values that pytest would refuse. They count as absent.
    """

    rootdir: Path
    inifile: Path | None = None
    testpaths: tuple[str, ...] = ()
    python_files: tuple[str, ...] = ("test_*.py", "*_test.py")
    python_classes: tuple[str, ...] = ("Test",)
    python_functions: tuple[str, ...] = ("test",)
    norecursedirs: tuple[str, ...] = NOT_ENTERED
    pythonpath: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    ignore_glob: tuple[str, ...] = ()
    import_mode: str = "prepend"
    plugins: tuple[str, ...] = ()
    collect_imported_tests: bool = True
    problems: tuple[str, ...] = ()


_LISTS = ("testpaths", "python_files", "python_classes", "python_functions", "norecursedirs", "pythonpath")
_FALSE = frozenset(("false", "no", "off", "0"))
_OPTIONS = ("--ignore", "--ignore-glob", "--import-mode", "-p")


def read_pytest_settings(start: Path) -> PytestSettings:
    """Return the settings that pytest would have if it was started in `start` without arguments.

    As in _pytest/config/findpaths.py, the nearest directory upwards that configures pytest is the rootdir; else that of
    the nearest pyproject.toml, of the nearest setup.py, or the start.
    """
    start = Path(os.path.abspath(start))  # noqa: PTH100 - resolve() would follow links, which pytest does not
    upwards = (start, *start.parents)
    problems: list[str] = []
    pyproject: Path | None = None
    for directory in upwards:
        for file in _existing(directory, CONFIG_NAMES):
            if pyproject is None and file.name == "pyproject.toml":
                pyproject = file
            try:
                table = table_in(file)
            except (OSError, ValueError) as error:
                problems.append(f"{file}: not read as a configuration of pytest: {error}")
                continue
            if table is not None:
                return _settings(file, table, problems)
    if pyproject is not None:
        return PytestSettings(rootdir=pyproject.parent, inifile=pyproject, problems=tuple(problems))
    rootdir = next((directory for directory in upwards if any(_existing(directory, ["setup.py"]))), start)
    return PytestSettings(rootdir=rootdir, problems=tuple(problems))


def _existing(directory: Path, names: Iterable[str]) -> list[Path]:
    return [directory / name for name in names if os.path.isfile(f"{directory}/{name}")]  # noqa: PTH113 - one of many


def _settings(file: Path, table: Table, problems: list[str]) -> PytestSettings:
    lists: dict[str, tuple[str, ...]] = {}
    for key in (*_LISTS, "addopts"):
        if (value := table.values.get(key)) is not None:
            try:
                lists[key] = _words(value)
            except ValueError as error:
                problems.append(f"{file}: {key}: {error}")
    options = _options(lists.pop("addopts", ()))
    return PytestSettings(
        rootdir=file.parent,
        inifile=file,
        ignore=options["--ignore"],
        ignore_glob=options["--ignore-glob"],
        import_mode=(options["--import-mode"] or ("prepend",))[-1],
        plugins=options["-p"],
        collect_imported_tests=str(table.values.get("collect_imported_tests", "true")).lower() not in _FALSE,
        problems=tuple(problems),
        **lists,
    )


def _words(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(shlex.split(value))
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise ValueError("neither a string nor a list of strings")


def _options(words: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """The values of the options that matter, in the forms `--name value`, `--name=value` and `-pvalue`."""
    found: dict[str, tuple[str, ...]] = dict.fromkeys(_OPTIONS, ())
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        if word in found:
            found[word] += (next(rest, ""),)
        elif equals and name in found:
            found[name] += (value,)
        elif word.startswith("-p"):
            found["-p"] += (word[2:],)
    return {name: tuple(filter(None, values)) for name, values in found.items()}
