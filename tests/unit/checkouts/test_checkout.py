from __future__ import annotations

import os
from pathlib import Path

import pytest

from collectbench.checkouts.checkout import Checkout, checkout_env, in_environment, with_roots


@pytest.fixture
def origin(tmp_path) -> Path:
    """A tree with an environment in it."""
    origin = tmp_path / "tree"
    for name in ("src", "sub", "site-packages", ".venv/lib"):
        (origin / name).mkdir(parents=True)
    (origin / ".venv" / "pyvenv.cfg").write_text("")
    return origin


def test_the_environment_is_the_users_but_for_what_names_the_tree(origin) -> None:
    env = {"HOME": "/home", "PWD": "/x", "OLDPWD": "/y", "GIT_DIR": "/z", "PYTHONHASHSEED": "3"}
    assert checkout_env(env, origin, Path("/side"), Path("/side/sub")) == {
        "HOME": "/home",
        "PWD": "/side/sub",
        "PYTHONHASHSEED": "3",
    }
    assert checkout_env({}, origin, Path("/side"), Path("/side")) == {}


def test_the_python_path_leads_into_the_side(origin, tmp_path) -> None:
    (tmp_path / "link").symlink_to(origin)
    entries = [str(origin / "src"), "relative", "", "/usr/lib", str(origin), f"{origin}/sub/../src/"]
    entries += [str(tmp_path / "link" / "src"), str(origin / ".venv" / "lib"), str(origin / "site-packages")]
    changed = checkout_env({"PYTHONPATH": os.pathsep.join(entries)}, origin, Path("/side"), Path("/side"))
    expected = ["/side/src", "relative", "", "/usr/lib", "/side", "/side/src", "/side/src", *entries[-2:]]
    assert changed["PYTHONPATH"].split(os.pathsep) == expected


@pytest.mark.parametrize(
    ("path", "inside"), [(".venv", True), (".venv/lib/x.py", True), ("site-packages/x.py", True), ("src/x.py", False)]
)
def test_an_environment_is_known_by_its_mark(path, inside, origin) -> None:
    assert in_environment(origin / path, origin) is inside


def test_roots_come_first_on_the_python_path() -> None:
    side = Checkout(
        label="base", commit="1", toplevel=Path("/w/base"), root=Path("/w/base"), env={"PYTHONPATH": "/a:/b"}
    )
    assert with_roots(side, ("src", ".")).env == {"PYTHONPATH": "/w/base/src:/w/base:/a:/b"}
    assert with_roots(side, ()) is side
    bare = Checkout(label="base", commit="1", toplevel=Path("/w/base"), root=Path("/w/base"), env={})
    assert with_roots(bare, ("src",)).env == {"PYTHONPATH": "/w/base/src"}
