from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from collectbench.measure.round.probe_report import read_report
from collectbench.measure.round.user_tree import UserTree, roots_elsewhere
from collectbench.model.probe_files import RUNNER

# The guard itself, in a process that then runs `acts`; its notes go where the probe would put them.
GUARDED = """
import os, runpy, sys
folder, acts, guard = sys.argv[1:]
add = sys.addaudithook
def add_traced(hook):
    hook.__cantrace__ = True  # for coverage, which is blind in hooks
    add(hook)
sys.addaudithook = add_traced
def record(key, value):
    with open(os.path.join(folder, "report"), "a") as report:
        report.write(f"{key} {value!a}\\n")
runpy.run_path(guard)["install"](folder, record)
exec(acts)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with some of everything."""
    root = tmp_path / "root"
    (root / "folder" / "sub").mkdir(parents=True)
    (root / "folder" / "sub" / "deep.txt").write_text("deep")
    (root / "kept.txt").write_text("kept")
    (root / "empty").mkdir()
    (root / "script").write_text("#!")
    (root / "script").chmod(0o750)
    (root / "link").symlink_to("kept.txt")
    for number, path in enumerate(sorted(root.rglob("*")), 1):
        os.utime(path, ns=(10**18 + number, 10**18 + 2 * number), follow_symlinks=False)
    return root


@pytest.fixture
def tree(tmp_path: Path) -> UserTree:
    (tmp_path / "keep").mkdir()
    return UserTree(tmp_path / "keep")


@pytest.fixture
def guarded(tmp_path: Path, root: Path, tree: UserTree, clean_env: dict[str, str], measured_python: tuple[str, ...]):
    """Runs code in a guarded process; the tree learns which paths it changed."""
    rounds = iter(range(100))

    def run(acts: str, env: dict[str, str] | None = None) -> None:
        directory = tmp_path / f"round-{next(rounds)}"
        directory.mkdir()
        (tmp_path / "guarded.py").write_text(GUARDED)
        argv = [*measured_python, tmp_path / "guarded.py", directory, acts, RUNNER.with_name("guard.py")]
        subprocess.run(argv, cwd=root, check=True, env={**clean_env, **(env or {})})
        tree.learn(read_report(directory).tree, directory)
        shutil.rmtree(directory)

    return run


def snapshot(root: Path) -> dict[str, tuple[int, object, int]]:
    """Mode, content and time of every path below `root`, but no times of links and directories."""
    entries = {}
    for path in sorted(root.rglob("*")):
        state = path.lstat()
        content = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else None  # noqa: PTH115
        timed = path.is_file() and not path.is_symlink()
        entries[str(path.relative_to(root))] = (state.st_mode, content, state.st_mtime_ns if timed else 0)
    return entries


FAILURES = """
acts = (
    lambda: os.remove("none/x"),
    lambda: os.rmdir("folder"),
    lambda: os.mkdir("kept.txt/x"),
    lambda: os.rename("kept.txt", "none/x"),
    lambda: open("a\\0b", "w"),
)
for act in acts:
    try: act()
    except (OSError, ValueError): pass
"""

