from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from collectbench.measure.round.cold_cache import ColdCache


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "root"


@pytest.fixture
def cache(tmp_path: Path, root: Path) -> ColdCache:
    return ColdCache(tmp_path / "prefix", root)


@pytest.fixture
def compile_at(tmp_path: Path):
    """Puts a file where Python would put the compiled one of a source."""

    def put(source: Path) -> Path:
        name = f"{source.stem}.cpython-311.pyc"
        path = (tmp_path / "prefix").joinpath(*source.parts[1:-1], name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
        return path

    return put


def test_the_cache_lies_where_python_looks_for_it(cache, root, tmp_path, clean_env) -> None:
    root.mkdir()
    (root / "mine.py").write_text("")
    env = cache.environment(clean_env)
    subprocess.run([sys.executable, "-c", "import mine"], cwd=root, env=env, check=True)
    assert not (root / "__pycache__").exists()
    assert cache.drop(()) == 1
    assert cache.drop(()) == 0
    assert clean_env.items() <= env.items()


def test_only_what_lies_below_the_root_and_is_not_installed_is_dropped(cache, root, compile_at, tmp_path) -> None:
    mine = [compile_at(root / "a" / "x.py"), compile_at(root / "y.py")]
    others = [
        compile_at(root / ".venv/lib/python3.11/site-packages/p/z.py"),
        compile_at(root / "env/dist-packages/q.py"),
        compile_at(tmp_path / "rooted" / "x.py"),
        compile_at(Path("/usr/lib/python3/json.py")),
    ]
    (mine[0].parent / "note.txt").write_text("")
    assert cache.drop(["a", "."]) == 2
    assert [path.exists() for path in (*mine, *others)] == [False] * 2 + [True] * 4
    assert (mine[0].parent / "note.txt").exists()


def test_an_installed_package_that_is_measured_is_dropped(cache, root, compile_at) -> None:
    site = root / ".venv/lib/python3.11/site-packages"
    measured, beside = compile_at(site / "p/tests/x.py"), compile_at(site / "q/x.py")
    assert cache.drop([".venv/lib/python3.11/site-packages/p/tests"]) == 1
    assert (measured.exists(), beside.exists()) == (False, True)


@pytest.mark.parametrize("path", ["../elsewhere/site-packages/p", "/elsewhere/site-packages/p"])
def test_files_outside_the_root_are_kept(path, cache, root, compile_at, tmp_path) -> None:
    kept = [
        compile_at(tmp_path / "elsewhere/site-packages/p/x.py"),
        compile_at(Path("/elsewhere/site-packages/p/x.py")),
    ]
    assert cache.drop([path]) == 0
    assert all(file.exists() for file in kept)


def test_a_root_behind_a_link_is_dropped_under_both_names(tmp_path, compile_at) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "root").symlink_to("real")
    for name in ("real", "root"):
        compile_at(tmp_path / name / "x.py")
    assert ColdCache(tmp_path / "prefix", tmp_path / "root").drop(()) == 2
