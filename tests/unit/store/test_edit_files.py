"""Files below a root: replaced in one step, and never behind a link."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from collectbench.store.edits.files import Files, RefusedError, temporary_name

TEMPORARY = temporary_name()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root with one file in a directory, and another directory beside the root."""
    (tmp_path / "root" / "tests").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.py").write_bytes(b"theirs")
    (tmp_path / "root" / "tests" / "a.py").write_bytes(b"old")
    return tmp_path / "root"


def names(root: Path) -> list[str]:
    return sorted(each.name for each in (root / "tests").iterdir())


def test_a_file_is_replaced_and_keeps_its_mode(root: Path) -> None:
    (root / "tests" / "a.py").chmod(0o755)
    Files(root=root).replace("tests/a.py", b"old", b"new", TEMPORARY)
    assert (root / "tests" / "a.py").read_bytes() == b"new"
    assert stat.S_IMODE((root / "tests" / "a.py").stat().st_mode) == 0o755
    assert names(root) == ["a.py"]


def test_a_file_that_has_changed_meanwhile_is_left_alone(root: Path) -> None:
    with pytest.raises(RefusedError, match="changed meanwhile"):
        Files(root=root).replace("tests/a.py", b"older", b"new", TEMPORARY)
    assert (root / "tests" / "a.py").read_bytes() == b"old"
    assert names(root) == ["a.py"]


def test_a_file_is_made_only_if_there_is_none(root: Path) -> None:
    files = Files(root=root)
    with pytest.raises(RefusedError, match="changed meanwhile"):
        files.replace("tests/a.py", None, b"new", TEMPORARY)
    files.replace("tests/b.py", None, b"new", TEMPORARY)
    assert (root / "tests" / "b.py").read_bytes() == b"new"
    assert names(root) == ["a.py", "b.py"]


def test_a_file_is_removed_only_with_the_bytes_that_it_should_have(root: Path) -> None:
    files = Files(root=root)
    with pytest.raises(RefusedError, match="changed meanwhile"):
        files.replace("tests/a.py", b"new", None, TEMPORARY)
    files.replace("tests/a.py", b"old", None, TEMPORARY)
    assert names(root) == []
    with pytest.raises(RefusedError, match="it is gone"):
        files.replace("tests/a.py", b"old", b"new", TEMPORARY)


@pytest.mark.parametrize("path", ["/etc/passwd", "../elsewhere/a.py", "tests/../../elsewhere/a.py", "", "a\0b"])
def test_a_path_out_of_the_root_is_refused(root: Path, path: str) -> None:
    with pytest.raises(RefusedError, match="outside of the project"):
        Files(root=root).read(path)


def test_a_link_is_refused_as_a_file_and_as_a_directory_on_the_way(root: Path) -> None:
    files = Files(root=root)
    (root / "link.py").symlink_to(root.parent / "elsewhere" / "a.py")
    (root / "linked").symlink_to(root.parent / "elsewhere")
    (root / "inner").symlink_to(root / "tests")
    with pytest.raises(RefusedError, match="it is a symbolic link"):
        files.read("link.py")
    for path in ("linked/a.py", "inner/a.py"):
        with pytest.raises(RefusedError, match="on its way is a symbolic link"):
            files.replace(path, b"theirs", b"ours", TEMPORARY)
    with pytest.raises(RefusedError, match="on its way"):
        files.make_directory("linked/new")
    with pytest.raises(RefusedError, match="on its way is a symbolic link or not a directory"):
        files.read("tests/a.py/b.py")
    assert (root.parent / "elsewhere" / "a.py").read_bytes() == b"theirs"
    assert [each.name for each in (root.parent / "elsewhere").iterdir()] == ["a.py"]


def test_a_read_only_file_a_pipe_and_a_file_of_two_names_are_refused(root: Path) -> None:
    files = Files(root=root)
    (root / "tests" / "a.py").chmod(0o444)
    with pytest.raises(RefusedError, match="read-only"):
        files.replace("tests/a.py", b"old", b"new", TEMPORARY)
    os.mkfifo(root / "pipe.py")
    with pytest.raises(RefusedError, match="not a regular file"):
        files.read("pipe.py")
    (root / "one.py").write_bytes(b"")
    os.link(root / "one.py", root / "two.py")
    with pytest.raises(RefusedError, match="2 hard links"):
        files.read("one.py")


