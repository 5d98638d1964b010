"""Measures what runs before the first statement of the interpreter, and the command that starts it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from collectbench.attribution.import_time import start_hooks
from collectbench.measure.process.launch import Invocation, Launcher
from collectbench.measure.process.os_errors import explain_os_errors
from collectbench.measure.process.temporary import temporary_directory
from collectbench.model.interpreter_start import InterpreterStart, LauncherCost, StartHook
from collectbench.model.probe_files import INTERPRETER_START

RUNS = 3
"""How often each command is started; the fastest start counts, since other work on the machine only adds."""

PATIENCE_S = 30.0

FIRST_STATEMENT = """
import time
print(time.clock_gettime_ns(time.CLOCK_MONOTONIC))
try:
    with open("/proc/self/schedstat") as file:
        print(file.read().split()[1])
except (OSError, IndexError):
    print(0)
import sys
print(sys.executable)
"""
"""Prints the moment, the nanoseconds in which the process waited for a processor, and the path of the interpreter.

A launcher that replaces itself is the same process, so its waiting is included. Systems other than Linux tell no
waiting.
"""


def measure_start(python: Sequence[str], cwd: Path, env: Mapping[str, str], launch: Launcher) -> InterpreterStart:
    """Start the interpreter a few times, without pytest.

    Args:
        python: program and options of the interpreter that owns the tests, as the user starts it.
        cwd: where pytest is started.
        env: the complete environment of pytest.
        launch: starts a child and waits for its end.

    Returns:
        What it runs at its start. If it cannot be started in this way, nothing.

    Raises:
        InterpreterError: the program cannot be started at all.
    """
    with explain_os_errors(python[0], "cannot be started"), temporary_directory() as directory:
        starts = _Starts(directory, cwd, env, launch)
        runs = [hooks for _ in range(RUNS) if (hooks := starts.hooks(python)) is not None]
        return InterpreterStart(
            hooks=min(runs, key=lambda hooks: sum(hook.seconds for hook in hooks), default=()),
            launcher=starts.launcher(python),
        )


class _Starts:
    """Starts interpreters; their output goes into `directory`."""

    def __init__(self, directory: Path, cwd: Path, env: Mapping[str, str], launch: Launcher) -> None:
        self._output, self._errors = directory / "output", directory / "errors"
        self._cwd, self._env, self._launch = cwd, env, launch

    def hooks(self, python: Sequence[str]) -> tuple[StartHook, ...] | None:
        """The hooks of one start; None if it failed."""
        if self._start((*python, "-S", "-X", "importtime", str(INTERPRETER_START))) is None:
            return None
        return start_hooks(self._errors.read_text(encoding="utf-8", errors="replace").splitlines())

    def launcher(self, python: Sequence[str]) -> LauncherCost | None:
        """What the program costs if it is not the interpreter itself, nor a link to it; None if it is."""
        first = self.first_statement(python)
        if first is None:
            return None
        _, executable = first
        if not executable or os.path.realpath(executable) == os.path.realpath(python[0]):
            return None
        through = self._fastest(python)
        direct = self._fastest((executable, *python[1:]))
        if through is None or direct is None:
            return None
        return LauncherCost(program=python[0], executable=executable, seconds=through, direct_s=direct)

    def first_statement(self, python: Sequence[str]) -> tuple[float, str] | None:
        """Seconds from the spawn to the first statement, and the path of the interpreter; None if that failed.

        Other work on the machine would make a launcher of a start that waited longer than another, so waiting for a
        processor does not count.
        """
        spawned_ns = self._start((*python, "-c", FIRST_STATEMENT))
        if spawned_ns is None:
            return None
        moment, queued, executable, *_ = [*self._output.read_text(errors="replace").split("\n", 2), "", "", ""]
        if not moment.isdigit() or not queued.isdigit():
            return None
        return max(0, int(moment) - spawned_ns - int(queued)) / 1e9, executable.strip()

    def _fastest(self, python: Sequence[str]) -> float | None:
        firsts = [first for _ in range(RUNS) if (first := self.first_statement(python)) is not None]
        return min((seconds for seconds, _ in firsts), default=None)

    def _start(self, argv: tuple[str, ...]) -> int | None:
        """Run a command; returns the moment of its spawn, None if it did not end well."""
        finished = self._launch(
            Invocation(argv=argv, cwd=self._cwd, env=self._env, errors=self._errors),
            output=self._output,
            timeout_s=PATIENCE_S,
        )
        return finished.spawned_ns if finished.exit_code == 0 and not finished.timed_out else None
