from __future__ import annotations

import json

import pytest

from collectbench.model.errors import UsageError
from collectbench.render.formats import render
from collectbench.render.parts.options import RenderOptions


def exported(document):
    return json.loads(render(document, "pytest-benchmark", RenderOptions()))


def test_each_measured_target_is_a_benchmark_with_its_raw_wall_seconds(documents):
    data = exported(documents["paired"])
    assert [benchmark["fullname"] for benchmark in data["benchmarks"]] == ["tests/api", "suite"]
    first = data["benchmarks"][0]
    assert first["stats"]["data"] == [1.9, 2.1, 2.0]
    assert (first["stats"]["median"], first["stats"]["iterations"]) == (2.0, 1)
    assert first["extra_info"]["cpu_s"] == pytest.approx([1.76, 1.94, 1.85])


def test_a_target_that_cannot_be_collected_is_not_a_benchmark(documents):
    assert [benchmark["name"] for benchmark in exported(documents["broken_run"])["benchmarks"]] == [
        "tests/api",
        "tests/core",
    ]


def test_machine_and_commit_come_from_the_run(documents, make):
    data = exported(documents["run"])
    assert data["machine_info"]["cpu"] == {"brand_raw": make.environment.cpu_model, "count": 2}
    assert (data["commit_info"]["id"], data["commit_info"]["dirty"]) == ("abc1234def5678", True)
    assert exported(documents["broken_run"])["commit_info"]["id"] == "unversioned"
    assert data["datetime"] == "2025-11-03T10:00:00+00:00"


def test_a_comparison_that_was_stored_without_samples_is_refused(documents):
    with pytest.raises(UsageError, match="this comparison has no raw samples; export its head run instead"):
        exported(documents["comparison"])
