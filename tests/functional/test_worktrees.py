"""Base and head in git worktrees: real repositories, and everything of the user's as it was afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from collectbench.measure.git import LOCAL_VARIABLES
from collectbench.measure.interruption import signals_noted
from collectbench.measure.launch import Finished, Invocation, launch
from collectbench.measure.sides import Sides
from collectbench.measure.worktrees import both_sides
from collectbench.model.errors import Interrupted, UsageError

IDENTITY = ("-c", "user.name=n", "-c", "user.email=e@example.org")


class Repo:
    """A repository with two commits in a folder whose name has spaces, and a place for our own files beside it."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        self.env = env
        self.root = folder / "a repository"
        self.work = folder / "work"
        self.root.mkdir(parents=True)
        self.work.mkdir(exist_ok=True)
        self.git("init", "-q", "-b", "main")
        self.write("tests/test_a.py", "def test_a(): pass\n")
        self.write("module.py", "VALUE = 1\n")
        self.write(".gitignore", "*.ignored\n.venv/\n")
        self.commit("first")
        self.write("module.py", "VALUE = 2\n")
        self.commit("second")

    def git(self, *words: str, cwd: Path | None = None) -> str:
        done = subprocess.run(
            ["git", *IDENTITY, *words],
            cwd=cwd or self.root,
            env={**self.env, "GIT_OPTIONAL_LOCKS": "0"},
            capture_output=True,
            check=True,
        )
        return os.fsdecode(done.stdout).strip()

    def write(self, path: str, text: str) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def commit(self, message: str) -> str:
        self.git("add", "--all")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD")

    @contextmanager
    def sides(self, ref: str = "HEAD~1", root: str = ".", **options) -> Iterator[Sides]:
        start = options.pop("start", launch)
        env = options.pop("env", self.env)
        with signals_noted(), both_sides(ref, self.root / root, env, self.work, start) as sides:
            yield sides

    def state(self) -> dict[str, object]:
        """All that a user could miss: status, worktrees, stashes, refs, logs, the index, configuration and files."""
        if not (self.root / ".git").exists():
            return {}
        folder = self.root / self.git("rev-parse", "--git-dir")
        common = self.root / self.git("rev-parse", "--git-common-dir")
        questions = ("status --porcelain --ignored", "worktree list --porcelain", "stash list", "for-each-ref")
        logs = {path: path.read_bytes() for path in sorted((common / "logs").rglob("*")) if path.is_file()}
        index = folder / "index"
        return {
            **{question: self.git(*question.split()) for question in questions},
            "logs": logs,
            "index": index.read_bytes() if index.exists() else None,
            "config": (common / "config").read_bytes(),
            "files": sorted(path.relative_to(self.root) for path in self.root.rglob("*") if ".git" not in path.parts),
            "ours": sorted(self.work.iterdir()),
        }


@pytest.fixture(scope="session")
def git_env(clean_env) -> dict[str, str]:
    """The environment of a user without a name, whose machine says nothing of git."""
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CEILING_DIRECTORIES": "/tmp"}
    unwanted = ("GIT_", "EMAIL", "PYTHONPATH")
    return {**{name: value for name, value in clean_env.items() if not name.startswith(unwanted)}, **quiet}


@pytest.fixture(scope="module")
def template(tmp_path_factory, git_env) -> Path:
    folder = tmp_path_factory.mktemp("template")
    Repo(folder, git_env)
    return folder


@pytest.fixture
def repo(template, tmp_path, git_env) -> Repo:
    """A copy of the repository, of a test's own."""
    made = Repo.__new__(Repo)
    made.env, made.root, made.work = git_env, tmp_path / "a repository", tmp_path / "work"
    shutil.copytree(template, tmp_path, symlinks=True, dirs_exist_ok=True)
    made.git("update-index", "-q", "--refresh")
    return made


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
    (repo.root / os.fsdecode(b"not-\xff-utf8.py")).write_text("")
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
            os.fsdecode(b"not-\xff-utf8.py"),
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
    before = repo.state()
    with repo.sides("HEAD") as sides:
        assert sides.changed == ("module.py",)
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
    before = repo.state()
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
    assert repo.state() == before


