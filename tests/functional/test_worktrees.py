"""Base and head in git worktrees: real repositories, and everything of the user's as it was afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from collectbench.checkouts.checkout import Checkout
from collectbench.checkouts.foreign import OwnModules, with_own_modules
from collectbench.checkouts.git import LOCAL_VARIABLES
from collectbench.checkouts.sharing import share_ignored
from collectbench.measure.process.launch import Finished, Invocation, launch
from collectbench.model.errors import Interrupted, UsageError

ODD_NAME = os.fsdecode(b"not-\xff-utf8.py") if sys.platform == "linux" else "macOS takes UTF-8 only.py"


def test_both_sides_are_checked_out_beside_each_other_and_removed(repo) -> None:
    before = repo.state()
    with repo.sides() as sides:
        base, head = sides.both
        assert (base.toplevel / "module.py").read_text() == "VALUE = 1\n"
        assert (head.toplevel / "module.py").read_text() == "VALUE = 2\n"
        assert (base.commit, head.commit) == (repo.git("rev-parse", "HEAD~1"), repo.git("rev-parse", "HEAD"))
        assert (sides.head_commit, sides.dirty, sides.changed) == (head.commit, False, ("module.py",))
        assert repo.git("rev-parse", "HEAD", cwd=base.root) == base.commit
        assert len(str(base.root)) == len(str(head.root))
        assert not head.root.is_relative_to(repo.root)
        assert base.env.keys() == head.env.keys()
        assert [len(value) for value in base.env.values()] == [len(value) for value in head.env.values()]
    assert repo.state() == before


def test_the_head_is_what_the_user_has_now(repo) -> None:
    repo.write("module.py", "VALUE = 3\n")
    repo.write("staged.py", "1")
    repo.git("add", "staged.py")
    repo.write("staged.py", "2")
    repo.write("a file\nof two lines.py", "")
    repo.write("secret.ignored", "")
    repo.write(ODD_NAME, "")
    repo.git("mv", "tests/test_a.py", "tests/test_b.py")
    repo.write("gone.py", "")
    repo.git("add", "gone.py")
    (repo.root / "gone.py").unlink()
    (repo.root / ".gitignore").chmod(0o755)
    (repo.root / "link").symlink_to("module.py")
    before = repo.state()
    with repo.sides("HEAD") as sides:
        files = {path.relative_to(sides.head.root).as_posix() for path in sides.head.root.rglob("*") if path.is_file()}
        assert files == {
            *(".git", ".gitignore", "module.py", "staged.py", "a file\nof two lines.py", "tests/test_b.py", "link"),
            ODD_NAME,
        }
        assert (sides.head.root / "module.py").read_text() == "VALUE = 3\n"
        assert (sides.head.root / "staged.py").read_text() == "2"
        assert (sides.head.root / "link").is_symlink()
        assert os.access(sides.head.root / ".gitignore", os.X_OK)
        assert (sides.dirty, sides.head_commit) == (True, repo.git("rev-parse", "HEAD"))
        assert repo.git("rev-parse", f"{sides.head.commit}^") == sides.head_commit
        assert {"tests/test_a.py", "tests/test_b.py", "link", ".gitignore"} <= set(sides.changed)
        assert "secret.ignored" not in sides.changed
    assert repo.state() == before


def test_the_same_tree_makes_the_same_commit(repo) -> None:
    repo.write("new.py", "")
    commits = []
    for _ in range(2):
        with repo.sides("HEAD") as sides:
            commits.append(sides.head.commit)
    assert commits[0] == commits[1]


def test_a_project_in_a_folder_of_the_repository_is_found_on_both_sides(repo) -> None:
    with repo.sides(root="tests") as sides:
        assert [side.root for side in sides.both] == [side.toplevel / "tests" for side in sides.both]
        assert (sides.base.root / "test_a.py").exists()


def test_a_folder_that_the_base_lacks_is_refused(repo) -> None:
    repo.write("later/test_x.py", "")
    with pytest.raises(UsageError, match="no folder later in that commit"), repo.sides(root="later"):
        pytest.fail("there is nothing to compare")


@pytest.mark.parametrize(
    ("ref", "says"),
    [
        ("", "this is no ref"),
        ("...", "this is no ref"),
        ("--output=x", "this is no ref"),
        ("nowhere", "no such commit"),
        ("nowhere...", "no such commit"),
        ("HEAD:module.py", "this is no commit"),
        ("HEAD~7", "no such commit"),
        ("HEAD..main", "no such commit"),
        ("a b\n", "no such commit"),
    ],
)
def test_what_is_no_commit_is_refused(ref, says, repo) -> None:
    before = repo.state()
    with pytest.raises(UsageError, match=says), repo.sides(ref):
        pytest.fail("there is no base")
    assert repo.state() == before


def test_three_dots_mean_the_commit_where_the_head_left(repo) -> None:
    fork = repo.git("rev-parse", "HEAD")
    repo.git("checkout", "-q", "-b", "topic")
    repo.write("topic.py", "")
    repo.commit("topic")
    repo.git("checkout", "-q", "main")
    repo.write("module.py", "VALUE = 9\n")
    repo.commit("third")
    repo.git("checkout", "-q", "topic")
    with repo.sides("main...") as sides:
        assert (sides.base.commit, sides.changed) == (fork, ("topic.py",))


def test_branches_that_share_no_commit_have_no_fork(repo) -> None:
    repo.git("checkout", "-q", "--orphan", "other")
    repo.commit("an orphan")
    with pytest.raises(UsageError, match="no commit in common"), repo.sides("main..."):
        pytest.fail("there is no base")


def test_a_shallow_clone_says_how_to_get_more(repo, tmp_path) -> None:
    shutil.move(repo.root, tmp_path / "origin")
    repo.git("clone", "-q", "--depth", "1", f"file://{tmp_path}/origin", str(repo.root), cwd=tmp_path)
    with pytest.raises(UsageError, match="fetch-depth: 0"), repo.sides("HEAD~1"):
        pytest.fail("the clone has no such commit")
    before = repo.state()
    with repo.sides("HEAD") as sides:
        assert sides.changed == ()
    assert repo.state() == before


def test_a_detached_head_is_compared_like_a_branch(repo) -> None:
    repo.git("checkout", "-q", "--detach")
    before = repo.state()
    with repo.sides() as sides:
        assert sides.changed == ("module.py",)
    assert repo.state() == before


def test_a_folder_without_git_is_refused_in_gits_own_words(repo) -> None:
    shutil.rmtree(repo.root / ".git")
    with pytest.raises(UsageError, match=r"(?s)not a git repository.*--baseline"), repo.sides():
        pytest.fail("there is no repository")


def test_a_machine_without_git_is_refused(repo) -> None:
    def no_git(invocation: Invocation, **_: object) -> Finished:
        raise FileNotFoundError(2, "No such file or directory")

    with pytest.raises(UsageError, match=r"git cannot be started.*Install it"), repo.sides(start=no_git):
        pytest.fail("there is no git")


def test_a_repository_without_a_commit_is_refused(repo, tmp_path) -> None:
    repo.root = tmp_path / "empty"
    repo.root.mkdir()
    repo.git("init", "-q")
    with pytest.raises(UsageError, match="no commit yet"), repo.sides():
        pytest.fail("there is no commit")


def test_a_bare_repository_is_refused_and_a_worktree_of_it_works(repo, tmp_path) -> None:
    bare = tmp_path / "bare"
    repo.git("clone", "-q", "--bare", str(repo.root), str(bare))
    repo.root = bare
    with pytest.raises(UsageError, match="bare repository"), repo.sides():
        pytest.fail("there are no files")
    stale = tmp_path / "stale"
    repo.git("worktree", "add", "-q", "--detach", str(stale))
    repo.git("worktree", "add", "-q", str(tmp_path / "base"), "main")
    shutil.rmtree(stale)  # an entry of the user's own, which nobody but the user may prune
    repo.root = tmp_path / "base"
    repo.write("new.py", "")
    before = repo.state()
    with repo.sides() as sides:
        assert sides.changed == ("module.py", "new.py")
    assert repo.state() == before
    assert str(stale) in str(before["worktree list --porcelain"])


def test_what_a_sparse_checkout_leaves_out_is_not_taken_for_deleted(repo) -> None:
    repo.git("sparse-checkout", "set", "--no-cone", "/module.py", "/.gitignore")
    assert not (repo.root / "tests").exists()
    repo.write("module.py", "VALUE = 3\n")
    repo.write("outside/untracked.py", "")
    before = repo.state()
    with repo.sides("HEAD") as sides:
        assert sides.changed == ("module.py", "outside/untracked.py")
        assert not [side for side in sides.both if (side.root / "tests").exists()]
    assert repo.state() == before


def test_a_merge_conflict_is_measured_as_it_lies_in_the_tree(repo) -> None:
    repo.git("checkout", "-q", "-b", "topic", "HEAD~1")
    repo.write("module.py", "VALUE = 7\n")
    repo.commit("topic")
    with pytest.raises(subprocess.CalledProcessError):
        repo.git("merge", "main")
    before = repo.state()
    with repo.sides("HEAD") as sides:
        assert "<<<<<<<" in (sides.head.root / "module.py").read_text()
    assert repo.state() == before
    assert "UU module.py" in str(before["status --porcelain --ignored"])


def test_hooks_do_not_run(repo) -> None:
    for name in ("post-checkout", "post-index-change", "reference-transaction", "pre-commit", "post-commit"):
        hook = repo.root / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch '{repo.root}/{name}'\nexit 1\n")
        hook.chmod(0o755)
    repo.write("new.py", "")
    before = sorted(repo.root.iterdir())
    with repo.sides("HEAD") as sides:
        assert sides.changed == ("new.py",)
    assert sorted(repo.root.iterdir()) == before


def test_variables_that_a_hook_has_do_not_lead_elsewhere(repo, tmp_path) -> None:
    variables = {"GIT_DIR": str(tmp_path / "nowhere"), "GIT_INDEX_FILE": "x", "GIT_WORK_TREE": str(tmp_path)}
    with repo.sides(env={**repo.env, **variables}) as sides:
        assert sides.changed == ("module.py",)
        assert not variables.keys() & sides.head.env.keys()


def test_the_variables_that_git_names_are_known(repo) -> None:
    named = set(repo.git("rev-parse", "--local-env-vars").split())
    assert named - {"GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT"} <= LOCAL_VARIABLES


def test_a_repository_within_that_has_no_commit_is_refused(repo) -> None:
    (repo.root / "nested").mkdir()
    repo.git("init", "-q", cwd=repo.root / "nested")
    with pytest.raises(UsageError, match=r"(?s)nested.*have git ignore it"), repo.sides():
        pytest.fail("git cannot tell what is in there")


def test_temporary_files_within_the_tree_are_refused(repo) -> None:
    repo.work = repo.root / "temporary"
    repo.work.mkdir()
    with pytest.raises(UsageError, match="Set TMPDIR"), repo.sides():
        pytest.fail("we would measure our own files")


def test_damage_that_tests_do_to_a_side_does_not_keep_it_from_being_removed(repo) -> None:
    before, mode = repo.state(), (repo.root / "tests").stat().st_mode & 0o777
    with repo.sides() as sides:
        (sides.base.toplevel / ".git").unlink()
        shutil.rmtree(sides.head.toplevel)
    assert repo.state() == before
    with repo.sides() as sides:
        closed = sides.head.toplevel / "closed"
        closed.mkdir()
        (closed / "file").write_text("")
        closed.chmod(0)
        (sides.head.toplevel / "tests").chmod(0o500)
        (sides.base.toplevel / ".git").unlink()
        (sides.base.toplevel / "link").symlink_to(repo.root / "tests")
    assert (repo.root / "tests").stat().st_mode & 0o777 == mode
    assert repo.state() == before


def test_a_worktree_that_git_does_not_remove_is_named(repo) -> None:
    def start(invocation: Invocation, **options) -> Finished:
        fails = "remove" in invocation.argv
        return repo.plainly(replace(invocation, argv=("/bin/false",)) if fails else invocation, **options)

    with pytest.raises(UsageError, match=r"head: git still lists this worktree") as caught, repo.sides(start=start):
        pass
    assert len(caught.value.mistakes) == 2
    assert list(repo.work.iterdir()) == []


def test_a_clone_that_has_no_index_gets_none(repo) -> None:
    (repo.root / ".git" / "index").unlink()
    with repo.sides("HEAD") as sides:
        assert not sides.dirty
    assert not (repo.root / ".git" / "index").exists()


def test_an_error_in_the_block_is_passed_on_and_nothing_is_left(repo) -> None:
    before = repo.state()
    with pytest.raises(ZeroDivisionError), repo.sides():
        _ = 1 / 0
    assert repo.state() == before


def test_submodules_have_their_files_on_both_sides(repo_with_submodule) -> None:
    repo, library = repo_with_submodule, repo_with_submodule.root / "library"
    (library / "code.py").write_text("# another version\n")
    repo.git("commit", "-q", "-a", "-m", "another version", cwd=library)
    repo.commit("newer library")
    before, before_within = repo.state(), repo.git("status", "--porcelain", "--ignored", cwd=library)
    with repo.sides() as sides:
        assert (sides.base.root / "library" / "code.py").read_text() == "# library\n"
        assert (sides.head.root / "library" / "code.py").read_text() == "# another version\n"
        assert [(side.root / "library" / "inner" / "code.py").read_text() for side in sides.both] == ["# inner\n"] * 2
        assert (sides.changed, sides.dirty, sides.notes) == (("library", "library/code.py"), False, ())
    (library / "inner" / "code.py").write_text("# changed in place\n")
    (library / "new.py").write_text("")
    with repo.sides("HEAD") as sides:
        assert (sides.head.root / "library" / "inner" / "code.py").read_text() == "# changed in place\n"
        assert (sides.base.root / "library" / "inner" / "code.py").read_text() == "# inner\n"
        assert [(side.root / "library" / "new.py").exists() for side in sides.both] == [False, True]
        assert (sides.changed, sides.dirty) == (
            ("library", "library/inner", "library/inner/code.py", "library/new.py"),
            True,
        )
    repo.git("checkout", "-q", "code.py", cwd=library / "inner")
    (library / "new.py").unlink()
    assert repo.git("status", "--porcelain", "--ignored", cwd=library) == before_within
    assert repo.state() == before


def test_a_commit_that_the_clone_of_a_submodule_lacks_is_refused(repo_with_submodule) -> None:
    repo = repo_with_submodule
    repo.git("update-index", "--cacheinfo", f"160000,{'1' * 40},library")
    repo.git("commit", "-q", "-m", "a commit that was never pushed")
    repo.git("add", "library")
    repo.git("commit", "-q", "-m", "back")
    before = repo.state()
    with pytest.raises(UsageError, match=r"library: commit 1+ .*submodule update --init"), repo.sides():
        pytest.fail("the base cannot be complete")
    assert repo.state() == before


def test_submodules_that_are_not_checked_out_stay_empty_on_both_sides(repo_with_submodule) -> None:
    repo = repo_with_submodule
    repo.git("submodule", "-q", "deinit", "--all", "--force")
    with repo.sides("HEAD") as sides:
        assert [list((side.root / "library").iterdir()) for side in sides.both] == [[], []]
        assert sides.notes == ("library: this submodule is not checked out, so the sides are without it",)
        assert not sides.dirty


def test_a_repository_within_the_tree_counts_as_a_submodule(repo) -> None:
    nested = repo.root / "nested"
    nested.mkdir()
    repo.git("init", "-q", cwd=nested)
    (nested / "code.py").write_text("")
    repo.git("add", ".", cwd=nested)
    repo.git("commit", "-q", "-m", "x", cwd=nested)
    with repo.sides("HEAD") as sides:
        assert (sides.head.root / "nested" / "code.py").exists()
        assert sides.changed == ("nested", "nested/code.py")


PHASES = ["rev-parse", "add", "commit-tree", "worktree add", "reset", "diff-tree", "read-tree", "worktree remove"]


@pytest.mark.parametrize(
    ("phase", "number"),
    [*((phase, signal.SIGINT) for phase in PHASES), ("worktree add", signal.SIGTERM), ("reset", signal.SIGHUP)],
)
def test_a_signal_in_any_phase_leaves_everything_as_it_was(phase, number, repo_with_submodule) -> None:
    repo = repo_with_submodule
    repo.write("new.py", "")
    seen = []

    def start(invocation: Invocation, **options) -> Finished:
        words = invocation.argv[invocation.argv.index("submodule.recurse=false") + 1 :]
        if " ".join(words).startswith(phase):
            seen.append(words)
            os.kill(os.getpid(), number)
        return launch(invocation, **options)

    before = repo.state()
    with pytest.raises(Interrupted, match=number.name), repo.sides("HEAD", start=start):
        pass
    assert seen
    assert repo.state() == before


def test_a_signal_in_the_block_leaves_everything_as_it_was(repo) -> None:
    before = repo.state()
    with pytest.raises(Interrupted, match="SIGINT"), repo.sides("HEAD"):
        os.kill(os.getpid(), signal.SIGINT)
    assert repo.state() == before


LIST_LOADED = """
import sys, pkg.code
for module in list(sys.modules.values()):
    if getattr(module, "__file__", None):
        print(module.__file__)
