"""Sampled rounds in real children: the call tree, whose pyinstrument makes it, and what the tests see of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from collectbench.measure.explaining import read_calls, write_settings

BURN = "import time\ndef burning():\n    end = time.process_time() + 0.2\n    while time.process_time() < end: pass\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "round"
    folder.mkdir()
    write_settings(folder, 0.001)
    return folder


@pytest.fixture
def without_pyinstrument(tmp_path: Path) -> dict[str, str]:
    """An environment in which pyinstrument cannot be imported."""
    package = tmp_path / "blocked" / "pyinstrument"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise ImportError('not for you')\n")
    return {"PYTHONPATH": str(package.parent)}


def functions(frame: dict[str, object]) -> set[object]:
    children = frame["children"]
    assert isinstance(children, list)
    return {frame["function"]}.union(*(functions(child) for child in children))


def test_the_call_tree_names_what_burns(probe, write, folder) -> None:
    write("test_a.py", f"{BURN}burning()\ndef test(): pass\n")
    found = probe(mode="sampled")
    tree = json.loads(read_calls(folder) or "")
    assert "burning" in functions(tree["root_frame"])
    assert found.ids == ["test_a.py::test"]
    assert found.exit_code == 0
    assert "sampling-failed" not in found.report.facts


def test_tests_find_no_pyinstrument_loaded_and_their_own_by_that_name(probe, write, folder) -> None:
    write("conftest.py", "import sys\nassert not any(name.startswith('pyinstrument') for name in sys.modules)\n")
    write("pyinstrument.py", "OURS = 1\n")
    write("test_a.py", "import pyinstrument\nassert pyinstrument.OURS\ndef test(): pass\n")
    assert probe(mode="sampled").ids == ["test_a.py::test"]
    assert read_calls(folder)


def test_an_interpreter_without_pyinstrument_borrows_ours(probe, write, folder, without_pyinstrument) -> None:
    write("test_a.py", f"{BURN}burning()\ndef test(): pass\n")
    found = probe(mode="sampled", env=without_pyinstrument)
    assert "sampling-failed" not in found.report.facts
    assert "burning" in functions(json.loads(read_calls(folder) or "")["root_frame"])


def test_without_any_pyinstrument_the_round_goes_on_and_says_so(probe, write, folder, without_pyinstrument) -> None:
    (folder / "sampling").write_text("0.001\n\n")
    write("test_a.py", "def test(): pass\n")
    found = probe(mode="sampled", env=without_pyinstrument)
    assert found.report.facts["sampling-failed"] == "ImportError: not for you"
    assert found.ids == ["test_a.py::test"]
    assert read_calls(folder) is None
