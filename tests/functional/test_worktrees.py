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
from collectbench.checkouts.worktrees import past_checkout
from collectbench.measure.process.interruption import signals_noted
from collectbench.measure.process.launch import Finished, Invocation, launch
from collectbench.model.errors import CheckoutError, Interrupted

ODD_NAME = os.fsdecode(b"not-\xff-utf8.py") if sys.platform == "linux" else "macOS takes UTF-8 only.py"


def test_base_and_head_are_checked_out_beside_each_other_and_removed(repo) -> None:
    before = repo.state()
    with repo.checkouts() as checkouts:
        base, head = checkouts.both
        assert (base.toplevel / "module.py").read_text() == "VALUE = 1\n"
        assert (head.toplevel / "module.py").read_text() == "VALUE = 2\n"
        assert (base.commit, head.commit) == (repo.git("rev-parse", "HEAD~1"), repo.git("rev-parse", "HEAD"))
        assert (checkouts.dirty, checkouts.changed) == (False, ("module.py",))
        assert repo.git("rev-parse", "HEAD", cwd=base.root) == base.commit
        assert len(str(base.root)) == len(str(head.root))
        assert not head.root.is_relative_to(repo.root)
        assert base.env.keys() == head.env.keys()
        assert [len(value) for value in base.env.values()] == [len(value) for value in head.env.values()]
    assert repo.state() == before


def test_the_head_has_the_users_current_files(repo) -> None:
    repo.write("module.py", "VALUE = 3\n")
    repo.write("staged.py", "1")
    repo.git("add", "staged.py")
    repo.write("staged.py", "2")
    repo.write("a file\nof two lines.py", "")
    repo.write("secret.ignored", "")
    repo.write("htmlcov/index.html", "")
    repo.write("baselines/main.json", '{"kind": "collectbench.run"}')
    repo.write("baselines/notes.txt", "")
    repo.write(ODD_NAME, "")
    repo.git("mv", "tests/test_a.py", "tests/test_b.py")
    repo.write("gone.py", "")
    repo.git("add", "gone.py")
    (repo.root / "gone.py").unlink()
    (repo.root / ".gitignore").chmod(0o755)
    (repo.root / "link").symlink_to("module.py")
    before = repo.state()
    with repo.checkouts("HEAD", own=[repo.root / "baselines"]) as checkouts:
        files = {
            path.relative_to(checkouts.head.root).as_posix()
            for path in checkouts.head.root.rglob("*")
            if path.is_file()
        }
        assert files == {
            *(".git", ".gitignore", "module.py", "staged.py", "a file\nof two lines.py", "tests/test_b.py", "link"),
            *(ODD_NAME, "baselines/notes.txt"),
        }
        assert (checkouts.head.root / "module.py").read_text() == "VALUE = 3\n"
        assert (checkouts.head.root / "staged.py").read_text() == "2"
        assert (checkouts.head.root / "link").is_symlink()
        assert os.access(checkouts.head.root / ".gitignore", os.X_OK)
        commits = checkouts.head.commit, repo.git("rev-parse", "HEAD", cwd=checkouts.head.root)
        assert (checkouts.dirty, *commits) == (True, *[repo.git("rev-parse", "HEAD")] * 2)
        assert {"tests/test_a.py", "tests/test_b.py", "link", ".gitignore"} <= set(checkouts.changed)
        assert "secret.ignored" not in checkouts.changed
    assert repo.state() == before


def test_a_project_in_a_directory_of_the_repository_is_found_in_both_checkouts(repo) -> None:
    with repo.checkouts(root="tests") as checkouts:
        assert [checkout.root for checkout in checkouts.both] == [
            checkout.toplevel / "tests" for checkout in checkouts.both
        ]
        assert (checkouts.base.root / "test_a.py").exists()


def test_a_directory_that_the_base_lacks_is_refused(repo) -> None:
    repo.write("later/test_x.py", "")
    with pytest.raises(CheckoutError, match="no directory later in that commit"), repo.checkouts(root="later"):
        pytest.fail("there is nothing to compare")


