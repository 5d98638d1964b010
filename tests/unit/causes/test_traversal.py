from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from collectbench.causes.traversal import CAUSE
from made_evidence import INSPECTION, PYTEST, ROOT, collected, evidence, findings, hooked, ran

REPORT = hooked(0, "pytest_make_collect_report", "runner", 2.0, f"{PYTEST}/runner.py", 388)
LOOP = hooked(1, "pytest_collection", "main", 1.0, f"{PYTEST}/main.py", 396)


def directory(index: int, nodeid: str, **fields):
    return collected(index, -1, nodeid, 0.0, **{"type": "Dir", "items": 2, **fields})


def made(*collectors, sampled: dict[int, float], **others):
    stacks = [ran(frame, seconds, f"{PYTEST}/main.py:9 collect", hook=0) for frame, seconds in sampled.items()]
    return evidence(collectors=collectors, hooks=(REPORT, LOOP), stacks=stacks, **others)


def test_the_topmost_directory_without_tests_is_found() -> None:
    about = made(
        directory(0, "tests"),
        directory(1, "tests/data"),
        directory(2, "tests/data/a"),
        directory(3, "tests/data/a/b", items=0),
        collected(4, -1, "tests/test_a.py", 0.0),
        sampled={0: 0.5, 1: 0.2, 2: 0.1, 3: 0.1},
    )
    (found,) = findings(CAUSE, about)
    assert found.subject == "tests/data"
    assert found.estimated_saving_s == pytest.approx(0.4)
    assert found.evidence == ("3 directories without a file that pytest collects",)
    assert "--ignore=tests/data" in found.fix


@pytest.mark.parametrize(
    ("name", "text", "has_diff"),
    [
        ("pyproject.toml", "[tool.pytest.ini_options]\ntestpaths = []\n", True),
        ("pyproject.toml", '[tool.pytest.ini_options]\naddopts = "-q"\n', False),
        ("pytest.ini", "[pytest]\n", False),
    ],
)
def test_the_diff_fits_the_configuration_file(name, text, has_diff) -> None:
    others = {"files": {f"{ROOT}/{name}": text}, "inspection": replace(INSPECTION, inifile=Path(f"{ROOT}/{name}"))}
    collectors = (directory(1, "tests/a"), collected(2, -1, "tests/test_a.py", 0.0))
    (found,) = findings(CAUSE, made(*collectors, sampled={1: 0.5}, **others))
    assert bool(found.diff) is has_diff


def test_each_tree_without_tests_is_a_finding() -> None:
    about = made(
        directory(0, "tests"),
        directory(1, "tests/a"),
        directory(2, "tests/b", type="Package"),
        collected(3, -1, "tests/test_a.py::test_it", 0.0),
        sampled={1: 0.5, 2: 0.4},
    )
    assert [each.subject for each in findings(CAUSE, about)] == ["tests/a", "tests/b"]


def test_a_directory_with_tests_deep_below_is_none() -> None:
    about = made(
        directory(0, "tests"),
        directory(1, "tests/a"),
        directory(2, "tests/a/b"),
        collected(3, -1, "tests/a/b/test_a.py", 0.0),
        sampled={0: 0.5, 1: 0.5, 2: 0.5},
    )
    assert not findings(CAUSE, about)


def test_a_directory_that_cannot_be_collected_is_no_directory_without_tests() -> None:
    about = made(directory(0, "tests"), directory(1, "tests/a", outcome="failed", items=0), sampled={1: 0.9})
    assert "tests/a" not in [each.subject for each in findings(CAUSE, about)]


def test_a_few_quick_directories_are_not_listed() -> None:
    about = evidence(collectors=(directory(0, "data"), collected(1, -1, "tests/test_a.py", 0.0)), hooks=(REPORT,))
    assert not findings(CAUSE, about)
