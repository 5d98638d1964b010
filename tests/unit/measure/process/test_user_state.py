"""The place of files that outlive a command."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectbench.measure.process.user_state import NoStateDirectoryError, state_of_project


@pytest.mark.parametrize(
    ("environ", "parent"),
    [
        ({"HOME": "/home/u"}, "/home/u/.local/state/collectbench"),
        ({"HOME": "/home/u", "XDG_STATE_HOME": "/state"}, "/state/collectbench"),
        ({"HOME": "/home/u", "XDG_STATE_HOME": ""}, "/home/u/.local/state/collectbench"),
        ({"HOME": "/home/u", "XDG_STATE_HOME": "state"}, "/home/u/.local/state/collectbench"),
        ({"XDG_STATE_HOME": "/state"}, "/state/collectbench"),
    ],
)
def test_the_directory_is_where_the_system_keeps_the_state_of_programs(environ, parent, tmp_path) -> None:
    place = state_of_project(tmp_path, environ)
    assert str(place.parent) == parent
    assert place.name.startswith(f"{tmp_path.name}-")


def test_projects_of_one_name_are_kept_apart_and_all_ways_to_one_lead_to_one_place(tmp_path) -> None:
    for name in ("a", "b"):
        (tmp_path / name / "project").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "a")
    environ = {"HOME": "/home/u"}
    first, second, linked = (state_of_project(tmp_path / name / "project", environ) for name in ("a", "b", "link"))
    assert first != second
    assert first == linked
    assert state_of_project(Path("/"), environ).name.startswith("root-")


def test_without_a_home_directory_there_is_none(tmp_path) -> None:
    with pytest.raises(NoStateDirectoryError, match="XDG_STATE_HOME"):
        state_of_project(tmp_path, {})
