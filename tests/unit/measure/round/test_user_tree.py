"""The user's tree after rounds that change it: what is removed, what is put back, what stays and is named."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from collectbench.measure.round.probe_report import read_report
from collectbench.measure.round.tree_report import report
from collectbench.measure.round.tree_traces import Owner, TreeScope
from collectbench.measure.round.user_tree import UserTree
from collectbench.model.probe_files import RUNNER

# The guard itself, in a process that then runs `acts`; its notes go where the probe would put them.
GUARDED = """
import os, runpy, sys
folder, acts, guard, by = sys.argv[1:]
add = sys.addaudithook
def add_traced(hook):
    hook.__cantrace__ = True  # for coverage, which is blind in hooks
    add(hook)
sys.addaudithook = add_traced
def load(name):
    return runpy.run_path(os.path.join(os.path.dirname(guard), name))
watching = load("guard.py")["install"](directory=folder, load=load)
exec(compile(acts, by, "exec"))
watching.finish()
"""

Run = Callable[..., None]


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
def tree(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> UserTree:
    """The user's own tree; copies of originals go to a directory of the test's."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tree_of(tmp_path, root, Owner.USER)


@pytest.fixture
def checkout(tmp_path: Path, root: Path) -> UserTree:
    """A checkout of our own."""
    return tree_of(tmp_path, root, Owner.OURS)


def tree_of(tmp_path: Path, root: Path, owner: Owner) -> UserTree:
    (tmp_path / "work" / "kept").mkdir(parents=True)
    return UserTree(tmp_path / "work" / "kept", TreeScope(roots=(root,), owner=owner))


@pytest.fixture
def guarded(tmp_path: Path, root: Path, clean_env: dict[str, str]) -> Run:
    """Takes a guarded round of a tree: runs code in a guarded process, and then, at its end, `meanwhile`.

    Without coverage, which takes ten times as long to start as such a process: see `covered`.
    """
    return guarding((sys.executable,), tmp_path, root, clean_env)


@pytest.fixture
def covered(tmp_path: Path, root: Path, clean_env: dict[str, str], measured_python: tuple[str, ...]) -> Run:
    """The same with coverage of the guard."""
    return guarding(measured_python, tmp_path, root, clean_env)


def guarding(python: tuple[str, ...], tmp_path: Path, root: Path, clean_env: dict[str, str]) -> Run:
    rounds = iter(range(100))

    def run(tree: UserTree, acts: str, env: dict[str, str] | None = None, meanwhile: Callable[[], None] = int) -> None:
        directory = tmp_path / f"round-{next(rounds)}"
        directory.mkdir()
        (tmp_path / "guarded.py").write_text(GUARDED)
        guard, by = RUNNER.with_name("guard.py"), root / "test_a.py"
        argv = [*python, tmp_path / "guarded.py", directory, acts, guard, by]
        tree.begin()
        subprocess.run(argv, cwd=root, check=True, env={**clean_env, **(env or {})})
        meanwhile()
        tree.learn(read_report(directory).tree, directory)
        shutil.rmtree(directory)
        tree.restore()

    return run


@pytest.fixture
def unguarded(root: Path, clean_env: dict[str, str]) -> Run:
    """Takes a later round of a tree, without guard. It acts when pytest `finishes` its session, or before."""

    def run(tree: UserTree, acts: str, *, finishes: bool = False) -> None:
        tree.begin()
        begin_ns = time.time_ns()
        subprocess.run([sys.executable, "-c", acts], cwd=root, check=True, env=clean_env)
        if finishes:
            tree.finished((begin_ns, time.time_ns()))
        tree.restore()

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

