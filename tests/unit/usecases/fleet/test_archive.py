"""The tree that workers unpack is the user's: the same files, the same commit, and the same answers of git."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from collectbench.checkouts.git import Git, git_in
from collectbench.checkouts.repository_copies import filtered_file
from collectbench.measure.process.interruption import signals_noted
from collectbench.measure.process.launch import launch
from collectbench.model.errors import UsageError
from collectbench.usecases.fleet.archive import Archive, pack_directory, pack_repository
from collectbench.usecases.fleet.attendant_program import ARCHIVE, TREE, unpack

AUTHOR = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")


def run_git(where: Path, *arguments: str) -> str:
    command = ("git", *AUTHOR, "-c", "protocol.file.allow=always", *arguments)
    return subprocess.run(command, cwd=where, capture_output=True, text=True, check=True).stdout


def write(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def commit(root: Path, files: Mapping[str, str], message: str = "more") -> str:
    write(root, files)
    run_git(root, "add", "--all")
    run_git(root, "commit", "--quiet", "--message", message)
    return run_git(root, "rev-parse", "HEAD").strip()


def files_of(root: Path) -> dict[str, object]:
    """Every file and link outside of `.git` directories: its mode and bytes, or its target."""
    return {
        path.relative_to(root).as_posix(): str(path.readlink())
        if path.is_symlink()
        else (path.stat().st_mode & 0o777, int(path.stat().st_mtime), path.read_bytes())
        for path in root.rglob("*")
        if ".git" not in path.relative_to(root).parts and (path.is_symlink() or path.is_file())
    }


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository with two commits, whose first one the second does not need."""
    root = tmp_path / "tree"
    root.mkdir()
    run_git(root, "init", "--quiet")
    commit(root, {"a.py": "1", "old.py": "old", ".gitignore": "*.so\nbuild/\n.venv/\n"}, "first")
    commit(root, {"a.py": "2", "deleted.py": "", "sub/b.py": ""}, "second")
    return root


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An environment in which the user has a configuration of git, also for ignored files."""
    home = tmp_path / "home"
    write(home, {".config/git/ignore": ".idea/\n", ".gitconfig": "[core]\n\tautocrlf = input\n"})
    return {"PATH": os.environ["PATH"], "HOME": str(home)}


@pytest.fixture
def git(tree: Path, env: dict[str, str], tmp_path: Path) -> Iterator[Git]:
    (tmp_path / "git").mkdir()
    with signals_noted():
        yield git_in(tree, env, tmp_path / "git", launch)


def packed(git: Git, work: Path, *others: str) -> Archive:
    work.mkdir()
    return pack_repository(git, (run_git(git.cwd, "rev-parse", "HEAD").strip(), *others), work)


def unpacked(archive: Archive, directory: Path) -> Path:
    directory.mkdir()
    shutil.copy(archive.file, directory / ARCHIVE)
    answer = unpack(directory, archive.digest)
    assert answer == {"unpacked": str(directory / TREE)}
    return directory / TREE


def state_of(root: Path, env: Mapping[str, str]) -> tuple[str, ...]:
    questions = (
        ("rev-parse", "HEAD"),
        ("status", "--porcelain", "--untracked-files=all"),
        ("ls-files", "--stage", "-v"),
        ("ls-files", "--others", "--ignored", "--exclude-standard", "--directory"),
    )
    return tuple(
        subprocess.run(("git", *question), cwd=root, env=env, capture_output=True, text=True, check=True).stdout
        for question in questions
    )


def test_a_dirty_tree_arrives_as_it_is(git, tree, env, tmp_path) -> None:
    write(tree, {"a.py": "changed", "new.py": "untracked", "pkg/_speed.so": "built", "build/made.json": "{}"})
    write(tree, {"staged.py": "staged"})
    run_git(tree, "add", "staged.py")
    write(tree, {"staged.py": "and changed", ".idea/workspace.xml": "ignored by the user's own file"})
    (tree / "deleted.py").unlink()
    (tree / "new.py").chmod(0o755)
    (tree / "link").symlink_to("sub/../a.py")
    (tree / "dangling").symlink_to("/no/such/file")
    os.utime(tree / "pkg/_speed.so", (10**9, 10**9))
    tree_there = unpacked(packed(git, tmp_path / "work"), tmp_path / "worker")
    assert files_of(tree_there) == files_of(tree)
    assert state_of(tree_there, {**env, "HOME": "/nowhere"}) == state_of(tree, env)
    assert run_git(tree_there, "show", ":staged.py") == "staged"


def test_what_caches_and_environments_hold_stays_here_and_all_else_arrives(git, tree, tmp_path) -> None:
    omitted = (
        *(".pytest_cache/README.md", ".venv/lib/x.py", "build/node_modules/z.js", ".tox/py/a"),
        *("env/lib/y.py", "not-ignored/lib/y.py"),
    )
    kept = (
        *("__pycache__/a.cpython-311-pytest-8.3.5.pyc", "sub/old.pyc", "p.egg-info/PKG-INFO", "build/lib/kept.py"),
        *(".venv/pyvenv.cfg", "env/pyvenv.cfg"),
    )
    write(tree, {".gitignore": "__pycache__/\n*.pyc\n.venv/\n.pytest_cache/\n*.egg-info\nenv/\nbuild/\n.tox/\n"})
    write(tree, {**dict.fromkeys((*omitted, *kept, "not-ignored/pyvenv.cfg"), "")})
    archive = packed(git, tmp_path / "work")
    tree_there = unpacked(archive, tmp_path / "worker")
    arrived = set(files_of(tree_there))
    assert arrived & {*omitted, *kept} == set(kept)
    assert {"a.py", "deleted.py", "sub/b.py"} <= arrived
    for name in (".pytest_cache", ".venv", "env", ".tox", "build/node_modules"):
        assert (tree_there / name).is_dir()
    assert archive.was_collected
    assert archive.has_repository


def test_a_tree_without_bytecode_of_pytest_was_never_collected(git, tree, tmp_path) -> None:
    write(tree, {"__pycache__/a.cpython-311.pyc": ""})
    assert not packed(git, tmp_path / "work").was_collected


def test_only_the_needed_commits_arrive_and_none_of_the_remotes(git, tree, tmp_path) -> None:
    first = run_git(tree, "rev-parse", "HEAD~1").strip()
    run_git(tree, "remote", "add", "origin", "https://user:secret@example.org/x")
    last = commit(tree, {"a.py": "3"})
    tree_there = unpacked(packed(git, tmp_path / "work", first), tmp_path / "worker")
    assert run_git(tree_there, "show", f"{first}:old.py") == "old"
    assert run_git(tree_there, "log", "--format=%H").split() == [last]
    assert "secret" not in (tree_there / ".git/config").read_text()
    run_git(tree_there, "worktree", "add", "--detach", str(tmp_path / "base"), first)
    assert (tmp_path / "base/a.py").read_text() == "1"
    assert run_git(tree_there, "diff-index", "-r", "--name-status", first).split() == ["M", "a.py", "A", "deleted.py",
                                                                                      "A", "sub/b.py"]  # fmt: skip


def test_a_submodule_and_another_repository_in_the_tree_arrive_with_their_commits(git, tree, env, tmp_path) -> None:
    library = tmp_path / "library"
    library.mkdir()
    run_git(library, "init", "--quiet")
    recorded = commit(library, {"lib.py": "1"})
    run_git(tree, "submodule", "--quiet", "add", str(library), "vendor/library")
    base = commit(tree, {})
    later = commit(tree / "vendor/library", {"lib.py": "2"})
    write(tree, {"vendor/library/lib.py": "changed"})
    (tree / "other").mkdir()
    run_git(tree / "other", "init", "--quiet")
    commit(tree / "other", {"other.py": ""})
    tree_there = unpacked(packed(git, tmp_path / "work", base), tmp_path / "worker")
    assert files_of(tree_there) == files_of(tree)
    assert state_of(tree_there, env) == state_of(tree, env)
    for name, text in ((recorded, "1"), (later, "2")):
        assert run_git(tree_there / "vendor/library", "show", f"{name}:lib.py") == text


def test_a_tree_outside_of_git_arrives_without_a_repository(tmp_path) -> None:
    write(
        tmp_path / "tree",
        {"a.py": "1", "sub/b.py": "2", "__pycache__/x.pyc": "", "venv/pyvenv.cfg": "", "venv/lib/x": ""},
    )
    (tmp_path / "tree/sub/b.py").chmod(0o700)
    (tmp_path / "work").mkdir()
    archive = pack_directory(tmp_path / "tree", tmp_path / "work")
    assert not archive.has_repository
    there = files_of(unpacked(archive, tmp_path / "worker"))
    assert set(there) == {"a.py", "sub/b.py", "__pycache__/x.pyc", "venv/pyvenv.cfg"}
    assert there.items() <= files_of(tmp_path / "tree").items()


def test_a_repository_without_a_commit_arrives_with_its_index(tmp_path, env) -> None:
    root = tmp_path / "fresh"
    root.mkdir()
    run_git(root, "init", "--quiet")
    write(root, {"a.py": "1", "b.py": ""})
    run_git(root, "add", "a.py")
    (tmp_path / "work").mkdir()
    with signals_noted():
        archive = pack_repository(git_in(root, env, tmp_path / "work", launch), (), tmp_path / "work")
    tree_there = unpacked(archive, tmp_path / "worker")
    assert run_git(tree_there, "status", "--porcelain") == "A  a.py\n?? b.py\n"


def test_the_same_files_make_the_same_archive_and_others_another_one(tmp_path) -> None:
    write(tmp_path / "tree", {"a.py": "1", "b.py": "2"})
    digests = []
    for number, text in enumerate(("1", "1", "2")):
        write(tmp_path / "tree", {"a.py": text})
        os.utime(tmp_path / "tree/a.py", (10**9, 10**9))
        (tmp_path / f"work{number}").mkdir()
        digests.append(pack_directory(tmp_path / "tree", tmp_path / f"work{number}").digest)
    assert digests[0] == digests[1] != digests[2]


def test_a_file_with_two_names_arrives_as_two_files(tmp_path) -> None:
    write(tmp_path / "tree", {"a.py": "1"})
    os.link(tmp_path / "tree/a.py", tmp_path / "tree/b.py")
    (tmp_path / "work").mkdir()
    tree_there = unpacked(pack_directory(tmp_path / "tree", tmp_path / "work"), tmp_path / "worker")
    assert not (tree_there / "a.py").samefile(tree_there / "b.py")


def test_a_file_that_vanishes_and_a_pipe_are_omitted(tmp_path) -> None:
    write(tmp_path / "tree", {"a.py": "1"})
    os.mkfifo(tmp_path / "tree/pipe")
    (tmp_path / "work").mkdir()
    assert pack_directory(tmp_path / "tree", tmp_path / "work").files == 1


def test_a_damaged_archive_is_refused(tmp_path) -> None:
    write(tmp_path / "tree", {"a.py": "1"})
    (tmp_path / "work").mkdir()
    archive = pack_directory(tmp_path / "tree", tmp_path / "work")
    (tmp_path / "worker").mkdir()
    (tmp_path / "worker" / ARCHIVE).write_bytes(archive.file.read_bytes()[:-512])
    assert unpack(tmp_path / "worker", archive.digest) == {"error": "the archive arrived damaged"}


def test_an_archive_that_cannot_be_written_is_a_mistake_that_says_what_to_do(tmp_path) -> None:
    write(tmp_path / "tree", {"a.py": "1"})
    with pytest.raises(UsageError, match=r"cannot be written .* set TMPDIR to a directory with more space"):
        pack_directory(tmp_path / "tree", tmp_path / "missing")


def test_a_file_that_cannot_be_read_is_named(tmp_path, monkeypatch) -> None:
    write(tmp_path / "tree", {"a.py": "1"})
    (tmp_path / "work").mkdir()
    opened = Path.open

    def refusing(path: Path, *args: object, **kwargs: object) -> object:
        if path.name == "a.py":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refusing)  # root may read every file
    with pytest.raises(UsageError, match=r"tree/a\.py: cannot be read for the workers \(Permission denied\)"):
        pack_directory(tmp_path / "tree", tmp_path / "work")


def test_a_file_that_git_passes_through_a_program_is_found(git, tree) -> None:
    assert filtered_file(git) == ""
    write(tree, {".gitattributes": "sub/* filter=lfs\n"})
    assert filtered_file(git) == "sub/b.py"