"""

FINDER = """
import sys
from importlib.util import spec_from_file_location

class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        place = {packages!r}.get(name)
        return spec_from_file_location(name, place) if place else None

def install():
    sys.meta_path.{method}
"""


@pytest.fixture(scope="module")
def bare_python(tmp_path_factory) -> tuple[Path, Path]:
    """An environment of Python's own making without any package: the interpreter, and where packages would be."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    (site,) = folder.glob("lib/python3*/site-packages")
    return folder / "bin" / "python", site


def in_src(repo) -> dict[str, str]:
    """Makes a commit in which a package lies below src; returns where each of its modules is found."""
    files = {"pkg": "src/pkg/__init__.py", "pkg.code": "src/pkg/code.py"}
    for path in files.values():
        repo.write(path, "")
    repo.commit("a package")
    repo.write("src/pkg/code.py", "# changed\n")
    return {name: str(repo.root / path) for name, path in files.items()}


def loads(python: Path) -> Callable[[Checkout], list[Path]]:
    """Imports the package on a side, and tells all files that were loaded."""

    def look(side: Checkout) -> list[Path]:
        command = [str(python), "-c", LIST_LOADED]
        done = subprocess.run(command, cwd=side.root, env=side.env, capture_output=True, text=True, check=True)
        return [Path(line) for line in done.stdout.splitlines()]

    return look


