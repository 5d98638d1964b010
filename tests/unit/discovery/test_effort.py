"""How much discovery does, in calls: exact, on any machine and under any load."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from collectbench.discovery.plans import discovered_plan
from collectbench.model.inspection import Inspection


@dataclass
class Effort:
    calls: int = 0
    listings: int = 0

    def count(self, _frame: FrameType, event: str, function: Any) -> None:
        self.calls += event in {"call", "c_call"}
        self.listings += event == "c_call" and function in {os.scandir, os.listdir}


@pytest.fixture
def effort(inspection: Callable[[Path], Inspection]) -> Callable[[Path, int], Effort]:
    """What it takes to find the targets below a root, `depth` levels down."""

    def measure(root: Path, depth: int) -> Effort:
        counted, profile = Effort(), sys.getprofile()
        sys.setprofile(counted.count)
        try:
            discovered_plan(root, root, inspection(root), depth)
        finally:
            sys.setprofile(profile)
        return counted

    return measure


@pytest.fixture
def inspection() -> Callable[[Path], Inspection]:
    """What a pytest without any configuration would say."""
    return lambda root: Inspection(
        python="3.13.1",
        implementation="CPython",
        pytest="9.0.0",
        complete=True,
        rootdir=root,
        norecursedirs=("*.egg", ".*", "build"),
        plugins={},
    )


@pytest.fixture
def nested(tmp_path: Path) -> Callable[[int], Path]:
    """Makes directories in each other, and a test file in the innermost."""

    def make(levels: int) -> Path:
        root = tmp_path / str(levels)
        folder = root
        folder.mkdir()
        for _ in range(levels):
            folder /= "d"
            folder.mkdir()
        (folder / "test_one.py").touch()
        return root

    return make


@pytest.fixture
def broad(tmp_path: Path) -> Callable[[int], Path]:
    """Makes directories beside each other, each with a test file."""

    def make(width: int) -> Path:
        root = tmp_path / str(width)
        for number in range(width):
            (root / f"d{number}").mkdir(parents=True)
            (root / f"d{number}" / "test_one.py").touch()
        return root

    return make


@pytest.mark.parametrize("depth", [1, 60, 1000])
def test_each_directory_is_listed_once(depth: int, nested, effort) -> None:
    assert effort(nested(100), depth).listings == 101


@pytest.mark.parametrize("shape", ["nested", "broad"])
@pytest.mark.parametrize("depth", [1, 1000])
def test_twice_the_directories_are_twice_the_effort(
    shape: str, depth: int, request: pytest.FixtureRequest, effort
) -> None:
    make = request.getfixturevalue(shape)
    effort(make(2), depth)  # imports, and caches of patterns
    single, double = effort(make(100), depth), effort(make(200), depth)
    assert double.calls < 2.1 * single.calls


def test_directories_may_lie_deeper_than_python_recurses(nested, effort) -> None:
    assert effort(nested(600), 1000).listings == 601
