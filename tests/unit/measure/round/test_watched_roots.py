from __future__ import annotations

from pathlib import Path

from collectbench.measure.round.watched_roots import roots_elsewhere


def test_the_project_around_a_path_outside_of_the_working_directory_is_watched(tmp_path) -> None:
    for name in ("here/tests", "there/tests/deep", "bare/tests"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "there" / "pytest.ini").touch()
    (tmp_path / "link").symlink_to(tmp_path / "here")
    cwd = tmp_path / "link"
    paths = ("tests", "../there/tests/deep", str(tmp_path / "bare" / "tests"), str(cwd / "tests"))
    roots = roots_elsewhere(cwd, (tmp_path / "here", Path("/")), paths)
    assert roots == (tmp_path / "there", tmp_path / "bare" / "tests")