MAKING = {
    "a file is made": "open('new.txt', 'w').write('x')",
    "a directory is made": "os.makedirs('a/b/c'); open('a/b/c/d', 'w').close()",
    "an existing directory is made": "os.makedirs('folder/sub', exist_ok=True)",
    "a made file replaces another one": "open('tmp', 'w').write('x'); open('n', 'w').close(); os.replace('tmp', 'n')",
    "a made tree is renamed": "os.mkdir('a'); open('a/x', 'w').close(); os.rename('a', 'b')",
    "a file comes from outside": "import tempfile; n = tempfile.mkstemp()[1]; os.rename(n, 'new')",
    "a link is made": "os.symlink('kept.txt', 'second')",
    "a hard link is made": "os.link('kept.txt', 'second')",
    "a file is made through a link": "os.symlink('target', 'l'); open('l', 'w').close()",
    "a file is made by two ways": (
        "os.symlink('folder', 'way'); open('way/x', 'a').close(); open('folder/x', 'a').write('x')"
    ),
    "the working directory is changed in between": "os.chdir('folder/sub'); open('../new', 'w').close()",
    "a database is made": (
        "import sqlite3; sqlite3.connect('db').execute('create table t (x)'); sqlite3.connect(':memory:')"
    ),
    "a database is made by its URI": (
        "import sqlite3; c = sqlite3.connect(f'file:{os.getcwd()}/a%20b?mode=rwc#x', uri=True);"
        "c.execute('create table t (x)')"
    ),
    "a database keeps a journal": (
        "import sqlite3; db = sqlite3.connect('db'); db.execute('pragma journal_mode=wal');"
        "db.execute('create table t (x)'); db.commit(); watching.finish() if 'watching' in dir() else 0; os._exit(0)"
    ),
    "a path is relative to an open directory": "fd = os.open('folder', os.O_RDONLY); os.mkdir('n', dir_fd=fd)",
    "a thread writes": (
        "import threading; t = threading.Thread(target=lambda: open('new', 'w').close()); t.start(); t.join()"
    ),
    "a fork writes": "os.fork() or (open('forked.txt', 'w').close(), os._exit(0)); os.wait()",
    "a pool writes": (
        "from multiprocessing import get_context; p = get_context('fork').Process(target=open, args=('n', 'w'));"
        "p.start(); p.join()"
    ),
    "a socket is made": "import socket; socket.socket(socket.AF_UNIX).bind('socket')",
    "bytecode is written into a made directory": (
        "import sys; os.mkdir('p'); open('p/m.py', 'w').close(); sys.path.insert(0, 'p'); import m"
    ),
    "paths are bytes or objects": "import pathlib; pathlib.Path('n').write_text(''); os.mkdir(b'caf\\xc3\\xa9')",
    "coverage measures a subprocess": (
        "import subprocess, sys; subprocess.run([sys.executable, '-c', "
        '\'import os; open(f".coverage.host.{os.getpid()}.123456", "w")\'])'
    ),
    "another audit hook acts before the event comes true": (
        "import sys; sys.addaudithook(lambda event, args: event == 'open' and sys._getframe()); open('n', 'w').close()"
    ),
    "a file is made, removed and made again": (
        "[(open('n', 'x').close(), os.remove('n')) for _ in 'ab']; open('n', 'x').close()"
    ),
    "something fails": FAILURES,
}
WITHOUT_EFFECT = {"an existing directory is made", "something fails"}


@pytest.mark.parametrize("acts", MAKING.values(), ids=MAKING.keys())
def test_what_was_not_there_before_is_removed_though(acts, root, covered, unguarded, tree) -> None:
    before = snapshot(root)
    covered(tree, acts)
    assert snapshot(root) == before
    for _ in range(2):
        unguarded(tree, f"import os\n{acts}")
        assert snapshot(root) == before
    assert report(tree) == ()


