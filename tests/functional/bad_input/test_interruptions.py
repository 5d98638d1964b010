"""Ctrl-C and SIGTERM: nothing is left running, nothing half done, and what was finished is kept."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

INT_AND_LONG_TERM = pytest.mark.parametrize(
    "number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.long)]
)
TERM_AND_LONG_INT = pytest.mark.parametrize(
    "number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.long)]
)

# Writes into the tree, then tells (outside of the tree) that it has come so far, and hangs.
HANGING = """
import os, pathlib, subprocess, sys, time
pathlib.Path("written_by_a_test.txt").write_text("half done")
pathlib.Path(".pytest_cache/notes.txt").unlink()
server = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
pathlib.Path(os.environ["HANGS"]).touch()
time.sleep(600)
"""

# Tells at the end of pytest which process that was.
LAST_WORDS = """
import atexit, os, pathlib
def tell():
    words = pathlib.Path(os.environ["HANGS"] + ".new")
    words.write_text(str(os.getpid()))
    words.rename(os.environ["HANGS"])
atexit.register(tell)
"""


@pytest.fixture
def hanging(project: Callable[[str], Path], stored_run: Callable[..., Path]) -> Path:
    """The project `plain`, with a baseline and a further target that hangs when its time has come."""
    where = project("plain")
    (where / "tests" / "hangs").mkdir()
    (where / "tests" / "hangs" / "test_hangs.py").write_text(HANGING)
    (where / ".pytest_cache").mkdir()
    (where / ".pytest_cache" / "notes.txt").write_text("precious")
    (where / "baselines").mkdir()
    stored_run("main", {"tests/api": [0.2, 0.2, 0.2]}).rename(where / "baselines" / "main.json")
    return where


@pytest.fixture
def interrupt(
    cli_command: Callable[..., list[str]],
    quick_command: Callable[..., list[str]],
    clean_env: dict[str, str],
    results: Path,
    scene: Any,
    judge: Callable[..., Any],
) -> Callable[..., Any]:
    """Starts a command, sends it a signal once it hangs, and judges its end like any other."""

    def run(*args: str, cwd: Path, number: signal.Signals, saved: tuple[str, ...] = ()) -> Any:
        before = scene.tree(), scene.baselines()
        hangs = results / "hangs"
        marks = {"COLLECTBENCH_TEST_MARK": scene.mark, "TMPDIR": str(results / "tmp"), "HANGS": str(hangs)}
        command = cli_command(*quick_command(*args))
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
        with subprocess.Popen(command, cwd=cwd, env={**clean_env, **marks}, text=True, **pipes) as process:
            deadline = time.monotonic() + 60
            while not hangs.exists():
                assert process.poll() is None, process.communicate()
                assert time.monotonic() < deadline
                time.sleep(0.02)
            if told := hangs.read_text():
                while _exists(int(told)):
                    time.sleep(0.02)
                time.sleep(0.5)  # what comes next has begun, most likely
            process.send_signal(number)
            try:
                out, err = process.communicate(timeout=60)
            finally:
                process.kill()
        finished = subprocess.CompletedProcess(command, process.returncode, out, err)
        return judge(finished, before, saved)

    return run


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize(
    ("command", "number"),
    [
        ("baseline", signal.SIGINT),
        ("compare", signal.SIGTERM),
        pytest.param("baseline", signal.SIGTERM, marks=pytest.mark.long),
        pytest.param("compare", signal.SIGINT, marks=pytest.mark.long),
    ],
)
def test_an_interrupted_command_ends_its_children_and_keeps_what_was_finished(
    command: str, number: signal.Signals, hanging: Path, interrupt: Callable[..., Any]
) -> None:
    # With this seed tests/hangs comes fourth of five: something is finished by then.
    force = ["--force"] if command == "baseline" else []
    outcome = interrupt(command, "--seed", "4", *force, cwd=hanging, number=number, saved=("main.partial.json",))
    assert outcome.exit_code == 130, outcome.words
    assert outcome.document is None
    assert f"interrupted: {number.name}" in outcome.words
    partial = hanging / "baselines" / "main.partial.json"
    assert f"finished rounds are kept in {partial}" in outcome.words
    targets = json.loads(partial.read_text())["targets"]
    assert len(targets) == 3
    assert "tests/hangs" not in {target["name"] for target in targets}
    assert {target["status"] for target in targets} == {"ok"}


@INT_AND_LONG_TERM
def test_interrupted_before_anything_is_finished_nothing_is_saved(
    number: signal.Signals, hanging: Path, interrupt: Callable[..., Any]
) -> None:
    outcome = interrupt("baseline", "--force", "tests/hangs", cwd=hanging, number=number)
    assert outcome.exit_code == 130, outcome.words
    assert "kept in" not in outcome.words


@TERM_AND_LONG_INT
def test_interrupted_while_pytest_is_asked_what_there_is_nothing_is_left_running(
    number: signal.Signals, hanging: Path, interrupt: Callable[..., Any]
) -> None:
    (hanging / "slow_plugin.py").write_text(
        "import os, pathlib, time\npathlib.Path(os.environ['HANGS']).touch()\ntime.sleep(600)\n"
    )
    (hanging / "pytest.ini").write_text("[pytest]\naddopts = -p slow_plugin\n")
    outcome = interrupt("baseline", "--force", cwd=hanging, number=number)
    assert outcome.exit_code == 130, outcome.words
    assert f"interrupted: {number.name}" in outcome.words


# Collects, until several processes do so at the same time: then each of them hangs.
HANGS_IN_COMPANY = """
import os, pathlib, time
place = pathlib.Path(os.environ["HANGS"]).with_name("company")
place.mkdir(exist_ok=True)
own = place / str(os.getpid())
own.touch()
time.sleep(0.3)
if len(list(place.iterdir())) > 1:
    pathlib.Path(os.environ["HANGS"]).touch()
    time.sleep(600)