@pytest.mark.parametrize(
    ("ref", "says"),
    [
        ("", "is not a ref"),
        ("...", "is not a ref"),
        ("--output=x", "is not a ref"),
        ("nowhere", "no such commit"),
        ("nowhere...", "no such commit"),
        ("HEAD:module.py", "is not a commit"),
        ("HEAD~7", "no such commit"),
        ("HEAD..main", "no such commit"),
        ("a b\n", "no such commit"),
    ],
)
def test_a_ref_without_a_commit_is_refused(ref, says, repo) -> None:
    before = repo.state()
    with pytest.raises(CheckoutError, match=says), repo.checkouts(ref):
        pytest.fail("there is no base")
    assert repo.state() == before


@pytest.mark.parametrize("ref", [":/first", "HEAD^{/first}", ":/first..."])
def test_a_commit_can_be_named_by_the_text_of_its_message(ref, repo) -> None:
    with repo.checkouts(ref) as checkouts:
        assert checkouts.base.commit == repo.git("rev-parse", "HEAD~1")


GARBAGE = (
    ('echo "welcome to our git"; exec {git} "$@"', "git answers 'welcome to our git\\ntrue' when it is asked whether"),
    ("echo maybe", "git answers 'maybe' when it is asked whether this is a working tree"),
    (
        'case "$*" in *--show-toplevel*) echo here;; *) exec {git} "$@";; esac',
        "git answers 'here' when it is asked for the top of the working tree",
    ),
)


@pytest.mark.parametrize(("script", "says"), GARBAGE)
def test_a_git_that_prints_something_else_is_quoted(script, says, repo, tmp_path) -> None:
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script.format(git=shutil.which('git'))}\n")
    program.chmod(0o755)
    env = {**repo.env, "PATH": f"{program.parent}:{repo.env['PATH']}"}
    with pytest.raises(CheckoutError) as caught, repo.checkouts(env=env):
        pytest.fail("nobody knows what it did")
    assert says in str(caught.value)
    assert "command -v git" in str(caught.value)
    assert "bare repository" not in str(caught.value)


@pytest.mark.parametrize("setting", ["clean", "process"])
def test_a_filter_whose_program_is_missing_is_named_with_the_way_out(setting, repo) -> None:
    repo.write(".gitattributes", "*.py filter=gone\n")
    repo.git("config", f"filter.gone.{setting}", "no-such-program")
    repo.git("config", "filter.gone.required", "true")
    repo.write("module.py", "VALUE = 3\n")
    with pytest.raises(CheckoutError) as caught, repo.checkouts():
        pytest.fail("git cannot read the file")
    message = str(caught.value)
    assert "filter 'gone' failed\nInstall the program of this filter, or remove the filter from .gitattr" in message
    assert "readable" not in message


def test_a_damaged_index_is_named_with_the_way_out(repo) -> None:
    (repo.root / ".git" / "index").write_bytes(b"garbage")
    with pytest.raises(CheckoutError) as caught, repo.checkouts():
        pytest.fail("git cannot read the index")
    message = str(caught.value)
    assert (
        "the tree cannot be read: fatal: the index: index file smaller than expected; make the index again" in message
    )
    assert str(repo.work) not in message
    (repo.root / ".git" / "index").unlink()
    repo.git("reset", "-q")  # as the message says
    with repo.checkouts() as checkouts:
        assert checkouts.changed == ("module.py",)


def test_three_dots_mean_the_commit_where_the_head_left(repo) -> None:
    fork = repo.git("rev-parse", "HEAD")
    repo.git("checkout", "-q", "-b", "topic")
    repo.write("topic.py", "")
    repo.commit("topic")
    repo.git("checkout", "-q", "main")
    repo.write("module.py", "VALUE = 9\n")
    repo.commit("third")
    repo.git("checkout", "-q", "topic")
    with repo.checkouts("main...") as checkouts:
        assert (checkouts.base.commit, checkouts.changed) == (fork, ("topic.py",))


def test_branches_that_share_no_commit_have_no_fork(repo) -> None:
    repo.git("checkout", "-q", "--orphan", "other")
    repo.commit("an orphan")
    with pytest.raises(CheckoutError, match="no commit in common"), repo.checkouts("main..."):
        pytest.fail("there is no base")


