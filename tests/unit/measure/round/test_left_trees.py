"""The user's tree after a command was killed in or after a round."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from collectbench.measure.round.left_trees import restore_left_trees
from collectbench.measure.round.probe_report import read_report
from collectbench.measure.round.tree_traces import Owner, TreeScope
from collectbench.measure.round.user_tree import STATE, UserTree


class Killed:
    """A command that took a round in a project, and its temporary directory."""

    def __init__(self, folder: Path, owner: Owner) -> None:
        self.root, self.work = folder / "root", folder / "collectbench-1"
        self.copies, self.round = self.work / "kept-1", self.work / "round-1"
        for directory in (self.root, self.copies, self.round):
            directory.mkdir(parents=True)
        (self.root / "notes.txt").write_text("mine")
        (self.root / ".coverage").write_text("data")
        self.tree = UserTree(self.copies, TreeScope(roots=(self.root,), owner=owner))

    def act(self) -> None:
        """Do what the tests do in a round, with the notes that the guard writes."""
        lines = []
        for name in ("notes.txt", ".coverage"):
            path = self.root / name
            state = path.lstat()
            shutil.copyfile(path, self.round / f"kept-{name}")
            attributes = (state.st_mode & 0o7777, state.st_atime_ns, state.st_mtime_ns, state.st_size)
            lines.append(f"file {(str(path), *attributes, f'kept-{name}', f'{self.root}/test_a.py:3')!a}\n")
            path.write_text("changed")
        made = self.root / "made.txt"
        made.write_text("new")
        state = made.lstat()
        lines.append(f"made {(str(made), 'test_a.py:4')!a}\nborn {(str(made), state.st_dev, state.st_ino)!a}\n")
        (self.round / "tree").write_text("".join(lines))

    def learn(self) -> None:
        self.tree.learn(read_report(self.round).tree, self.round)

    def files(self) -> dict[str, str]:
        return {path.name: path.read_text() for path in self.root.iterdir()}


@pytest.fixture
def killed(tmp_path, monkeypatch) -> Killed:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    command = Killed(tmp_path, Owner.USER)
    command.tree.begin()
    command.act()
    return command


RESTORED = {"notes.txt": "changed", ".coverage": "data"}


@pytest.mark.parametrize("moment", ["in a round", "after its notes were read", "while its notes were read"])
def test_an_unfinished_round_is_undone(moment, killed) -> None:
    if moment == "after its notes were read":
        killed.learn()
        shutil.rmtree(killed.round)
    elif moment == "while its notes were read":
        os.link(killed.round / "kept-notes.txt", killed.copies / "round-1-kept-notes.txt")
    (left,) = restore_left_trees([killed.work])
    assert (left.was_open, left.problem) == (True, "")
    assert killed.files() == RESTORED
    (note,) = left.notes
    assert note.startswith("notes.txt: test_a.py:3 changed it; the original is kept in ")
    assert Path(note.rpartition(" kept in ")[2]).read_text() == "mine"


def test_what_others_wrote_since_the_kill_stays(killed) -> None:
    (killed.root / "new").write_text("the user's")
    (killed.root / "new").rename(killed.root / "made.txt")
    restore_left_trees([killed.work])
    assert killed.files() == {**RESTORED, "made.txt": "the user's"}


def test_what_others_wrote_into_files_since_the_kill_stays(killed) -> None:
    ended_ns = (killed.root / "made.txt").lstat().st_ctime_ns
    time.sleep(0.05)  # longer than a tick of the clock of files
    (killed.root / "made.txt").write_text("the user's")
    (killed.root / ".coverage").write_text("newer")
    (killed.root / "added.txt").write_text("later")
    (left,) = restore_left_trees([killed.work], ended_ns)
    users = {"made.txt": "the user's", ".coverage": "newer", "added.txt": "later"}
    assert killed.files() == {"notes.txt": "changed", **users}
    assert len(left.notes) == 1  # on notes.txt


def test_after_a_finished_round_only_the_changes_are_told(killed) -> None:
    killed.learn()
    killed.tree.restore()
    (killed.root / "made.txt").write_text("the user's")
    (left,) = restore_left_trees([killed.work])
    assert not left.was_open
    assert killed.files() == {**RESTORED, "made.txt": "the user's"}
    assert len(left.notes) == 1


@pytest.mark.parametrize("text", ["{", '{"map":[["version","0"]]}', '{"object":["Popen",{}]}'])
def test_a_tree_that_another_version_left_is_named_and_its_copies_stay(text, killed) -> None:
    (killed.copies / STATE).write_text(text)
    (left,) = restore_left_trees([killed.work])
    assert left.problem
    assert left.copies == killed.copies
    assert killed.files()["made.txt"] == "new"


def test_nothing_happens_if_no_round_had_begun_or_the_tree_was_a_checkout_of_ours(tmp_path) -> None:
    ours = Killed(tmp_path / "ours", Owner.OURS)
    ours.tree.begin()
    ours.act()
    none = Killed(tmp_path / "none", Owner.USER)
    assert restore_left_trees([ours.work, none.work]) == ()
    assert restore_left_trees([tmp_path / "missing"]) == ()
