from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest

from collectbench.measure.round.loaded import Digests, Loaded, Touched, find_loaded, read_touched
from collectbench.model.trace import ImportFrame, Trace


def frame(module: str, path: str) -> ImportFrame:
    times = dict.fromkeys(("begin_s", "end_s", "self_s", "find_s", "read_s", "compile_s"), 0.0)
    return ImportFrame(index=0, parent=-1, module=module, path=path, **times)


def relative(path: str, root: Path) -> str:
    return os.path.relpath(path, root)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "a"
    for name, text in {"pkg/__init__.py": "x = 1\n", "pkg/data.txt": "data", "test_a.py": ""}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def digest(root: Path, digests: Digests | None = None) -> str:
    """Over all files of a directory, and over all directories in it."""
    files = tuple(str(path) for path in root.rglob("*") if path.is_file())
    directories = (str(root), str(root / "pkg"))
    return (digests or Digests()).over(Loaded(files=files, directories=directories), partial(relative, root=root))


def test_touched_paths_are_read_as_they_were_written(tmp_path) -> None:
    (tmp_path / "touched").write_bytes(b"r/a/../b.txt\0d/with\nnewline\0r/\xff\0")
    assert read_touched(tmp_path) == Touched(read=("/b.txt", "/\udcff"), listed=("/with\nnewline",))


def test_a_round_of_another_kind_touched_nothing(tmp_path) -> None:
    assert read_touched(tmp_path) == Touched()


def test_the_input_is_modules_and_files_that_were_read_without_caches_and_system_files() -> None:
    imports = (frame("a", "/p/a.py"), frame("b", "/p/b.so"), frame("sys", ""), frame("frozen", "<frozen>"))
    read = (
        "/p/a.py",
        "/p/x.txt",
        "/p/__pycache__/c.cpython-311-pytest-9.0.0.pyc",
        "/p/__pycache__/d.pypy310.pyc",
        "/p/__pycache__/strange.pyc",
        "/p/legacy.pyc",
        "/work/report",
        "/probe/tracing.py",
        "/proc/cpuinfo",
    )
    listed = ("/p", "/p/.git", "/p/.pytest_cache/v", "/sys/class", "/work")
    loaded = find_loaded(
        Trace(complete=True, imports=imports),
        Touched(read=read, listed=listed, walked=("/p", "/w"), searched=("/p", "/q", "/w")),
        (Path("/work"), Path("/probe")),
    )
    files = ("/p/a.py", "/p/b.so", "/p/c.py", "/p/d.py", "/p/legacy.pyc", "/p/x.txt")
    assert loaded == Loaded(files=files, directories=("/p",), walked=("/w",), searched=("/q",))


def test_after_a_link_the_parent_is_that_of_what_the_link_leads_to(tmp_path) -> None:
    (tmp_path / "elsewhere/deep").mkdir(parents=True)
    (tmp_path / "link").symlink_to("elsewhere/deep")
    (tmp_path / "touched").write_bytes(b"r" + os.fsencode(tmp_path / "link/../b.txt") + b"\0")
    assert read_touched(tmp_path).read == (str(tmp_path / "elsewhere/b.txt"),)


def test_variables_and_processes_are_read_as_well(tmp_path) -> None:
    (tmp_path / "touched").write_bytes(b"vCI\0v\0m/lib\0w/tests\0s\0")
    assert read_touched(tmp_path) == Touched(
        variables=("CI", ""), searched=("/lib",), walked=("/tests",), has_gaps=True
    )


def test_the_same_files_in_another_directory_have_the_same_digest(tree, tmp_path) -> None:
    before = digest(tree)
    tree.rename(tmp_path / "b")
    assert digest(tmp_path / "b") == before


def test_caches_do_not_change_the_digest(tree) -> None:
    before = digest(tree)
    for name in ("__pycache__", ".pytest_cache", ".git"):
        (tree / name).mkdir()
        (tree / "pkg" / name).mkdir()
    (tree / "link.pyc").symlink_to("nowhere")  # not a regular file, but an entry of the directory
    assert digest(tree) == before


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda root: (root / "pkg" / "data.txt").write_text("dato"), id="bytes"),
        pytest.param(lambda root: (root / "pkg" / "data.txt").rename(root / "pkg" / "date.txt"), id="name"),
        pytest.param(lambda root: (root / "pkg" / "new").mkdir(), id="entry of a directory"),
        pytest.param(lambda root: (root / "pkg" / "data.txt").unlink(), id="missing"),
    ],
)
def test_each_change_of_the_input_changes_the_digest(change, tree) -> None:
    digests = Digests()
    before = digest(tree, digests)
    change(tree)
    assert digest(tree, digests) != before


def test_a_missing_path_and_one_that_is_not_a_file_differ_in_the_digest(tree) -> None:
    os.mkfifo(tree / "pipe")
    loaded = Loaded(
        files=(str(tree / "pipe"), str(tree / "pkg"), str(tree / "gone")), directories=(str(tree / "gone"),)
    )
    over = Digests().over(loaded, partial(relative, root=tree))
    (tree / "gone").touch()
    assert Digests().over(loaded, partial(relative, root=tree)) != over


def test_a_file_that_did_not_change_is_read_only_once(tree) -> None:
    digests, path = Digests(), tree / "pkg" / "data.txt"
    before, state = digest(tree, digests), path.stat()
    path.write_text("dato")  # as long, and made as old as it was: it cannot be told apart without being read
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert digest(tree, digests) == before
    assert digest(tree) != before
