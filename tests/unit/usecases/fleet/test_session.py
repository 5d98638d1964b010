"""The loop over workers, with a cluster that exists in memory alone: who takes part, who dies, and what is left."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from collectbench.measure.process.interruption import signals_noted
from collectbench.model.errors import Interrupted, UsageError
from collectbench.usecases.fleet.archive import Archive
from collectbench.usecases.fleet.cluster import ClusterLostError, Pending, State
from collectbench.usecases.fleet.crew import WAIT_S, Crew
from collectbench.usecases.fleet.inspection import Facts, Needs
from collectbench.usecases.fleet.policy import Board
from collectbench.usecases.fleet.session import Answer, Session, Work
from collectbench.usecases.fleet.worker import Clock
from fake_cluster import DONE, FakeCluster, Task, facts_of

HERE = Facts(
    label="here",
    python="3.11.7",
    implementation="CPython",
    distributions={"pytest": "8.3.5"},
    collectbench="1.0",
    git="",
    free_bytes=0,
    temporary="",
    platform="",
    cpu_model="",
    cpu_count=1,
)


@dataclass
class Fleet:
    """A session on a fake cluster, and all that it says and takes."""

    cluster: FakeCluster
    session: Session
    said: list[str]
    progress: list[str]
    taken: dict[str, Answer] = field(default_factory=dict)

    def measure(
        self, *names: str, order: Callable[[str, Board], str | None] = lambda name, _: name, refuse: str = ""
    ) -> None:
        def take(name: str, answer: Answer) -> str:
            if not refuse:
                assert name not in self.taken, f"{name} was measured twice"
                self.taken[name] = answer
            return refuse

        with signals_noted():
            self.session.crew.gather()
            self.session.measure(Work(names=names, seconds={}, order=order, take=take))


@pytest.fixture
def fleet_of(tmp_path: Path) -> Callable[[FakeCluster], Fleet]:
    file = tmp_path / "tree.tar"
    file.write_bytes(b"x" * 5 * 2**20)
    archive = Archive(file=file, digest="d", origin=tmp_path, files=1, needed_bytes=2**20, has_repository=True)

    def make(cluster: FakeCluster) -> Fleet:
        said: list[str] = []
        progress: list[str] = []
        crew = Crew(
            cluster=cluster,
            needs=Needs(collectbench="1.0", bytes=2**20, git=True),
            here=HERE,
            say=said.append,
            clock=Clock(now_s=lambda: cluster.clock_s, sleep=cluster.sleep),
        )
        return Fleet(cluster, Session(crew=crew, archive=archive, progress=progress.append), said, progress)

    return make


def two() -> FakeCluster:
    return FakeCluster({"a:1": facts_of(), "b:1": facts_of()})


def test_two_workers_share_the_targets_and_each_gets_the_tree_once(fleet_of) -> None:
    fleet = fleet_of(two())
    fleet.measure("t1", "t2", "t3")
    assert set(fleet.taken) == {"t1", "t2", "t3"}
    assert {address for address, _ in fleet.cluster.orders} == {"a:1", "b:1"}
    assert {address: len(data) for address, data in fleet.cluster.received.items()} == dict.fromkeys(
        ("a:1", "b:1"), 5 * 2**20
    )
    assert fleet.said == []
    assert fleet.progress[-1].startswith("3 of 3: ")


def test_a_worker_measures_one_target_at_a_time(fleet_of) -> None:
    running: dict[str, float] = {}

    def measure(address: str, order: str) -> Task:
        assert running.get(address, 0.0) <= cluster.clock_s
        running[address] = cluster.clock_s + 1.0
        return Task(cluster, json.dumps(DONE), lasts_s=1.0)

    cluster = replace(two(), measure=measure)
    fleet_of(cluster).measure(*(f"t{number}" for number in range(7)))
    assert len(cluster.orders) == 7


def test_a_worker_that_leaves_loses_its_target_which_is_measured_again_by_another_one(fleet_of) -> None:
    cluster = two()

    def leave() -> None:
        if ("a:1", "t1") in cluster.orders:
            cluster.workers.pop("a:1", None)

    cluster.measure = lambda address, order: Task(cluster, json.dumps(DONE), lasts_s=3.0)
    cluster.each_look = leave
    fleet = fleet_of(cluster)
    fleet.measure("t1", "t2")
    assert [address for address, order in cluster.orders if order == "t1"] == ["a:1", "b:1"]
    assert set(fleet.taken) == {"t1", "t2"}
    assert fleet.said == ["note: worker a on host died while it measured t1, which is measured again as a whole"]
    assert len(cluster.cancelled) == 1


@pytest.mark.parametrize("fate", ["killed", "restarted"])
def test_a_target_that_kills_three_workers_is_crashed_and_the_others_go_on(fleet_of, fate) -> None:
    cluster = two()

    def measure(address: str, order: str) -> Task:
        if order != "bad":
            return Task(cluster, json.dumps(DONE), lasts_s=1.0)
        lost = Task(cluster, json.dumps({"lost": "the worker was restarted"}), lasts_s=1.0)
        return replace(lost, fate=State.KILLED) if fate == "killed" else lost

    cluster.measure = measure
    fleet = fleet_of(cluster)
    fleet.measure("bad", "good", "better")
    board = fleet.session._board
    assert board.crashed == ("bad",)
    assert set(fleet.taken) == {"good", "better"}
    assert len(board.deaths["bad"]) == 3
    assert all(re.fullmatch(r"[ab] on host \([ab]:1\)", label) for label in board.deaths["bad"])
    assert fleet.said[-1].endswith("died while it measured bad, which is not measured again")


def test_a_worker_that_joins_later_takes_part(fleet_of) -> None:
    cluster = FakeCluster({"a:1": facts_of()})

    def join() -> None:
        if len(cluster.orders) == 2:
            cluster.workers.setdefault("b:1", facts_of())

    cluster.each_look = join
    fleet = fleet_of(cluster)
    fleet.measure(*(f"t{number}" for number in range(12)))
    assert {address for address, _ in cluster.orders} == {"a:1", "b:1"}
    assert len(fleet.taken) == 12


def test_workers_with_other_software_are_refused_by_name_and_the_others_go_on(fleet_of) -> None:
    cluster = two()
    cluster.workers |= {
        "c:1": facts_of(distributions={"pytest": "9.0.0"}),
        "d:1": facts_of(git=""),
        "e:1": facts_of(collectbench="0.9"),
        "f:1": {"nonsense": True},
    }
    fleet = fleet_of(cluster)
    fleet.measure("t1", "t2", "t3")
    assert {address for address, _ in cluster.orders} == {"a:1", "b:1"}
    other_version = "collectbench 0.9 there, 1.0 here; install collectbench[fleet]==1.0 there"
    assert sorted(fleet.said) == [
        "note: worker c on host takes no part: pytest 9.0.0 there, 8.3.5 on the others",
        "note: worker d on host takes no part: git is not on its PATH; install it there",
        f"note: worker e on host takes no part: {other_version}",
        'note: worker f at f:1 takes no part: it cannot be inspected ({"nonsense": true})',
    ]
    assert [f"note: {note}" for note in fleet.session.crew.notes] == fleet.said


def test_a_worker_without_the_resource_is_left_alone(fleet_of) -> None:
    cluster = replace(two(), without_resource=frozenset(["a:1"]))
    fleet_of(cluster).measure("t1", "t2")
    assert {address for address, _ in cluster.orders} == {"b:1"}
    assert {address for _, address in cluster.told} == {"b:1"}


def test_without_a_worker_that_declares_the_resource_the_command_to_start_one_is_named(fleet_of) -> None:
    cluster = FakeCluster({"a:1": facts_of()}, without_resource=frozenset(["a:1"]))
    with pytest.raises(
        UsageError, match=r"there was no worker .*\n  dask worker ADDRESS --nthreads 1 --resources bench=1"
    ):
        fleet_of(cluster).measure("t1")
    assert WAIT_S <= cluster.clock_s < WAIT_S + 1


def test_if_every_worker_is_refused_nobody_waits(fleet_of) -> None:
    cluster = FakeCluster({"a:1": facts_of(git=""), "b:1": {}})
    with pytest.raises(UsageError, match=r"no worker can take part:\n  worker [ab]"):
        fleet_of(cluster).measure("t1")
    assert cluster.clock_s < 5


def test_workers_that_others_use_all_the_time_are_named(fleet_of) -> None:
    cluster = two()
    submit = cluster.submit
    cluster.submit = lambda expression, address, key: replace(  # type: ignore[method-assign,misc,assignment]
        submit(expression, address, key), lasts_s=1e9
    )
    with pytest.raises(UsageError, match=r"all workers were busy for 60 s \(a, b\)"):
        fleet_of(cluster).measure("t1")


def test_if_all_workers_are_gone_the_command_ends_after_a_while(fleet_of) -> None:
    cluster = two()
    cluster.each_look = lambda: cluster.workers.clear() if cluster.orders else None
    with pytest.raises(UsageError, match="there was no worker"):
        fleet_of(cluster).measure("t1")
    assert WAIT_S <= cluster.clock_s < WAIT_S + 10


@pytest.mark.parametrize("word", ["begin", "receive"])
def test_a_worker_that_cannot_take_the_tree_is_set_aside(fleet_of, word) -> None:
    cluster = two()
    cluster.failing["a:1", word] = OSError("[Errno 28] No space left on device")
    fleet = fleet_of(cluster)
    fleet.measure("t1", "t2")
    assert {address for address, _ in cluster.orders} == {"b:1"}
    assert fleet.said == ["note: worker a on host takes no part: [Errno 28] No space left on device"]
    assert ("stop", "a:1") in cluster.told


def test_a_worker_that_cannot_unpack_the_tree_is_set_aside(fleet_of) -> None:
    cluster = two()
    cluster.failing["a:1", "unpack"] = {"error": "the archive arrived damaged"}
    fleet = fleet_of(cluster)
    fleet.measure("t1", "t2")
    assert fleet.said == ["note: worker a on host takes no part: the archive arrived damaged"]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"error": "python cannot be started"}, "python cannot be started"),
        ({"exit_code": 2, "document": None, "said": "error: no space\n"}, "error: no space"),
        ({"exit_code": 70, "document": None}, "the command ended with exit code 70, and wrote no document"),
    ],
)
def test_what_a_worker_cannot_measure_another_one_measures(fleet_of, answer, reason) -> None:
    cluster = two()
    cluster.measure = lambda address, order: answer if address == "a:1" else DONE
    fleet = fleet_of(cluster)
    fleet.measure("t1", "t2")
    assert set(fleet.taken) == {"t1", "t2"}
    assert len(fleet.said) == 1
    assert re.fullmatch(
        rf"note: worker a on host takes no part: t\d cannot be measured there: {re.escape(reason)}", fleet.said[0]
    )


def test_a_target_that_no_worker_can_measure_ends_the_command_with_all_reasons(fleet_of) -> None:
    cluster = FakeCluster({f"{name}:1": facts_of() for name in "abcd"})
    cluster.measure = lambda address, order: {"error": f"no {order}"}
    with pytest.raises(UsageError, match=r"no worker can measure t1:\n  a on host: no t1\n  "):
        fleet_of(cluster).measure("t1")


def test_an_answer_that_is_not_usable_counts_as_a_failure(fleet_of) -> None:
    with pytest.raises(UsageError, match=r"no worker can take part:\n  .*cannot be measured there: other targets"):
        fleet_of(FakeCluster({"a:1": facts_of()})).measure("t1", refuse="other targets")


def test_a_lost_connection_ends_the_command(fleet_of) -> None:
    cluster = two()
    cluster.measure = lambda address, order: Task(cluster, "", fate=State.LOST)
    with pytest.raises(ClusterLostError, match="the connection to the scheduler was lost"):
        fleet_of(cluster).measure("t1")


def test_after_the_time_limit_no_target_begins(fleet_of) -> None:
    cluster = FakeCluster({"a:1": facts_of()})
    fleet = fleet_of(cluster)
    fleet.measure("t1", "t2", "t3", order=lambda name, _: name if len(cluster.orders) < 2 else None)
    assert list(fleet.taken) == ["t1", "t2"]


def test_workers_hear_from_the_client_also_while_their_task_waits_and_a_lost_copy_is_sent_again(fleet_of) -> None:
    cluster = two()
    cluster.measure = lambda address, order: Task(cluster, json.dumps(DONE), lasts_s=100.0)

    def lose() -> None:
        if cluster.clock_s > 40:
            cluster.copies.discard("b:1")

    cluster.each_look = lose
    fleet_of(cluster).measure("t1")
    assert ("renew", "b:1") in cluster.told
    assert ("renew", "a:1") in cluster.told
    assert cluster.told.count(("begin", "b:1")) >= 2
    assert cluster.told.count(("begin", "a:1")) == 1


def test_workers_hear_from_the_client_while_others_get_the_tree(fleet_of) -> None:
    cluster = replace(two(), telling_s=20.0)
    cluster.measure = lambda address, order: Task(cluster, json.dumps(DONE), lasts_s=500.0)

    def join() -> None:
        if cluster.orders:
            cluster.workers.setdefault("c:1", facts_of())

    cluster.each_look = join
    fleet_of(cluster).measure("t1", "t2", "t3")
    last = max(number for number, told in enumerate(cluster.told) if told == ("receive", "c:1"))
    assert ("renew", "a:1") in cluster.told[cluster.told.index(("receive", "c:1")) : last]


def test_a_copy_that_is_lost_before_the_command_begins_is_no_death(fleet_of) -> None:
    cluster = two()
    gone = [{"lost": "its copy of the working tree is gone", "begun": False}]
    cluster.measure = lambda address, order: gone.pop() if order == "t1" and gone else DONE
    fleet = fleet_of(cluster)
    fleet.measure("t1", "t2")
    assert set(fleet.taken) == {"t1", "t2"}
    assert fleet.session._board.deaths == {}
    assert fleet.said == []
    assert sum(word == "begin" for word, _ in cluster.told) == 3


def test_a_copy_that_is_lost_while_it_is_unpacked_is_sent_again(fleet_of) -> None:
    cluster = FakeCluster({"a:1": facts_of()})
    cluster.failing["a:1", "unpack"] = [{"lost": "its copy of the working tree is gone"}, {"unpacked": "/there"}]
    fleet = fleet_of(cluster)
    fleet.measure("t1")
    assert set(fleet.taken) == {"t1"}
    assert fleet.said == []


def test_a_worker_that_loses_every_copy_takes_no_part(fleet_of) -> None:
    cluster = two()
    cluster.failing["a:1", "unpack"] = {"lost": "its copy of the working tree is gone"}
    fleet = fleet_of(cluster)
    cluster.measure = lambda address, order: Task(cluster, json.dumps(DONE), lasts_s=5.0)
    fleet.measure("t1", "t2")
    assert set(fleet.taken) == {"t1", "t2"}
    assert fleet.said == ["note: worker a on host takes no part: its copy of the working tree is gone, 4 times"]
    assert cluster.told.count(("begin", "a:1")) == 4


def test_a_second_worker_of_a_process_is_refused_and_does_not_end_the_first_ones_session(fleet_of) -> None:
    cluster = two()
    cluster.failing["b:1", "begin"] = ValueError("another worker in the same process takes part")
    fleet = fleet_of(cluster)
    fleet.measure("t1", "t2")
    assert {address for address, _ in cluster.orders} == {"a:1"}
    assert ("stop", "b:1") not in cluster.told
    assert fleet.said == ["note: worker b on host takes no part: another worker in the same process takes part"]
    fleet.session.close()
    assert not [told for told in cluster.told if told in (("stop", "b:1"), ("is_gone", "b:1"))]


def test_one_worker_that_does_not_answer_in_time_does_not_cost_the_others_their_copies(fleet_of) -> None:
    @dataclass
    class Slow(FakeCluster):
        """Worker b hangs, so that nobody's answer to a chunk arrives, as with Dask."""

        def tell(
            self, expression: str, addresses: Sequence[str], chunk: bytes = b"", patience_s: float = 60.0
        ) -> Mapping[str, object]:
            answers = super().tell(expression, [each for each in addresses if each != "b:1"], chunk)
            if chunk and "b:1" in addresses:
                return dict.fromkeys(addresses, TimeoutError("timed out after 60 s"))
            return {**dict.fromkeys(addresses, TimeoutError("no answer")), **answers, **self._of_others(expression)}

        def _of_others(self, expression: str) -> Mapping[str, object]:
            return {} if "receive" in expression else {"b:1": None}

    fleet = fleet_of(Slow(two().workers))
    fleet.measure("t1", "t2")
    assert {address for address, _ in fleet.cluster.orders} == {"a:1"}
    assert fleet.said == ["note: worker b on host takes no part: timed out after 60 s"]


