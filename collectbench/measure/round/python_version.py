"""Asks a program for its version before it gets a script: a shell would execute our probe as commands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from collectbench.measure.process.launch import Invocation, Launcher
from collectbench.measure.process.os_errors import explain_os_errors
from collectbench.measure.process.output import last_lines, read_output
from collectbench.measure.process.temporary import temporary_directory
from collectbench.model.errors import InterpreterError

VERSION = re.compile(r"^Python 3\.\d+", re.MULTILINE)
"""What CPython and PyPy print. A wrapper may print lines of its own before."""

LINES_SHOWN = 5
"""Of an answer that is another one: enough to recognise the program."""


def require_python_3(
    python: Sequence[str], cwd: Path, env: Mapping[str, str], launch: Launcher, *, timeout_s: float
) -> None:
    """Start `python` with `--version` alone, and refuse it unless it prints `Python 3.N`.

    `-c CODE` and a script are no question: a shell runs them as commands, whatever they hold.

    Raises:
        InterpreterError: it cannot be started, gives no answer in `timeout_s`, or another one.
        UsageError: our own files cannot be written.
    """
    program = python[0]
    with (
        explain_os_errors(program, "cannot be started"),
        temporary_directory() as directory,
    ):
        output = directory / "output"
        finished = launch(Invocation(argv=(program, "--version"), cwd=cwd, env=env), output=output, timeout_s=timeout_s)
        answered = VERSION.search(read_output(output)) is not None
        answer = last_lines(output, LINES_SHOWN)
    if finished.timed_out:
        raise InterpreterError(f"{program}: this is not Python 3: `--version` did not end in {timeout_s:.0f} s")
    if not answered:
        printed = f"printed:\n{answer}" if answer else "printed nothing"
        raise InterpreterError(
            f"{program}: this is not Python 3, so it was not started with your tests. "
            f"Give the interpreter in which `python -m pytest` works, such as .venv/bin/python. `--version` {printed}"
        )
