"""Asks the interpreter that owns the tests what it is, and what its pytest would read here."""

from __future__ import annotations

import difflib
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from collectbench.measure.process.launch import Invocation, Launcher
from collectbench.measure.process.os_errors import explain_os_errors
from collectbench.measure.process.output import gist, last_words
from collectbench.measure.round.probe_report import ProbeReport, read_report
from collectbench.model.errors import CollectionError, UsageError
from collectbench.model.inspection import Inspection
from collectbench.model.probe_files import RUNNER

OLDEST_PYTHON, OLDEST_PYTEST = (3, 9), 7
PATIENCE_S = 120.0
"""How long the interpreter may take to read its configuration and load its plugins."""

T = TypeVar("T")


def inherited_options() -> tuple[str, ...]:
    """The options of the running interpreter that its children need to be what `python -m pytest` would be."""
    options = ["-" + "O" * sys.flags.optimize] if sys.flags.optimize else []
    options += ["-B"] if sys.flags.dont_write_bytecode and not os.environ.get("PYTHONDONTWRITEBYTECODE") else []
    options += ["-P"] if getattr(sys.flags, "safe_path", False) and not os.environ.get("PYTHONSAFEPATH") else []
    options += (
        [part for warning in sys.warnoptions for part in ("-W", warning)]
        if not os.environ.get("PYTHONWARNINGS")
        else []
    )
    return tuple(options)


def resolve_python(python: str | None, cwd: Path) -> tuple[str, ...]:
    """The command of the interpreter that owns the tests: absolute program and options.

    Raises:
        UsageError: there is no such program.
    """
    if python is None:
        return (sys.executable, *inherited_options())
    found = shutil.which(python) if os.sep not in python else shutil.which(str(cwd / python))
    if found is None:
        present = [name for name in ("python", "python3", ".venv/bin/python") if shutil.which(name)]
        near = difflib.get_close_matches(python, present, n=1)
        hint = f"; did you mean {near[0]}?" if near else "."
        raise UsageError(
            f"--python {python}: no such program, or it may not be run{hint} "
            "Give the interpreter in which `python -m pytest` works, as .venv/bin/python."
        )
    return (os.path.abspath(found),)  # noqa: PTH100 - not resolved: a venv's python is a symlink that matters


def inspect(
    python: Sequence[str], cwd: Path, env: Mapping[str, str], arguments: Sequence[str], launch: Launcher
) -> Inspection:
    """Start pytest with `arguments` in `cwd` up to its first conftest, and read what it found.

    Raises:
        UsageError: cannot be started, not a Python, too old, or without a pytest that can be measured.
        CollectionError: a file in `cwd` hides pytest.
    """
    told = explain_os_errors(python[0], f"--python {python[0]}: it cannot be started")
    with told, tempfile.TemporaryDirectory(prefix="collectbench-") as name:
        folder = Path(name)
        argv = (*python, str(RUNNER), name, "inspect", "0", *arguments)
        finished = launch(Invocation(argv=argv, cwd=cwd, env=env), output=folder / "output", timeout_s=PATIENCE_S)
        report = read_report(folder)
        words = last_words(folder / "output")
    if finished.timed_out:
        words = f"{words}\npytest did not get as far as its first conftest in {PATIENCE_S:.0f} s".strip()
    _refuse_other_pythons(python[0], report, words)
    _refuse_other_pytests(python[0], cwd, report, words)
    return _from_report(report, cwd, words)


def _refuse_other_pythons(python: str, report: ProbeReport, words: str) -> None:
    if "python" not in report.facts:
        raise UsageError(f"--python {python}: this is no Python {_dotted(OLDEST_PYTHON)} or newer.\n{words}".rstrip())
    version = str(report.facts["python"][0])
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_PYTHON:
        raise UsageError(
            f"--python {python}: Python {version} is too old; {_dotted(OLDEST_PYTHON)} or newer is needed."
        )


def _refuse_other_pytests(python: str, cwd: Path, report: ProbeReport, words: str) -> None:
    for hiding in (cwd / "pytest.py", cwd / "pytest" / "__init__.py"):
        if hiding.exists() and not _is_real(report):
            raise CollectionError(
                f"{hiding}: this file hides pytest, `python -m pytest` runs it instead. "
                "Rename it, or set PYTHONSAFEPATH=1."
            )
    if "pytest" not in report.facts:
        if hidden := _stdlib_hidden_by(cwd, words):
            raise CollectionError(
                f"{hidden}: this file hides the standard library's module {hidden.stem}, so that `python -m pytest` "
                f"does not start here ({gist(words)}). Rename it, or set PYTHONSAFEPATH=1 (from Python 3.11 on)."
            )
        missing = "No module named 'pytest'" in words
        what = "has no pytest" if missing else "cannot import pytest"
        raise UsageError(
            f"--python {python}: this interpreter {what}. Give the one that runs your tests with --python, "
            f"or install it: {python} -m pip install pytest" + ("" if missing else f"\n{words}")
        )
    version = str(report.facts["pytest"][0])
    major = version.partition(".")[0]
    if not major.isdigit() or int(major) < OLDEST_PYTEST:
        raise UsageError(
            f"--python {python}: pytest {version or 'of unknown version'} cannot be measured; "
            f"{OLDEST_PYTEST} or newer is needed: {python} -m pip install --upgrade pytest"
        )


def _stdlib_hidden_by(cwd: Path, words: str) -> Path | None:
    """The file in `cwd`, first on the import path, that bears a standard name and that the error `words` speak of."""
    files = (path for path in sorted(cwd.glob("*.py")) if path.stem in sys.stdlib_module_names)
    return next((path for path in files if str(path) in words or f"'{path.stem}'" in words), None)


def _is_real(report: ProbeReport) -> bool:
    fact = report.facts.get("pytest")
    return isinstance(fact, tuple) and bool(fact[0])


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def _from_report(report: ProbeReport, cwd: Path, words: str) -> Inspection:
    facts = report.facts
    complete = "pycache-prefix" in facts

    def fact(key: str, default: T) -> T:
        value = facts.get(key, default)
        return value if isinstance(value, type(default)) else default

    def words_of(key: str) -> tuple[str, ...]:
        return tuple(fact(key, []))

    python, implementation, _ = fact("python", ("", "", ""))
    return Inspection(
        python=python,
        implementation=implementation,
        pytest=fact("pytest", ("", ""))[0],
        complete=complete,
        pytest_output="" if complete else words,
        rootdir=Path(fact("rootdir", str(cwd))),
        inifile=Path(fact("inifile", "")) if fact("inifile", "") else None,
        testpaths=words_of("testpaths"),
        addopts=words_of("addopts"),
        arguments=words_of("arguments"),
        stdlib=words_of("stdlib"),
        installed=words_of("installed"),
        norecursedirs=words_of("norecursedirs"),
        ignore=words_of("ignore"),
        ignore_glob=words_of("ignore-glob"),
        cache_dir=Path(fact("cache-dir", "")) if fact("cache-dir", "") else None,
        pyargs=fact("pyargs", False),
        in_virtualenv=fact("in-virtualenv", False),
        custom_collectors=fact("custom-collectors", False),
        plugins=dict(fact("plugins", [])),
        distributions=dict(fact("distributions", [])),
        bytecode_disabled=fact("dont-write-bytecode", False),
        pycache_prefix=fact("pycache-prefix", ""),
        **({"patterns": words_of("patterns")} if complete else {}),
    )
