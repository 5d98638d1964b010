from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from dataclasses import replace

import pytest

from collectbench.measure.process.interruption import signals_noted
from collectbench.measure.round.cold_cache import ColdCache
from collectbench.measure.session.laps import LapSession
from collectbench.measure.session.pace import Outlook, Pace
from collectbench.measure.session.schedule import USUAL, Policy
from collectbench.model.errors import Interrupted
from collectbench.model.sample import Reference, RoundKind, Status
from collectbench.model.target import Limits, Target


class Log:
    """An observer that remembers."""

    def __init__(self) -> None:
        self.begun: list[tuple[str, RoundKind, int]] = []
        self.outlooks: list[Outlook] = []
        self.ends: list[tuple[str, RoundKind]] = []

    def begins(self, name, kind, outlook) -> None:
        number = 1 + sum(begun[:2] == (name, kind) for begun in self.begun)
        self.begun.append((name, kind, number))
        self.outlooks.append(outlook)

    @property
    def rests(self) -> list[float | None]:
        return [outlook.rest_s for outlook in self.outlooks]

    def ended(self, name, kind, finished) -> None:
        self.ends.append((name, kind))


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def session(bench, script, log):
    """Builds a session of some targets over the scripted launcher and its clock."""

    def build(names="abc", *, policy=None, limits=None, **changes) -> LapSession:
        targets = {name: Target(name=name, paths=(name,), limits=limits or Limits()) for name in names}
        values = {
            "bench": bench,
            "targets": targets,
            "policy": policy or Policy(rounds=2),
            "seed": 7,
            "max_time_s": None,
            "jobs": 1,
            "cold_cache": None,
            "observer": log,
            "clock_ns": script.clock_ns,
        }
        return LapSession(**values | changes)

    return build


def test_all_targets_take_their_rounds_in_turn(session, log) -> None:
    session().run()
    laps = [log.begun[i : i + 3] for i in range(0, 9, 3)]
    assert [{name for name, _, _ in lap} for lap in laps] == [{*"abc"}] * 3
    assert [{(kind, number) for _, kind, number in lap} for lap in laps] == [
        {(RoundKind.WARMUP, 1)},
        {(RoundKind.TIMED, 1)},
        {(RoundKind.TIMED, 2)},
    ]
    assert log.ends == [(name, kind) for name, kind, _ in log.begun]


def test_the_seed_decides_the_order(session, log, script) -> None:
    orders = []
    for seed in (1, 1, 2):
        log.begun.clear()
        session("abcdefgh", seed=seed).run()
        orders.append([name for name, _, _ in log.begun])
    assert orders[0] == orders[1] != orders[2]


def test_the_first_round_of_each_target_is_guarded(session, script) -> None:
    session("ab", policy=Policy(rounds=2, warmup=0)).run()
    assert Counter(call.argv[3] for call in script.calls) == {"guarded": 2, "timed": 2}
    assert [call.argv[3] for call in script.calls[:2]] == ["guarded", "guarded"]


def test_auto_stops_when_the_figures_are_tight(session) -> None:
    done = session("a", policy=Policy())
    done.run()
    result = done.result("a")
    assert len(result.timed()) == 3
    assert result.notes == ()


def test_auto_goes_on_while_a_budget_is_undecided(session) -> None:
    done = session("a", policy=Policy(), limits=Limits(budget_s=0.3))
    done.run()
    assert len(done.result("a").timed()) == 7


def test_no_round_begins_after_the_time_limit(session, log) -> None:
    done = session("ab", policy=Policy(rounds=50), max_time_s=1.1)  # a round takes 0.25 s
    done.run()
    assert done.out_of_time
    assert len(log.begun) == 5
    assert len(log.ends) == 5


def test_a_time_limit_of_zero_runs_nothing(session, log) -> None:
    done = session("a", max_time_s=0.0)
    done.run()
    assert (log.begun, done.result("a")) == ([], None)


