"""Where a project is on a worker, and what cannot be sent there."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from collectbench.model.errors import UsageError
from collectbench.usecases.fleet.orders import Command, Limits, order, place_of
from collectbench.usecases.fleet.packing import packed_tree, shared_parts
from collectbench.usecases.measure_options import MeasureOptions
from collectbench.usecases.mistakes import Mistakes
from collectbench.usecases.project import Project, open_project
from collectbench.usecases.project_options import ProjectOptions


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project outside of git, with sources below src, whose user stands in tests."""
    root = tmp_path / "tree"
    (root / "src/package").mkdir(parents=True)
    (root / "src/package/__init__.py").touch()
    (root / "tests").mkdir()
    (root / "tests/test_a.py").write_text("def test_a(): pass\n")
    (root / "pytest.ini").write_text("[pytest]\n")
    monkeypatch.chdir(root / "tests")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("PYTEST_ADDOPTS", f"--ignore={root}/tests/data")
    monkeypatch.delenv("PYTHONPATH", raising=False)
    options = ProjectOptions(measure=MeasureOptions(seed=3, rounds=0))
    return open_project(options, Mistakes(), lambda message: None)


def top(project: Project) -> Path:
    return project.root


def test_the_users_directory_and_variables_are_those_of_the_tree_on_the_worker(project) -> None:
    place = place_of(project, top(project))
    found = json.loads(order(project, place, Command(name="baseline"), "1/1", Limits()))
    assert found["cwd"] == "tests"
    assert found["env"]["PYTEST_ADDOPTS"] == "--ignore={collectbench-tree}/tests/data"
    assert found["pin"] is False
    assert "--rounds auto" in " ".join(found["arguments"])
    assert "--max-time" not in found["arguments"]


def test_sources_on_pythonpath_come_first_there_too(project) -> None:
    env = {**project.env, "PYTHONPATH": f"{top(project)}/src:/elsewhere"}
    assert place_of(replace(project, env=env), top(project)).import_roots == ("src",)


def test_sources_that_are_installed_from_the_tree_come_first_there_too(project, tmp_path) -> None:
    site = tmp_path / "site-packages"
    site.mkdir()
    (site / "_package.pth").write_text(f"{top(project)}/src\n")
    inspection = replace(project.inspection, installed=(str(site),))
    assert place_of(replace(project, inspection=inspection), top(project)).import_roots == ("src",)


def test_a_directory_that_would_hide_the_standard_library_does_not(project, tmp_path) -> None:
    (top(project) / "src/json.py").touch()
    site = tmp_path / "site-packages"
    site.mkdir()
    (site / "_package.pth").write_text(f"{top(project)}/src\n")
    inspection = replace(project.inspection, installed=(str(site),))
    assert place_of(replace(project, inspection=inspection), top(project)).import_roots == ()


def test_a_configuration_outside_of_the_tree_is_refused(project, tmp_path) -> None:
    options = replace(project.request.options, config_file=tmp_path / "collectbench.toml")
    outside = replace(project, request=replace(project.request, options=options))
    refusal = rf"--dask: {re.escape(str(tmp_path))}/collectbench\.toml is outside of .*/tree, which is sent"
    with pytest.raises(UsageError, match=refusal):
        place_of(outside, top(project))


def test_outside_of_git_the_directory_that_holds_all_is_sent(project, tmp_path) -> None:
    (tmp_path / "work").mkdir()
    archive = packed_tree(project, None, tmp_path / "work")
    assert archive.origin == top(project)
    assert not archive.has_repository


def test_a_home_directory_is_not_sent_as_a_whole(project, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: top(project))
    with pytest.raises(UsageError, match="would be sent to the workers as a whole"):
        packed_tree(project, None, tmp_path)


def test_the_directory_that_others_share_is_the_deepest_one() -> None:
    assert shared_parts((Path("/a/b/c"), Path("/a/b"), Path("/a/b/d"))) == ["/", "a", "b"]
    assert shared_parts((Path("/a"), Path("/b"))) == ["/"]
