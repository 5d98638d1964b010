"""The lower bounds of the dependencies are promises: all commands, with exactly those versions."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import environments


def test_a_measurement_works_with_the_lowest_versions_that_are_allowed(
    tmp_path: Path, clean_env: dict[str, str]
) -> None:
    python = environments.python_of(".venvs/lowest")
    if python is None:
        pytest.skip(".venvs/lowest is missing; scripts/test makes it")
    (tmp_path / "test_a.py").write_text("def test_a(): pass\n")
    for command in (["baseline", "--rounds", "1", "--cold", "-v"], ["compare", "--rounds", "1"], ["targets"], ["init"]):
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
