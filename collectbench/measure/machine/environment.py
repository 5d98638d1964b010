"""Records what figures depend on besides the code: Python, pytest, plugins, the machine, variables, the commit."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Mapping
from pathlib import Path

from collectbench.measure.process.launch import Invocation, Launcher
from collectbench.measure.process.output import last_lines
from collectbench.measure.process.temporary import temporary_directory
from collectbench.model.inspection import Inspection
from collectbench.model.run import Environment

GIT_PATIENCE_S = 30.0

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
"""The full name of a commit, by SHA-1 or SHA-256."""

FLAGS = frozenset(
    """
    PYTHONASYNCIODEBUG PYTHONBREAKPOINT PYTHONCASEOK PYTHONCOERCECLOCALE PYTHONDEBUG PYTHONDEVMODE
    PYTHONDONTWRITEBYTECODE PYTHONDUMPREFS PYTHONEXECUTABLE PYTHONFAULTHANDLER PYTHONHASHSEED PYTHONHOME PYTHONINSPECT
    PYTHONINTMAXSTRDIGITS PYTHONIOENCODING PYTHONMALLOC PYTHONMALLOCSTATS PYTHONNODEBUGRANGES PYTHONNOUSERSITE
    PYTHONOPTIMIZE PYTHONPATH PYTHONPERFSUPPORT PYTHONPLATLIBDIR PYTHONPROFILEIMPORTTIME PYTHONPYCACHEPREFIX
    PYTHONSAFEPATH PYTHONSTARTUP PYTHONTHREADDEBUG PYTHONTRACEMALLOC PYTHONUNBUFFERED PYTHONUSERBASE PYTHONUTF8
    PYTHONVERBOSE PYTHONWARNDEFAULTENCODING PYTHONWARNINGS PYTHON_BASIC_REPL PYTHON_COLORS
    PYTHON_CONTEXT_AWARE_WARNINGS PYTHON_CPU_COUNT PYTHON_DISABLE_REMOTE_DEBUG PYTHON_FROZEN_MODULES PYTHON_GIL
    PYTHON_HISTORY PYTHON_JIT PYTHON_PERF_JIT_SUPPORT PYTHON_PRESITE PYTHON_THREAD_INHERIT_CONTEXT PYTHON_TLBC
    COVERAGE_CORE COVERAGE_PROCESS_CONFIG COVERAGE_PROCESS_START COV_CORE_SOURCE LINE_PROFILE
    PYTEST_ADDOPTS PYTEST_DEBUG PYTEST_DEBUG_TEMPROOT PYTEST_DISABLE_PLUGIN_AUTOLOAD PYTEST_PLUGINS PYTEST_THEME
    PYTEST_THEME_MODE
    """.split()  # noqa: SIM905 - a list would take fifty lines
)
"""The variables in docs.python.org/3/using/cmdline.html up to 3.14, and in pytest's reference up to 9; and those that
start coverage, pytest-cov and line_profiler in each process.

No other variable is recorded, whatever its prefix: runs are committed, and variables of users may hold secrets.
"""


def environment(inspection: Inspection, env: Mapping[str, str], start: Path, root: Path) -> Environment:
    """The environment of a run, for which pytest starts in `start`; its paths are relative to `root`."""
    return Environment(
        python=inspection.python,
        implementation=inspection.implementation,
        pytest=inspection.pytest,
        plugins=dict(sorted(inspection.plugins.items())),
        platform=platform.platform(),
        cpu_model=cpu_model(),
        cpu_count=_cpu_count(),
        bytecode=bytecode(inspection, start),
        distributions=dict(sorted(inspection.distributions.items())),
        flags={key: env[key] for key in sorted(FLAGS & env.keys())},
        started_in=_within(root, start),
        pytest_config=_within(root, inspection.inifile) if inspection.inifile is not None else "",
    )


def _within(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def bytecode(inspection: Inspection, root: Path) -> str:
    """Whether Python keeps the bytecode of tests: `written`, `disabled` or `unwritable`."""
    if inspection.bytecode_disabled:
        return "disabled"
    return "written" if can_be_filled(root / inspection.pycache_prefix) else "unwritable"


def can_be_filled(directory: Path) -> bool:
    """Whether files can be written into a directory, which may have to be made.

    A file of that name, or a link to nothing, is in the way for root as well, who may write everywhere.
    """
    while not os.path.lexists(directory):
        directory = directory.parent
    return directory.is_dir() and os.access(directory, os.W_OK)


def cpu_model(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """The name of the processor; if the system has none, the answer of `platform`."""
    try:
        for line in cpuinfo.read_text(errors="replace").splitlines():
            key, _, value = line.partition(":")
            if key.strip() in ("model name", "Hardware", "cpu model"):
                return value.strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _cpu_count() -> int:
    if hasattr(os, "sched_getaffinity"):  # pragma: no branch - macOS does not have it
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1  # pragma: no cover - macOS


def commit(root: Path, env: Mapping[str, str], launch: Launcher) -> tuple[str, bool] | None:
    """The commit of the working tree that holds `root`, and whether tracked files differ from it.

    None outside of a working tree, or without git.
    """
    code, head = _git(root, env, launch, "rev-parse", "--verify", "HEAD")
    if code != 0 or not _COMMIT.fullmatch(head):
        return None
    changed, _ = _git(root, env, launch, "diff", "--quiet", "HEAD")
    return head, changed == 1


def _git(root: Path, env: Mapping[str, str], launch: Launcher, *arguments: str) -> tuple[int | None, str]:
    """Exit code and last line of output of a git command; the code is None if git cannot be started or write."""
    quiet = {**env, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    invocation = Invocation(argv=("git", *arguments), cwd=root, env=quiet)
    try:
        with temporary_directory() as directory:
            output = directory / "output"
            finished = launch(invocation, output=output, timeout_s=GIT_PATIENCE_S)
            return finished.exit_code, last_lines(output, count=1)
    except OSError:
        return None, ""
