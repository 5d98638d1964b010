"""Filling the history with runs that nothing measures, and the slot of a record."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace

import pytest

from collectbench.checkouts.history import Commit
from collectbench.measure.process.clock import now_ns
from collectbench.model.errors import BaselineError, Interrupted, UsageError
from collectbench.model.run import Run, Settings, TargetResult
from collectbench.model.sample import Counts, RoundKind, Sample, Status
from collectbench.store.history import read_history
from collectbench.usecases.history.filling import Filling
from collectbench.usecases.history.recording import HistorySlot
from histories import ENVIRONMENT, TOOL, commit_of

COMMITS = tuple(
    Commit(name=commit_of(number), committed=f"2026-01-0{number}T00:00:00Z", subject=f"change {number}", depth=number)
    for number in (1, 2, 3)
)
SAMPLE = Sample(kind=RoundKind.TIMED, wall_s=1.0, user_s=0.5, system_s=0.5, peak_rss_bytes=9, exit_code=0)
COUNTS = Counts(items=3, files=1, errors=0, warnings=0, collection_warnings=0)


def run_of(*samples, status=Status.OK):
    target = TargetResult(name="tests", paths=("tests",), status=status, counts=COUNTS, samples=samples)
    return Run(
        tool=TOOL, created="2026-02-01T00:00:00Z", environment=ENVIRONMENT, commit=None, dirty=None,
        config=Settings(), targets=(target,), suite=None,
    )  # fmt: skip


class MadePast:
    """Commits of a project in a directory. `obstacles` are raised when a commit is checked out."""

    def __init__(self, directory, max_time_s=None, obstacles=()):
        self.messages = []
        self.feedback = SimpleNamespace(say=self.messages.append)
        self.project = SimpleNamespace(
            history_dir=directory,
            settings=SimpleNamespace(max_time_s=max_time_s),
            request=SimpleNamespace(begun_ns=now_ns()),
        )
        self.obstacles = dict(obstacles)

    @contextmanager
    def at(self, commit):
        if commit.name in self.obstacles:
            raise self.obstacles[commit.name]
        yield SimpleNamespace(project=self.project)


def filled(past, run):
    filling = Filling(past=past, wanted=COMMITS, measure=lambda project, feedback: run)
    filling.run()
    return filling


def test_each_commit_is_recorded_with_its_time_and_place(tmp_path) -> None:
    past = MadePast(tmp_path)
    assert filled(past, run_of(SAMPLE)).recorded == 3
    assert past.messages == [f"{number} of 3: {commit_of(number)[:12]} change {number}" for number in (1, 2, 3)]
    made = [record for _, record in read_history(tmp_path).records]
    assert [(each.commit, each.dirty, each.committed, each.depth) for each in made] == [
        (commit.name, False, commit.committed, commit.depth) for commit in COMMITS
    ]


def test_a_commit_that_cannot_be_measured_does_not_end_it(tmp_path) -> None:
    past = MadePast(tmp_path, obstacles=[(commit_of(2), UsageError("--against: the base has none of a; give another"))])
    assert filled(past, run_of(SAMPLE)).recorded == 2
    assert past.messages[2] == "not measured: this commit has none of a"


def test_an_interruption_says_how_far_it_came(tmp_path) -> None:
    past = MadePast(tmp_path, obstacles=[(commit_of(3), Interrupted("SIGINT"))])
    with pytest.raises(Interrupted):
        filled(past, run_of(SAMPLE))
    assert past.messages[-1] == "2 of 3 commits are recorded; the same command goes on"
    assert len(read_history(tmp_path).records) == 2


def test_a_run_that_the_time_limit_cut_short_is_not_recorded(tmp_path) -> None:
    for run in (run_of(), run_of(status=Status.NOT_MEASURED)):
        past = MadePast(tmp_path)
        assert filled(past, run).recorded == 0
        assert past.messages[1] == "not recorded: the time limit was reached before all of its targets were measured"
    assert list(tmp_path.iterdir()) == []


def test_a_commit_that_cannot_be_collected_is_recorded_and_named(tmp_path) -> None:
    past = MadePast(tmp_path)
    assert filled(past, run_of(status=Status.FAILED)).recorded == 3
    assert past.messages[1] == "recorded, but this could not be collected: tests"


def test_no_commit_begins_for_which_there_is_no_time(tmp_path) -> None:
    past = MadePast(tmp_path, max_time_s=1e-9)
    assert filled(past, run_of(SAMPLE)).recorded == 1
    assert past.messages[-1] == "--max-time: 2 more commits were not measured; the same command goes on with them"


# --- the slot of one record ---


def slot(directory, **changes):
    made = HistorySlot(directory=directory, commit=COMMITS[0], dirty=False, quiet=True)
    return replace(made, **changes)


def messages_of(act):
    messages = []
    act(SimpleNamespace(say=messages.append))
    return messages


def test_a_run_of_the_commit_has_its_time_and_another_run_has_not(tmp_path) -> None:
    run = replace(run_of(SAMPLE), commit=COMMITS[0].name, dirty=True)
    assert messages_of(lambda feedback: slot(tmp_path).record(run, feedback)) == []
    slot(tmp_path, commit=None).record(run, SimpleNamespace(say=print))
    found = [(record.committed, record.dirty) for _, record in read_history(tmp_path).records]
    assert found == [(COMMITS[0].committed, False), (None, True)]


def test_what_a_run_lacks_is_told_also_if_nothing_else_is(tmp_path) -> None:
    (message,) = messages_of(lambda feedback: slot(tmp_path).record(run_of(), feedback))
    assert message.endswith(", but this was not measured before the time limit: tests")
    (message,) = messages_of(lambda feedback: slot(tmp_path, quiet=False).record(run_of(SAMPLE), feedback))
    assert message.startswith(f"recorded {tmp_path}/")


def test_a_record_that_cannot_be_written_is_an_error_with_the_way_out(tmp_path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BaselineError, match=r"file: the run cannot be recorded: Not a directory; free some space"):
        slot(tmp_path / "file").record(run_of(SAMPLE), SimpleNamespace(say=print))


def test_an_interrupted_run_is_told_not_to_be_recorded(tmp_path) -> None:
    messages = []
    with pytest.raises(Interrupted), slot(tmp_path).told(SimpleNamespace(say=messages.append)):
        raise Interrupted("SIGINT")
    assert messages == [f"not recorded in {tmp_path}: the run is not complete"]
