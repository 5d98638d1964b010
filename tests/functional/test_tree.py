"""After a command the user's tree is the same as before, whatever plugins and test modules change."""

from __future__ import annotations

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
import shutil
from pathlib import Path

Path("written.txt").write_text("new content, longer than before")
Path("tests/new.txt").write_text("new")
os.chmod("written.txt", 0o600)
for name in ("deleted.txt", "link"):
    if os.path.lexists(name):
        os.remove(name)
if os.path.exists("renamed.txt"):
    os.rename("renamed.txt", "elsewhere.txt")
shutil.rmtree("folder", ignore_errors=True)
os.makedirs("links", exist_ok=True)
if not os.path.lexists("links/new"):
    os.symlink("/nowhere", "links/new")
os.truncate("truncated.txt", 0)


def test_it(): pass
"""

FILES = {
    "pytest.ini": "[pytest]\n",
    "conftest.py": MEDDLING_CONFTEST,
    "tests/test_meddling.py": MEDDLING_TEST,
    "tests/test_broken.py": "import no_such_module_here\n",
    "tests/sub/test_fine.py": "def test_fine(): pass\n",
    "history.log": "the first run\n",
    "written.txt": "old",
    "deleted.txt": "to be kept",
    "renamed.txt": "stays here",
    "truncated.txt": "not empty",
    "folder/below/file.bin": "\0\1",
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
    """A suite that changes everything around it when it is collected."""
    root = write_suite(FILES)
    (root / "link").symlink_to("written.txt")
    (root / "written.txt").chmod(0o640)
    (root / "folder").chmod(0o750)
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
    expected = {"written.txt", "deleted.txt", "renamed.txt", "link", "folder/below/file.bin", "history.log", "made/at"}
    assert expected | {".made-at-configure", "truncated.txt", ".pytest_cache/v/cache/lastfailed"} <= changed


@pytest.mark.parametrize(
    "options",
    [
        pytest.param((), id="plain"),
        pytest.param(("--warmup", "0", "--no-counters"), id="no warm-up"),
        pytest.param(("--jobs", "2"), id="two at a time"),
        pytest.param(("--cold", "--no-suite", "--no-counters"), id="cold"),
        pytest.param(("--no-suite", "--max-time", "1ms", "--warmup", "0"), id="out of time"),
    ],
)
def test_a_command_leaves_the_tree_as_it_was(run_cli, meddled, plain_python, options) -> None:
    before = states(meddled)
    result = run_cli("baseline", "--python", plain_python, "--rounds", "2", *options, cwd=meddled)
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
    meddling = "import os\nopen('shared.txt', 'a').write('more')\nos.makedirs('made', exist_ok=True)\n"
    meddling += "open('made/it', 'a').close()\nimport no_such_module_here\n"
    items = {f"t{number}/test_fine.py": "def test_it(): pass\n" for number in range(4)}
    broken = {f"t{number}/test_broken.py": meddling for number in range(4)}
    root = write_suite({**items, **broken, "pytest.ini": "[pytest]\n", "shared.txt": "old"})
    before = states(root)
    result = run_cli("baseline", "--python", plain_python, "--rounds", "2", "--no-counters", "--jobs", "4", cwd=root)
    assert result.returncode == 0, result.stderr
    assert states(root) == before


def test_a_tree_whose_tests_fail_to_start_is_left_as_it_was(run_cli, meddled, quick) -> None:
    (meddled / "tests" / "conftest.py").write_text("open('written.txt', 'w').close()\nraise RuntimeError\n")
    before = states(meddled)
    assert run_cli("baseline", *quick, cwd=meddled).returncode == 4
    assert states(meddled) == before


def test_files_that_the_user_writes_meanwhile_are_kept(hanging, meddled) -> None:
    run = hanging(meddled, round_number=1)
    (meddled / "notes.txt").write_text("mine")
    (meddled / "made-by-me").mkdir()
    run.interrupt(signal.SIGINT)
    assert (meddled / "notes.txt").read_text() == "mine"
    assert (meddled / "made-by-me").is_dir()


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
        pytest.param(signal.SIGQUIT, 1, (), id="SIGQUIT in the warm-up"),
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
