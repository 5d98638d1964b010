"""The functions that run on a worker, and the way there, on a real scheduler and worker in this process."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from collectbench import __version__
from collectbench.model.errors import UsageError
from collectbench.usecases.fleet import on_dask
from collectbench.usecases.fleet.archive import pack_directory
from collectbench.usecases.fleet.attended_copy import PREFIX
from collectbench.usecases.fleet.cluster import (
    ClusterLostError,
    Pending,
    State,
    begin_copy,
    call,
    inspect,
    receive_chunk,
)
from collectbench.usecases.fleet.inspection import read_facts
from collectbench.usecases.fleet.on_dask import DaskCluster

distributed = pytest.importorskip("distributed")

pytestmark = pytest.mark.filterwarnings("ignore")  # Dask has some of its own, also about sockets that it closes late

SESSION = "5e55"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    sys.audit(
        "subprocess.Popen", "", (), None, None
    )  # `--no-processes` skips the tests: workers start processes in threads
    with distributed.LocalCluster(
        processes=False, n_workers=1, threads_per_worker=1, resources={"bench": 1}, dashboard_address=None
    ) as local:
        yield str(local.scheduler_address)


@pytest.fixture
def cluster(address: str) -> Iterator[DaskCluster]:
    found = DaskCluster(address)
    yield found
    found.close()


def at(cluster: DaskCluster) -> str:
    (member,) = cluster.members().values()
    assert member.measures
    return member.address


def finished(task: Pending) -> State:
    deadline = time.monotonic() + 60
    while (state := task.state()) is State.RUNS:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return state


def test_a_worker_says_what_it_is_without_anything_of_ours(cluster) -> None:
    task = cluster.submit(inspect(""), at(cluster), "inspection")
    assert finished(task) is State.DONE
    facts = read_facts(task.result(), "w")
    assert facts.collectbench == __version__
    assert facts.distributions["pytest"] == pytest.__version__


def test_an_expression_that_fails_is_a_failure_with_its_reason(cluster) -> None:
    task = cluster.submit("1 / 0", at(cluster), "failing")
    assert finished(task) is State.FAILED
    assert task.result() == "ZeroDivisionError: division by zero"
    (told,) = cluster.tell("len(chunk)", [at(cluster)], b"abc").values()
    assert told == 3
    (told,) = cluster.tell("1 / 0", [at(cluster)]).values()
    assert isinstance(told, ZeroDivisionError)
    assert cluster.tell("1", []) == {}


def test_a_cancelled_task_is_lost_and_a_worker_that_is_gone_does_not_answer(cluster) -> None:
    task = cluster.submit("__import__('time').sleep(0.5)", at(cluster), "cancelled")
    cluster.cancel([task])
    assert task.state() is State.LOST
    assert task.result() == ""
    cluster.cancel([])
    (told,) = cluster.tell("1", ["inproc://127.0.0.1/0/0"]).values()
    assert isinstance(told, Exception)


def test_a_scheduler_that_is_gone_is_lost() -> None:
    sys.audit("subprocess.Popen", "", (), None, None)  # likewise
    with distributed.LocalCluster(processes=False, n_workers=1, threads_per_worker=1, dashboard_address=None) as local:
        found = DaskCluster(str(local.scheduler_address))
        (member,) = found.members().values()
        assert not member.measures
        found.close()
    with pytest.raises(ClusterLostError, match="the scheduler does not answer any more"):
        found.members()


def test_an_address_at_which_no_scheduler_is_is_refused(monkeypatch) -> None:
    monkeypatch.setattr(on_dask, "CONNECT_S", 0.2)
    with pytest.raises(UsageError, match=r"--dask tcp://127\.0\.0\.1:1: no scheduler answers there"):
        DaskCluster("tcp://127.0.0.1:1")


def test_without_dask_the_extra_is_named(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"pip install 'collectbench\[fleet\]' installs it"):
        DaskCluster("tcp://127.0.0.1:1")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    (root / "tests").mkdir(parents=True)
    (root / "tests/test_a.py").write_text("def test_a(): pass\n")
    return root


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where workers have their copies: they are in this process."""
    directory = tmp_path / "temporary"
    directory.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(directory))
    return directory


def send(cluster: DaskCluster, tree: Path, work: Path) -> None:
    work.mkdir()
    archive = pack_directory(tree, work)
    worker = at(cluster)
    (directory,) = cluster.tell(begin_copy(SESSION), [worker]).values()
    assert Path(str(directory)).name.startswith(PREFIX)
    (size,) = cluster.tell(receive_chunk(SESSION), [worker], archive.file.read_bytes()).values()
    assert size == archive.file.stat().st_size
    task = cluster.submit(call("unpack", SESSION, archive.digest), worker, "unpack")
    assert finished(task) is State.DONE
    assert json.loads(task.result()) == {"unpacked": f"{directory}/tree"}