@pytest.mark.parametrize("way", ["path", "finder"])
def test_an_editable_install_is_mended_so_that_each_side_finds_its_own_modules(way, repo, bare_python) -> None:
    packages = in_src(repo)
    python, site = bare_python
    if way == "path":
        (site / "project.pth").write_text(f"{repo.root}/src\n")
    else:
        (site / "_project_finder.py").write_text(FINDER.format(packages=packages, method="append(Finder)"))
        (site / "project.pth").write_text("import _project_finder; _project_finder.install()\n")
    look = loads(python)
    with repo.sides("HEAD") as sides:
        assert Path(packages["pkg.code"]) in look(sides.base)
        mended = with_own_modules(sides, look, OwnModules.of(sides.origin, [site]))
        for side in mended.both:
            assert side.toplevel / "src" / "pkg" / "code.py" in look(side)
        assert len(mended.base.env["PYTHONPATH"]) == len(mended.head.env["PYTHONPATH"])


def test_an_import_hook_in_front_of_all_others_is_refused_by_name(repo, bare_python) -> None:
    packages = in_src(repo)
    python, site = bare_python
    (site / "_project_finder.py").write_text(FINDER.format(packages=packages, method="insert(0, Finder)"))
    (site / "project.pth").write_text("import _project_finder; _project_finder.install()\n")
    with repo.sides("HEAD") as sides, pytest.raises(UsageError) as caught:
        with_own_modules(sides, loads(python), OwnModules.of(sides.origin, [site]))
    assert str(site / "project.pth") in str(caught.value)
    assert packages["pkg.code"] in str(caught.value)


def test_what_git_ignores_and_collection_needs_serves_both_sides_unless_its_sources_changed(repo) -> None:
    repo.write("pkg/speed.c", "")
    repo.write(".gitignore", "*.so\n.venv/\n")
    repo.commit("an extension")
    built = repo.write("pkg/speed.so", "machine code")
    loaded = [built, repo.root / "module.py", repo.write(".venv/lib/x.so", "")]
    repo.write("module.py", "VALUE = 3\n")
    before = repo.state()
    with repo.sides("HEAD") as sides:
        (sides.origin / ".venv" / "pyvenv.cfg").write_text("")
        assert share_ignored(sides, loaded) == ("pkg/speed.so",)
        assert [(side.toplevel / "pkg/speed.so").read_text() for side in sides.both] == ["machine code"] * 2
        assert (sides.base.toplevel / "module.py").read_text() == "VALUE = 2\n"
    (repo.root / ".venv" / "pyvenv.cfg").unlink()
    assert repo.state() == before
    repo.write("pkg/speed.c", "int x;")
    with repo.sides("HEAD") as sides, pytest.raises(UsageError, match=r"speed\.so \(pkg/speed\.c\)"):
        share_ignored(sides, loaded)