def test_results_say_when_the_time_was_too_short(session) -> None:
    done = session("a", policy=Policy(), max_time_s=0.6)
    done.run()
    assert done.result("a").notes == ("only 2 timed rounds: time limit reached",)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"exit_code": -9}, Status.CRASHED),
        ({"exit_code": -15, "timed_out": True}, Status.TIMEOUT),
        ({"exit_code": 4}, Status.FAILED),
    ],
)
def test_a_target_that_cannot_be_collected_is_given_up_and_the_others_go_on(
    changes, status, session, script, log
) -> None:
    script.act = lambda invocation, folder: changes if invocation.argv[-1] == "b" else None
    done = session("ab")
    done.run()
    assert Counter(name for name, _, _ in log.begun) == {"a": 3, "b": 1}
    assert (done.result("a").status, done.result("b").status) == (Status.OK, status)


@pytest.mark.parametrize(
    ("failing", "kinds"),
    [
        ((), [RoundKind.WARMUP, RoundKind.TIMED, RoundKind.TRACED, RoundKind.SAMPLED]),
        (("traced",), [RoundKind.WARMUP, RoundKind.TIMED, RoundKind.TRACED]),
        (("timed",), [RoundKind.WARMUP, RoundKind.TIMED, RoundKind.TRACED]),
        (("guarded", "traced"), [RoundKind.WARMUP, RoundKind.TRACED]),
    ],
)
def test_a_target_that_cannot_be_collected_is_traced_and_not_sampled(failing, kinds, session, script, log) -> None:
    script.act = lambda invocation, folder: {"exit_code": -9} if invocation.argv[3] in failing else None
    session("a", policy=Policy(rounds=1, extra=(RoundKind.TRACED, RoundKind.SAMPLED))).run()
    assert [kind for _, kind, _ in log.begun] == kinds


def test_cold_rounds_have_a_cache_of_their_own_that_is_dropped_before_each(session, script, log, bench) -> None:
    prefix, compiled = bench.work / "cache", []
    pyc = prefix.joinpath(*bench.root.parts[1:], "x.pyc")

    def act(invocation, folder):
        if "PYTHONPYCACHEPREFIX" in invocation.env:
            assert invocation.env["PYTHONPYCACHEPREFIX"] == str(prefix)
            compiled.append(pyc.exists())
            pyc.parent.mkdir(parents=True, exist_ok=True)
            pyc.write_bytes(b"")

    script.act = act
    done = session("a", policy=Policy(rounds=2, cold=True), cold_cache=ColdCache(prefix, bench.root))
    done.run()
    expected = [RoundKind.WARMUP, *[RoundKind.TIMED] * 2, RoundKind.WARMUP, *[RoundKind.COLD] * 2]
    assert [kind for _, kind, _ in log.begun] == expected
    assert compiled == [False, False, False]
    kinds = [sample.kind for sample in done.result("a").samples]
    assert kinds == expected
    assert done.result("a").cold_wall_s.median == 0.25


def test_a_fixed_number_of_rounds_is_known_before_the_first_one_and_their_time_after_it(session, log) -> None:
    session("ab", policy=Policy(rounds=3)).run()
    assert [(outlook.round, outlook.rounds) for outlook in log.outlooks] == [(number, 8) for number in range(1, 9)]
    assert log.rests[0] is None
    assert log.rests[1:] == pytest.approx([0.25 * left for left in (7, 6, 5, 4, 3, 2, 1)])


def test_an_earlier_run_tells_the_time_before_the_first_round(session, log) -> None:
    begun = session("ab", policy=Policy(rounds=3))
    begun.pace = Pace(usual_s={"a": 1.0, "b": 3.0})
    begun.run()
    assert log.rests[0] == pytest.approx(4 * 1.0 + 4 * 3.0)
    assert log.rests[-1] == pytest.approx(0.25)


def test_the_usual_number_of_rounds_is_expected_if_it_is_not_fixed(session, log) -> None:
    session("a", policy=Policy()).run()
    assert log.outlooks[0].rounds == 1 + USUAL
    assert (log.outlooks[-1].round, log.outlooks[-1].rounds) == (4, 7)  # tight after three: sooner than expected


def test_the_rest_is_never_more_than_the_time_that_is_left(session, log) -> None:
    session("a", policy=Policy(rounds=100), max_time_s=1.0).run()
    assert log.rests[0] is None
    assert log.rests[1:] == pytest.approx([0.75, 0.5, 0.25])


# --- the reference workload ---


@pytest.fixture
def workload(script):
    """A reference workload that takes a tenth of a second, and one more each time."""
    taken = []

    def run():
        taken.append((len(taken) + 1) / 10)
        script.now_ns += 100_000_000
        return Reference(wall_s=taken[-1], cpu_s=0.1)

    return run, taken


