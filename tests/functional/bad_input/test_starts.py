"""Environments in which pytest or its interpreter does not start: said once, before anything is measured."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

BROKEN_PLUGIN = {
    "broken_plugin.py": "import a_library_that_is_missing\n",
    "broken_plugin-1.2.dist-info/METADATA": "Metadata-Version: 2.1\nName: broken-plugin\nVersion: 1.2\n",
    "broken_plugin-1.2.dist-info/entry_points.txt": "[pytest11]\nbroken = broken_plugin\n",
}


@pytest.fixture
def installed(tmp_path: Path) -> Callable[[dict[str, str]], dict[str, str]]:
    """Puts files on the import path of all interpreters; returns the environment for that."""

    def install(files: dict[str, str]) -> dict[str, str]:
        for name, text in files.items():
            path = tmp_path / "installed" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return {"PYTHONPATH": str(tmp_path / "installed")}

    return install


@pytest.fixture
def with_main_baseline(api_and_core: Path, stored_run: Callable[..., Path]) -> Path:
    (api_and_core / "baselines").mkdir()
    stored_run("main", {"tests/api": [0.2] * 3}).rename(api_and_core / "baselines" / "main.json")
    return api_and_core


@pytest.mark.parametrize(
    "command", [("baseline",), ("compare",), ("profile", "tests/api"), ("doctor",)], ids=lambda words: words[0]
)
def test_a_plugin_that_cannot_be_loaded_is_said_once_and_nothing_is_judged(
    command: tuple[str, ...],
    installed: Callable[..., dict[str, str]],
    with_main_baseline: Path,
    run_cli: Callable[..., Any],
    plain_python: str,
) -> None:
    done = run_cli(
        *command, "--python", plain_python, cwd=with_main_baseline, env=installed(BROKEN_PLUGIN), via="script"
    )
    assert (done.returncode, done.stdout) == (4, ""), done.stderr
    words = " ".join(done.stderr.split())
    error = "ModuleNotFoundError: No module named 'a_library_that_is_missing'"
    assert f"error: pytest does not start in {with_main_baseline}: pytest ended with exit code " in words
    assert f"while loading plugins: {error}" in words
    assert words.count(error) == 2  # in our words, and once in pytest's own
    assert "installed plugins: broken-plugin 1.2" in words
    assert [path.name for path in (with_main_baseline / "baselines").iterdir()] == ["main.json"]


def test_a_target_that_loads_no_plugins_is_measured_all_the_same(
    installed: Callable[..., dict[str, str]], api_and_core: Path, run_cli: Callable[..., Any], quick: tuple[str, ...]
) -> None:
    (api_and_core / "collectbench.toml").write_text(
        "[targets.api]\npaths = ['tests/api']\nenv = { PYTEST_DISABLE_PLUGIN_AUTOLOAD = '1' }\n"
        "[targets.core]\npaths = ['tests/core']\n"
    )
    done = run_cli("baseline", *quick, cwd=api_and_core, env=installed(BROKEN_PLUGIN), via="script")
    assert done.returncode == 4
    failures = [line for line in done.stdout.splitlines() if line.startswith("failed: ")]
    assert [line.startswith("failed: core: pytest ended with exit code ") for line in failures] == [True]


@pytest.mark.parametrize(
    "python",
    [".venvs/3.10-pytest7", ".venvs/3.13-pytest8", pytest.param(".venvs/3.11-pytest8", marks=pytest.mark.long)],
)
def test_an_unknown_option_is_named_by_each_pytest(
    python: str, api_and_core: Path, run_cli: Callable[..., Any], quick: tuple[str, ...]
) -> None:
    import environments

    program = environments.python_of(python)
    if program is None:
        pytest.skip(f"{python} is missing")
    done = run_cli("baseline", "--python", program, *quick[2:], "tests/api", cwd=api_and_core, env={}, via=None)
    assert done.returncode == 0
    (api_and_core / "pytest.ini").write_text("[pytest]\ntestpaths = tests\naddopts = --numproc\n")
    done = run_cli("baseline", "--python", program, *quick[2:], "tests/api", "--force", cwd=api_and_core)
    assert done.returncode == 4
    said = " ".join(done.stdout.split())
    assert "while reading its options: unrecognized arguments: --numproc (inifile: " in said


HANGS = "import time\ntime.sleep(600)\n"


@pytest.mark.long
def test_a_plugin_that_hangs_is_ended_after_the_timeout(
    api_and_core: Path, run_cli: Callable[..., Any], quick: tuple[str, ...]
) -> None:
    (api_and_core / "slow_plugin.py").write_text(HANGS)
    (api_and_core / "pytest.ini").write_text("[pytest]\ntestpaths = tests\naddopts = -p slow_plugin\n")
    done = run_cli("baseline", *quick, "--timeout", "3s", cwd=api_and_core)
    assert (done.returncode, done.stdout) == (4, "")
    assert "not finished after 15.0 s, while loading plugins; it hung at slow_plugin.py:2 in <module>" in done.stderr
    assert "give it more time with --timeout" in done.stderr


@pytest.mark.parametrize(
    ("module", "text", "code", "says"),
    [
        (
            "sitecustomize.py",
            "import os, sys\nif len(sys.argv) > 2: os._exit(3)\n",
            2,
            "Python ended with exit code 3 before it ran a script, as with a sitecustomize.py or .pth file that exits",
        ),
        (
            "pluggy.py",
            "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n",
            2,
            "ended by SIGKILL while importing pytest, as by the system when memory is short",
        ),
        (
            "killing_plugin.py",
            "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n",
            4,
            "ended by SIGKILL while loading plugins, as by the system when memory is short",
        ),
    ],
)
def test_an_interpreter_that_ends_while_it_starts_is_not_blamed_for_its_pytest(
    module: str,
    text: str,
    code: int,
    says: str,
    installed: Callable[..., dict[str, str]],
    api_and_core: Path,
    run_cli: Callable[..., Any],
    quick: tuple[str, ...],
) -> None:
    if code == 4:
        (api_and_core / "pytest.ini").write_text("[pytest]\naddopts = -p killing_plugin\n")
    # The tests' own processes must not find these files: only the interpreter that is measured gets them.
    wrapper = api_and_core / "python"
    path = installed({module: text})["PYTHONPATH"]
    wrapper.write_text(f'#!/bin/sh\nPYTHONPATH="{path}" exec "{quick[1]}" "$@"\n')
    wrapper.chmod(0o755)
    done = run_cli("baseline", "--python", wrapper, *quick[2:], cwd=api_and_core)
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert says in done.stderr
    for wrong in ("cannot import pytest", "has no pytest", "this is not Python"):
        assert wrong not in done.stderr
