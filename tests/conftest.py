"""What tests share: the interpreters of this machine, copies of small projects, and the command itself."""

from __future__ import annotations

import glob
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Literal, Protocol

import pytest
from hypothesis import HealthCheck, settings

import environments
from forked_commands import AT_START, ForkServer

pytest_plugins = ["starting_processes", "progress_file", "untraced_tests", "plain_interpreter"]

# How long an example takes tells nothing on a machine that is busy.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

ROOT = environments.ROOT
PROJECTS = ROOT / "tests" / "projects"


@pytest.fixture(scope="session", autouse=True)
def default_signals_in_children() -> None:
    """Let children start with the default signal actions, whichever signals our caller ignores.

    A child inherits an ignored signal, but not a handler. So a handler that does nothing ignores the signal here alone.
    nohup ignores SIGHUP, and a shell's `&` ignores SIGINT and SIGQUIT.
    """
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM, signal.SIGCHLD):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda _number, _frame: None)


def _python_or_skip(name: str) -> Path:
    python = environments.python_of(name)
    if python is None:
        pytest.skip(f"{name} is missing; scripts/test makes it where it finds the interpreter")
    return python


USUAL_MATRIX = ("3.9-pytest7", "3.10-pytest9", "3.11-pytest8", "3.12-pytest7", "3.13-pytest9")
"""Each interpreter and each pytest, the oldest and the newest together; `--long` has each with each."""


@pytest.fixture(
    params=[
        pytest.param(name, marks=[] if name in USUAL_MATRIX else [pytest.mark.long]) for name in environments.MATRIX
    ]
)
def matrix_python(request: pytest.FixtureRequest) -> Path:
    """One interpreter after the other, each with one major version of pytest and nothing else."""
    return _python_or_skip(f".venvs/{request.param}")


@pytest.fixture(scope="session")
def pytest6_python() -> Path:
    """An interpreter whose pytest is too old to be measured."""
    made = sorted(ROOT.glob(".venvs/*-pytest6"))
    return _python_or_skip(str(made[0].relative_to(ROOT)) if made else ".venvs/*-pytest6")


@pytest.fixture(scope="session")
def corpus_python() -> Path:
    """The interpreter of the demo: networkx and what its tests use, and no pytest plugin."""
    return _python_or_skip(".demo")


@pytest.fixture(scope="session")
def hypothesis_corpus_python() -> Path:
    """The same with hypothesis and its plugin, which the conftests of sympy and pandas need."""
    return _python_or_skip(".venvs/corpus")


def copy_project(name: str, into: Path) -> Path:
    """A copy of tests/projects/<name> in the folder `into`, without caches."""
    ignored = shutil.ignore_patterns("__pycache__", ".pytest_cache")
    return Path(shutil.copytree(PROJECTS / name, into / name, ignore=ignored, symlinks=True))


@pytest.fixture
def project(tmp_path: Path) -> Callable[[str], Path]:
    """Copies tests/projects/<name> to a directory of the test's own, and returns it."""
    return lambda name: copy_project(name, tmp_path)


@pytest.fixture(scope="module")
def project_of_module(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The same, for all tests of a file."""
    return lambda name: copy_project(name, tmp_path_factory.mktemp("projects"))


@pytest.fixture(scope="session")
def clean_env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment without what this run, or who started it, put there to steer Python or pytest.

    Files that outlive a command go to a directory of this run, not to the user's.
    """
    unwanted = {"PYTHONDONTWRITEBYTECODE", "COVERAGE_RUN", "NO_COLOR", "FORCE_COLOR", "PY_COLORS", "COLUMNS"}
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    kept = {name: value for name, value in kept.items() if not name.startswith("PYTEST_")}
    return {**kept, "XDG_STATE_HOME": str(tmp_path_factory.mktemp("state"))}


@pytest.fixture(scope="session")
def plain_env(clean_env: dict[str, str]) -> dict[str, str]:
    """The same without the plugins that our own tests use, which cost each start of pytest twice its time."""
    return {**clean_env, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


@pytest.fixture(scope="session")
def measured_python() -> tuple[str, ...]:
    """How to start this interpreter so that its coverage counts: followed by `-m module` or a script's path.

    Only this one child is traced. coverage's own way (`patch = ["subprocess"]`) goes through the environment
    and would trace every pytest that collectbench measures. The launcher is a script because that keeps the
    cwd off sys.path, where some tests put a json.py; `--include` names files because the probe is started
    by its path and has no module name.
    """
    if os.environ.get("COVERAGE_RUN") != "true":
        return (sys.executable,)
    return (
        str(Path(sys.executable).with_name("coverage")),
        "run",
        f"--rcfile={ROOT / 'tests' / 'support' / 'children.coveragerc'}",
        f"--data-file={ROOT / '.coverage.d' / 'data'}",
        f"--include={glob.escape(str(ROOT / 'collectbench'))}/*",
    )


Entry = Literal["module", "script"]


class Command(Protocol):
    """Builds the argv of a collectbench command."""

    def __call__(self, *args: str | Path, via: Entry = "module") -> list[str]: ...


@pytest.fixture(scope="session")
def cli_command() -> Command:
    """The argv of `python -m collectbench`, or of the installed script, which keeps the cwd off sys.path.

    Without coverage, which would start with each command: `run_cli` covers the same code.
    """
    entries = {
        "module": ("-m", "collectbench"),
        "script": (str(Path(sys.executable).with_name("collectbench")),),  # Python also reads pip's shell scripts
    }

    def command(*args: str | Path, via: Entry = "module") -> list[str]:
        return [sys.executable, *entries[via], *map(str, args)]

    return command


class RunCli(Protocol):
    """Runs a collectbench command to its end."""

    def __call__(
        self,
        *args: str | Path,
        cwd: Path,
        env: Mapping[str, str] | None = None,
        timeout: float = 120,
        via: Entry | None = None,
    ) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture(scope="session")
def fork_server(measured_python: tuple[str, ...], clean_env: dict[str, str]) -> Iterator[ForkServer]:
    with closing(ForkServer(measured_python, clean_env)) as server:
        yield server


@pytest.fixture(scope="session")
def run_cli(cli_command: Command, clean_env: dict[str, str], fork_server: ForkServer) -> RunCli:
    """Runs a command in `cwd` and captures its text; `env` comes on top of the clean one.

    The command is a fork of a process that is already started, unless `via` or a variable concerns the start.
    """

    def run(
        *args: str | Path,
        cwd: Path,
        env: Mapping[str, str] | None = None,
        timeout: float = 120,
        via: Entry | None = None,
    ) -> subprocess.CompletedProcess[str]:
        whole_env = {**clean_env, **(env or {})}
        changed = [name for name, value in whole_env.items() if clean_env.get(name) != value]
        if via is None and not any(name.startswith(AT_START) for name in changed):
            return fork_server.run(list(map(str, args)), cwd=cwd, env=whole_env, timeout=timeout)
        return subprocess.run(
            cli_command(*args, via=via or "module"),
            cwd=cwd,
            env=whole_env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    return run
