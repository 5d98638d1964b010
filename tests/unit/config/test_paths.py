"""Resolving the paths of targets over a small tree."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from collectbench.config import Config, expand_paths
from collectbench.model.errors import UsageError
from collectbench.model.target import Limits, Target

TREE = (
    "tests/conftest.py",
    "tests/__init__.py",
    "tests/__pycache__/test_a.cpython-311.pyc",
    "tests/.hidden/test_h.py",
    "tests/data.json",
    "tests/test_a.py",
    "tests/test_b.py",
    "tests/unit/test_u.py",
    "tests/unit/deep/test_d.py",
    "tests/slow/test_s.py",
    "docs/one.rst",
    "-x/test_x.py",
    "with [brackets]/test_w.py",
)


@pytest.fixture(params=["project", "a[b]*?"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The tree, once below a directory whose own name looks like a pattern."""
    root = tmp_path / str(request.param)
    for name in TREE:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return root


def expanded(root: Path, *paths: str) -> tuple[str, ...]:
    config = Config(root=root, source=root / "collectbench.toml", targets=(Target(name="x", paths=paths),))
    (target,) = expand_paths(config).targets
    return target.paths


@pytest.mark.parametrize(
    ("written", "names"),
    [
        (("tests/unit",), ("tests/unit",)),
        (("./tests/unit/",), ("tests/unit",)),
        (("tests/slow/../unit",), ("tests/unit",)),
        ((".",), (".",)),
        (("tests/*",), ("tests/slow", "tests/test_a.py", "tests/test_b.py", "tests/unit")),
        (("tests/test_[ab].py",), ("tests/test_a.py", "tests/test_b.py")),
        (("tests/**/test_?.py",), ("tests/slow/test_s.py", "tests/test_a.py", "tests/test_b.py",
                                   "tests/unit/deep/test_d.py", "tests/unit/test_u.py")),
        (("tests/**",), ("tests",)),
        (("tests/*.json",), ("tests/data.json",)),
        (("docs/*.rst",), ("docs/one.rst",)),
        (("docs/../tests/s*",), ("tests/slow",)),
        (("with [brackets]",), ("with [brackets]",)),
        (("tests/conftest.py",), ("tests/conftest.py",)),
        (("-x",), ("./-x",)),
        (("?x",), ("./-x",)),
    ],
)  # fmt: skip
def test_paths_and_patterns_become_names_below_the_root(
    root: Path, written: tuple[str, ...], names: tuple[str, ...]
) -> None:
    assert expanded(root, *written) == names


@pytest.mark.parametrize(
    ("written", "names"),
    [
        (("tests/unit", "tests/unit/"), ("tests/unit",)),
        (("tests/unit/deep", "tests/unit"), ("tests/unit",)),
        (("tests", "tests/test_*.py"), ("tests",)),
        (("tests/test_b.py", "tests/test_*.py"), ("tests/test_b.py", "tests/test_a.py")),
    ],
)
def test_within_a_target_nothing_is_named_twice(root: Path, written: tuple[str, ...], names: tuple[str, ...]) -> None:
    assert expanded(root, *written) == names


def test_two_targets_may_have_the_same_path(root: Path) -> None:
    targets = (Target(name="all", paths=("tests",)), Target(name="unit", paths=("tests/unit",)))
    config = Config(root=root, source=root / "collectbench.toml", targets=targets)
    assert expand_paths(config) == config


def test_paths_outside_the_root_are_absolute(root: Path) -> None:
    outside = root.parent / "outside"
    outside.mkdir()
    (outside / "test_o.py").touch()
    assert expanded(root, "../outside") == (outside.as_posix(),)
    assert expanded(root, "../outside/*.py") == (f"{outside.as_posix()}/test_o.py",)


def test_absolute_paths_and_patterns_are_accepted_below_the_root(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_a.py").touch()
    assert expanded(tmp_path, str(tmp_path / "tests")) == ("tests",)
    assert expanded(tmp_path, str(tmp_path / "t*" / "test_*.py")) == ("tests/test_a.py",)


def test_an_absolute_path_through_a_link_to_the_root_lies_below_the_root(tmp_path: Path) -> None:
    (tmp_path / "real" / "tests").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert expanded(tmp_path / "real", str(tmp_path / "link" / "tests")) == ("tests",)


def test_a_link_below_the_root_keeps_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "linked").symlink_to(tmp_path / "elsewhere")
    assert expanded(tmp_path / "root", "linked") == ("linked",)


def test_all_paths_that_do_not_exist_are_reported_at_once(root: Path) -> None:
    config = Config(
        root=root,
        source=root / "collectbench.toml",
        targets=(
            Target(name="a b", paths=("tests/unti", "tests/unit")),
            Target(name="c", paths=("tests/x*", "tests/.h*", "x" * 5000)),
        ),
    )
    with pytest.raises(UsageError) as caught:
        expand_paths(config)
    first, second, hidden, long = caught.value.mistakes
    source = root / "collectbench.toml"
    assert first == f'{source}: targets."a b".paths: "tests/unti" does not exist below {root}'
    assert second.startswith(f'{source}: targets.c.paths: "tests/x*" matches nothing below {root}')
    assert '"tests/.h*" matches nothing' in hidden
    assert "xxx" in long


def test_everything_else_of_a_target_is_kept(root: Path) -> None:
    limits = Limits(budget_s=1.0)
    target = Target(name="x", paths=("tests/s*",), pytest_args=("-q",), env={"A": "1"}, limits=limits)
    config = Config(root=root, source=root / "collectbench.toml", rounds=4, targets=(target,))
    resolved = replace(target, paths=("tests/slow",))
    assert expand_paths(config) == replace(config, targets=(resolved,))


def test_without_a_file_there_is_nothing_to_resolve() -> None:
    assert expand_paths(Config()) == Config()
