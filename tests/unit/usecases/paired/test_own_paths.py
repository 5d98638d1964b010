"""Arguments of pytest that name a path in the user's own working tree."""

from __future__ import annotations

import pytest

from collectbench.usecases.paired.own_paths import own_paths


@pytest.fixture
def tree(tmp_path):
    """A working tree with an environment in it, and a link to it from outside."""
    (tmp_path / "tree" / ".venv").mkdir(parents=True)
    (tmp_path / "tree" / ".venv" / "pyvenv.cfg").touch()
    (tmp_path / "link").symlink_to(tmp_path / "tree")
    return tmp_path / "tree"


@pytest.mark.parametrize(
    "argument",
    [
        "{}",
        "{}/tests",
        "{}/tests/test_a.py::test_x",
        "--ignore={}/tests",
        "-p,{}/x",
        "--rootdir={}/../tree",
        "--cov={}/a b",
    ],
)
def test_absolute_paths_into_the_working_tree_are_found_in_every_spelling(argument, tree) -> None:
    for spelling in (tree, tree.parent / "link"):
        (path,) = own_paths([argument.format(spelling)], tree)
        assert path.startswith(str(spelling))


@pytest.mark.parametrize(
    "argument",
    ["tests", "../tree/tests", "--ignore=tests", "-k", "{}x", "{}/../other", "{}/.venv/bin/python", "/", "-q"],
)
def test_relative_paths_and_those_outside_or_in_an_environment_are_not_among_them(argument, tree) -> None:
    assert own_paths([argument.format(tree)], tree) == ()


def test_each_path_is_named_once(tree) -> None:
    assert own_paths([f"--ignore={tree}/a", f"{tree}/a", f"{tree}/b"], tree) == (f"{tree}/a", f"{tree}/b")