def order(*arguments: str, warmup: tuple[str, ...] = ()) -> str:
    env = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return json.dumps(
        {"arguments": arguments, "warmup": warmup, "cwd": ".", "env": env, "import_roots": ["."], "pin": False}
    )


def gone(cluster: DaskCluster) -> bool:
    deadline = time.monotonic() + 30
    while cluster.tell(call("is_gone", SESSION), [at(cluster)]) != {at(cluster): True}:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return True


def test_a_worker_measures_in_its_copy_and_deletes_it(cluster, tree, temporary, tmp_path) -> None:
    send(cluster, tree, tmp_path / "work")
    (told,) = cluster.tell(begin_copy(SESSION).replace("worker)", "'another:1')"), [at(cluster)]).values()
    assert "start workers as processes of their own" in str(told)
    quick = ("--rounds", "1", "--warmup", "0", "--no-counters", "--quiet")
    command = ("baseline", "{collectbench-tree}/tests", *quick)
    task = cluster.submit(call("measure", SESSION, order(*command, warmup=command), "m1"), at(cluster), "m1")
    assert finished(task) is State.DONE
    answer = json.loads(task.result())
    assert (answer["exit_code"], answer["said"]) == (0, "")
    (target,) = json.loads(answer["document"])["targets"]
    assert (target["name"], target["status"]) == ("tests", "ok")
    task = cluster.submit(call("measure", SESSION, order("baseline", "nothing", *quick), "m2"), at(cluster), "m2")
    assert finished(task) is State.DONE
    answer = json.loads(task.result())
    assert (answer["exit_code"], answer["document"]) == (2, None)
    assert "error: nothing" in answer["said"]
    assert cluster.tell(call("renew", SESSION), [at(cluster)]) == {at(cluster): True}
    cluster.tell(call("stop", SESSION), [at(cluster)])
    assert gone(cluster)
    assert list(temporary.iterdir()) == []
    assert cluster.tell(call("renew", SESSION), [at(cluster)]) == {at(cluster): False}
    task = cluster.submit(call("measure", SESSION, order(*command), "m3"), at(cluster), "m3")
    assert finished(task) is State.DONE
    assert json.loads(task.result()) == {"lost": "its copy of the working tree is gone", "begun": False}
    unknown = call("measure", "other", order(*command), "m0")
    task = cluster.submit(unknown, at(cluster), "m0")
    assert finished(task) is State.DONE
    assert json.loads(task.result()) == {"lost": "the worker was restarted"}


def test_a_worker_whose_answer_was_lost_on_the_way_gets_another_copy(cluster, tree, temporary, tmp_path) -> None:
    send(cluster, tree, tmp_path / "work")
    (first,) = temporary.glob(f"{PREFIX}*")
    send(cluster, tree, tmp_path / "again")
    deadline = time.monotonic() + 30
    while first.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    (second,) = temporary.glob(f"{PREFIX}*")
    assert (second / "tree/tests/test_a.py").exists()
    cluster.tell(call("stop", SESSION), [at(cluster)])
    assert gone(cluster)


def test_a_cancelled_measurement_ends_and_its_copy_is_deleted(cluster, tree, temporary, tmp_path) -> None:
    (tree / "tests/test_a.py").write_text("import time\ntime.sleep(100)\n")
    send(cluster, tree, tmp_path / "work")
    task = cluster.submit(call("measure", SESSION, order("baseline", "--no-counters"), "m4"), at(cluster), "m4")
    (directory,) = temporary.glob(f"{PREFIX}*")
    while not (directory / "stderr").exists():
        time.sleep(0.05)
    cluster.cancel([task])
    assert gone(cluster)
    assert list(temporary.glob(f"{PREFIX}*")) == []


def test_a_copy_whose_attendant_was_killed_is_lost_and_removed_by_the_next_one(
    cluster, tree, temporary, tmp_path
) -> None:
    import psutil

    send(cluster, tree, tmp_path / "work")
    (directory,) = temporary.glob(f"{PREFIX}*")
    living = [child for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE]
    attendants = [child for child in living if str(directory) in child.cmdline()]
    attendants[0].kill()
    psutil.wait_procs(attendants, timeout=10)
    task = cluster.submit(call("measure", SESSION, order("baseline"), "m5"), at(cluster), "m5")
    assert finished(task) is State.DONE
    assert json.loads(task.result()) == {"lost": "its copy of the working tree is gone", "begun": False}
    assert directory.exists()
    send(cluster, tree, tmp_path / "again")
    deadline = time.monotonic() + 30
    while directory.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    cluster.tell(call("stop", SESSION), [at(cluster)])
    assert gone(cluster)