CHANGING = {
    "a file is written": "open('kept.txt', 'w').write('other words')",
    "a file is written by a hard link": "os.link('kept.txt', 'h'); open('h', 'w').write('other words'); os.remove('h')",
    "a file is appended to": "open('folder/sub/deep.txt', 'a').write('er')",
    "a file is opened for reading and writing": "f = open('kept.txt', 'r+'); f.write('KEPT'); f.close()",
    "a file is written through os": "os.write(os.open('kept.txt', os.O_WRONLY), b'x')",
    "a file is written through a link": "open('link', 'w').write('other words')",
    "a file is deleted": "os.remove('kept.txt')",
    "a file is deleted and made anew": "os.remove('script'); open('script', 'w').write('x')",
    "a file becomes a directory": "os.remove('kept.txt'); os.mkdir('kept.txt')",
    "a file becomes a link": "os.remove('kept.txt'); os.symlink('script', 'kept.txt')",
    "a file is renamed": "os.rename('kept.txt', 'other.txt')",
    "a file is replaced": "open('tmp', 'w').write('x'); os.replace('tmp', 'script')",
    "a file is truncated": "os.truncate('kept.txt', 1)",
    "a mode is changed": "os.chmod('script', 0o600)",
    "the mode of a directory is changed": "os.chmod('folder', 0o700)",
    "a time is changed": "os.utime('kept.txt', (1, 1))",
    "a directory is deleted": "os.rmdir('empty')",
    "a directory becomes a file": "os.rmdir('empty'); open('empty', 'w').close()",
    "a directory becomes a link": "os.rmdir('empty'); os.symlink('folder', 'empty')",
    "a tree is deleted": "import shutil; shutil.rmtree('folder')",
    "a tree is renamed": "os.rename('folder', 'moved'); open('moved/sub/deep.txt', 'a').write('er')",
    "a tree is moved over a directory": "os.rename('folder', 'empty')",
    "a link is deleted": "os.remove('link')",
    "a link points elsewhere": "os.remove('link'); os.symlink('script', 'link')",
    "a link becomes a file": "os.remove('link'); open('link', 'w').close()",
    "a path is relative to an open directory": (
        "fd = os.open('folder', os.O_RDONLY); os.remove('sub/deep.txt', dir_fd=fd)"
    ),
    "a fork writes": "os.fork() or (open('kept.txt', 'w').close(), os._exit(0)); os.wait()",
}


@pytest.mark.parametrize("acts", CHANGING.values(), ids=CHANGING.keys())
def test_the_tree_stays_as_plain_pytest_leaves_it_though(acts, root, guarded, tree, tmp_path) -> None:
    shutil.copytree(root, tmp_path / "plain", symlinks=True)
    subprocess.run([sys.executable, "-c", f"import os\n{acts}"], cwd=tmp_path / "plain", check=True)
    guarded(tree, acts)
    plain, here = snapshot(tmp_path / "plain"), snapshot(root)
    assert {path: entry[:2] for path, entry in here.items()} == {path: entry[:2] for path, entry in plain.items()}
    assert len(report(tree)) == (acts != CHANGING["a time is changed"])
    assert not tree.traces.unkept


@pytest.mark.parametrize(
    "acts",
    [
        pytest.param(acts, id=name, marks=[] if number % 3 == 0 else [pytest.mark.long])
        for number, (name, acts) in enumerate((MAKING | CHANGING).items())
    ],
)
def test_a_checkout_of_our_own_is_put_back_though(acts, root, guarded, unguarded, checkout) -> None:
    before = snapshot(root)
    guarded(checkout, acts)
    assert snapshot(root) == before
    unguarded(checkout, f"import os\n{acts}")
    assert snapshot(root) == before
    assert report(checkout) == ()


# --- what the user does meanwhile ---


def test_what_the_user_writes_during_a_round_stays(root, guarded, unguarded, tree) -> None:
    def edit() -> None:
        with (root / "kept.txt").open("a") as notes:
            notes.write(" and mine")
        (root / "out" / "mine.txt").write_text("mine")
        (root / "folder" / "mine.txt").write_text("mine")
        (root / "script").unlink()

    acts = "open('kept.txt', 'a').write(' more'); os.mkdir('out'); open('out/x', 'w').close(); open('script', 'r+')"
    guarded(tree, acts, meanwhile=edit)
    assert (root / "kept.txt").read_text() == "kept more and mine"
    assert [path.name for path in (root / "out").iterdir()] == ["mine.txt"]
    assert (root / "folder" / "mine.txt").exists()
    assert not (root / "script").exists()
    unguarded(tree, "open('kept.txt', 'a').write(' more'); open('out/x', 'w').close()")
    assert (root / "kept.txt").read_text() == "kept more and mine more"
    assert [path.name for path in (root / "out").iterdir()] == ["mine.txt"]


def test_a_file_that_the_user_puts_in_the_place_of_a_made_one_stays_and_is_named(root, guarded, tree, tmp_path) -> None:
    def save() -> None:  # as editors do
        (root / "new.txt~").write_text("mine")
        (root / "new.txt~").rename(root / "new.txt")

    guarded(tree, "open('new.txt', 'w').write('x')", meanwhile=save)
    assert (root / "new.txt").read_text() == "mine"
    (note,) = report(tree)
    assert note.startswith("new.txt: new, and left there: yours, or written by a subprocess")


