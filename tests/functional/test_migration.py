"""The promise of docs/migration.md: each of its commands ends as it says, with the output that it shows."""

from __future__ import annotations

import subprocess
import sys

import pytest

from environments import ROOT


@pytest.mark.long
def test_the_migration_of_the_example_ends_as_the_guide_says(tmp_path) -> None:
    command = [sys.executable, str(ROOT / "scripts" / "migration_example.py"), str(tmp_path / "shop")]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=1800)
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.endswith("all steps are as the document says\n")
    assert "collectbench report" in result.stdout