def test_the_workload_runs_before_each_lap_and_belongs_to_its_timed_rounds(session, workload) -> None:
    run, taken = workload
    done = session("ab", policy=Policy(rounds=2, warmup=1), reference=run)
    done.run()
    assert taken == [0.1, 0.2]
    for name in "ab":
        walls_s = [sample.reference and sample.reference.wall_s for sample in done.result(name).samples]
        assert walls_s == [None, 0.1, 0.2]
    assert done.result("a").reference_wall_s == pytest.approx(0.25 * 0.12 / 0.15)


def test_the_workload_does_not_run_after_the_time_limit(session, workload) -> None:
    run, taken = workload
    done = session("a", policy=Policy(rounds=50, warmup=0), reference=run, max_time_s=0.6)
    done.run()
    assert (done.out_of_time, taken) == (True, [0.1, 0.2])
    assert len(done.result("a").samples) == 2


def test_a_workload_that_fails_leaves_rounds_without_it(session) -> None:
    done = session("a", reference=lambda: None)
    done.run()
    assert [sample.reference for sample in done.result("a").samples] == [None] * 3
    assert done.result("a").reference_wall_s is None


# --- several at a time ---


def test_jobs_run_at_the_same_time_but_guarded_rounds_alone(session, script, bench) -> None:
    both, lock, running, most = threading.Barrier(2, timeout=20), threading.Lock(), [0], {"guarded": 0, "timed": 0}

    def act(invocation, folder):
        mode = invocation.argv[3]
        with lock:
            running[0] += 1
            most[mode] = max(most[mode], running[0])
        if mode == "timed":
            both.wait()
        with lock:
            running[0] -= 1

    script.act = act
    done = session("ab", jobs=2, bench=replace(bench, alone=False))
    done.run()
    assert most == {"guarded": 1, "timed": 2}
    assert [len(done.result(name).samples) for name in "ab"] == [3, 3]
    assert not any(sample.comparable for sample in done.result("a").samples)


def test_the_tree_is_put_back_when_jobs_are_done(session, script, bench) -> None:
    new = bench.root / "new"

    def act(invocation, folder):
        new.write_text("")
        (folder / "tree").write_text(f"made {(str(new), '')!a}\n")

    script.act = act
    session("ab", jobs=2, bench=replace(bench, alone=False)).run()
    assert not new.exists()


def test_an_interpreter_that_vanishes_ends_all_jobs(session, script, bench) -> None:
    def act(invocation, folder):
        if invocation.argv[3] == "timed":
            raise FileNotFoundError(2, "gone")

    script.act = act
    done = session("abcd", jobs=2, bench=replace(bench, alone=False))
    with pytest.raises(FileNotFoundError):
        done.run()
    assert all(len(done.result(name).samples) == 1 for name in "abcd")
    assert len(script.calls) < 4 + 4 + 1


# --- interrupted ---


@pytest.mark.parametrize("jobs", [1, 2])
def test_finished_rounds_stay_available_after_an_interruption(jobs, session, script, bench, log) -> None:
    def act(invocation, folder):
        if script.calls.index(invocation) >= 5:
            raise Interrupted("SIGINT")

    script.act = act
    done = session(jobs=jobs, bench=replace(bench, alone=jobs == 1))
    with pytest.raises(Interrupted):
        done.run()
    assert sum(len(done.result(name).samples) for name in "abc") == len(log.ends) == 5
    assert {done.result(name).status for name in "abc"} == {Status.OK}


def test_a_signal_between_two_rounds_ends_the_session_before_the_next(session, log, script) -> None:
    script.act = lambda invocation, folder: os.kill(os.getpid(), signal.SIGTERM) if len(script.calls) == 2 else None
    done = session()
    with signals_noted(), pytest.raises(Interrupted, match="SIGTERM"):
        done.run()
    assert len(log.ends) == 2


def test_a_signal_in_the_last_round_is_not_lost(session, log, script) -> None:
    script.act = lambda invocation, folder: os.kill(os.getpid(), signal.SIGINT) if len(script.calls) == 9 else None
    with signals_noted(), pytest.raises(Interrupted, match="SIGINT"):
        session().run()
    assert len(log.ends) == 9