def test_a_file_that_the_user_makes_between_two_rounds_is_his(root, guarded, unguarded, tree) -> None:
    acts = "open('new.txt', 'a').write('x'); open('other', 'w').close()"
    guarded(tree, acts)
    tree.restore()
    (root / "new.txt").write_text("mine")
    tree.restore()
    unguarded(tree, acts)
    guarded(tree, acts)
    unguarded(tree, acts)
    assert (root / "new.txt").read_text() == "minexxx"
    assert not (root / "other").exists()
    (note,) = report(tree)
    assert note.startswith("new.txt: test_a.py:1 changed it; the original is kept in ")


def test_a_file_that_the_tests_failed_to_make_may_be_the_users_later(root, guarded, tree) -> None:
    (root / "folder" / "dir").mkdir()
    acts = (
        "fd = os.open('folder/dir', os.O_RDONLY)\n"
        "os.close(os.open('mine', os.O_CREAT | os.O_WRONLY, dir_fd=fd))\n"  # the event does not tell the directory
        "os.remove('folder/dir/mine')\n"
        "try: open('none/mine', 'w')\n"
        "except OSError: pass\n"
    )
    guarded(tree, acts, meanwhile=lambda: (root / "mine").write_text("mine"))
    assert (root / "mine").read_text() == "mine"


def test_a_deleted_file_that_the_user_makes_anew_stays(root, guarded, unguarded, tree) -> None:
    guarded(tree, "os.remove('kept.txt')", meanwhile=lambda: (root / "kept.txt").write_text("anew"))
    assert (root / "kept.txt").read_text() == "anew"
    (root / "kept.txt").unlink()
    unguarded(tree, "open('kept.txt', 'w').write('by the tests')")  # or by the user: nobody can know
    assert (root / "kept.txt").exists()


