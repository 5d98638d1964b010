"""After a command the user's tree is as he and his tests left it, without what the tests made; caches are as before."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

State = tuple[object, ...]

PATIENCE_S = 300.0
"""Upper bound for waiting, far above the time that a busy machine needs."""

MEDDLING_CONFTEST = """
import os
from pathlib import Path

ROOT = Path(__file__).parent


def pytest_configure(config):
    (ROOT / ".made-at-configure").mkdir(exist_ok=True)
    (ROOT / ".made-at-configure" / "settings.json").write_text("{}")


def pytest_sessionfinish(session):
    (ROOT / "made" / "at" / "the" / "end").mkdir(parents=True, exist_ok=True)
    (ROOT / "made" / "at" / "report.xml").write_text("<xml/>")
    with open("history.log", "a") as file:
        file.write("one more run\\n")
"""

MEDDLING_TEST = """
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

Path("tests/new.txt").write_text("new")
Path(".benchmarks/old.json").write_text("newer, and longer")
for name in (".hypothesis/deleted", ".hypothesis/link"):
    if os.path.lexists(name):
        os.remove(name)
if os.path.exists(".coverage"):
    os.rename(".coverage", ".coverage.old")
os.makedirs("links", exist_ok=True)
if not os.path.lexists("links/new"):
    os.symlink("/nowhere", "links/new")
if os.fork() == 0:
    Path("made-by-a-fork.txt").write_text("new")
    os._exit(0)
os.wait()
database = sqlite3.connect("file:made%20by%20uri.db?mode=rwc", uri=True)
database.execute("create table if not exists t (x)")
subprocess.run([sys.executable, "-c", "import os; open(f'.coverage.host.{os.getpid()}.123456', 'w').close()"])