def test_workers_that_die_of_the_tree_and_come_back_end_the_command(fleet_of) -> None:
    cluster = FakeCluster({"a:1": facts_of()})
    submit = cluster.submit

    def dies(expression: str, address: str, key: str) -> Pending:
        if ".unpack(" not in expression:
            return submit(expression, address, key)
        del cluster.workers[address]
        cluster.workers[f"a:{len(cluster.told)}"] = facts_of()
        return Task(cluster, "", lasts_s=1e9)

    cluster.submit = dies  # type: ignore[method-assign]
    with pytest.raises(UsageError, match="--dask: 10 workers died while they unpacked the tree; give them more memory"):
        fleet_of(cluster).measure("t1")
    assert sum(word == "begin" for word, _ in cluster.told) <= 12


def test_a_worker_that_got_a_part_of_the_tree_only_takes_no_part(fleet_of) -> None:
    cluster = two()
    cluster.failing["a:1", "receive"] = 7
    fleet = fleet_of(cluster)
    fleet.measure("t1")
    assert fleet.said == [f"note: worker a on host takes no part: it got 7 of {4 * 2**20} bytes"]


def test_at_the_end_every_copy_is_deleted_also_those_of_workers_that_were_set_aside(fleet_of) -> None:
    cluster = two()
    cluster.measure = lambda address, order: {"error": "broken"} if address == "a:1" else DONE
    fleet = fleet_of(cluster)
    fleet.measure("t1", "t2")
    fleet.session.close()
    assert cluster.copies == set()
    assert {address for word, address in cluster.told if word == "is_gone"} == {"a:1", "b:1"}


def test_a_copy_that_is_not_deleted_in_time_is_named(fleet_of) -> None:
    cluster = two()
    fleet = fleet_of(cluster)
    fleet.measure("t1")
    cluster.failing["a:1", "is_gone"] = False
    fleet.session.close()
    assert fleet.said == ["note: worker a on host has not deleted its copy yet (collectbench-worker-* in its TMPDIR)"]


def test_a_signal_ends_the_loop_and_withdraws_what_runs(fleet_of, monkeypatch) -> None:
    cluster = two()
    cluster.measure = lambda address, order: Task(cluster, json.dumps(DONE), lasts_s=100.0)
    arrived: list[str] = []
    monkeypatch.setattr("collectbench.measure.process.interruption._arrived", arrived)
    cluster.each_look = lambda: arrived.append("SIGINT") if cluster.orders else None
    fleet = fleet_of(cluster)
    with pytest.raises(Interrupted, match="SIGINT"):
        fleet.measure("t1", "t2")
    fleet.session.close()
    assert len(cluster.cancelled) == 2
    assert cluster.copies == set()


@pytest.fixture(autouse=True)
def _nothing_arrived() -> Iterator[None]:
    yield
    with signals_noted():
        pass
