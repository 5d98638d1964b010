"""What scripts/peers.py reads from each tool, and when it calls a planted place named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import peer_reports
import peers
from peer_reports import OUTPUT, REPORT, Report, Row


def write_json(folder: Path, document: Any) -> None:
    (folder / REPORT).write_text(json.dumps(document))


def report_of(*rows: Row) -> Report:
    return Report(adds_up_to=1.0, names=1.0, rows=rows)


def test_each_marked_line_of_the_planted_project_can_be_told_from_the_first_of_its_file() -> None:
    places = peers.places()
    assert len(places) == 7
    assert places["shared helper"] == {("test_one.py", 2), ("test_two.py", 2)}
    # pyinstrument gives a module's body line 1 at most: that names no line
    assert all(line > 1 for lines in places.values() for _, line in lines)
    assert peers.BURNING.keys() <= places.keys()


def test_each_file_of_the_planted_project_is_python() -> None:
    for path, source in peers.PROJECT.items():
        if path.endswith(".py"):
            compile(source, path, "exec")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([("test_one.py", 2, 0.2), ("test_two.py", 2, 0.2)], "line", id="all lines"),
        pytest.param([("/p/test_one.py", 2, 0.2), ("/p/test_two.py", 2, 0.2)], "line", id="absolute paths"),
        pytest.param([("test_one.py", 2, 0.2)], "file", id="one line of two"),
        pytest.param([("test_one.py", None, 0.2), ("test_two.py", None, 0.2)], "file", id="no lines"),
        pytest.param([("shared.py", None, 0.2)], "file", id="the module that burns"),
        pytest.param([("test_one.py", 2, 0.01), ("test_two.py", 2, 0.01)], "–", id="without the time"),
        pytest.param([("unit/test_one.py", 2, 0.2)], "–", id="another file of that name"),
        pytest.param([], "–", id="no rows"),
    ],
)
def test_a_place_is_named_by_rows_that_bear_its_time(rows: list[tuple[str, int | None, float]], expected: str) -> None:
    report = report_of(*(Row(*row) for row in rows))
    lines = peers.places()["shared helper"]
    assert peers.grade(report, "shared helper", lines, Path("/p")) == expected


def test_collectbench_is_read_with_its_own_wall_time(tmp_path: Path) -> None:
    shares = {"start of Python": 0.2, "imports: stdlib": 0.5, "hooks: conftest": 0.3, "unaccounted": 0.1}
    modules = [{"path": "a.py", "inclusive_s": 0.4, "importers": [{"path": "test_a.py", "line": 3}]}]
    write_json(
        tmp_path,
        {
            "traced_wall_s": 2.0,
            "shares": [{"name": name, "seconds": seconds} for name, seconds in shares.items()],
            "imports": modules,
            "collectors": [{"nodeid": "test_b.py::TestB", "inclusive_s": 0.1}],
            "parametrized": [],
            "hooks": [{"plugin": "conftest.py", "self_s": 0.3}],
            "lines": [{"path": "conftest.py", "line": 5, "sampled_s": 0.25}],
        },
    )
    report = peer_reports.read_collectbench(tmp_path, 99.0)
    assert report.adds_up_to == pytest.approx(0.95)
    assert report.names == pytest.approx(0.4)
    assert report.rows == (
        Row("a.py", None, 0.4),
        Row("test_a.py", 3, 0.4),
        Row("test_b.py", None, 0.1),
        Row("conftest.py", None, 0.3),
        Row("conftest.py", 5, 0.25),
    )


def test_collect_profile_is_found_within_what_pytest_prints(tmp_path: Path) -> None:
    profile = {
        "schema": "pytest-collect-profile",
        "collectors": [
            {"nodeid": "", "collector_type": "Session", "duration_ns": 900_000_000},
            {"nodeid": "test_a.py", "collector_type": "Module", "duration_ns": 400_000_000},
            {"nodeid": "test_a.py::TestA", "collector_type": "Class", "duration_ns": 100_000_000},
        ],
        "collection_hooks": [
            {"name": "pytest_collection_modifyitems", "duration_ns": 100_000_000},
            {"name": "other observed hooks", "duration_ns": 50_000_000},
        ],
        "total_collection_ns": 1_000_000_000,
    }
    (tmp_path / OUTPUT).write_text(f"test_a.py: 1\n{json.dumps(profile, separators=(',', ':'))}\n\n")
    report = peer_reports.read_collect_profile(tmp_path, 2.0)
    assert (report.adds_up_to, report.names) == pytest.approx((0.5, 0.25))
    assert report.rows[1:] == (Row("test_a.py", None, 0.4), Row("test_a.py", None, 0.1))


def test_perf_report_names_modules_by_their_dotted_name(tmp_path: Path) -> None:
    write_json(
        tmp_path,
        {
            "startup_imports": {"package.settings": [0.1, 0.3]},
            "collect_modules": {"test_a.py": 0.4},
            "stats": {"startup_preconfigure_s": 0.5, "startup_collection_s": 1.0, "collect_modifyitems_s": 0.2},
        },
    )
    report = peer_reports.read_perf_report(tmp_path, 2.0)
    assert (report.adds_up_to, report.names) == pytest.approx((0.75, 0.35))
    assert report.rows == (Row("package/settings.py", None, 0.3), Row("test_a.py", None, 0.4))


def test_rows_of_importtime_count_wherever_they_stand_in_a_line(tmp_path: Path) -> None:
    (tmp_path / OUTPUT).write_text(
        "import time: self [us] | cumulative | imported package\n"
        "import time:    100000 |     100000 |     helper.part\n"
        "test_a.py: 1import time:    300000 |     400000 |   helper\n"
    )
    report = peer_reports.read_importtime(tmp_path, 2.0)
    assert (report.adds_up_to, report.names) == pytest.approx((0.2, 0.2))
    assert report.rows == (Row("helper/part.py", None, 0.1), Row("helper.py", None, 0.4))


def test_each_frame_of_pyinstrument_is_a_row(tmp_path: Path) -> None:
    child = {"file_path": "/p/conftest.py", "line_no": 3, "time": 0.2, "children": []}
    write_json(tmp_path, {"root_frame": {"file_path": "/p/run.py", "line_no": 1, "time": 1.5, "children": [child]}})
    report = peer_reports.read_pyinstrument(tmp_path, 2.0)
    assert (report.adds_up_to, report.names) == pytest.approx((0.75, 0.75))
    assert report.rows == (Row("/p/run.py", 1, 1.5), Row("/p/conftest.py", 3, 0.2))
