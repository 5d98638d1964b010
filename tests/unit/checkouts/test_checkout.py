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


def test_a_checkout_has_the_users_environment_with_its_own_paths(origin) -> None:
    env = {"HOME": "/home", "PWD": "/x", "OLDPWD": "/y", "GIT_DIR": "/z", "PYTHONHASHSEED": "3"}
    assert checkout_env(env, origin, Path("/checkout"), Path("/checkout/sub")) == {
        "HOME": "/home",
        "PWD": "/checkout/sub",
        "PYTHONHASHSEED": "3",
    }
    assert checkout_env({}, origin, Path("/checkout"), Path("/checkout")) == {}


def test_the_python_path_leads_into_the_checkout(origin, tmp_path) -> None:
    (tmp_path / "link").symlink_to(origin)
    entries = [str(origin / "src"), "relative", "", "/usr/lib", str(origin), f"{origin}/sub/../src/"]
    entries += [str(tmp_path / "link" / "src"), str(origin / ".venv" / "lib"), str(origin / "site-packages")]
    changed = checkout_env({"PYTHONPATH": os.pathsep.join(entries)}, origin, Path("/checkout"), Path("/checkout"))
    expected = [
        "/checkout/src",
        "relative",
        "",
        "/usr/lib",
        "/checkout",
        "/checkout/src",
        "/checkout/src",
        *entries[-2:],
    ]
    assert changed["PYTHONPATH"].split(os.pathsep) == expected


@pytest.mark.parametrize(
    ("path", "inside"), [(".venv", True), (".venv/lib/x.py", True), ("site-packages/x.py", True), ("src/x.py", False)]
)
def test_an_environment_is_recognised_by_its_marker_file(path, inside, origin) -> None:
    assert in_environment(origin / path, origin) is inside


def test_roots_come_first_on_the_python_path() -> None:
    checkout = Checkout(
        label="base", commit="1", toplevel=Path("/w/base"), root=Path("/w/base"), env={"PYTHONPATH": "/a:/b"}
    )
    assert with_roots(checkout, ("src", ".")).env == {"PYTHONPATH": "/w/base/src:/w/base:/a:/b"}
    assert with_roots(checkout, ()) is checkout
    bare = Checkout(label="base", commit="1", toplevel=Path("/w/base"), root=Path("/w/base"), env={})
    assert with_roots(bare, ("src",)).env == {"PYTHONPATH": "/w/base/src"}