ACTS = {
    "a file is made": "open('new.txt', 'w').write('x')",
    "a directory is made": "os.makedirs('a/b/c'); open('a/b/c/d', 'w').close()",
    "an existing directory is made": "os.makedirs('folder/sub', exist_ok=True)",
    "a file is written": "open('kept.txt', 'w').write('other words')",
    "a file is appended to": "open('folder/sub/deep.txt', 'a').write('er')",
    "a file is opened for reading and writing": "f = open('kept.txt', 'r+'); f.write('KEPT'); f.close()",
    "a file is written through os": "os.write(os.open('kept.txt', os.O_WRONLY), b'x')",
    "a file is deleted": "os.remove('kept.txt')",
    "a file is deleted and made anew": "os.remove('script'); open('script', 'w').write('x')",
    "a file becomes a directory": "os.remove('kept.txt'); os.mkdir('kept.txt'); open('kept.txt/x', 'w').close()",
    "a file becomes a link": "os.remove('kept.txt'); os.symlink('script', 'kept.txt')",
    "a file is renamed": "os.rename('kept.txt', 'other.txt')",
    "a file is replaced": "open('tmp', 'w').write('x'); os.replace('tmp', 'script')",
    "a file is truncated": "os.truncate('kept.txt', 1)",
    "a mode is changed": "os.chmod('script', 0o600)",
    "the mode of a directory is changed": "os.chmod('folder', 0o700)",
    "a mode is taken away and the file written": (
        "os.chmod('kept.txt', 0o400); os.truncate('kept.txt', 0); os.chmod('kept.txt', 0)"
    ),
    "a time is changed": "os.utime('kept.txt', (1, 1))",
    "a directory is deleted": "os.rmdir('empty')",
    "a directory becomes a file": "os.rmdir('empty'); open('empty', 'w').close()",
    "a directory becomes a link": "os.rmdir('empty'); os.symlink('folder', 'empty')",
    "a tree is deleted": "import shutil; shutil.rmtree('folder')",
    "a tree is renamed": "os.rename('folder', 'moved'); open('moved/sub/deep.txt', 'a').write('er')",
    "a tree is moved over a directory": "os.rename('folder', 'empty')",
    "a link is made": "os.symlink('kept.txt', 'second')",
    "a hard link is made": "os.link('kept.txt', 'second')",
    "a link is deleted": "os.remove('link')",
    "a link points elsewhere": "os.remove('link'); os.symlink('script', 'link')",
    "a link becomes a file": "os.remove('link'); open('link', 'w').close()",
    "the working directory is changed in between": (
        "os.chdir('folder/sub'); open('deep.txt', 'w').close(); open('../new', 'w').close()"
    ),
    "a database is made": (
        "import sqlite3; sqlite3.connect('db').execute('create table t (x)'); sqlite3.connect(':memory:')"
    ),
    "a path is relative to an open directory": (
        "fd = os.open('folder', os.O_RDONLY); os.remove('sub/deep.txt', dir_fd=fd); os.mkdir('n', dir_fd=fd)"
    ),
    "a thread writes": (
        "import threading; t = threading.Thread(target=lambda: open('kept.txt', 'w').close()); t.start(); t.join()"
    ),
    "another process writes into a new directory": (
        "os.mkdir('a'); os.system('echo > a/x; mkdir a/b; "
        "echo > a/b/y'); open('a/x', 'w').close(); os.rename('a/b', 'c')"
    ),
    "paths are bytes or objects": (
        "import pathlib; os.remove(b'kept.txt'); pathlib.Path('n').write_text(''); os.mkdir(b'caf\\xc3\\xa9')"
    ),
    "something fails": FAILURES,
}


@pytest.mark.parametrize("acts", ACTS.values(), ids=ACTS.keys())
def test_the_tree_is_restored_though(acts, root, guarded, tree) -> None:
    before = snapshot(root)
    guarded(acts)
    changed = snapshot(root) != before
    tree.restore()
    assert snapshot(root) == before
    assert not tree.unkept
    for _ in range(2):  # rounds that follow carry no guard
        subprocess.run([sys.executable, "-c", f"import os\n{acts}"], cwd=root, check=True)
        assert (snapshot(root) != before) == changed
        tree.restore()
        assert snapshot(root) == before
    assert changed == (acts not in {ACTS["an existing directory is made"], ACTS["something fails"]})


def test_the_times_of_directories_are_restored(root, guarded, tree) -> None:
    before = {path: path.stat().st_mtime_ns for path in (root / "folder", root / "empty")}
    guarded("import shutil; shutil.rmtree('folder'); os.rmdir('empty'); os.mkdir('empty')")
    tree.restore()
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_compiled_files_and_those_outside_of_the_project_are_not_noted(root, guarded, tree, tmp_path) -> None:
    guarded(
        "import sys; os.mkdir('__pycache__'); open('__pycache__/x.pyc.1', 'w').close(); open('y.pyc', 'w').close();"
        "open('../out.txt', 'w').close(); os.makedirs('cache/z', exist_ok=True)",
        env={"PYTHONPYCACHEPREFIX": "cache"},
    )
    tree.restore()
    assert {"__pycache__/x.pyc.1", "y.pyc", "cache/z"} <= snapshot(root).keys()
    assert (tmp_path / "out.txt").exists()


