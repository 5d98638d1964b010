"""What a command notes for the next one, held by a lock as long as it lives."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from collectbench.measure.process.ledger import Ledger, Leftovers, leftovers
from collectbench.measure.process.temporary import (
    PREFIX,
    delete_directory,
    is_temporary_directory,
    make_temporary_directory,
    temporary_directory,
)
from collectbench.measure.process.user_state import NoStateDirectoryError, state_of_project


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch) -> Path:
    """The user's state directory."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


def files(state: Path) -> list[Path]:
    return [path for path in state.rglob("*") if path.is_file()]


def left_by(rootdir: Path) -> list[Leftovers]:
    return list(leftovers(rootdir))


# The process that this starts ends without a chance to clean up.
KILLED = """
import os, sys
from pathlib import Path
from collectbench.measure.process.ledger import Ledger
ledger = Ledger()
ledger.open(Path(sys.argv[1]))
ledger.note_directory(Path("/tmp/collectbench-1"))
ledger.note_worktree(Path("/tmp/collectbench-1/trees/base"), Path("/the tree"))
for rootdir in sys.argv[2:]: ledger.move(Path(rootdir))
print(flush=True)
sys.stdin.read()
os.kill(os.getpid(), 9)
"""


WITH_SENTINEL = """
from collectbench.measure.process.sentinel import SENTINEL
SENTINEL.start(ledger.held)
print(flush"""
KILLED_WITH_SENTINEL = KILLED.replace("\nprint(flush", WITH_SENTINEL)


def killed(*rootdirs: Path, code: str = KILLED) -> None:
    subprocess.run([sys.executable, "-c", code, *map(str, rootdirs)], input=b"", stdout=subprocess.PIPE, check=False)


def test_the_notes_of_a_killed_command_are_read_once(tmp_path, state) -> None:
    killed(tmp_path)
    (found,) = left_by(tmp_path)
    assert found.directories == (Path("/tmp/collectbench-1"),)
    assert found.worktrees == ((Path("/tmp/collectbench-1/trees/base"), Path("/the tree")),)
    assert left_by(tmp_path) == []
    assert files(state) == []


def test_a_command_that_runs_keeps_its_notes_to_itself(tmp_path) -> None:
    argv = [sys.executable, "-c", KILLED, str(tmp_path)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()  # type: ignore[union-attr]
        assert left_by(tmp_path) == []
    assert len(left_by(tmp_path)) == 1


def test_the_moment_at_which_all_children_had_ended_is_known_unless_the_sentinel_was_killed(tmp_path) -> None:
    begun_ns = time.time_ns()
    killed(tmp_path, code=KILLED_WITH_SENTINEL)
    (found,) = left_by(tmp_path)
    assert found.ended_ns is not None
    assert begun_ns - 10**9 < found.ended_ns <= time.time_ns()
    killed(tmp_path)
    (found,) = left_by(tmp_path)
    assert found.ended_ns is None


def test_two_commands_in_one_project_have_a_ledger_each(tmp_path, state) -> None:
    first, second = Ledger(), Ledger()
    for ledger in (first, second):
        ledger.open(tmp_path)
        ledger.open(tmp_path)  # does nothing
        ledger.note_directory(tmp_path)
    assert len(list(state.rglob("*.jsonl"))) == 2
    assert left_by(tmp_path) == []
    first.close()
    assert len(list(state.rglob("*.jsonl"))) == 1
    second.close()
    assert files(state) == []
    assert first.held == second.held == ()


def test_a_fork_that_ends_does_not_remove_the_ledger(tmp_path, state) -> None:
    ledger = Ledger()
    ledger.open(tmp_path)
    if (pid := os.fork()) == 0:
        ledger.close()
        os._exit(0)
    os.waitpid(pid, 0)
    assert len(list(state.rglob("*.jsonl"))) == 1
    ledger.close()


def test_notes_stay_if_putting_right_fails(tmp_path) -> None:
    killed(tmp_path)
    with pytest.raises(ZeroDivisionError):
        _ = [1 / 0 for _ in leftovers(tmp_path)]
    assert len(left_by(tmp_path)) == 1


def test_a_ledger_moves_to_the_project_that_it_turns_out_to_concern(tmp_path) -> None:
    killed(tmp_path / "root" / "below", tmp_path / "root")
    assert left_by(tmp_path / "root" / "below") == []
    assert len(left_by(tmp_path / "root")) == 1


def test_a_note_that_was_cut_short_is_ignored_and_another_schema_is_left_alone(tmp_path) -> None:
    directory = state_of_project(tmp_path) / "runs"
    directory.mkdir(parents=True)
    (directory / "a.jsonl").write_text('1\n["directory", "/tmp/a"]\n["directory", "/tm')
    (directory / "b.jsonl").write_text('2\n["directory", "/tmp/b"]\n')
    (directory / "c.jsonl").write_text("")
    assert [found.directories for found in leftovers(tmp_path)] == [(Path("/tmp/a"),), ()]
    assert [path.name for path in directory.iterdir()] == ["b.jsonl"]


def test_notes_before_a_ledger_is_opened_do_nothing(tmp_path, state) -> None:
    ledger = Ledger()
    ledger.note_directory(tmp_path)
    ledger.move(tmp_path)
    ledger.close()
    assert files(state) == []


def test_a_ledger_that_cannot_be_written_is_an_error(tmp_path, state, monkeypatch) -> None:
    state.write_text("")
    with pytest.raises(OSError, match="state"):
        Ledger().open(tmp_path)
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.delenv("HOME")
    with pytest.raises(NoStateDirectoryError):
        Ledger().open(tmp_path)


def test_temporary_directories_are_for_the_user_alone_and_are_deleted(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with temporary_directory() as directory:
        assert directory.parent == tmp_path
        assert directory.name.startswith(PREFIX)
        assert directory.stat().st_mode & 0o777 == 0o700
        (directory / "file").touch()
    assert not directory.exists()
    kept = make_temporary_directory()
    (kept / "closed").mkdir(mode=0)
    assert is_temporary_directory(kept)
    delete_directory(kept)
    assert not is_temporary_directory(kept)


def test_other_directories_do_not_count_as_ours(tmp_path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / f"{PREFIX}link").symlink_to(tmp_path / "mine")
    (tmp_path / f"{PREFIX}file").touch()
    assert not any(map(is_temporary_directory, tmp_path.iterdir()))


def test_the_format_is_one_that_older_versions_can_refuse(tmp_path, state) -> None:
    ledger = Ledger()
    ledger.open(tmp_path)
    ledger.note_directory(Path("/a\nb"))
    (file,) = state.rglob("*.jsonl")
    first, note, rest = file.read_text().split("\n")
    assert (first, json.loads(note), rest) == ("1", ["directory", "/a\nb"], "")
    ledger.close()