def test_the_error_in_a_shallow_clone_says_how_to_get_more_commits(repo, tmp_path) -> None:
    shutil.move(repo.root, tmp_path / "origin")
    repo.git("clone", "-q", "--depth", "1", f"file://{tmp_path}/origin", str(repo.root), cwd=tmp_path)
    with pytest.raises(CheckoutError, match="fetch-depth: 0"), repo.checkouts("HEAD~1"):
        pytest.fail("the clone has no such commit")
    before = repo.state()
    with repo.checkouts("HEAD") as checkouts:
        assert checkouts.changed == ()
    assert repo.state() == before


def test_a_detached_head_is_compared_like_a_branch(repo) -> None:
    repo.git("checkout", "-q", "--detach")
    before = repo.state()
    with repo.checkouts() as checkouts:
        assert checkouts.changed == ("module.py",)
    assert repo.state() == before


def test_a_directory_without_git_is_refused_with_gits_own_message(repo) -> None:
    shutil.rmtree(repo.root / ".git")
    with (
        pytest.raises(CheckoutError, match=r"(?s)not a git repository.*compare with a stored baseline"),
        repo.checkouts(),
    ):
        pytest.fail("there is no repository")


def test_a_machine_without_git_is_refused(repo) -> None:
    def no_git(invocation: Invocation, **_: object) -> Finished:
        raise FileNotFoundError(2, "No such file or directory")

    with pytest.raises(CheckoutError, match=r"git cannot be started.*install it"), repo.checkouts(start=no_git):
        pytest.fail("there is no git")


def test_a_repository_without_a_commit_is_refused(repo, tmp_path) -> None:
    repo.root = tmp_path / "empty"
    repo.root.mkdir()
    repo.git("init", "-q")
    with pytest.raises(CheckoutError, match="no commit yet"), repo.checkouts():
        pytest.fail("there is no commit")


def test_a_bare_repository_is_refused_and_a_worktree_of_it_works(repo, tmp_path) -> None:
    bare = tmp_path / "bare"
    repo.git("clone", "-q", "--bare", str(repo.root), str(bare))
    repo.root = bare
    with pytest.raises(CheckoutError, match="bare repository"), repo.checkouts():
        pytest.fail("there are no files")
    stale = tmp_path / "stale"
    repo.git("worktree", "add", "-q", "--detach", str(stale))
    repo.git("worktree", "add", "-q", str(tmp_path / "base"), "main")
    shutil.rmtree(stale)  # an entry of the user's own, which nobody but the user may prune
    repo.root = tmp_path / "base"
    repo.write("new.py", "")
    before = repo.state()
    with repo.checkouts() as checkouts:
        assert checkouts.changed == ("module.py", "new.py")
    assert repo.state() == before
    assert str(stale) in str(before["worktree list --porcelain"])


def test_files_that_a_sparse_checkout_omits_are_not_taken_for_deleted(repo) -> None:
    repo.git("sparse-checkout", "set", "--no-cone", "/module.py", "/.gitignore")
    assert not (repo.root / "tests").exists()
    repo.write("module.py", "VALUE = 3\n")
    repo.write("outside/untracked.py", "")
    before = repo.state()
    with repo.checkouts("HEAD") as checkouts:
        assert checkouts.changed == ("module.py", "outside/untracked.py")
        assert not [checkout for checkout in checkouts.both if (checkout.root / "tests").exists()]
    assert repo.state() == before


def test_files_with_merge_conflicts_are_measured_as_they_are(repo) -> None:
    repo.git("checkout", "-q", "-b", "topic", "HEAD~1")
    repo.write("module.py", "VALUE = 7\n")
    repo.commit("topic")
    with pytest.raises(subprocess.CalledProcessError):
        repo.git("merge", "main")
    before = repo.state()
    with repo.checkouts("HEAD") as checkouts:
        assert "<<<<<<<" in (checkouts.head.root / "module.py").read_text()
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
    with repo.checkouts("HEAD") as checkouts:
        assert checkouts.changed == ("new.py",)
    assert sorted(repo.root.iterdir()) == before


