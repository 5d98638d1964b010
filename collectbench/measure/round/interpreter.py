"""Asks the interpreter that owns the tests for its version, its pytest, and the configuration that pytest reads."""

from __future__ import annotations

import difflib
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from collectbench.measure.process.launch import Invocation, Launcher
from collectbench.measure.process.os_errors import explain_os_errors
from collectbench.measure.process.output import gist, last_lines
from collectbench.measure.process.temporary import temporary_directory
from collectbench.measure.round.probe_report import ProbeReport, read_report
from collectbench.model.errors import CollectionError, InterpreterError
from collectbench.model.inspection import Inspection
from collectbench.model.probe_files import RUNNER

OLDEST_PYTHON, OLDEST_PYTEST = (3, 9), 7
PATIENCE_S = 120.0
"""How long the interpreter may take to read its configuration and load its plugins."""

T = TypeVar("T")


def inherited_options() -> tuple[str, ...]:
    """The options of the running interpreter that its children need to behave like `python -m pytest`.

    Options that an environment variable also sets are omitted, since children inherit the variable.
    """
    env, flags = os.environ, sys.flags
    options = ["-" + "O" * flags.optimize] if flags.optimize else []
    if flags.dont_write_bytecode and not env.get("PYTHONDONTWRITEBYTECODE"):
        options.append("-B")
    if getattr(flags, "safe_path", False) and not env.get("PYTHONSAFEPATH"):  # Python 3.11 and newer
        options.append("-P")
    if not env.get("PYTHONWARNINGS"):
        options += [part for warning in sys.warnoptions for part in ("-W", warning)]
    return tuple(options)


def resolve_python(python: str | None, cwd: Path) -> tuple[str, ...]:
    """The command of the interpreter that owns the tests: absolute program and options.

    Args:
        python: a path, which is relative to `cwd`, or a name on PATH; None for the running interpreter.
        cwd: the user's working directory.

    Raises:
        InterpreterError: there is no such program.
    """
    if python is None:
        return (sys.executable, *inherited_options())
    program = shutil.which(python) if os.sep not in python else shutil.which(str(cwd / python))
    if program is None:
        present = [name for name in ("python", "python3", ".venv/bin/python") if shutil.which(name)]
        similar = difflib.get_close_matches(python, present, n=1)
        hint = f"; did you mean {similar[0]}?" if similar else "."
        raise InterpreterError(
            f"{python}: no such program, or it is not executable{hint} "
            "Give the interpreter in which `python -m pytest` works, such as .venv/bin/python."
        )
    return (os.path.abspath(program),)  # noqa: PTH100 - not resolved: a venv's python is a symlink that matters


def inspect(  # noqa: PLR0917 - what is started and where, and what is asked
    python: Sequence[str],
    cwd: Path,
    env: Mapping[str, str],
    arguments: Sequence[str],
    launch: Launcher,
    modules: Sequence[str] = (),
) -> Inspection:
    """Start pytest with `arguments` in `cwd`, let it run up to its first conftest, and read what it reports.

    With --pyargs among the arguments, it also reports where it finds the `modules`.

    Raises:
        InterpreterError: it cannot be started, is not Python, is too old, or has no pytest that can be measured.
        CollectionError: a file in `cwd` hides pytest.
        UsageError: our own files cannot be written.
    """
    with (
        explain_os_errors(python[0], "cannot be started"),
        temporary_directory() as directory,
    ):
        (directory / "modules").write_text("\n".join(modules), encoding="utf-8")
        argv = (*python, str(RUNNER), str(directory), "inspect", "0", *arguments)
        finished = launch(Invocation(argv=argv, cwd=cwd, env=env), output=directory / "output", timeout_s=PATIENCE_S)
        report = read_report(directory)
        output = last_lines(directory / "output")
    if finished.timed_out:
        output = f"{output}\npytest did not reach its first conftest in {PATIENCE_S:.0f} s".strip()
    _check_python(python[0], report, output)
    _check_that_nothing_hides_pytest(cwd, report, output)
    _check_pytest(python[0], report, output)
    return _make_inspection(report, cwd, output)