SERVER = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("pragma journal_mode=wal")
database.execute("create table t (x)")
database.execute("pragma wal_checkpoint(truncate)")
print("ready", flush=True)
sys.stdin.read()
database.execute("insert into t values (2)")
"""


@pytest.mark.parametrize("directory", ["folder", ".benchmarks"])
def test_a_database_that_a_server_has_open_is_never_put_back(directory, root, guarded, tree) -> None:
    (root / directory).mkdir(exist_ok=True)
    path = root / directory / "data.db"
    command = [sys.executable, "-c", SERVER, path]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout.readline() == "ready\n"
        acts = f"import sqlite3; c = sqlite3.connect({str(path)!r}); c.execute('insert into t values (1)'); c.commit()"
        guarded(tree, acts)
        server.communicate()
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("select x from t").fetchall() == [(1,), (2,)]
        assert database.execute("pragma integrity_check").fetchall() == [("ok",)]


# --- caches ---


CACHES = [".pytest_cache/v/cache/lastfailed", ".hypothesis/examples/a", ".coverage", "folder/.benchmarks/0001.json"]


@pytest.mark.parametrize("path", CACHES)
def test_the_caches_of_pytest_and_plugins_are_put_back(path, root, guarded, unguarded, tree) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text("mine")
    before = snapshot(root)
    acts = f"open({path!r}, 'w').write('theirs'); open({path!r} + '.new', 'w').close(); os.chmod({path!r}, 0o600)"
    if path == ".coverage":
        acts = f"os.remove({path!r})"
    guarded(tree, acts)
    assert snapshot(root) == before
    unguarded(tree, f"import os; {acts}")
    assert snapshot(root) == before
    assert report(tree) == ()


@pytest.mark.parametrize("finishes", [True, False])
def test_a_cache_that_changes_in_a_later_round_only_is_put_back_if_it_changes_at_the_end(
    finishes, root, guarded, unguarded, tree
) -> None:
    (root / ".pytest_cache" / "v").mkdir(parents=True)
    for name in ("old", "gone"):
        (root / ".pytest_cache" / "v" / name).write_text("old")
    before = snapshot(root)
    guarded(tree, "pass")
    unguarded(
        tree,
        "import os; os.makedirs('.pytest_cache/v/new'); open('.pytest_cache/v/new/x', 'w').close()\n"
        "open('.pytest_cache/v/old', 'w').close(); os.makedirs('.hypothesis/new'); os.remove('.pytest_cache/v/gone')",
        finishes=finishes,
    )
    assert (snapshot(root) == before) == finishes  # else it may be a run of the user's own
    assert report(tree) == ()


def test_a_cache_that_the_user_changes_between_two_rounds_stays_so(root, guarded, unguarded, tree) -> None:
    (root / ".pytest_cache").mkdir()
    for name in ("a", "b"):
        (root / ".pytest_cache" / name).write_text("before")
    acts = "open('.pytest_cache/a', 'w').write('tests'); open('.pytest_cache/b', 'w').write('tests')"
    guarded(tree, acts)
    (root / ".pytest_cache" / "a").write_text("a run of the user's own")
    (root / ".pytest_cache" / "b").unlink()
    unguarded(tree, acts)
    assert {path.name: path.read_text() for path in (root / ".pytest_cache").iterdir()} == {
        "a": "a run of the user's own"
    }


def test_the_cache_directory_of_the_configuration_holds_more_than_caches(tmp_path, root, guarded) -> None:
    (tmp_path / "kept").mkdir()
    tree = UserTree(tmp_path / "kept", TreeScope(roots=(root,), cache_dir=root / "folder"))
    (root / "folder" / "v").mkdir()
    (root / "folder" / "v" / "lastfailed").write_text("{}")
    guarded(tree, "open('folder/v/lastfailed', 'w').write('x'); open('folder/sub/deep.txt', 'w').write('x')")
    assert (root / "folder" / "v" / "lastfailed").read_text() == "{}"
    assert (root / "folder" / "sub" / "deep.txt").read_text() == "x"


# --- what the notes say ---


def test_a_changed_file_is_named_once_with_its_line_and_a_copy_of_the_original(root, guarded, tree, tmp_path) -> None:
    acts = "\n\nopen('kept.txt', 'a').write('x')\nos.chmod('script', 0o700)\nopen('folder/sub/deep.txt', 'a')"
    for _ in range(2):
        guarded(tree, acts)
    named, mode = report(tree)
    words, _, place = named.partition("; the original is kept in ")
    assert (words, mode) == ("kept.txt: test_a.py:3 changed it", "script: test_a.py:4 changed its mode from 750 to 700")
    assert Path(place).read_text() == "kept"
    assert Path(place).is_relative_to(tmp_path / "state")
    assert Path(place).parent.stat().st_mode & 0o77 == 0


@pytest.mark.parametrize(
    ("acts", "words"),
    [
        ("import shutil; shutil.rmtree('folder')", "folder: test_a.py:1 deleted it; the original is kept in "),
        ("os.rename('folder', 'moved')", "folder: test_a.py:1 renamed it to moved"),
        (
            "os.rename('kept.txt', 'moved'); open('moved', 'a').write('x')",
            "kept.txt: test_a.py:1 renamed it to moved and changed it; the original is kept in ",
        ),
        ("os.remove('link')", "link: test_a.py:1 deleted it"),
        (
            "[open(f'{n}.in', 'w').write('x') for n in range(5)]",
            "0.in, 1.in, 2.in and 2 more: test_a.py:1 changed them; the originals are kept in ",
        ),
        (
            "os.remove('pipe')",
            "pipe: test_a.py:1 deleted it; there is no copy of the original: it is not a regular file",
        ),
        (
            "os.truncate('large', 0)",
            "large: test_a.py:1 changed it; there is no copy of the original: it is too large to copy",
        ),
    ],
)
def test_the_note_on_a_change_says(acts, words, root, guarded, tree) -> None:
    for number in range(5):
        (root / f"{number}.in").touch()
    os.mkfifo(root / "pipe")
    with (root / "large").open("wb") as large:
        large.truncate(257 * 2**20)
    guarded(tree, acts)
    (note,) = report(tree)
    head, marker, place = note.partition(" kept in ")
    assert head + marker == words
    if marker:
        assert Path(place).exists()
        assert (Path(place) / "sub" / "deep.txt").exists() or not words.startswith("folder")


def test_new_files_of_subprocesses_stay_and_are_named(root, guarded, unguarded, tree) -> None:
    os_system = "import os; os.system('mkdir sub; echo > sub/x; echo > y')"
    guarded(tree, f"{os_system}; os.mkdir('made'); os.system('echo > made/z')")
    unguarded(tree, os_system)
    assert (root / "sub" / "x").exists()
    assert (root / "made" / "z").exists()
    (note,) = report(tree)
    assert note.startswith("made/z, sub, y: new, and left there: ")


def test_a_copy_that_fails_is_reported(root, guarded, tree) -> None:
    (root / "big").write_bytes(b"x" * 1000)
    guarded(
        tree,
        "import resource, signal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "limits = resource.getrlimit(resource.RLIMIT_FSIZE)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (900, limits[1]))\n"
        "open('big', 'w').close()\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, limits)\n",
    )
    (note,) = report(tree)
    assert note.endswith("there is no copy of the original: it could not be copied (File too large)")


def test_all_copies_together_have_a_limit(root, guarded, tree) -> None:
    for name in ("one", "two"):
        with (root / name).open("wb") as large:
            large.truncate(129 * 2**20)
    guarded(tree, "[open(name, 'w').write('x') for name in ('one', 'two')]")
    one, two = report(tree)
    assert one.startswith("one: test_a.py:1 changed it; the original is kept in ")
    assert two == "two: test_a.py:1 changed it; there is no copy of the original: it is too large to copy"


def test_originals_that_cannot_be_kept_are_reported(root, guarded, tree, tmp_path) -> None:
    guarded(tree, "open('kept.txt', 'w').close()")
    shutil.rmtree(tmp_path / "work")
    problem, changed = report(tree)
    assert problem.startswith("files could not be kept: ")
    assert changed == "kept.txt: test_a.py:1 changed it"


def test_an_entry_named_like_a_made_one_is_moved_out_of_the_tree_if_there_is_a_place_for_it(
    root, guarded, unguarded, tree, monkeypatch, tmp_path
) -> None:
    guarded(tree, "open('1234.log', 'w').close()")
    unguarded(tree, "open('5678.log', 'w').write('x'); open('1.log', 'w').close(); open('5678.txt', 'w').close()")
    assert {path.name for path in root.glob("*.log")} == {"1.log"}
    (tmp_path / "state").touch()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    _, left = report(tree)
    assert left.startswith("1.log, 5678.log, 5678.txt: new, and left there: ")
    assert (root / "5678.log").read_text() == "x"


def test_originals_that_have_no_place_at_all_are_reported(root, guarded, tree, monkeypatch, tmp_path) -> None:
    guarded(tree, "open('kept.txt', 'w').close()")
    (tmp_path / "state").touch()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    problem, changed = report(tree)
    assert problem.startswith("files could not be kept: ")
    assert problem.endswith("No such file or directory")
    assert changed == "kept.txt: test_a.py:1 changed it"


def test_without_a_home_directory_originals_go_to_a_temporary_one(root, guarded, tree, monkeypatch, tmp_path) -> None:
    guarded(tree, "open('kept.txt', 'w').close()")
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (note,) = report(tree)
    assert Path(note.partition(" kept in ")[2]).is_relative_to(tmp_path)


def test_compiled_files_and_those_outside_of_the_project_stay(root, guarded, tree, tmp_path) -> None:
    guarded(
        tree,
        "import sys; os.mkdir('__pycache__'); open('__pycache__/x.pyc.1', 'w').close(); open('y.pyc', 'w').close();"
        "open('../out.txt', 'w').close(); os.makedirs('cache/z', exist_ok=True)",
        env={"PYTHONPYCACHEPREFIX": "cache"},
    )
    assert {"__pycache__/x.pyc.1", "y.pyc"} <= snapshot(root).keys()
    assert (tmp_path / "out.txt").exists()


def test_the_times_of_directories_of_a_checkout_are_restored(root, guarded, checkout) -> None:
    before = {path: path.stat().st_mtime_ns for path in (root / "folder", root / "empty")}
    guarded(checkout, "import shutil; shutil.rmtree('folder'); os.rmdir('empty'); os.mkdir('empty')")
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_what_cannot_be_put_back_is_reported(root, guarded, checkout) -> None:
    os.mkfifo(root / "pipe")
    guarded(checkout, "os.remove('pipe')")
    assert report(checkout) == ("pipe: was not put back: it is not a regular file",)


def test_notes_of_an_unknown_form_are_ignored(tree, tmp_path) -> None:
    tree.begin()
    tree.learn([("folder", "no tuple"), ("invented", 1), ("made", "/no/tuple")], tmp_path)
    tree.restore()
    assert report(tree) == ()
