"""Collections at the same time, over the scripted launcher and its clock."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from dataclasses import replace
from itertools import count

import pytest

from collectbench.measure.machine.noise import Reading
from collectbench.measure.process.interruption import signals_noted
from collectbench.measure.session.workers import MOST_SPOILT, WorkersSession
from collectbench.model.errors import Interrupted
from collectbench.model.sample import Status
from collectbench.model.target import Target

UNKNOWN = ("cpu_us", "memory_us", "io_us", "steal_s", "throttled_us")


def is_guarded(invocation) -> bool:
    """Whether it is the round before all laps."""
    return "guarded" in invocation.argv


class Log:
    """An observer that remembers what began, and with which number."""

    def __init__(self) -> None:
        self.begun: list[tuple[str, int]] = []

    def begins(self, name, kind, outlook) -> None:
        self.begun.append((name, outlook.round))

    def ended(self, name, kind, finished) -> None:
        pass


@pytest.fixture
def session(bench, script):
    def build(numbers=(1, 2, 3), *, act=None, **changes) -> WorkersSession:
        if act is not None:
            script.act = act
        values = {
            "bench": replace(bench, alone=False),
            "target": Target(name="tests", paths=("tests",)),
            "numbers": numbers,
            "laps": 2,
            "seed": 7,
            "deadline_ns": None,
            "observer": Log(),
            "clock_ns": script.clock_ns,
        }
        return WorkersSession(**values | changes)

    return build


def test_each_lap_has_each_number_once(session, script) -> None:
    made = session()
    made.run()
    numbers = [each.workers for each in made.taken]
    assert [sorted(numbers[:3]), sorted(numbers[3:])] == [[1, 2, 3], [1, 2, 3]]
    assert len(script.calls) == 1 + 2 * (1 + 2 + 3)


def test_a_round_with_the_guard_comes_first_and_alone(session, script) -> None:
    made = session((2,), laps=1)
    made.run()
    assert [is_guarded(call) for call in script.calls] == [True, False, False]


def test_a_target_that_fails_alone_has_no_laps(session) -> None:
    made = session((1, 2), act=lambda invocation, folder: {"exit_code": -11})
    made.run()
    assert (made.failed_number, made.taken) == (1, [])


def test_after_the_deadline_no_round_begins_at_all(session, script) -> None:
    made = session((1,), deadline_ns=script.clock_ns())
    made.run()
    assert (made.out_of_time, script.calls) == (True, [])


def test_the_seed_decides_the_order(session) -> None:
    orders = []
    for seed in (1, 1, 2):
        made = session((1, 2, 3, 4), laps=4, seed=seed)
        made.run()
        orders.append([each.workers for each in made.taken])
    assert orders[0] == orders[1] != orders[2]


def test_collections_run_at_the_same_time(session) -> None:
    together = threading.Barrier(3, timeout=30)

    def act(invocation, folder):
        if not is_guarded(invocation):
            together.wait()

    session((3,), act=act).run()


def test_the_barrier_is_from_the_first_start_to_the_last_end(session) -> None:
    starts = iter([0, 1_000_000_000])

    def act(invocation, folder):
        if is_guarded(invocation):
            return None
        spawned_ns = next(starts)
        return {"spawned_ns": spawned_ns, "reaped_ns": spawned_ns + 3_000_000_000, "user_s": 2.0, "system_s": 0.5}

    made = session((2,), laps=1, act=act)
    made.run()
    (lap,) = made.taken
    assert (lap.barrier_s, lap.cpu_s, lap.waited_s, lap.queued_s) == (4.0, 5.0, 0.5, 0.0)
    assert "collection" in lap.phases


def test_rounds_that_begin_together_have_numbers_of_their_own(session) -> None:
    log = Log()
    session((2,), laps=2, observer=log).run()
    together = [("tests (2 at the same time)", number) for number in (1, 2, 3, 4)]
    assert Counter(log.begun) == Counter([("tests", 1), *together])


def test_no_collections_begin_after_the_deadline(session, script) -> None:
    made = session((1,), laps=9, deadline_ns=script.clock_ns() + int(3.5 * script.wall_s * 1e9))
    made.run()
    assert (len(made.taken), made.out_of_time) == (3, True)


def test_a_collection_that_fails_beside_others_ends_the_session(session) -> None:
    running = threading.Semaphore(0)

    def act(invocation, folder):
        if is_guarded(invocation):
            return None
        alone = not running.acquire(blocking=False)
        running.release()
        return None if alone else {"exit_code": -11}

    made = session((2,), act=act)
    made.run()
    assert made.failed is not None
    assert (made.failed.status, made.failed_number, made.taken) == (Status.CRASHED, 2, [])


def test_collections_with_different_tests_are_remembered(session, script) -> None:
    ids = iter([b"a.py::x\0", b"a.py::y\0"] * 2)

    def act(invocation, folder):
        if not is_guarded(invocation):
            (folder / "ids").write_bytes(next(ids))

    made = session((2,), act=act)
    made.run()
    assert (made.differing, len(made.taken)) == ({2}, 2)


def test_collections_in_which_the_machine_slept_are_taken_again(session, bench, script) -> None:
    asleep_s = iter([0.0, 0.0, 0.0, 30.0])  # twice in each round

    def read() -> Reading:
        return Reading(load_1m=0.0, asleep_s=next(asleep_s, 30.0), **dict.fromkeys(UNKNOWN))

    made = session((1,), laps=2, bench=replace(bench, alone=False, read_noise=read))
    made.run()
    assert (len(made.taken), len(script.calls)) == (2, 1 + 3)


def test_a_machine_that_sleeps_all_the_time_ends_the_session(session, bench, script) -> None:
    asleep_s = count(step=30)

    def read() -> Reading:
        return Reading(load_1m=0.0, asleep_s=next(asleep_s), **dict.fromkeys(UNKNOWN))

    made = session((1,), laps=2, bench=replace(bench, alone=False, read_noise=read))
    made.run()
    assert (made.taken, len(script.calls)) == ([], 1 + MOST_SPOILT + 2)


def test_the_tree_is_put_back_after_the_collections(session, bench) -> None:
    def act(invocation, folder):
        (bench.root / ".pytest_cache").mkdir(exist_ok=True)

    session((2,), act=act).run()
    assert not bench.tree.is_open


def test_an_interpreter_that_vanishes_ends_the_session(session) -> None:
    def act(invocation, folder):
        raise FileNotFoundError

    with pytest.raises(FileNotFoundError):
        session((3,), act=act).run()


def test_an_interruption_ends_all_collections(session) -> None:
    def act(invocation, folder):
        os.kill(os.getpid(), signal.SIGINT)

    made = session((1, 2), act=act)
    with pytest.raises(Interrupted), signals_noted():
        made.run()
    assert len(made.taken) <= 1
