"""What the next command does for one that was killed. Real commands are in tests/functional/test_kills.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectbench.measure.process.ledger import LEDGER
from collectbench.measure.process.temporary import PREFIX
from collectbench.measure.process.user_state import state_of_project
from collectbench.model.errors import CheckoutError
from collectbench.usecases import recovery


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


def killed(rootdir: Path, text: str) -> Path:
    """Writes the ledger of a command that does not live any more."""
    directory = state_of_project(rootdir) / "runs"
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "a.jsonl").write_text(f"1\n{text}")
    return directory / "a.jsonl"


def no_launch(*_: object, **__: object) -> None:
    pytest.fail("no process is needed")


@pytest.fixture
def begin(tmp_path):
    """Begins a command in a directory; returns what it says."""

    def begin(start: Path, launcher=no_launch) -> list[str]:
        said: list[str] = []
        recovery.begin(start, {}, launcher, said.append)
        return said

    yield begin
    LEDGER.close()


def test_without_a_killed_command_nothing_is_said_and_a_ledger_is_open(begin, tmp_path, state) -> None:
    assert begin(tmp_path) == []
    assert len(list(state.rglob("*.jsonl"))) == 1


@pytest.mark.parametrize("where", ["here", "above", "below"])
def test_what_a_killed_command_left_here_or_above_is_removed_and_told(where, begin, tmp_path) -> None:
    start = tmp_path / "project" / "sub"
    rootdir = {"here": start, "above": start.parent, "below": start / "deeper"}[where]
    left = tmp_path / f"{PREFIX}1"
    (left / "round-1").mkdir(parents=True)
    ledger = killed(rootdir, f'["directory", "{left}"]\n["directory", "{tmp_path}/{PREFIX}2"]\n')
    said = begin(start)
    if where == "below":
        assert (said, left.exists(), ledger.exists()) == ([], True, True)
    else:
        told = "note: a command that was killed had left 1 temporary directory; all is put right"
        assert (said, left.exists(), ledger.exists()) == ([told], False, False)


def test_a_rootdir_elsewhere_is_looked_at_once_it_is_known(begin, tmp_path, state) -> None:
    left = tmp_path / f"{PREFIX}1"
    left.mkdir()
    killed(tmp_path / "rootdir", f'["directory", "{left}"]\n')
    assert begin(tmp_path / "start") == []
    said: list[str] = []
    recovery.settled(tmp_path / "rootdir", tmp_path / "start", {}, no_launch, said.append)
    assert len(said) == 1
    assert not left.exists()
    (ledger,) = state.rglob("*.jsonl")
    assert ledger.is_relative_to(state_of_project(tmp_path / "rootdir"))


def test_directories_that_are_not_named_like_ours_are_left_alone(begin, tmp_path) -> None:
    (tmp_path / "mine" / "trees" / "base").mkdir(parents=True)
    killed(tmp_path, f'["directory", "{tmp_path}/mine"]\n["worktree", "{tmp_path}/mine/trees/base", "{tmp_path}"]\n')
    assert begin(tmp_path) == []
    assert (tmp_path / "mine" / "trees" / "base").exists()


def test_a_ledger_that_cannot_be_put_right_stays_and_is_named(begin, tmp_path) -> None:
    def no_git(*_: object, **__: object) -> None:
        raise CheckoutError("git cannot be started")

    worktree = tmp_path / f"{PREFIX}1" / "trees-1" / "base"
    worktree.mkdir(parents=True)
    ledger = killed(tmp_path, f'["worktree", "{worktree}", "{tmp_path}"]\n')
    (said,) = begin(tmp_path, no_git)
    assert said.startswith(f"note: a killed command may have left something in {tmp_path}")
    assert said.endswith("git cannot be started")
    assert ledger.exists()


def test_a_ledger_with_another_text_is_named(begin, tmp_path) -> None:
    killed(tmp_path, "[\n")
    (said,) = begin(tmp_path)
    assert "may have left something" in said


def test_without_a_state_directory_the_command_goes_on(begin, tmp_path, state) -> None:
    state.write_text("")
    (said,) = begin(tmp_path)
    assert said.startswith(f"note: {state}")
    assert said.endswith("if this command is killed, the next one cannot put things right")


def test_without_a_home_directory_the_command_goes_on(begin, tmp_path, monkeypatch) -> None:
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.delenv("HOME")
    (said,) = begin(tmp_path)
    assert said.startswith("note: HOME is not set")