def test_an_error_in_the_block_is_passed_on_and_nothing_is_left(repo) -> None:
    before = repo.state()
    with pytest.raises(ZeroDivisionError), repo.sides():
        _ = 1 / 0
    assert repo.state() == before


def with_submodule(repo: Repo, tmp_path: Path) -> Path:
    """Adds the folder `library`, a submodule with another one in it; returns where its files are."""
    for name in ("inner", "library"):
        source = Repo(tmp_path / f"of {name}", repo.env)
        source.write("code.py", f"# {name}\n")
        if name == "library":
            inner = str(tmp_path / "of inner" / "a repository")
            source.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", inner, "inner")
        source.commit("code")
    add = ("-c", "protocol.file.allow=always", "submodule", "-q")
    repo.git(*add, "add", str(tmp_path / "of library" / "a repository"), "library")
    repo.git(*add, "update", "--init", "--recursive")
    repo.commit("with a submodule")
    return repo.root / "library"


def test_submodules_have_their_files_on_both_sides(repo, tmp_path) -> None:
    library = with_submodule(repo, tmp_path)
    (library / "code.py").write_text("# another version\n")
    repo.git("commit", "-q", "-a", "-m", "another version", cwd=library)
    repo.commit("newer library")
    before, before_within = repo.state(), repo.git("status", "--porcelain", "--ignored", cwd=library)
    with repo.sides() as sides:
        assert (sides.base.root / "library" / "code.py").read_text() == "# library\n"
        assert (sides.head.root / "library" / "code.py").read_text() == "# another version\n"
        assert [(side.root / "library" / "inner" / "code.py").read_text() for side in sides.both] == ["# inner\n"] * 2
        assert (sides.changed, sides.dirty, sides.notes) == (("library",), False, ())
    (library / "inner" / "code.py").write_text("# changed in place\n")
    (library / "new.py").write_text("")
    with repo.sides("HEAD") as sides:
        assert (sides.head.root / "library" / "inner" / "code.py").read_text() == "# changed in place\n"
        assert (sides.base.root / "library" / "inner" / "code.py").read_text() == "# inner\n"
        assert [(side.root / "library" / "new.py").exists() for side in sides.both] == [False, True]
        assert (sides.changed, sides.dirty) == (("library", "library/inner"), True)
    repo.git("checkout", "-q", "code.py", cwd=library / "inner")
    (library / "new.py").unlink()
    assert repo.git("status", "--porcelain", "--ignored", cwd=library) == before_within
    assert repo.state() == before


def test_a_commit_that_the_clone_of_a_submodule_lacks_is_refused(repo, tmp_path) -> None:
    library = with_submodule(repo, tmp_path)
    repo.git("update-index", "--cacheinfo", f"160000,{'1' * 40},library")
    repo.git("commit", "-q", "-m", "a commit that was never pushed")
    repo.git("add", "library")
    repo.git("commit", "-q", "-m", "back")
    before = repo.state()
    with pytest.raises(UsageError, match=r"library: commit 1+ .*submodule update --init"), repo.sides():
        pytest.fail("the base cannot be complete")
    assert repo.state() == before
    assert library.is_dir()


def test_submodules_that_are_not_checked_out_stay_empty_on_both_sides(repo, tmp_path) -> None:
    with_submodule(repo, tmp_path)
    repo.git("submodule", "-q", "deinit", "--all", "--force")
    with repo.sides("HEAD") as sides:
        assert [list((side.root / "library").iterdir()) for side in sides.both] == [[], []]
        assert sides.notes == ("library: this submodule is not checked out, so both sides are without it",)
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
        assert sides.changed == ("nested",)


PHASES = ["rev-parse", "add", "commit-tree", "worktree add", "reset", "diff-tree", "read-tree", "worktree remove"]


@pytest.mark.parametrize(
    ("phase", "number"),
    [*((phase, signal.SIGINT) for phase in PHASES), ("worktree add", signal.SIGTERM), ("reset", signal.SIGHUP)],
)
def test_a_signal_in_any_phase_leaves_everything_as_it_was(phase, number, repo, tmp_path) -> None:
    if phase == "read-tree":
        with_submodule(repo, tmp_path)
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
