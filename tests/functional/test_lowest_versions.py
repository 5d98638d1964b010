"""The lower bounds of the dependencies are promises: all commands, with exactly those versions."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import environments


@pytest.fixture
def python() -> Path:
    """An interpreter with these versions."""
    found = environments.python_of(".venvs/lowest")
    if found is None:
        pytest.skip(".venvs/lowest is missing; scripts/test makes it")
    return found


def test_a_measurement_works_with_the_lowest_versions_that_are_allowed(
    tmp_path: Path, clean_env: dict[str, str], python: Path
) -> None:
    (tmp_path / "test_a.py").write_text("def test_a(): pass\n")
    once = ["--rounds", "1", "--warmup", "0", "--no-suite"]
    for command in (["baseline", *once, "--cold", "-v"], ["compare", *once], ["targets"], ["init"]):
        done = subprocess.run(
            [python, "-m", "collectbench", *command],
            cwd=tmp_path,
            env=clean_env,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "baselines" / "main.json").is_file()


def test_the_lowest_ruff_finds_unused_imports(tmp_path: Path, clean_env: dict[str, str], python: Path) -> None:
    (tmp_path / "collectbench.toml").write_text('[lint]\nheavy = ["json"]\n')
    (tmp_path / "test_a.py").write_text("import json\n\n\ndef test_a(): ...\n")
    command = [python, "-m", "collectbench", "lint", "--select", "unused-import", "--no-cache"]
    done = subprocess.run(command, cwd=tmp_path, env=clean_env, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("test_a.py:1: unused-import")
