"""What of a request is about the user's own tree, and so means nothing on the sides of a comparison."""

from __future__ import annotations

import pytest

from collectbench.config import Config
from collectbench.model.target import Target
from collectbench.usecases.paired.counterparts import _existing
from collectbench.usecases.paired.own_paths import own_paths


@pytest.fixture
def tree(tmp_path):
    """A tree with an environment in it, and a link to it from outside."""
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
def test_absolute_paths_into_the_tree_are_found_in_any_form(argument, tree) -> None:
    for spelled in (tree, tree.parent / "link"):
        (found,) = own_paths([argument.format(spelled)], tree)
        assert found.startswith(str(spelled))


@pytest.mark.parametrize(
    "argument",
    ["tests", "../tree/tests", "--ignore=tests", "-k", "{}x", "{}/../other", "{}/.venv/bin/python", "/", "-q"],
)
def test_relative_paths_and_paths_elsewhere_or_in_an_environment_are_accepted(argument, tree) -> None:
    assert own_paths([argument.format(tree)], tree) == ()


def test_each_path_is_named_once(tree) -> None:
    assert own_paths([f"--ignore={tree}/a", f"{tree}/a", f"{tree}/b"], tree) == (f"{tree}/a", f"{tree}/b")


def test_a_side_has_those_configured_targets_whose_paths_exist_there(tree) -> None:
    (tree / "tests").mkdir()
    here, gone = Target(name="here", paths=("tes*",)), Target(name="gone", paths=("later",))
    assert _existing(Config(root=tree, targets=(here, gone))).targets == (here,)