def test_the_variables_of_a_git_hook_do_not_lead_to_another_repository(repo, tmp_path) -> None:
    variables = {"GIT_DIR": str(tmp_path / "nowhere"), "GIT_INDEX_FILE": "x", "GIT_WORK_TREE": str(tmp_path)}
    with repo.checkouts(env={**repo.env, **variables}) as checkouts:
        assert checkouts.changed == ("module.py",)
        assert not variables.keys() & checkouts.head.env.keys()


def test_the_variables_that_git_names_are_known(repo) -> None:
    named = set(repo.git("rev-parse", "--local-env-vars").split())
    assert named - {"GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT"} <= LOCAL_VARIABLES


def test_temporary_files_within_the_tree_are_refused(repo) -> None:
    repo.work = repo.root / "temporary"
    repo.work.mkdir()
    with pytest.raises(CheckoutError, match="set TMPDIR"), repo.checkouts():
        pytest.fail("we would measure our own files")


def test_a_checkout_that_tests_have_damaged_is_removed(repo) -> None:
    before, mode = repo.state(), (repo.root / "tests").stat().st_mode & 0o777
    with repo.checkouts() as checkouts:
        (checkouts.base.toplevel / ".git").unlink()
        shutil.rmtree(checkouts.head.toplevel)
    assert repo.state() == before
    with repo.checkouts() as checkouts:
        closed = checkouts.head.toplevel / "closed"
        closed.mkdir()
        (closed / "file").write_text("")
        closed.chmod(0)
        (checkouts.head.toplevel / "tests").chmod(0o500)
        (checkouts.base.toplevel / ".git").unlink()
        (checkouts.base.toplevel / "link").symlink_to(repo.root / "tests")
    assert (repo.root / "tests").stat().st_mode & 0o777 == mode
    assert repo.state() == before


def test_the_error_names_a_worktree_that_git_does_not_remove(repo) -> None:
    def start(invocation: Invocation, **options) -> Finished:
        fails = "remove" in invocation.argv
        return repo.plainly(replace(invocation, argv=("/bin/false",)) if fails else invocation, **options)

    with (
        pytest.raises(CheckoutError, match=r"head: git still lists this worktree") as caught,
        repo.checkouts(start=start),
    ):
        pass
    assert len(caught.value.reasons) == 2
    assert list(repo.work.iterdir()) == []


def test_a_clone_without_an_index_does_not_get_one(repo) -> None:
    (repo.root / ".git" / "index").unlink()
    with repo.checkouts("HEAD") as checkouts:
        assert not checkouts.dirty
    assert not (repo.root / ".git" / "index").exists()


def test_an_error_in_the_block_is_raised_and_nothing_is_left(repo) -> None:
    before = repo.state()
    with pytest.raises(ZeroDivisionError), repo.checkouts():
        _ = 1 / 0
    assert repo.state() == before


