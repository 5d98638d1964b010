"""Faults of collectbench, and surroundings in which nothing can be measured: never the exit code of a verdict."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from collectbench import __main__, __version__
from collectbench.cli.exits import ExitCode

FAULTS = ("ZeroDivisionError('a fault')", "EOFError('a fault')", "BrokenPipeError('a fault')")
IN_A_COMMAND = """
import collectbench.usecases.project as project
def open_project(*_, **__):
    raise {error}
project.open_project = open_project
"""


@pytest.fixture
def run_with(cli_command: Callable[..., list[str]], clean_env: dict[str, str], tmp_path: Path) -> Callable[..., Any]:
    """Runs a command in a process of its own, with further modules on its path, and words in front of it."""

    def run(
        *args: str,
        cwd: Path,
        modules: Mapping[str, str] | None = None,
        prefix: tuple[str, ...] = (),
        via: str = "module",
        **streams: Any,
    ) -> subprocess.CompletedProcess[str]:
        folder = tmp_path / "modules"
        folder.mkdir(exist_ok=True)
        for name, text in (modules or {}).items():
            (folder / name).write_text(text)
        env = {**clean_env, "PYTHONPATH": f"{folder}:{clean_env.get('PYTHONPATH', '')}".rstrip(":")}
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
        command = [*prefix, *cli_command(*args, via=via)]
        return subprocess.run(command, cwd=cwd, env=env, text=True, timeout=120, check=False, **streams)

    return run


def test_the_exit_codes_of_an_early_end_are_those_of_the_enumeration() -> None:
    assert (__main__.INTERRUPTED, __main__.FAULT) == (ExitCode.INTERRUPTED, ExitCode.FAULT)


@pytest.mark.parametrize("error", FAULTS)
def test_a_fault_ends_with_70_the_traceback_the_version_and_where_to_report_it(
    error: str, run_with: Callable[..., Any], tmp_path: Path
) -> None:
    done = run_with("targets", cwd=tmp_path, modules={"sitecustomize.py": IN_A_COMMAND.format(error=error)})
    assert (done.returncode, done.stdout) == (70, "")
    assert done.stderr.startswith("Traceback (most recent call last):\n")
    assert f"{error.partition('(')[0]}: a fault\n" in done.stderr
    assert f"collectbench {__version__} failed: this is a fault of collectbench, and no verdict" in done.stderr
    assert "Please report it, with the lines above and the command that you ran: " in done.stderr


@pytest.mark.parametrize("via", ["module", "script"])
def test_an_installation_that_cannot_be_imported_is_a_fault(
    via: str, run_with: Callable[..., Any], tmp_path: Path
) -> None:
    done = run_with("targets", cwd=tmp_path, via=via, modules={"typer.py": "raise ImportError('half installed')\n"})
    assert done.returncode == 70
    assert "ImportError: half installed" in done.stderr
    assert f"collectbench {__version__} failed" in done.stderr


@pytest.mark.parametrize("via", ["module", "script"])
def test_ctrl_c_during_the_imports_shows_no_traceback(
    via: str, cli_command: Callable[..., list[str]], clean_env: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "typer.py").write_text(
        "import pathlib, time\npathlib.Path(__file__).with_name('waits').touch()\ntime.sleep(60)\n"
    )
    command, env = (
        cli_command("targets", via=via),
        {**clean_env, "PYTHONPATH": f"{tmp_path}:{clean_env.get('PYTHONPATH', '')}"},
    )
    with subprocess.Popen(command, cwd=tmp_path, env=env, stderr=subprocess.PIPE, text=True) as process:
        while not (tmp_path / "waits").exists():
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (130, "interrupted\n")


def test_every_command_says_that_stdout_is_full(
    run_with: Callable[..., Any], api_and_core: Path, quick: tuple[str, ...]
) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("/dev/full is Linux's")
    python = quick[:2]
    commands = (
        ("--help",),
        ("--version",),
        ("schema", "run"),
        ("targets", *python),
        ("targets", *python, "--dry-run"),
        ("doctor", *python, "--no-aa"),
        ("baseline", *quick, "tests/api"),
        ("init", *python),
    )
    for command in commands:
        with Path("/dev/full").open("w") as full:
            done = run_with(*command, cwd=api_and_core, stdout=full)
        assert done.returncode == 2, (command, done.stderr)
        assert done.stderr.endswith("error: stdout cannot be written: No space left on device\n"), command
        assert "Traceback" not in done.stderr
    assert json.loads((api_and_core / "baselines" / "main.json").read_text())["targets"]
    assert (api_and_core / "collectbench.toml").is_file()


def test_a_full_stderr_changes_no_verdict(run_with: Callable[..., Any], api_and_core: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("/dev/full is Linux's")
    with Path("/dev/full").open("w") as full:
        done = run_with("compare", "--run", "missing.json", cwd=api_and_core, stderr=full)
        assert (done.returncode, done.stdout) == (6, "")
        done = run_with("targets", cwd=api_and_core, stderr=full, modules={"typer.py": "raise ImportError\n"})
        assert done.returncode == 70


@pytest.mark.parametrize("command", [("targets",), ("compare", "--run", "run.json"), ("init",)])
def test_a_working_directory_that_was_deleted_is_named(
    command: tuple[str, ...], run_with: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "gone").mkdir()
    done = run_with(*command, cwd=tmp_path / "gone", prefix=("sh", "-c", 'rmdir ../gone && exec "$@"', "sh"))
    assert done.returncode == 2, done.stderr
    assert "error: the current directory does not exist any more; change to one that exists" in done.stderr
    assert "Traceback" not in done.stderr


LONG = "a/" * 2500


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (("targets", LONG), 2),
        (("targets", "--config", LONG), 2),
        (("baseline", "--python", LONG), 2),
        (("baseline", "--baseline-dir", LONG), 2),
        (("baseline", "--name", LONG), 2),
        (("baseline", "--output", LONG), 2),
        (("compare", "--run", LONG), 6),
        (("compare", "--baseline", LONG), 6),
        (("merge", LONG, LONG), 6),
        (("profile", LONG), 2),
    ],
    ids=lambda value: "-".join(value).replace(LONG, "LONG") if isinstance(value, tuple) else None,
)
def test_a_path_that_is_too_long_for_the_system_is_a_usage_error(
    command: tuple[str, ...], code: int, run_cli: Callable[..., Any], api_and_core: Path, plain_python: str
) -> None:
    done = run_cli(*command, cwd=api_and_core, env={"PATH": f"{Path(plain_python).parent}:/usr/bin:/bin"})
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr


def test_a_folder_named_pyproject_toml_is_no_configuration(
    run_cli: Callable[..., Any], api_and_core: Path, quick: tuple[str, ...]
) -> None:
    (api_and_core / "pyproject.toml").mkdir()
    done = run_cli("init", *quick[:2], "--config", "pyproject.toml", cwd=api_and_core)
    assert done.returncode == 2
    assert f"error: {api_and_core / 'pyproject.toml'}: cannot be read: Is a directory" in done.stderr
    assert run_cli("baseline", "tests/api", *quick, cwd=api_and_core).returncode == 0
    done = run_cli("init", *quick[:2], cwd=api_and_core)
    assert (done.returncode, done.stderr) == (0, "")
    assert (api_and_core / "collectbench.toml").is_file()


def test_without_proc_nothing_is_started_and_the_way_out_is_named(
    run_with: Callable[..., Any], api_and_core: Path, quick: tuple[str, ...]
) -> None:
    hidden = ("unshare", "-rm", "sh", "-c", 'mount -t tmpfs none /proc && exec "$@"', "sh")
    try:
        subprocess.run([*hidden, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("/proc cannot be hidden here")
    done = run_with("baseline", *quick, cwd=api_and_core, prefix=hidden)
    assert (done.returncode, done.stdout) == (2, "")
    assert "error: this process is not in /proc" in done.stderr
    assert "mount -t proc proc /proc" in done.stderr
    assert "Traceback" not in done.stderr


APPENDS_JUNK = """
import sys
def pytest_sessionfinish():
    with open(sys.orig_argv[2] + "/report", "ab") as report:
        report.write(b"\\xff\\xfe junk\\ncounts 5\\nstamp.finish 1" + b"0" * 500 + b"\\ndone {[]: 1}\\npeak-rss 'x'\\n")
    with open(sys.orig_argv[2] + "/trace", "ab") as trace:
        trace.write(b"I\\t\\xff\\nZ\\t1\\n" + b"G\\t0\\t0\\t1" + b"0" * 500 + b"\\n")
"""


def test_a_suite_that_writes_into_our_report_is_measured(
    run_cli: Callable[..., Any], api_and_core: Path, plain_python: str
) -> None:
    (api_and_core / "tests" / "conftest.py").write_text(APPENDS_JUNK)
    once = ("--python", plain_python, "--rounds", "1", "--warmup", "0", "--format", "json")
    done = run_cli("baseline", *once, "tests/api", cwd=api_and_core)
    assert done.returncode == 0, done.stderr
    (target,) = json.loads(done.stdout)["targets"]
    assert (target["status"], target["counts"]["items"]) == ("ok", 2)
    done = run_cli("profile", *once, "tests/api", cwd=api_and_core)
    assert done.returncode == 0, done.stderr