def test_it(): pass
"""

FILES = {
    "pytest.ini": "[pytest]\n",
    "conftest.py": MEDDLING_CONFTEST,
    "tests/test_meddling.py": MEDDLING_TEST,
    "tests/test_broken.py": "import no_such_module_here\n",
    "tests/sub/test_fine.py": "def test_fine(): pass\n",
    ".benchmarks/old.json": "old",
    ".hypothesis/deleted": "to be kept",
    ".coverage": "data of the last whole run",
    ".pytest_cache/v/cache/lastfailed": '{"tests/test_old.py::test_old": true}',
    ".pytest_cache/v/cache/nodeids": "[]",
    ".pytest_cache/README.md": "mine",
}


def states(root: Path) -> dict[str, State]:
    """Type and mode of each path, bytes and mtime of a file; without `__pycache__` and baselines, which may change."""
    return dict(_states(root))


def _states(root: Path) -> Iterator[tuple[str, State]]:
    for directory, directories, files in os.walk(root):
        directories[:] = [name for name in directories if name not in ("__pycache__", "baselines")]
        for name in (*directories, *files):
            path = Path(directory) / name
            state = path.lstat()
            if stat.S_ISLNK(state.st_mode):
                content: State = (str(path.readlink()),)
            elif stat.S_ISREG(state.st_mode):
                content = (path.read_bytes(), state.st_mtime_ns)
            else:
                content = ()
            yield str(path.relative_to(root)), (state.st_mode, *content)


@pytest.fixture
def meddled(write_suite) -> Path:
    """A suite that makes files of all kinds and changes the caches of plugins when it is collected."""
    root = write_suite(FILES)
    (root / ".hypothesis" / "link").symlink_to("deleted")
    (root / ".benchmarks" / "old.json").chmod(0o640)
    (root / ".benchmarks").chmod(0o750)
    long_ago = 1_500_000_000
    for path in root.rglob("*"):
        if path.is_file() and not path.is_symlink():
            os.utime(path, (long_ago, long_ago))
    return root


def test_the_suite_really_meddles(meddled, plain_python) -> None:
    before = states(meddled)
    command = [plain_python, "-m", "pytest", "--collect-only", "--continue-on-collection-errors"]
    subprocess.run(command, cwd=meddled, capture_output=True, check=False)
    after = states(meddled)
    changed = {path for path in before | after if before.get(path) != after.get(path)}
    caches = {".benchmarks/old.json", ".hypothesis/deleted", ".hypothesis/link", ".coverage"}
    made = {"made/at", ".made-at-configure", "history.log", "made by uri.db", "made-by-a-fork.txt", "links/new"}
    assert caches | made | {".pytest_cache/v/cache/lastfailed"} <= changed
    assert any(path.startswith(".coverage.host.") for path in changed)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(("--rounds", "1"), id="plain"),
        pytest.param(("--rounds", "2", "--warmup", "0", "--no-counters"), id="no warm-up"),
        pytest.param(("--rounds", "1", "--jobs", "2", "--no-counters"), id="two at a time"),
        pytest.param(("--rounds", "1", "--cold", "--no-suite", "--no-counters"), id="cold"),
        pytest.param(("--rounds", "1", "--no-suite", "--max-time", "1ms", "--warmup", "0"), id="out of time"),
    ],
)
def test_a_command_leaves_the_tree_as_it_was(run_cli, meddled, plain_python, options) -> None:
    before = states(meddled)
    result = run_cli("baseline", "--python", plain_python, *options, cwd=meddled)
    assert result.returncode == 0, result.stderr
    assert states(meddled) == before


@pytest.mark.long
def test_rounds_on_parts_of_a_target_leave_the_tree_as_it_was(run_cli, meddled, plain_python) -> None:
    for number in range(8):
        (meddled / f"tests/sub/test_{number}.py").write_text("def test_it(): pass\n")
    before = states(meddled)
    result = run_cli("diagnose", "--scaling", "--no-progress", "--python", plain_python, cwd=meddled)
    assert result.returncode == 0, result.stderr
    assert states(meddled) == before


@pytest.mark.parametrize("cache", ["", "cache_dir = $CACHES/old\n", "cache_dir = $CACHES/new\n"])
def test_files_of_pytest_outside_of_its_directory_are_left_as_they_were(run_cli, write_suite, quick, cache) -> None:
    lastfailed = '{"sub/tests/test_old.py::test_old": true}'
    top = write_suite(
        {
            "repository/pytest.ini": f"[pytest]\n{cache}",
            "repository/.pytest_cache/v/cache/lastfailed": lastfailed,
            "repository/sub/collectbench.toml": '[targets]\na.paths = ["tests"]\nb.paths = ["../../other/tests"]\n',
            "repository/sub/tests/test_broken.py": "import no_such_module_here\n",
            "repository/sub/tests/test_fine.py": "def test_fine(): pass\n",
            "caches/old/v/cache/lastfailed": lastfailed,
            "other/pytest.ini": "[pytest]\n",
            "other/tests/test_fine.py": "open(__file__ + '.log', 'w').close()\ndef test_fine(): pass\n",
            "other/tests/test_broken.py": "import no_such_module_here\n",
        }
    )
    before = states(top)
    result = run_cli("baseline", *quick, cwd=top / "repository" / "sub", env={"CACHES": str(top / "caches")})
    assert result.returncode == 0, result.stderr
    assert states(top) == before


def test_paths_that_a_command_made_are_removed(run_cli, api_and_core, quick) -> None:
    (api_and_core / "tests" / "test_broken.py").write_text("import no_such_module_here\n")
    before = states(api_and_core)
    for command in ("targets", "init", "baseline", "compare"):
        options = quick[:2] if command in ("targets", "init") else quick
        assert run_cli(command, *options, cwd=api_and_core).returncode == 0
    after = states(api_and_core)
    assert after.pop("collectbench.toml")  # made by init
    assert after == before


def test_changes_by_targets_that_run_at_the_same_time_are_all_undone(run_cli, write_suite, plain_python) -> None:
    meddling = "import os\nopen('.benchmarks/shared', 'a').write('more')\nos.makedirs('made', exist_ok=True)\n"
    meddling += "open('made/it', 'a').close()\nimport no_such_module_here\n"
    items = {f"t{number}/test_fine.py": "def test_it(): pass\n" for number in range(4)}
    broken = {f"t{number}/test_broken.py": meddling for number in range(4)}
    root = write_suite({**items, **broken, "pytest.ini": "[pytest]\n", ".benchmarks/shared": "old"})
    before = states(root)
    options = ("--rounds", "2", "--warmup", "0", "--no-counters", "--jobs", "4")
    result = run_cli("baseline", "--python", plain_python, *options, cwd=root)
    assert result.returncode == 0, result.stderr
    assert states(root) == before


def test_a_tree_whose_tests_fail_to_start_is_left_as_it_was(run_cli, meddled, quick) -> None:
    (meddled / "tests" / "conftest.py").write_text("open('written.txt', 'w').close()\nraise RuntimeError\n")
    before = states(meddled)
    assert run_cli("baseline", *quick, cwd=meddled).returncode == 4
    assert states(meddled) == before


CHANGING = {
    "pytest.ini": "[pytest]\n",
    "tests/test_changing.py": (
        "import os\nopen('notes.txt', 'a').write('tests ')\nos.makedirs('out', exist_ok=True)\n"
        "open('out/made.txt', 'w').close()\nif os.path.exists('old.txt'):\n    os.rename('old.txt', 'new.txt')\n"
        "    os.remove('deleted.txt')\nopen('read.txt', 'r+').close()\ndef test_it(): pass\n"
    ),
    "notes.txt": "mine ",
    "old.txt": "old",
    "deleted.txt": "deleted",
    "read.txt": "read",
}


@pytest.mark.parametrize("round_number", [1, 3])
def test_what_the_user_writes_meanwhile_is_neither_reverted_nor_deleted(hanging, write_suite, round_number) -> None:
    root = write_suite(CHANGING)
    run = hanging(root, round_number=round_number)
    with (root / "notes.txt").open("a") as notes:
        notes.write("mine, too ")
    (root / "out" / "mine.txt").write_text("mine")
    (root / "made-by-me").mkdir()
    run.interrupt(signal.SIGINT)
    assert (root / "notes.txt").read_text() == f"mine {'tests ' * round_number}mine, too "
    assert [path.name for path in (root / "out").iterdir()] == ["mine.txt"]
    assert (root / "made-by-me").is_dir()


def _notes(result: subprocess.CompletedProcess[str]) -> list[str]:
    """The notes of a run on its tree."""
    return [note for note in json.loads(result.stdout)["notes"] if not note.startswith("no reference seconds")]


def test_changed_files_stay_as_plain_pytest_leaves_them_and_are_named_once(
    run_cli, write_suite, quick, tmp_path
) -> None:
    root = write_suite(CHANGING)
    place = {"XDG_STATE_HOME": str(tmp_path / "state")}
    result = run_cli("baseline", *quick, "--rounds", "2", "--format", "json", cwd=root, env=place)
    assert (root / "notes.txt").read_text().startswith("mine tests tests ")
    assert not {"old.txt", "deleted.txt", "out"} & {path.name for path in root.iterdir()}
    assert (root / "new.txt").read_text() == "old"
    notes = {note.partition(": ")[0]: note.partition(": ")[2] for note in _notes(result)}
    assert list(notes) == ["notes.txt", "old.txt", "deleted.txt"]
    words, _, original = notes["notes.txt"].partition("; the original is kept in ")
    assert words == "tests/test_changing.py:2 changed it"
    assert Path(original).read_text() == "mine "
    assert Path(original).is_relative_to(tmp_path / "state")
    assert notes["old.txt"] == "tests/test_changing.py:6 renamed it to new.txt"
    deleted = Path(notes["deleted.txt"].removeprefix("tests/test_changing.py:7 deleted it; the original is kept in "))
    assert deleted.read_text() == "deleted"


def test_files_of_a_subprocess_are_named_and_those_of_a_later_round_are_too(
    run_cli, write_suite, quick, tmp_path
) -> None:
    module = (
        f"import os, subprocess\nnumber = len(os.listdir({str(tmp_path / 'marks')!r}))\n"
        f"open(os.path.join({str(tmp_path / 'marks')!r}, str(number)), 'w').close()\n"
        "if number == 0:\n    subprocess.run(['touch', 'by-a-subprocess'])\n"
        "if number == 2:\n    open('late', 'w').close()\n"
        "open(f'{os.getpid():06}.log', 'w').close()\ndef test_it(): pass\n"
    )
    (tmp_path / "marks").mkdir()
    root = write_suite({"pytest.ini": "[pytest]\n", "tests/test_it.py": module})
    before = states(root)
    options = ("--rounds", "3", "--no-suite", "--no-counters", "--warmup", "1", "--format", "json")
    result = run_cli("baseline", *quick[:2], *options, cwd=root)
    assert len(list((tmp_path / "marks").iterdir())) == 4
    after = states(root)
    assert {after.pop(name)[1] for name in ("by-a-subprocess", "late")} == {b""}
    assert after == before
    aside, left = _notes(result)
    logs = Path(aside.partition(" moved to ")[2])
    assert [path.name[-4:] for path in logs.iterdir()] == [".log"] * 3
    assert ".log and" in aside or aside.count(".log") == 3
    assert ": named like a file that tests/test_it.py:8 made, and" in aside
    assert left.startswith("by-a-subprocess, late: new, and left there: yours, or written by a subprocess")


class Hanging:
    """A command whose child hangs in a test module until a signal ends both."""

    def __init__(self, command: subprocess.Popen[str], child: int) -> None:
        self.command, self.child = command, child

    def interrupt(self, number: int) -> tuple[int, str]:
        """Send a signal to the command; returns its exit code and its stderr."""
        self.command.send_signal(number)
        _, stderr = self.command.communicate(timeout=PATIENCE_S)
        return self.command.returncode, stderr


@pytest.fixture
def hanging(cli_command, clean_env, plain_python, tmp_path) -> Iterator[Callable[..., Hanging]]:
    """Starts `baseline` on a suite with one more module, which hangs in a given round, and waits until it does."""
    running: list[subprocess.Popen[str]] = []
    marks = tmp_path / "marks"
    marks.mkdir()

    def start(root: Path, *options: str, round_number: int) -> Hanging:
        # The name is sorted last, so the other modules have changed their files by then.
        (root / "tests" / "test_z_hangs.py").write_text(
            "import os, time\n"
            f"number = len(os.listdir({str(marks)!r})) + 1\n"
            f"open(os.path.join({str(marks)!r}, str(number)), 'w').write(str(os.getpid()))\n"
            f"if number == {round_number}: time.sleep(600)\n"
        )
        start.before = states(root)  # type: ignore[attr-defined]
        args = ("--python", plain_python, "--rounds", "3", "--no-counters", "--no-suite", "--depth", "0", *options)
        command = subprocess.Popen(
            cli_command("baseline", *args),
            cwd=root,
            env=clean_env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(command)
        mark, deadline = marks / str(round_number), time.monotonic() + PATIENCE_S
        while not (mark.exists() and mark.read_text()):
            assert command.poll() is None, command.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return Hanging(command, int(mark.read_text()))

    yield start
    for command in running:
        if command.poll() is None:
            command.kill()
            command.communicate()


@pytest.mark.parametrize(
    ("number", "round_number", "options"),
    [
        pytest.param(signal.SIGINT, 1, (), id="SIGINT in the warm-up"),
        pytest.param(signal.SIGQUIT, 1, (), id="SIGQUIT in the warm-up", marks=pytest.mark.long),
        pytest.param(signal.SIGTERM, 3, (), id="SIGTERM in a timed round"),
        pytest.param(signal.SIGQUIT, 1, ("--warmup", "0"), id="SIGQUIT in the first round, without warm-up"),
        pytest.param(signal.SIGINT, 6, ("--cold",), id="SIGINT in a cold round"),
    ],
)
def test_an_interrupted_command_leaves_the_tree_as_it_was_and_no_process(
    hanging, meddled, number, round_number, options
) -> None:
    run = hanging(meddled, *options, round_number=round_number)
    assert states(meddled) != hanging.before
    code, stderr = run.interrupt(number)
    assert code == 130
    assert f"interrupted: {number.name}" in stderr
    assert states(meddled) == hanging.before
    assert not psutil.pid_exists(run.child)


def test_finished_targets_are_kept_beside_the_baseline(run_cli, hanging, meddled, quick) -> None:
    run_cli("baseline", *quick, "--depth", "0", cwd=meddled)
    stored = meddled / "baselines" / "main.json"
    before = stored.read_bytes()
    _, stderr = hanging(meddled, round_number=3).interrupt(signal.SIGINT)
    assert "finished rounds are kept in" in stderr
    assert stored.read_bytes() == before
    assert (meddled / "baselines" / "main.partial.json").is_file()


def test_two_at_a_time_are_interrupted_together(hanging, meddled) -> None:
    run = hanging(meddled, "--jobs", "2", "--depth", "1", round_number=1)
    code, _ = run.interrupt(signal.SIGINT)
    assert code == 130
    assert states(meddled) == hanging.before
    assert not psutil.pid_exists(run.child)
