"""Which files were renamed since a commit, as git tells it, in a real repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectbench.checkouts.renames import moves_since
from collectbench.measure.process.launch import launch
from collectbench.model.file_moves import FileMoves


@pytest.fixture
def moved(repo):
    """A repository in which a file was renamed and another one deleted after its last commit."""
    repo.write("tests/gone.py", "")
    repo.commit("another file")
    repo.git("mv", "tests/test_a.py", "tests/test_ä\n.py")
    repo.git("rm", "-q", "tests/gone.py")
    return repo


@pytest.mark.parametrize("state", ["uncommitted", "committed"])
def test_paths_are_relative_to_the_root_and_the_repository_stays_as_it_is(state, moved) -> None:
    commit, until = moved.git("rev-parse", "HEAD"), moved.commit("moved") if state == "committed" else None
    before = moved.state()
    moves = moves_since(commit, until, moved.root / "tests", moved.env, launch)
    assert moves == FileMoves(renamed={"test_a.py": "test_ä\n.py"}, deleted=("gone.py",))
    assert moved.state() == before


def test_nothing_is_known_about_a_commit_that_is_not_in_the_clone(moved) -> None:
    assert moves_since("1" * 40, None, moved.root, moved.env, launch) is None


def test_nothing_is_known_without_git(moved, tmp_path: Path) -> None:
    def no_git(invocation: object, **_: object) -> None:
        raise FileNotFoundError(2, "No such file or directory")

    assert moves_since("HEAD", None, moved.root, moved.env, no_git) is None