def _check_python(python: str, report: ProbeReport, output: str) -> None:
    if "python" not in report.facts:
        raise InterpreterError(f"{python}: this is not Python {_dotted(OLDEST_PYTHON)} or newer.\n{output}".rstrip())
    version = str(report.facts["python"][0])
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_PYTHON:
        raise InterpreterError(f"{python}: Python {version} is too old; {_dotted(OLDEST_PYTHON)} or newer is needed.")


def _check_that_nothing_hides_pytest(cwd: Path, report: ProbeReport, output: str) -> None:
    for path in (cwd / "pytest.py", cwd / "pytest" / "__init__.py"):
        if path.exists() and not _is_real_pytest(report):
            raise CollectionError(
                f"{path}: this file hides pytest, `python -m pytest` runs it instead. "
                "Rename it, or set PYTHONSAFEPATH=1."
            )
    hiding = None if "pytest" in report.facts else _file_that_hides_a_standard_module(cwd, output)
    if hiding is not None:
        raise CollectionError(
            f"{hiding}: this file hides the standard library's module {hiding.stem}, so `python -m pytest` "
            f"does not start here ({gist(output)}). Rename it, or set PYTHONSAFEPATH=1 (Python 3.11 or newer)."
        )


def _check_pytest(python: str, report: ProbeReport, output: str) -> None:
    if "pytest" not in report.facts:
        is_missing = "No module named 'pytest'" in output
        problem = "has no pytest" if is_missing else "cannot import pytest"
        raise InterpreterError(
            f"{python}: this interpreter {problem}. Give the interpreter that runs your tests, "
            f"or install pytest: {python} -m pip install pytest" + ("" if is_missing else f"\n{output}")
        )
    version = str(report.facts["pytest"][0])
    major = version.partition(".")[0]
    if not major.isdigit() or int(major) < OLDEST_PYTEST:
        raise InterpreterError(
            f"{python}: pytest {version or 'of unknown version'} cannot be measured; "
            f"{OLDEST_PYTEST} or newer is needed: {python} -m pip install --upgrade pytest"
        )


def _file_that_hides_a_standard_module(cwd: Path, output: str) -> Path | None:
    """The file in `cwd`, first on the import path, that has a standard module's name and is named in the error."""
    files = (path for path in sorted(cwd.glob("*.py")) if path.stem in sys.stdlib_module_names)
    return next((path for path in files if str(path) in output or f"'{path.stem}'" in output), None)


def _is_real_pytest(report: ProbeReport) -> bool:
    version_and_path = report.facts.get("pytest")
    return isinstance(version_and_path, tuple) and bool(version_and_path[0])


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def _make_inspection(report: ProbeReport, cwd: Path, output: str) -> Inspection:
    facts = report.facts
    complete = "pycache-prefix" in facts  # the last fact that the probe writes

    def fact(key: str, default: T) -> T:
        value = facts.get(key, default)
        return value if isinstance(value, type(default)) else default

    def strings(key: str) -> tuple[str, ...]:
        return tuple(fact(key, []))

    python, implementation, _ = fact("python", ("", "", ""))
    return Inspection(
        python=python,
        implementation=implementation,
        pytest=fact("pytest", ("", ""))[0],
        complete=complete,
        pytest_output="" if complete else output,
        rootdir=Path(fact("rootdir", str(cwd))),
        inifile=Path(fact("inifile", "")) if fact("inifile", "") else None,
        testpaths=strings("testpaths"),
        addopts=strings("addopts"),
        arguments=strings("arguments"),
        stdlib=strings("stdlib"),
        installed=strings("installed"),
        norecursedirs=strings("norecursedirs"),
        ignore=tuple(str(cwd / path) for path in strings("ignore")),
        ignore_glob=tuple(str(cwd / pattern) for pattern in strings("ignore-glob")),
        cache_dir=Path(fact("cache-dir", "")) if fact("cache-dir", "") else None,
        pyargs=fact("pyargs", False),
        modules=dict(fact("modules", [])),
        in_virtualenv=fact("in-virtualenv", False),
        custom_collectors=fact("custom-collectors", False),
        plugins=dict(fact("plugins", [])),
        distributions=dict(fact("distributions", [])),
        bytecode_disabled=fact("dont-write-bytecode", False),
        pycache_prefix=fact("pycache-prefix", ""),
        **({"patterns": strings("patterns")} if complete else {}),
    )
