"""From laps and durations to what workers cost, and the notes on it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from collectbench.measure.round.round import Round
from collectbench.measure.session.workers import WorkersSession
from collectbench.model.sample import Counts, RoundKind, Sample, Status
from collectbench.model.target import Target
from collectbench.model.workers import Capacity, Collections, TestTime
from collectbench.usecases.diagnosing.durations import Durations
from collectbench.usecases.diagnosing.workers import (
    LAPS,
    LAPS_IF_LONG,
    WorkersStudy,
    note_on_memory,
    note_on_queueing,
    notes_on,
    workers_of,
)
from diagnoses import diagnosed

CAPACITY = Capacity(processors=2)
PHASES = {"interpreter": 0.2, "plugins": 0.3, "collection": 1.5}
DURATIONS = Durations(
    source="results.xml",
    tests={
        nodeid: TestTime(file="a.py", name=nodeid, seconds=seconds)
        for nodeid, seconds in {"a.py::x": 6.0, "a.py::y": 2.0, "b.py::z": 6.0}.items()
    },
)


def lap(workers: int, barrier_s: float, queued_s: float = 0.0) -> Collections:
    return Collections(
        workers=workers, barrier_s=barrier_s, cpu_s=2.0 * workers, waited_s=0.0, queued_s=queued_s, phases=PHASES
    )


def round_of(status: Status = Status.OK, message: str = "") -> Round:
    sample = Sample(kind=RoundKind.TIMED, wall_s=1.0, user_s=1.0, system_s=0.0, peak_rss_bytes=2**20, exit_code=0)
    return Round(sample=sample, status=status, message=message)


@pytest.fixture
def session(bench, script):
    """Builds a session that is over."""

    def build(*taken: Collections, **ended) -> WorkersSession:
        made = WorkersSession(
            bench=bench, target=Target(name="tests", paths=("tests",)), numbers=(1, 2), laps=2, seed=0,
            deadline_ns=None, observer=SimpleNamespace(), taken=list(taken),
        )  # fmt: skip
        for name, value in ended.items():
            setattr(made, name, value)
        return made

    return build


def test_the_best_number_and_the_shards_come_from_laps_and_durations(session) -> None:
    made = session(lap(1, 2.0), lap(2, 2.2))
    workers = workers_of(made, (1, 2, 8), CAPACITY, DURATIONS, ("a.py::x", "a.py::y", "b.py::z"))
    assert [(cost.workers, cost.total_s) for cost in workers.costs] == [
        (1, pytest.approx(2.0 + 14.0)),
        (2, pytest.approx(0.5 + 2.2 + 8.0)),
        (8, pytest.approx(0.5 + 8.0 + 7.0)),
    ]
    assert (workers.best, workers.start_s, workers.processors) == (2, 0.5, 2)
    assert workers.tests is not None
    assert (workers.tests.tests, workers.tests.files, workers.tests.longest) == (3, 2, "a.py::x")
    assert workers.shards is not None
    assert workers.shards.best is not None
    assert workers.shards.best.shards == 2


def test_without_durations_only_collection_is_known(session) -> None:
    workers = workers_of(session(lap(1, 2.0)), (1, 2), CAPACITY, Durations(), ())
    assert (workers.tests, workers.best) == (None, None)
    assert workers.shards is not None
    assert workers.shards.best is None


def test_numbers_from_the_one_that_failed_on_are_not_predicted(session) -> None:
    failed = round_of(Status.CRASHED, "killed by SIGKILL")
    made = session(lap(1, 2.0), lap(2, 2.2), failed=failed, failed_number=4)
    assert [cost.workers for cost in workers_of(made, (1, 2, 4, 8), CAPACITY, DURATIONS, ()).costs] == [1, 2]
    assert list(notes_on(made, 2)) == [
        "a collection of tests, 4 at the same time, did not succeed: killed by SIGKILL"
    ]  # fmt: skip


def test_one_collection_that_fails_is_not_called_one_of_several(session) -> None:
    made = session(failed=round_of(Status.TIMEOUT), failed_number=1)
    assert list(notes_on(made, 2)) == ["a collection of tests, on its own, did not succeed: timeout"]


def test_different_tests_and_the_time_limit_are_told(session) -> None:
    made = session(lap(1, 2.0), differing={2, 4}, out_of_time=True)
    first, second = notes_on(made, 2)
    assert first.startswith("collections of tests at the same time (2, 4) had different node ids: pytest-xdist")
    assert second == "--max-time was reached after 1 of 4 measurements of collections of tests at the same time"


def test_too_little_memory_is_told_with_what_fits() -> None:
    small = Capacity(processors=2, memory_bytes=4 * 2**30)
    assert list(note_on_memory((1, 2, 4), small, 2**30)) == [
        "not measured for want of memory: 4 workers; a collection takes 1.00 GiB, and 4.00 GiB are available"
    ]
    assert not list(note_on_memory((1, 2), small, 2**30))
    assert not list(note_on_memory((1, 2, 4), CAPACITY, 2**30))


def test_a_busy_machine_is_told() -> None:
    (note,) = note_on_queueing([lap(1, 2.0, queued_s=0.5)])
    assert note.startswith("other processes had the processors for 25 % of the time of a single collection: on an idle")
    assert not list(note_on_queueing([lap(1, 2.0, queued_s=0.1), lap(2, 4.0, queued_s=2.0)]))


@pytest.fixture
def study():
    """Builds a study that must not take a round: it has no project to take one in."""

    def build(*numbers: int, rounds: int | None = None) -> WorkersStudy:
        project = SimpleNamespace(settings=SimpleNamespace(rounds=rounds))
        return WorkersStudy(project=project, numbers=numbers, durations=Durations(), feedback=SimpleNamespace())

    return build


def test_without_numbers_nothing_is_measured(study) -> None:
    target = diagnosed()
    assert study().added(Target(name="suite", paths=()), [], target) is target


@pytest.mark.parametrize(
    "changes",
    [
        {"status": Status.FAILED},
        {"counts": None},
        {"counts": Counts(items=0, files=0, errors=1, warnings=0, collection_warnings=0)},
    ],
)
def test_a_target_without_tests_is_not_measured(study, changes) -> None:
    added = study(1, 2).added(Target(name="suite", paths=()), [], diagnosed(**changes))
    assert added.workers is None
    assert added.notes == ("what workers cost is unknown: suite has no collected tests",)


@pytest.mark.parametrize(
    ("wall_s", "rounds", "laps"), [(1.0, None, LAPS), (60.0, None, LAPS_IF_LONG), (None, 1, LAPS_IF_LONG), (1.0, 9, 9)]
)
def test_long_collections_have_fewer_laps_unless_more_rounds_are_wanted(study, wall_s, rounds, laps) -> None:
    assert study(1, rounds=rounds).laps(diagnosed(wall_s=wall_s)) == laps
