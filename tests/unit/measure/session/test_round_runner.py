from __future__ import annotations

import os
import signal
from dataclasses import replace

import pytest

from collectbench.measure.process.interruption import signals_noted
from collectbench.measure.round.request import RoundRequest
from collectbench.measure.round.user_tree import UserTree
from collectbench.measure.session.pace import Outlook
from collectbench.measure.session.round_runner import Announcement, OutOfTime, RoundRunner, trees_put_back
from collectbench.model.errors import Interrupted
from collectbench.model.sample import Reference, RoundKind
from collectbench.model.target import Target

REQUEST = RoundRequest(target=Target(name="a", paths=("a",)), kind=RoundKind.WARMUP)
FIRST = Announcement(name="a (base)", outlook=Outlook(round=1, rounds=8, rest_s=2.5))
REFERENCE = Reference(wall_s=0.2, cpu_s=0.1)


class Log:
    """An observer that remembers all that it learns, in order."""

    def __init__(self) -> None:
        self.events: list[tuple] = []

    def begins(self, name, kind, outlook) -> None:
        self.events.append(("begins", name, kind, outlook))

    def ended(self, name, kind, finished) -> None:
        self.events.append(("ended", name, kind, finished))


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def runner(log, script) -> RoundRunner:
    return RoundRunner(observer=log, clock_ns=script.clock_ns)


def test_the_observer_learns_of_a_round_before_the_workload_runs_and_after_it_ended(runner, bench, log) -> None:
    def reference() -> Reference:
        log.events.append(("workload",))
        return REFERENCE

    taken = runner.take(bench, REQUEST, FIRST, reference)
    assert log.events == [
        ("begins", "a (base)", RoundKind.WARMUP, FIRST.outlook),
        ("workload",),
        ("ended", "a (base)", RoundKind.WARMUP, taken),
    ]
    assert taken.sample.reference == REFERENCE


@pytest.mark.parametrize("reference", [None, lambda: None])
def test_a_round_without_the_workload_is_a_round(reference, runner, bench) -> None:
    assert runner.take(bench, REQUEST, FIRST, reference).sample.reference is None


def test_no_round_begins_at_the_deadline(runner, bench, log, script) -> None:
    runner.deadline_ns = script.now_ns + 10**9
    assert runner.rest_s == 1.0
    runner.take(bench, REQUEST, FIRST)
    script.now_ns = runner.deadline_ns
    with pytest.raises(OutOfTime):
        runner.take(bench, REQUEST, FIRST)
    assert (len(script.calls), len(log.events), runner.rest_s) == (1, 2, 0.0)


def test_without_a_deadline_there_is_always_time(runner) -> None:
    assert runner.rest_s is None


def test_a_signal_ends_the_rounds_before_the_next(runner, bench, log, script) -> None:
    with signals_noted():
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(Interrupted, match="SIGTERM"):
            runner.take(bench, REQUEST, FIRST)
    assert (script.calls, log.events) == ([], [])


def test_all_trees_are_put_back_even_after_an_error(bench, tmp_path) -> None:
    other = replace(bench, tree=UserTree(tmp_path / "work" / "kept"))
    made = [bench.root / "one", bench.root / "other"]
    for path, some in zip(made, (bench, other), strict=True):
        path.touch()
        some.tree.learn([("made", (str(path), ""))], tmp_path)
    with pytest.raises(OSError, match="gone"), trees_put_back([bench, other, bench]):
        raise OSError("gone")
    assert not any(path.exists() for path in made)


def test_a_signal_in_the_last_round_is_raised_once_the_trees_are_put_back(bench, tmp_path) -> None:
    path = bench.root / "new"
    path.touch()
    bench.tree.learn([("made", (str(path), ""))], tmp_path)
    with signals_noted(), pytest.raises(Interrupted, match="SIGINT"), trees_put_back([bench]):
        os.kill(os.getpid(), signal.SIGINT)
    assert not path.exists()