def test_a_failed_write_leaves_no_temporary_file(root: Path) -> None:
    (root / "tests" / TEMPORARY).write_bytes(b"")
    with pytest.raises(FileExistsError):
        Files(root=root).replace("tests/a.py", b"old", b"new", TEMPORARY)
    Files(root=root).remove_temporary("tests/a.py", TEMPORARY)
    assert names(root) == ["a.py"]


def test_directories_are_made_from_the_outside_in_and_removed_only_if_empty(root: Path) -> None:
    files = Files(root=root)
    assert files.missing_directories("tests/a.py") == ()
    assert files.missing_directories("tests/new/deep/a.py") == ("tests/new", "tests/new/deep")
    files.make_directory("tests/new")
    files.remove_directory("tests")
    assert names(root) == ["a.py", "new"]
    files.remove_directory("tests/new")
    assert names(root) == ["a.py"]
    (root / "tests" / "new" / "__pycache__").mkdir(parents=True)
    (root / "tests" / "new" / "__pycache__" / "gone.pyc").write_bytes(b"")
    (root / "tests" / "new" / "kept.py").write_bytes(b"")
    files.remove_directory("tests/new")
    assert (root / "tests" / "new" / "__pycache__" / "gone.pyc").exists()
    (root / "tests" / "new" / "kept.py").unlink()
    files.remove_directory("tests/new")
    assert names(root) == ["a.py"]
    assert files.read("tests/none.py") is None
    assert files.read("none/none.py") is None


def test_owner_group_mode_and_extended_attributes_stay(root: Path) -> None:
    file = root / "tests" / "a.py"
    if os.geteuid() == 0:
        os.chown(file, 65534, 65534)
    file.chmod(0o4755)
    attributes = _with_an_attribute(file)
    before = file.stat()
    Files(root=root).replace("tests/a.py", b"old", b"newer", TEMPORARY)
    after = file.stat()
    assert (after.st_uid, after.st_gid, after.st_mode) == (before.st_uid, before.st_gid, before.st_mode)
    assert _attributes(file) == attributes


def _with_an_attribute(file: Path) -> dict[str, bytes]:
    with suppress(OSError, AttributeError):  # macOS, and file systems without them
        os.setxattr(file, "user.origin", b"here")
    return _attributes(file)


def _attributes(file: Path) -> dict[str, bytes]:
    if not hasattr(os, "listxattr"):
        return {}
    return {name: os.getxattr(file, name) for name in os.listxattr(file)}


@contextmanager
def nobody() -> Iterator[None]:
    """Without the rights of root in the block."""
    os.setegid(65534)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can take the part of two users")
def test_a_file_of_somebody_else_in_a_directory_of_mine_is_left_alone() -> None:
    with TemporaryDirectory(dir="/tmp") as directory:  # those of pytest are closed to other users
        root = Path(directory)
        (root / "theirs.py").write_bytes(b"old")
        (root / "group.py").write_bytes(b"old")
        os.chown(root / "group.py", 65534, 0)
        os.chown(root, 65534, 65534)
        with nobody():
            files = Files(root=root)
            with pytest.raises(RefusedError, match="you have no permission to write it"):
                files.replace("theirs.py", b"old", b"new", TEMPORARY)
            with pytest.raises(RefusedError, match="it belongs to another user or group"):
                files.replace("group.py", b"old", b"new", TEMPORARY)
        assert {each.name: each.read_bytes() for each in root.iterdir()} == {"theirs.py": b"old", "group.py": b"old"}


def test_bytecode_of_the_replaced_source_is_never_taken_for_that_of_the_new_one(root: Path) -> None:
    files = Files(root=root)
    seconds = [int((root / "tests" / "a.py").stat().st_mtime)]
    for before, after in ((b"old", b"new"), (b"new", b"old"), (b"old", b"new")):
        files.replace("tests/a.py", before, after, TEMPORARY)
        seconds.append(int((root / "tests" / "a.py").stat().st_mtime))
    assert len(set(seconds)) == 4