own.unlink()
def test_a(): pass
"""


def test_ctrl_c_ends_all_collections_that_run_at_the_same_time(hanging: Path, interrupt: Callable[..., Any]) -> None:
    (hanging / "tests" / "hangs" / "test_hangs.py").write_text(HANGS_IN_COMPANY)
    outcome = interrupt("diagnose", "tests/hangs", "--workers", "2,3", cwd=hanging, number=signal.SIGINT)
    assert outcome.exit_code == 130, outcome.words
    assert "interrupted: SIGINT" in outcome.words


@INT_AND_LONG_TERM
def test_interrupted_while_it_looks_for_targets_the_command_ends(
    number: signal.Signals, hanging: Path, interrupt: Callable[..., Any]
) -> None:
    # Paths without a repetition lead through these directories in 12! ways.
    names = "abcdefghijkl"
    for name in names:
        (hanging / "tests" / "links" / name).mkdir(parents=True)
        for other in names:
            (hanging / "tests" / "links" / name / f"to_{other}").symlink_to(f"../{other}")
    (hanging / "last_words.py").write_text(LAST_WORDS)
    (hanging / "pytest.ini").write_text("[pytest]\naddopts = -p last_words\n")
    outcome = interrupt("baseline", "--force", "--depth", "2", cwd=hanging, number=number)
    assert outcome.exit_code == 130, outcome.words
    assert f"interrupted: {number.name}" in outcome.words


def test_ctrl_c_ends_a_command_that_waits_for_a_stored_run(
    cli_command: Callable[..., list[str]], clean_env: dict[str, str], tmp_path: Path
) -> None:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    command = cli_command("compare", "--budgets-only", "--run", "/dev/stdin")
    with subprocess.Popen(command, cwd=tmp_path, env=clean_env, text=True, **pipes) as process:
        assert process.stdin is not None
        # More than a pipe holds: what was written when this returns can only have gone to the command's own reading.
        process.stdin.write(" " * 2**20)
        process.stdin.flush()
        # Again where it comes just before a read begins: Python hears of it only after that.
        for _ in range(10):
            process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(1)
                break
        process.kill()
        assert process.returncode == 130
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()
