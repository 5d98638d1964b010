"""Which files lint reads, what git ignores, and what has changed: in real repositories."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from collectbench.checkouts.changes import changes_since
from collectbench.checkouts.git import Git, git_in
from collectbench.checkouts.ignored import ignored_by_git
from collectbench.checkouts.python_files import python_files
from collectbench.measure.process.interruption import signals_noted
from collectbench.measure.process.launch import launch
from collectbench.model.errors import CheckoutError


def git_of(repo, directory: str = ".") -> Git:
    return git_in(repo.root / directory if directory != "." else repo.root, repo.env, repo.work, repo.plainly)


def test_tracked_and_new_files_are_read_and_ignored_deleted_and_linked_ones_are_not(repo) -> None:
    for path in ("pkg/new.py", "pkg/.hidden/x.py", "build/x.py", "pkg/b c\nd.py", "module.txt", "x.py.ignored"):
        repo.write(path, "")
    for path in (".venv/lib/x.py", "node_modules/a/x.py", "__pycache__/x.py", "env/lib/x.py", "conda/x.py"):
        repo.write(path, "")
    repo.write("env/pyvenv.cfg", "")
    repo.write("conda/conda-meta/history", "")
    (repo.root / "link.py").symlink_to("module.py")
    (repo.root / "linked").symlink_to("pkg")
    repo.git("add", "link.py", "linked", "pkg/new.py")
    (repo.root / "module.py").unlink()
    expected = ("build/x.py", "pkg/.hidden/x.py", "pkg/b c\nd.py", "pkg/new.py", "tests/test_a.py")
    assert python_files(git_of(repo)) == expected
    assert python_files(git_of(repo, "pkg")) == (".hidden/x.py", "b c\nd.py", "new.py")


def test_a_tracked_directory_that_became_a_link_holds_no_files(repo) -> None:
    shutil.move(repo.root / "tests", repo.work / "tests")
    (repo.root / "tests").symlink_to(repo.work / "tests")
    assert python_files(git_of(repo)) == ("module.py",)


def test_names_that_are_not_unicode_survive(repo) -> None:
    name = os.fsdecode(b"not-\xff.py")
    repo.write(name, "")
    repo.write(f"pkg/{name}", "")
    repo.git("add", f"pkg/{name}")
    assert {name, f"pkg/{name}"} < set(python_files(git_of(repo)))
    repo.write(".gitignore", "*.py\n")
    assert ignored_by_git(git_of(repo), [name, "no.txt"]) == {name}


def test_files_of_submodules_are_read_and_those_of_other_repositories_are_not(repo_with_submodule) -> None:
    repo = repo_with_submodule
    repo.write("library/new.py", "")
    repo.write("other/x.py", "")
    repo.git("init", "-q", cwd=repo.root / "other")
    files = python_files(git_of(repo))
    assert {"library/code.py", "library/inner/code.py", "library/new.py", "module.py"} < set(files)
    assert "other/x.py" not in files


@pytest.fixture(params=["no repository", "ignored", "no git"])
def without_git(request, repo, tmp_path) -> Git:
    """Git in a directory about which it knows nothing."""
    if request.param == "no repository":
        root = tmp_path / "plain"
        root.mkdir()
        return git_in(root, repo.env, repo.work, repo.plainly)
    if request.param == "ignored":
        repo.write(".gitignore", "ignored/\n")
        (repo.root / "ignored").mkdir()
        return git_of(repo, "ignored")

    def missing(invocation, **_):
        raise FileNotFoundError(2, "No such file or directory")

    (tmp_path / "plain").mkdir()
    return git_in(tmp_path / "plain", repo.env, repo.work, missing)


def test_without_git_all_files_but_those_of_hidden_directories_and_environments_are_read(without_git) -> None:
    root: Path = without_git.cwd
    for path in ("a.py", "build/b.py", ".c.py", "d/e.txt", "d/.hidden/f.py", "__pycache__/g.py", "node_modules/h.py"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("")
    for path in ("env/pyvenv.cfg", "env/i.py", "conda/conda-meta", "conda/j.py"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("")
    (root / "link.py").symlink_to("a.py")
    (root / "linked").symlink_to("build")
    assert python_files(without_git) == (".c.py", "a.py", "build/b.py")


def test_git_ignores_paths_that_do_not_exist(repo) -> None:
    (repo.root / "linked").symlink_to("tests")
    repo.write("other/x.py", "")
    repo.git("init", "-q", cwd=repo.root / "other")
    paths = ["gone/a.ignored", "b.py", ".venv/lib/c.py", "linked/d.ignored", "../e.ignored", "/f.ignored", "..", ""]
    assert ignored_by_git(git_of(repo), [*paths, "other/g.ignored"]) == {"gone/a.ignored", ".venv/lib/c.py"}
    assert ignored_by_git(git_of(repo, "tests"), ["../x.ignored", "a.ignored"]) == {"a.ignored"}
    assert ignored_by_git(git_of(repo), []) == frozenset()


def test_outside_of_git_nothing_is_ignored(repo, tmp_path) -> None:
    git = git_in(tmp_path, repo.env, repo.work, repo.plainly)
    assert ignored_by_git(git, ["a.pyc"]) == frozenset()


@pytest.fixture
def changed(repo):
    """A branch with a commit, staged, unstaged and new files; `main` has gone on since."""
    for name in ("committed", "staged", "unstaged", "renamed", "removed", "same"):
        repo.write(f"pkg/{name}.py", f"{name} = 1\n" * 9)
    repo.commit("more")
    repo.git("checkout", "-q", "-b", "branch")
    repo.write("pkg/committed.py", "x\n")
    repo.git("mv", "pkg/renamed.py", "pkg/other.py")
    repo.commit("on the branch")
    repo.git("checkout", "-q", "main")
    repo.write("pkg/same.py", "changed on main\n")
    repo.commit("on main")
    repo.git("checkout", "-q", "branch")
    repo.write("pkg/staged.py", "x\n")
    repo.git("add", "pkg/staged.py")
    repo.write("pkg/unstaged.py", "x\n")
    repo.write("pkg/new file.py", "x\n")
    repo.write("top.py", "x\n")
    repo.write("pkg/x.ignored", "x\n")
    (repo.root / "pkg/removed.py").unlink()
    repo.git("rm", "-q", "--cached", "pkg/committed.py")
    return repo


@pytest.mark.parametrize("ref", ["main", "main...", "HEAD~1"])
def test_changes_are_those_since_the_branch_was_left(changed, ref) -> None:
    changes = changes_since(git_of(changed), ref)
    names = ("committed", "staged", "unstaged", "other", "new file")
    assert changes.changed == {"top.py", *(f"pkg/{name}.py" for name in names)}
    assert changes.deleted == {"pkg/renamed.py", "pkg/removed.py"}


def test_changes_are_relative_to_the_directory_and_since_the_last_commit_if_that_is_the_ref(changed) -> None:
    changes = changes_since(git_of(changed, "pkg"), "HEAD")
    assert changes.changed == {"staged.py", "unstaged.py", "committed.py", "new file.py"}
    assert changes.deleted == {"removed.py"}


def test_another_repository_in_the_tree_is_not_a_change(repo) -> None:
    repo.write("other/x.py", "")
    repo.git("init", "-q", cwd=repo.root / "other")
    assert changes_since(git_of(repo), "HEAD").changed == frozenset()


@pytest.mark.parametrize(
    ("ref", "message"),
    [
        ("nothing", "there is no such commit in .*; look at the existing ones"),
        ("--all", "'--all' is not a ref; give a branch"),
        ("", "is not a ref; give a branch"),
        ("HEAD^{tree}", "is not a commit"),
    ],
)
def test_an_unknown_ref_is_refused_with_what_to_do(repo, ref, message) -> None:
    with pytest.raises(CheckoutError, match=message):
        changes_since(git_of(repo), ref)


def test_a_repository_without_a_commit_has_no_changes_to_list(repo, tmp_path) -> None:
    root = tmp_path / "empty"
    root.mkdir()
    repo.git("init", "-q", cwd=root)
    with pytest.raises(CheckoutError, match="has no commit yet"):
        changes_since(git_in(root, repo.env, repo.work, repo.plainly), "HEAD")


def test_outside_of_a_repository_there_are_no_changes_to_list(repo, tmp_path) -> None:
    with pytest.raises(CheckoutError, match="run it in a git working tree"):
        changes_since(git_in(tmp_path, repo.env, repo.work, repo.plainly), "main")


def test_a_branch_without_a_common_commit_is_refused(repo) -> None:
    repo.git("checkout", "-q", "--orphan", "other")
    repo.commit("alone")
    with pytest.raises(CheckoutError, match="HEAD and main have no commit in common here; get more commits"):
        changes_since(git_of(repo), "main")


def test_a_real_launch_gives_git_its_input(repo) -> None:
    git = git_in(repo.root, repo.env, repo.work, launch)
    with signals_noted():
        assert ignored_by_git(git, ["a.ignored", "b.py"]) == {"a.ignored"}