def test_submodules_have_their_files_in_both_checkouts(repo_with_submodule) -> None:
    repo, library = repo_with_submodule, repo_with_submodule.root / "library"
    (library / "code.py").write_text("# another version\n")
    repo.git("commit", "-q", "-a", "-m", "another version", cwd=library)
    repo.commit("newer library")
    before, before_within = repo.state(), repo.git("status", "--porcelain", "--ignored", cwd=library)
    with repo.checkouts() as checkouts:
        assert (checkouts.base.root / "library" / "code.py").read_text() == "# library\n"
        assert (checkouts.head.root / "library" / "code.py").read_text() == "# another version\n"
        assert [(checkout.root / "library" / "inner" / "code.py").read_text() for checkout in checkouts.both] == [
            "# inner\n"
        ] * 2
        assert (checkouts.changed, checkouts.dirty, checkouts.notes) == (("library", "library/code.py"), False, ())
    (library / "inner" / "code.py").write_text("# changed in place\n")
    (library / "new.py").write_text("")
    with repo.checkouts("HEAD") as checkouts:
        assert (checkouts.head.root / "library" / "inner" / "code.py").read_text() == "# changed in place\n"
        assert (checkouts.base.root / "library" / "inner" / "code.py").read_text() == "# inner\n"
        assert [(checkout.root / "library" / "new.py").exists() for checkout in checkouts.both] == [False, True]
        assert (checkouts.changed, checkouts.dirty) == (
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
    with pytest.raises(CheckoutError, match=r"library: commit 1+ .*submodule update --init"), repo.checkouts():
        pytest.fail("the base cannot be complete")
    assert repo.state() == before


def test_submodules_that_are_not_checked_out_stay_empty_in_both_checkouts(repo_with_submodule) -> None:
    repo = repo_with_submodule
    repo.git("submodule", "-q", "deinit", "--all", "--force")
    with repo.checkouts("HEAD") as checkouts:
        assert [list((checkout.root / "library").iterdir()) for checkout in checkouts.both] == [[], []]
        assert checkouts.notes == ("library: this submodule is not checked out, so base and head lack its files",)
        assert not checkouts.dirty


def test_a_repository_within_the_tree_counts_as_a_submodule(repo) -> None:
    nested = repo.root / "nested"
    nested.mkdir()
    repo.git("init", "-q", cwd=nested)
    (nested / "code.py").write_text("")
    repo.git("add", ".", cwd=nested)
    repo.git("commit", "-q", "-m", "x", cwd=nested)
    with repo.checkouts("HEAD") as checkouts:
        assert (checkouts.head.root / "nested" / "code.py").exists()
        assert checkouts.changed == ("nested", "nested/code.py")


PHASES = ["rev-parse", "status", "worktree add", "reset", "checkout-index", "diff-tree", "read-tree", "worktree remove"]


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
    with pytest.raises(Interrupted, match=number.name), repo.checkouts("HEAD", start=start):
        pass
    assert seen
    assert repo.state() == before


def test_a_signal_in_the_block_leaves_everything_as_it_was(repo) -> None:
    before = repo.state()
    with pytest.raises(Interrupted, match="SIGINT"), repo.checkouts("HEAD"):
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
    """Imports the package in a checkout, and prints all files that it loaded."""

    def look(checkout: Checkout) -> list[Path]:
        command = [str(python), "-c", LIST_LOADED]
        done = subprocess.run(command, cwd=checkout.root, env=checkout.env, capture_output=True, text=True, check=True)
        return [Path(line) for line in done.stdout.splitlines()]

    return look


@pytest.mark.parametrize("way", ["path", "finder"])
def test_with_an_editable_install_each_checkout_finds_its_own_modules(way, repo, bare_python) -> None:
    packages = in_src(repo)
    python, site = bare_python
    if way == "path":
        (site / "project.pth").write_text(f"{repo.root}/src\n")
    else:
        (site / "_project_finder.py").write_text(FINDER.format(packages=packages, method="append(Finder)"))
        (site / "project.pth").write_text("import _project_finder; _project_finder.install()\n")
    look = loads(python)
    with repo.checkouts("HEAD") as checkouts:
        assert Path(packages["pkg.code"]) in look(checkouts.base)
        repaired = with_own_modules(checkouts, look, OwnModules.of(checkouts.origin, [site]))
        for checkout in repaired.both:
            assert checkout.toplevel / "src" / "pkg" / "code.py" in look(checkout)
        assert len(repaired.base.env["PYTHONPATH"]) == len(repaired.head.env["PYTHONPATH"])


def test_an_import_hook_in_front_of_all_others_is_refused_by_name(repo, bare_python) -> None:
    packages = in_src(repo)
    python, site = bare_python
    (site / "_project_finder.py").write_text(FINDER.format(packages=packages, method="insert(0, Finder)"))
    (site / "project.pth").write_text("import _project_finder; _project_finder.install()\n")
    with repo.checkouts("HEAD") as checkouts, pytest.raises(CheckoutError) as caught:
        with_own_modules(checkouts, loads(python), OwnModules.of(checkouts.origin, [site]))
    assert str(site / "project.pth") in str(caught.value)
    assert packages["pkg.code"] in str(caught.value)


def test_both_checkouts_get_ignored_files_that_collection_needs_unless_their_sources_changed(repo) -> None:
    repo.write("pkg/speed.c", "")
    repo.write(".gitignore", "*.so\n.venv/\n")
    repo.commit("an extension")
    built = repo.write("pkg/speed.so", "machine code")
    loaded = [built, repo.root / "module.py", repo.write(".venv/lib/x.so", "")]
    repo.write("module.py", "VALUE = 3\n")
    before = repo.state()
    with repo.checkouts("HEAD") as checkouts:
        (checkouts.origin / ".venv" / "pyvenv.cfg").write_text("")
        assert share_ignored(checkouts, loaded) == ("pkg/speed.so",)
        assert [(checkout.toplevel / "pkg/speed.so").read_text() for checkout in checkouts.both] == ["machine code"] * 2
        assert (checkouts.base.toplevel / "module.py").read_text() == "VALUE = 2\n"
    (repo.root / ".venv" / "pyvenv.cfg").unlink()
    assert repo.state() == before
    repo.write("pkg/speed.c", "int x;")
    with repo.checkouts("HEAD") as checkouts, pytest.raises(CheckoutError, match=r"speed\.so \(pkg/speed\.c\)"):
        share_ignored(checkouts, loaded)


def test_the_current_files_can_be_compared_with_an_edit_of_them(repo, tmp_path) -> None:
    repo.write("module.py", "VALUE = 3\n")
    repo.write("new.py", "1")
    before = repo.state()
    with repo.checkouts("HEAD", edits={"module.py": b"VALUE = 4\n"}) as checkouts:
        base, head = (each.toplevel for each in checkouts.both)
        assert (base / "module.py").read_text() == "VALUE = 3\n"
        assert (head / "module.py").read_text() == "VALUE = 4\n"
        assert (base / "new.py").read_text() == (head / "new.py").read_text() == "1"
        assert checkouts.changed == ("module.py",)
    assert repo.state() == before
    (repo.root / "out.py").symlink_to(tmp_path / "out.py")
    (tmp_path / "out.py").write_text("mine")
    linked = repo.state()
    with pytest.raises(CheckoutError, match="symbolic link"), repo.checkouts("HEAD", edits={"out.py": b"x"}):
        pytest.fail("it leads out of the working tree")
    assert (tmp_path / "out.py").read_text() == "mine"
    assert repo.state() == linked


def test_a_commit_of_the_past_is_checked_out_by_itself_and_removed(repo_with_submodule) -> None:
    repo = repo_with_submodule
    commit = repo.git("rev-parse", "HEAD~1")
    repo.write("module.py", "VALUE = 3\n")
    repo.write("new.py", "")
    before = repo.state()
    with signals_noted(), past_checkout(commit, repo.root, repo.env, repo.work, repo.plainly) as checkouts:
        assert checkouts.base is checkouts.head
        assert (checkouts.base.commit, checkouts.dirty) == (commit, False)
        assert (checkouts.base.toplevel / "module.py").read_text() == "VALUE = 2\n"
        assert {"module.py", "new.py"} <= set(checkouts.changed)
    assert repo.state() == before


def test_a_commit_of_the_past_has_its_submodules(repo_with_submodule) -> None:
    repo = repo_with_submodule
    with (
        signals_noted(),
        past_checkout(repo.git("rev-parse", "HEAD"), repo.root, repo.env, repo.work, repo.plainly) as at,
    ):
        assert (at.base.toplevel / "library" / "inner" / "code.py").read_text() == "# inner\n"
        assert at.notes == ()


def test_a_commit_without_the_directory_of_the_project_is_refused(repo) -> None:
    first = repo.git("rev-parse", "HEAD")
    repo.write("later/test_a.py", "")
    repo.commit("later")
    before = repo.state()
    with (
        signals_noted(),
        pytest.raises(CheckoutError, match="there was no directory later in that commit"),
        past_checkout(first, repo.root / "later", repo.env, repo.work, repo.plainly),
    ):
        pytest.fail("it has no such directory")
    assert repo.state() == before


def test_a_commit_of_the_past_gets_ignored_files_but_none_that_came_later(repo) -> None:
    commit = repo.git("rev-parse", "HEAD")
    later = repo.write("later.py", "")
    repo.commit("later")
    loaded = [later, repo.write("new.py", ""), repo.write("data.ignored", "built")]
    with signals_noted(), past_checkout(commit, repo.root, repo.env, repo.work, repo.plainly) as checkouts:
        assert share_ignored(checkouts, loaded) == ("data.ignored",)
        assert (checkouts.base.toplevel / "data.ignored").read_text() == "built"
        assert not (checkouts.base.toplevel / "later.py").exists()
