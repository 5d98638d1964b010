"""The head holds what the user's tree holds, and nothing of it enters the user's repository."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from collectbench.checkouts.file_copies import mirror
from collectbench.measure.process.launch import Finished, Invocation
from collectbench.model.errors import CheckoutError, Interrupted

SECRET = "TOKEN=never-to-be-seen-by-git"


def status(repo, cwd: Path) -> list[str]:
    return repo.git("status", "--porcelain", "--branch", "--untracked-files=all", cwd=cwd).splitlines()[1:]


@pytest.mark.parametrize("options", [("--dry-run",), ("--rounds", "1", "--warmup", "0", "--no-suite", "--no-counters")])
def test_an_untracked_secret_never_enters_the_object_database(
    options, repo_with_submodule, run_cli, plain_python, git_env
) -> None:
    repo = repo_with_submodule
    for place in (".env", "library/.env", "library/inner/.env"):
        repo.write(place, SECRET)
    before = repo.state()
    compare = ("compare", "--against", "HEAD", "--python", plain_python, "--no-progress", *options)
    done = run_cli(*compare, cwd=repo.root, env=git_env)
    assert done.returncode == 0, done.stderr
    assert repo.state() == before
    for place in (repo.root, repo.root / "library", repo.root / "library" / "inner"):
        assert repo.git("fsck", "--unreachable", cwd=place) == ""
        contents = repo.git("cat-file", "--batch-all-objects", "--batch", cwd=place)
        assert SECRET not in contents


def test_git_status_says_the_same_in_the_head_as_in_the_users_tree(repo) -> None:
    for name in ("staged", "renamed", "deleted", "kept", "mode", "touched"):
        repo.write(f"{name}.py", f"# {name}\n" * 9)
    repo.commit("files")
    repo.write("staged.py", "1\n")
    repo.write("added.py", "1\n")
    repo.git("add", "staged.py", "added.py")
    repo.write("added.py", "2\n")
    repo.git("mv", "renamed.py", "another.py")
    repo.git("rm", "-q", "deleted.py")
    repo.git("rm", "-q", "--cached", "kept.py")
    (repo.root / "mode.py").chmod(0o755)
    os.utime(repo.root / "touched.py", (1, 1))
    repo.write("intended.py", "later\n")
    repo.git("add", "--intent-to-add", "intended.py")
    (repo.root / "link").symlink_to("./nowhere/")
    seen = status(repo, repo.root), repo.git("diff"), repo.git("diff", "--cached")
    os.utime(repo.root / "touched.py", (2, 2))
    before = repo.state()
    with repo.checkouts("HEAD") as checkouts:
        head = checkouts.head.root
        # Plumbing does not look into files: to it, each file has changed that was written since git checked it out.
        assert "touched.py" not in repo.git("diff-files", "--name-only", cwd=head)
        assert (status(repo, head), repo.git("diff", cwd=head), repo.git("diff", "--cached", cwd=head)) == seen
        assert os.readlink(head / "link") == "./nowhere/"  # noqa: PTH115 - letter by letter
        assert checkouts.changed == (
            *("added.py", "another.py", "deleted.py", "intended.py", "link", "mode.py", "renamed.py", "staged.py"),
        )
    assert repo.state() == before


def test_directories_files_and_links_that_took_each_others_place_are_as_in_the_users_tree(repo, tmp_path) -> None:
    (tmp_path / "outside").mkdir()
    for name in ("to_file/a.py", "to_link/a.py", "to_directory", "to_fifo"):
        repo.write(name, "")
    (repo.root / "link_to_directory").symlink_to(tmp_path / "outside")
    repo.commit("files")
    for name in ("to_file", "to_link"):
        shutil.rmtree(repo.root / name)
    for name in ("to_directory", "to_fifo", "link_to_directory"):
        (repo.root / name).unlink()
    repo.write("to_file", "a file")
    (repo.root / "to_link").symlink_to(tmp_path / "outside")
    repo.write("to_directory/a.py", "")
    repo.write("link_to_directory/a.py", "")
    os.mkfifo(repo.root / "to_fifo")
    (tmp_path / "outside" / "a.py").write_text("")
    before = repo.state()
    with repo.checkouts("HEAD") as checkouts:
        head = checkouts.head.root
        assert (head / "to_file").read_text() == "a file"
        assert (head / "to_link").is_symlink()
        assert not os.path.lexists(head / "to_fifo")
        for name in ("to_directory", "link_to_directory"):
            assert [path.name for path in (head / name).iterdir()] == ["a.py"]
            assert not (head / name).is_symlink()
    assert repo.state() == before
    assert [path.name for path in (tmp_path / "outside").iterdir()] == ["a.py"]


def test_a_submodule_that_is_a_link_by_now_is_not_followed(repo_with_submodule, tmp_path) -> None:
    repo = repo_with_submodule
    shutil.move(repo.root / "library", tmp_path / "elsewhere")
    (repo.root / "library").symlink_to(tmp_path / "elsewhere")
    files = sorted((tmp_path / "elsewhere").rglob("*"))
    with pytest.raises(CheckoutError, match="library"), repo.checkouts("HEAD"):
        pytest.fail("git does not read such a tree")
    assert sorted((tmp_path / "elsewhere").rglob("*")) == files


@pytest.mark.parametrize("flag", ["--skip-worktree", "--assume-unchanged"])
def test_local_changes_that_git_was_told_not_to_look_at_are_measured(flag, repo) -> None:
    repo.git("update-index", flag, "module.py")
    repo.write("module.py", "VALUE = 'local'\n")
    with repo.checkouts("HEAD") as checkouts:
        assert (checkouts.head.root / "module.py").read_text() == "VALUE = 'local'\n"
        assert (checkouts.base.root / "module.py").read_text() == "VALUE = 2\n"
        assert checkouts.changed == ("module.py",)
        assert status(repo, checkouts.head.root) == []


def test_a_changed_file_is_copied_byte_by_byte_whatever_a_checkout_would_make_of_it(repo) -> None:
    repo.write(".gitattributes", "*.py text eol=crlf ident\n")
    repo.write("other.py", "1\n")
    repo.commit("line endings")
    (repo.root / "module.py").write_bytes(b"VALUE = 3\r\nANOTHER = 4\n# $Id$\n")
    with repo.checkouts("HEAD") as checkouts:
        assert (checkouts.base.root / "other.py").read_bytes() == b"1\r\n"
        assert (checkouts.head.root / "other.py").read_bytes() == b"1\r\n"
        assert (checkouts.head.root / "module.py").read_bytes() == b"VALUE = 3\r\nANOTHER = 4\n# $Id$\n"


def test_copies_keep_their_permissions_and_are_not_older_than_files_that_were_checked_out(repo) -> None:
    repo.write("key", SECRET).chmod(0o600)
    os.utime(repo.root / "key", (1, 1))
    with repo.checkouts("HEAD") as checkouts:
        copy, checked_out = (checkouts.head.root / name for name in ("key", "module.py"))
        assert copy.stat().st_mode & 0o777 == 0o600
        assert copy.stat().st_mtime_ns >= checked_out.stat().st_mtime_ns


def test_a_split_index_and_caches_of_the_users_tree_do_not_disturb_the_head(repo) -> None:
    repo.git("update-index", "--split-index", "--untracked-cache")
    repo.git("config", "core.splitIndex", "true")
    repo.git("config", "core.untrackedCache", "true")
    repo.write("module.py", "VALUE = 3\n")
    repo.write("new.py", "")
    with repo.checkouts("HEAD") as checkouts:
        assert status(repo, checkouts.head.root) == status(repo, repo.root) == [" M module.py", "?? new.py"]


def test_a_nested_repository_without_a_commit_is_measured_with_its_files(repo) -> None:
    (repo.root / "nested").mkdir()
    repo.git("init", "-q", cwd=repo.root / "nested")
    repo.write("nested/code.py", "")
    with repo.checkouts("HEAD") as checkouts:
        assert (checkouts.head.root / "nested" / "code.py").exists()
        assert checkouts.changed == ("nested", "nested/code.py")


def test_files_that_vanish_after_they_were_listed_are_missing_in_the_head(repo) -> None:
    repo.write("module.py", "VALUE = 3\n")
    repo.write("untracked/new.py", "")

    def start(invocation: Invocation, **options) -> Finished:
        if "checkout-index" in invocation.argv:
            (repo.root / "module.py").unlink()
            shutil.rmtree(repo.root / "untracked")
        return repo.plainly(invocation, **options)

    with repo.checkouts("HEAD", start=start) as checkouts:
        assert not (checkouts.head.root / "module.py").exists()
        assert not (checkouts.head.root / "untracked").exists()


def trees(tmp_path: Path) -> tuple[Path, Path]:
    for name in ("origin", "copy"):
        (tmp_path / name).mkdir()
    return tmp_path / "origin", tmp_path / "copy"


def test_a_full_disk_is_named_with_the_file_and_the_way_out(tmp_path) -> None:
    origin, copy = trees(tmp_path)
    (origin / "big").write_bytes(b"x" * 100_000)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        with pytest.raises(CheckoutError, match=r"(?s)origin/big: this file cannot be copied.*set TMPDIR"):
            mirror(["big"], origin, copy)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a file that nobody can read from its beginning")
def test_an_unreadable_file_is_named(tmp_path) -> None:
    with pytest.raises(CheckoutError, match=r"(?s)/proc/self/mem: this file cannot be copied.*make it readable"):
        mirror(["mem"], Path("/proc/self"), tmp_path)


def test_a_file_that_becomes_a_fifo_while_it_is_copied_does_not_block(tmp_path, monkeypatch) -> None:
    origin, copy = trees(tmp_path)
    (origin / "file").write_text("x")
    listed = os.lstat(origin / "file")
    (origin / "file").unlink()
    os.mkfifo(origin / "file")
    monkeypatch.setattr(Path, "lstat", lambda path: listed if path == origin / "file" else os.lstat(path))
    copying = threading.Thread(target=mirror, args=(["file"], origin, copy), daemon=True)
    copying.start()
    copying.join(timeout=60)
    assert not copying.is_alive()
    assert list(copy.iterdir()) == []


def test_an_interruption_while_a_file_is_copied_leaves_nothing(repo, monkeypatch) -> None:
    repo.write("big", "x" * 5_000_000)
    before = repo.state()

    def interrupt() -> None:
        raise Interrupted("SIGINT")

    def start(invocation: Invocation, **options) -> Finished:
        if "checkout-index" in invocation.argv:
            monkeypatch.setattr("collectbench.checkouts.file_copies.raise_if_interrupted", interrupt)
        return repo.plainly(invocation, **options)

    with pytest.raises(Interrupted), repo.checkouts("HEAD", start=start):
        pytest.fail("the copying was interrupted")
    assert repo.state() == before


def test_a_conftest_sees_the_commit_and_the_changes_of_the_users_tree(repo) -> None:
    repo.git("tag", "-a", "v1", "-m", "a version")
    repo.write("module.py", "VALUE = 3\n")
    with repo.checkouts("HEAD") as checkouts:
        described = [
            subprocess.check_output(["git", "describe", "--dirty"], cwd=checkout.root, env=checkout.env, text=True)
            for checkout in checkouts.both
        ]
        assert described == ["v1\n", "v1-dirty\n"]
