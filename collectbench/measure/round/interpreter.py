"""Asks the interpreter that owns the tests for its version, its pytest, and the configuration that pytest reads."""

from __future__ import annotations

import difflib
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from collectbench.attribution.fault_stack import hanging_stack
from collectbench.measure.process.launch import STACK_SIGNAL, Invocation, Launcher
from collectbench.measure.process.os_errors import explain_os_errors
from collectbench.measure.process.output import read_output
from collectbench.measure.process.temporary import temporary_directory
from collectbench.measure.round.inspection_start import Start, refuse_unusable
from collectbench.measure.round.probe_report import is_stack_written, read_report
from collectbench.model.errors import InterpreterError
from collectbench.model.inspection import Inspection
from collectbench.model.probe_files import RUNNER

PATIENCE_S = 120.0
"""How long the interpreter may take to read its configuration and load its plugins, unless the caller says it."""

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
    timeout_s: float = PATIENCE_S,
) -> Inspection:
    """Start pytest with `arguments` in `cwd`, let it run up to its first conftest, and read what it reports.

    With --pyargs among the arguments, it also reports where it finds the `modules`. It is ended after `timeout_s`.

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
        output, stack = directory / "output", directory / "stack"
        argv = (*python, str(RUNNER), str(directory), "inspect", str(int(STACK_SIGNAL)), *arguments)
        finished = launch(
            Invocation(argv=argv, cwd=cwd, env=env),
            output=output,
            timeout_s=timeout_s,
            on_hang=lambda: is_stack_written(stack),
        )
        start = Start(
            python=python[0],
            cwd=cwd,
            report=read_report(directory),
            finished=finished,
            timeout_s=timeout_s,
            output=read_output(output),
            stack=hanging_stack(stack.read_text(errors="replace")) if stack.exists() else "",
        )
    refuse_unusable(start)
    return _make_inspection(start)


def _make_inspection(start: Start) -> Inspection:
    facts, cwd = start.report.facts, start.cwd
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
        pytest_output="" if complete else start.last_lines,
        why_incomplete="" if complete else start.end,
        was_late=start.finished.timed_out and not complete,
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
