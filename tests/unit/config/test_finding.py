"""Which file configures a directory."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectbench.config import find_config
from collectbench.model.errors import UsageError

OWN_TABLE = "[tool.collectbench]\n"


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_nearest_file_upwards_is_found(tmp_path: Path) -> None:
    written(tmp_path / "collectbench.toml", "")
    near = written(tmp_path / "a" / "pyproject.toml", OWN_TABLE)
    (tmp_path / "a" / "b" / "c").mkdir(parents=True)
    assert find_config(tmp_path / "a" / "b" / "c") == near
    assert find_config(tmp_path) == tmp_path / "collectbench.toml"


def test_collectbench_toml_wins_over_pyproject_in_the_same_directory(tmp_path: Path) -> None:
    written(tmp_path / "pyproject.toml", OWN_TABLE)
    own = written(tmp_path / "collectbench.toml", "")
    assert find_config(tmp_path) == own


@pytest.mark.parametrize(
    "text",
    [
        "[project]\n",
        "this is not TOML and not ours to complain about\n",
        '[project]\ndependencies = ["collectbench"]\n',
        'tool = "collectbench"\n',
    ],
)
def test_a_pyproject_without_the_table_is_skipped(tmp_path: Path, text: str) -> None:
    above = written(tmp_path / "pyproject.toml", OWN_TABLE)
    written(tmp_path / "sub" / "pyproject.toml", text)
    assert find_config(tmp_path / "sub") == above


def test_the_table_counts_even_if_it_holds_only_targets_or_is_mistyped(tmp_path: Path) -> None:
    only_targets = written(tmp_path / "a" / "pyproject.toml", "[tool.collectbench.targets.x]\n")
    mistyped = written(tmp_path / "b" / "pyproject.toml", "[tool]\ncollectbench = 5\n")
    assert find_config(only_targets.parent) == only_targets
    assert find_config(mistyped.parent) == mistyped


@pytest.mark.parametrize("marker", ["directory", "file of a linked work tree"])
def test_the_search_ends_at_the_top_of_the_git_working_tree(tmp_path: Path, marker: str) -> None:
    written(tmp_path / "collectbench.toml", "")
    repository = tmp_path / "repository"
    (repository / "sub").mkdir(parents=True)
    if marker == "directory":
        (repository / ".git").mkdir()
    else:
        written(repository / ".git", "gitdir: elsewhere\n")
    assert find_config(repository / "sub") is None
    own = written(repository / "collectbench.toml", "")
    assert find_config(repository / "sub") == own


def test_the_search_ends_at_the_root_of_the_file_system() -> None:
    assert find_config(Path(Path.cwd().anchor)) is None


def test_a_broken_pyproject_that_mentions_collectbench_is_not_skipped(tmp_path: Path) -> None:
    written(tmp_path / "pyproject.toml", OWN_TABLE + "rounds 3\n")
    with pytest.raises(UsageError, match="not valid TOML"):
        find_config(tmp_path)


def test_a_directory_that_cannot_be_searched_is_named(tmp_path: Path) -> None:
    written(tmp_path / "pyproject.toml", OWN_TABLE)
    too_long = tmp_path / ("x" * 5000)  # longer than any file system allows
    with pytest.raises(UsageError, match=r"xxx: cannot be searched for a configuration: \w+"):
        find_config(too_long)