def test_a_fork_is_not_guarded(root, guarded, tree) -> None:
    guarded("if not os.fork():\n    open('forked.txt', 'w').close()\n    os._exit(0)\nos.wait()")
    tree.restore()
    assert (root / "forked.txt").exists()


def test_changes_that_the_user_makes_meanwhile_are_safe(root, guarded, tree) -> None:
    guarded("open('new.txt', 'w').close(); open('folder/made', 'w').close(); open('script', 'w').close()")
    (root / "kept.txt").write_text("edited")
    (root / "mine.txt").write_text("mine")
    (root / "folder" / "mine.txt").write_text("mine")
    (root / "empty").rmdir()
    tree.restore()
    tree.restore()
    assert (root / "kept.txt").read_text() == "edited"
    assert (root / "mine.txt").read_text() == (root / "folder" / "mine.txt").read_text() == "mine"
    assert not (root / "empty").exists()
    assert not (root / "new.txt").exists()


def test_a_changed_file_is_restored_though_the_user_removed_its_directory(root, guarded, tree) -> None:
    guarded("open('folder/sub/deep.txt', 'w').close(); os.symlink('x', 'folder/l'); os.remove('folder/l')")
    shutil.rmtree(root / "folder")
    tree.restore()
    assert (root / "folder/sub/deep.txt").read_text() == "deep"


def test_a_directory_that_the_user_replaced_by_a_file_is_reported(root, guarded, tree) -> None:
    guarded("os.remove('folder/sub/deep.txt')")
    shutil.rmtree(root / "folder")
    (root / "folder").write_text("the user's")
    tree.restore()
    assert (root / "folder").read_text() == "the user's"
    assert tree.unkept == {root / "folder/sub/deep.txt": "could not be restored (Not a directory)"}


def test_unchanged_files_are_not_written(root, guarded, tree) -> None:
    guarded("os.utime('kept.txt', ns=(os.stat('kept.txt').st_atime_ns, os.stat('kept.txt').st_mtime_ns))")
    tree.restore()
    before = (root / "kept.txt").stat().st_ctime_ns
    tree.restore()
    assert (root / "kept.txt").stat().st_ctime_ns == before


def test_files_get_the_state_before_the_first_of_several_rounds(root, guarded, tree) -> None:
    before = snapshot(root)
    guarded("open('kept.txt', 'w').write('first'); os.mkdir('a')")
    guarded("open('kept.txt', 'w').write('second'); open('a/x', 'w').close(); os.rmdir('empty')")
    tree.restore()
    assert snapshot(root) == before


def test_a_file_that_cannot_be_copied_is_reported(root, guarded, tree) -> None:
    os.mkfifo(root / "pipe")
    with (root / "large").open("wb") as large:
        large.truncate(257 * 2**20)
    guarded("os.remove('pipe'); os.truncate('large', 0)")
    assert tree.unkept == {root / "pipe": "not a regular file", root / "large": "too large to copy"}


def test_a_copy_that_fails_is_reported(root, guarded, tree) -> None:
    (root / "big").write_bytes(b"x" * 1000)
    guarded(
        "import resource, signal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "limits = resource.getrlimit(resource.RLIMIT_FSIZE)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300, limits[1]))\n"
        "open('big', 'w').close()\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, limits)\n"
    )
    assert tree.unkept == {root / "big": "could not be copied (File too large)"}


def test_notes_of_an_unknown_form_are_ignored(tree, tmp_path) -> None:
    tree.learn([("folder", "no tuple"), ("invented", 1)], tmp_path)
    tree.restore()
    assert not tree.unkept


def test_the_project_around_a_path_outside_of_the_working_directory_is_watched(tmp_path) -> None:
    for name in ("here/tests", "there/tests/deep", "bare/tests"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "there" / "pytest.ini").touch()
    (tmp_path / "link").symlink_to(tmp_path / "here")
    cwd = tmp_path / "link"
    paths = ("tests", "../there/tests/deep", str(tmp_path / "bare" / "tests"), str(cwd / "tests"))
    roots = roots_elsewhere(cwd, (tmp_path / "here", Path("/")), paths)
    assert roots == (tmp_path / "there", tmp_path / "bare" / "tests")
