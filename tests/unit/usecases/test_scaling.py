"""Which targets have subsets, and why others have none."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from collectbench.measure.round.round import Round
from collectbench.model.collected import Collected
from collectbench.model.sample import RoundKind, Sample, Status
from collectbench.model.subsets import Size
from collectbench.model.target import Target
from collectbench.usecases.diagnosing.scaling import FEW_LAPS, MANY_LAPS, Scaled, scaled_by, subsets_of, why_not

TARGET = Target(name="api", paths=("tests/api",), ignored=("tests/api/slow",), module="tests.api")
FILES = tuple(f"tests/api/test_{number}.py" for number in range(8))


def round_of(files=FILES, *, status: Status = Status.OK, message: str = "", wall_s: float = 1.0) -> Round:
    sample = Sample(kind=RoundKind.TRACED, wall_s=wall_s, user_s=1.0, system_s=0.0, peak_rss_bytes=1, exit_code=0)
    collected = Collected(files=dict.fromkeys(files, (3, "digest")))
    return Round(sample=sample, status=status, message=message, collected=collected)


@pytest.fixture
def project(tmp_path: Path):
    for file in FILES:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
    return SimpleNamespace(root=tmp_path, env={"HOME": "/home"})


def test_a_target_with_eight_files_has_subsets_of_files(project) -> None:
    assert not why_not(project, TARGET, [round_of()])
    found = list(subsets_of(TARGET, [round_of()]))
    assert {(each.of, each.lap, each.size) for each in found} == {
        ("api", lap, size) for lap in range(MANY_LAPS) for size in Size
    }
    quarter = found[0].target
    assert (quarter.name, len(quarter.paths)) == ("api (25 % of the files)", 2)
    assert (quarter.ignored, quarter.module) == ((), None)


def test_a_long_target_has_fewer_laps() -> None:
    assert {each.lap for each in subsets_of(TARGET, [round_of(wall_s=30.0)])} == set(range(FEW_LAPS))


@pytest.mark.parametrize(
    ("taken", "why"),
    [
        (round_of(FILES[:7]), "api has 7 files with tests, and subsets need at least 8"),
        (round_of(status=Status.CRASHED), "api was not collected"),
        (round_of((*FILES, "virtual")), "node ids of api do not begin with the paths of its files"),
    ],
    ids=["few", "crashed", "no files"],
)
def test_without_subsets_one_sentence_says_why(project, taken, why) -> None:
    assert why_not(project, TARGET, [taken]).startswith(why)


def test_more_files_than_a_command_line_holds_are_refused_before_the_system_does(project) -> None:
    project.env["LONG"] = "x" * 10_000_000
    assert why_not(project, TARGET, [round_of()]) == "the 8 files of api do not fit into one command line"


@pytest.mark.parametrize(
    ("failed", "why"),
    [
        ({}, "--max-time was reached after 0 of 12 rounds on subsets of api"),
        (
            {"api": round_of(status=Status.CRASHED, message="it crashed")},
            "a round on some files of api did not collect them: it crashed",
        ),
        (
            {"api": round_of(status=Status.TIMEOUT)},
            "a round on some files of api did not collect them: timeout",
        ),
    ],
    ids=["late", "crashed", "timeout"],
)
def test_with_missing_rounds_growth_is_unknown(failed, why) -> None:
    assert scaled_by("api", [], 12, failed) == Scaled(notes=(f"growth is unknown: {why}",))
