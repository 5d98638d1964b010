"""Measuring on the workers of a real Dask cluster: the same document, whoever dies, and nothing is left behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil
import pytest

import collectbench
from dask_cluster import local_cluster, worker
from stored_documents import unpacked as document

pytest.importorskip("distributed")

PYTEST_INI, OF_TESTS = "pytest.ini", "[pytest]\ntestpaths = tests\n"
FILES = {
    PYTEST_INI: OF_TESTS,
    ".gitignore": "*.json\n__pycache__/\n",
    "tests/api/test_api.py": "def test_one(): pass\ndef test_two(): pass\n",
    "tests/core/test_core.py": "import pytest\n@pytest.mark.parametrize('n', range(3))\ndef test_n(n): pass\n",
}
WITHOUT_SUITE = ("--no-suite", "--no-counters", "--warmup", "0", "--rounds", "1")
OF_TIME = frozenset(
    """
    created wall_s unqueued_wall_s reference_wall_s cpu_s peak_rss_bytes cold_wall_s phases memory_timeline import_times
    waits samples worker cpu_model seed ratio ci95 p_value minimum_detectable_effect growth_s ci95_s base_s head_s
    base_wall_s head_wall_s base_reference_wall_s head_reference_wall_s minimum_detectable_s reason reasons
    key effort
    """.split()  # noqa: SIM905 - a list would take thirty lines
)
"""The members of documents that hold times, or say who measured."""


@pytest.fixture(scope="module")
def fleet_env(clean_env: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of workers and client, with a directory of their own for temporary files."""
    temporary = tmp_path_factory.mktemp("t")
    return {**clean_env, "TMPDIR": str(temporary), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


@pytest.fixture(scope="module")
def cluster(fleet_env: Mapping[str, str]) -> Iterator[str]:
    with local_cluster(2, fleet_env) as address:
        yield address


@pytest.fixture
def run(run_cli, fleet_env: Mapping[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    def running(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
        done: subprocess.CompletedProcess[str] = run_cli(*arguments, cwd=cwd, env=fleet_env, timeout=300)
        return done

    return running


@pytest.fixture
def tree(write_suite) -> Path:
    """A repository of three targets with a commit, and with changes, also in a file that git ignores."""
    root: Path = write_suite(FILES)
    git(root, "init", "--quiet")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "first")
    (root / "tests/core/data.json").write_text('["a", "b"]')
    (root / "tests/core/test_core.py").write_text(
        "import json, pathlib, pytest\n"
        "DATA = json.loads((pathlib.Path(__file__).parent / 'data.json').read_text())\n"
        "@pytest.mark.parametrize('n', DATA)\ndef test_n(n): pass\n"
    )
    (root / "tests/api/test_new.py").write_text("def test_new(): pass\n")
    return root


def git(root: Path, *arguments: str) -> None:
    command = ("git", "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments)
    subprocess.run(command, cwd=root, check=True)


def without_times(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: sorted(member) if key == "variables" else without_times(member)
            for key, member in value.items()
            if key not in OF_TIME
        }
    return (
        [without_times(member) for member in value if not is_about_speed(member)] if isinstance(value, list) else value
    )


def is_about_speed(member: Any) -> bool:
    """Whether it is a note on the speed of the machine."""
    return isinstance(member, str) and member.startswith("no reference seconds: ")


def statuses(run: Mapping[str, Any]) -> dict[str, str]:
    return {target["name"]: target["status"] for target in run["targets"]}


def left_behind(temporary: str) -> list[str]:
    """Directories of ours, and processes that look after them."""
    directories = [str(path) for path in Path(temporary).glob("collectbench-*") if "-kept-" not in path.name]
    return directories + [
        " ".join(process.info["cmdline"])
        for process in psutil.process_iter(["cmdline"])
        if temporary in " ".join(process.info["cmdline"] or ())
    ]


def nothing_is_left(temporary: str, within_s: float = 60) -> bool:
    """Whether that is so, at the latest after a while: what a killed worker has left is removed when it is noticed."""
    deadline = time.monotonic() + within_s
    while left_behind(temporary):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def test_two_workers_record_the_same_document_as_one_machine_but_for_times_and_workers(
    run, tree, cluster, fleet_env, tmp_path
) -> None:
    options = ("--rounds", "1", "--seed", "7")
    here = run("baseline", *options, "--output", tmp_path / "here.json", cwd=tree)
    assert here.returncode == 0, here.stderr
    shutil.rmtree(tree / "baselines")
    for cache in [*tree.rglob("__pycache__"), *tree.rglob(".pytest_cache")]:
        shutil.rmtree(cache, ignore_errors=True)
    there = run("baseline", *options, "--dask", cluster, "--output", tmp_path / "there.json", cwd=tree)
    assert there.returncode == 0, there.stderr
    one, many = document(tmp_path / "here.json"), document(tmp_path / "there.json")
    assert without_times(many) == without_times(one)
    assert many["commit"]
    assert many["dirty"] is True
    results = [*many["targets"], many["suite"]]
    assert len({result["worker"] for result in results}) == 2
    assert not [result for result in [*one["targets"], one["suite"]] if "worker" in result]
    assert all(result["wall_s"]["median"] > 0 for result in results)
    assert document(tree / "baselines/main.json")["targets"] == many["targets"]
    assert "3 of 3: " in there.stderr
    assert nothing_is_left(fleet_env["TMPDIR"])


@pytest.mark.long
def test_a_run_on_workers_is_compared_with_a_baseline_of_workers(run, write_suite, cluster, fleet_env) -> None:
    root = write_suite({"tests/test_a.py": "def test_a(): pass\n"})
    assert run("baseline", *WITHOUT_SUITE, "--dask", cluster, cwd=root).returncode == 0
    done = run("compare", *WITHOUT_SUITE, "--dask", cluster, "--output", root / "compared.json", cwd=root)
    assert done.returncode == 0, done.stderr
    compared = document(root / "compared.json")
    assert (compared["mode"], compared["baseline"]) == ("stored", "main")
    assert compared["refusal"] is None
    assert [row["counts"]["same_nodeids"] for row in compared["targets"]] == [True]
    assert nothing_is_left(fleet_env["TMPDIR"])


def test_a_comparison_on_workers_says_the_same_as_on_one_machine(run, tree, cluster, fleet_env, tmp_path) -> None:
    options = ("tests/core", "--against", "HEAD", "--seed", "7", "--rounds", "1", "--warmup", "0", "--no-counters")
    here = run("compare", *options, "--output", tmp_path / "here.json", cwd=tree)
    there = run("compare", *options, "--dask", cluster, "--output", tmp_path / "there.json", cwd=tree)
    assert there.returncode == here.returncode, there.stderr
    one, many = document(tmp_path / "here.json"), document(tmp_path / "there.json")
    for side in ("base_run", "head_run"):
        assert without_times(many[side]["targets"]) == without_times(one[side]["targets"])
        assert (many[side]["commit"], many[side]["dirty"]) == (one[side]["commit"], one[side]["dirty"])
    assert many["baseline"] == one["baseline"]
    assert [row["counts"] for row in many["targets"]] == [row["counts"] for row in one["targets"]]
    workers = {
        result["name"]: {
            side: result["worker"] for side in ("base_run", "head_run") for result in many[side]["targets"]
        }
        for result in many["head_run"]["targets"]
    }
    assert all(len(set(by_side.values())) == 1 for by_side in workers.values())
    assert nothing_is_left(fleet_env["TMPDIR"])


def a_worker_that_measures(temporary: str) -> psutil.Process:
    """The process of a worker whose command has just begun."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for command in measuring(temporary):
            attendant, *above = command.parents()
            assert attendant.cmdline()[-2].endswith("attendant_program.py")
            return above[0]
        time.sleep(0.05)
    raise AssertionError("no worker measures")


def fake_distribution(directory: Path, name: str, version: str) -> str:
    """A directory that, on PYTHONPATH, makes an interpreter have another version of a distribution."""
    metadata = directory / f"{name}-{version}.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    return str(directory)


def path_without_git(directory: Path) -> str:
    """A PATH that has no git."""
    directory.mkdir()
    for name in ("sh", "env", "uname"):
        (directory / name).symlink_to(shutil.which(name) or "")
    return str(directory)


def test_workers_that_differ_or_lack_something_are_refused_by_name_and_the_others_go_on(
    run, tree, cluster, fleet_env, tmp_path
) -> None:
    other = tmp_path / "other"
    package = other / "version" / "collectbench"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('__version__ = "0.0.1"\n')
    (package / "__main__.py").touch()
    changes = {
        "with-numpy": {"PYTHONPATH": fake_distribution(other / "numpy", "numpy", "99.1")},
        "with-pytest": {"PYTHONPATH": fake_distribution(other / "pytest", "pytest", "99.2")},
        "without-git": {"PATH": path_without_git(other / "bin")},
        "with-old-version": {"PYTHONPATH": str(package.parent)},
    }
    with ExitStack() as started:
        for name, variables in changes.items():
            path = os.pathsep.join(filter(None, (variables.get("PYTHONPATH"), fleet_env.get("PYTHONPATH"))))
            started.enter_context(worker(cluster, name, {**fleet_env, **variables, "PYTHONPATH": path}))
        wait_for_workers(cluster, 6)
        done = run("baseline", *WITHOUT_SUITE, "--dask", cluster, "--output", tmp_path / "run.json", cwd=tree)
    assert done.returncode == 0, done.stderr
    notes = [note for note in document(tmp_path / "run.json")["notes"] if note.startswith("worker ")]
    said = {note.split()[1]: note for note in notes}
    assert set(said) == set(changes)
    assert "numpy 99.1 there, " in said["with-numpy"]
    assert "pytest 99.2 there, " in said["with-pytest"]
    assert said["without-git"].endswith("git is not on its PATH; install it there")
    assert f"collectbench 0.0.1 there, {collectbench.__version__} here" in said["with-old-version"]
    assert all(f"note: {note}" in done.stderr for note in notes)
    assert set(statuses(document(tmp_path / "run.json")).values()) == {"ok"}
    assert nothing_is_left(fleet_env["TMPDIR"])


def wait_for_workers(address: str, number: int) -> None:
    from distributed import Client

    client = Client(address, set_as_default=False)  # type: ignore[no-untyped-call]
    try:
        client.wait_for_workers(number, timeout=60)  # type: ignore[no-untyped-call]
    finally:
        client.close()  # type: ignore[no-untyped-call]


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MiB."""
    place = tmp_path / "full"
    place.mkdir()
    mounted = subprocess.run(
        ("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place), capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("only root can make a small file system")
    yield place
    subprocess.run(("umount", "--lazy", place), check=True)


def test_a_worker_whose_disk_is_full_is_refused_by_name(run, tree, cluster, fleet_env, full_disk, tmp_path) -> None:
    with worker(cluster, "full", {**fleet_env, "TMPDIR": str(full_disk)}):
        wait_for_workers(cluster, 3)
        done = run("baseline", *WITHOUT_SUITE, "--dask", cluster, "--output", tmp_path / "run.json", cwd=tree)
    assert done.returncode == 0, done.stderr
    (note,) = (note for note in document(tmp_path / "run.json")["notes"] if note.startswith("worker "))
    assert note.startswith("worker full on ")
    assert f"are free in {full_disk}, and " in note


def test_ctrl_c_ends_everything_and_keeps_the_finished_targets(fleet_env, write_suite, cluster) -> None:
    root = write_suite(
        {
            PYTEST_INI: OF_TESTS,
            "tests/quick/test_quick.py": "def test_quick(): pass\n",
            "tests/slow/test_slow.py": "import time\ntime.sleep(100)\ndef test_slow(): pass\n",
            "tests/slower/test_slower.py": "import time\ntime.sleep(100)\ndef test_slow(): pass\n",
        }
    )
    with subprocess.Popen(
        (sys.executable, "-m", "collectbench", "baseline", *WITHOUT_SUITE, "--dask", cluster),
        cwd=root,
        env=fleet_env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        said = ""
        while "1 of 3: tests/quick" not in said or said.count(" measures ") < 3:
            line = process.stderr.readline()
            assert line, said
            said += line
        process.send_signal(signal.SIGINT)
        said += process.stderr.read()
        assert process.wait(60) == 130, said
    assert nothing_is_left(fleet_env["TMPDIR"], within_s=0)
    kept = document(root / "baselines/main.partial.json")
    assert statuses(kept) == {"tests/quick": "ok"}
    assert "finished rounds are kept in" in said


def test_a_client_that_is_killed_leaves_nothing_on_the_workers(fleet_env, write_suite, cluster) -> None:
    slow = "import time\ntime.sleep(100)\ndef test_slow(): pass\n"
    root = write_suite({PYTEST_INI: OF_TESTS, "tests/a/test_a.py": slow, "tests/b/test_b.py": slow})
    with subprocess.Popen(
        (sys.executable, "-m", "collectbench", "baseline", *WITHOUT_SUITE, "--dask", cluster),
        cwd=root,
        env=fleet_env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        while len(measuring(fleet_env["TMPDIR"])) < 2:
            assert process.poll() is None
            time.sleep(0.1)
        process.kill()
    for directory in Path(fleet_env["TMPDIR"]).glob("collectbench-????????"):
        shutil.rmtree(directory)  # the client's own, which the next command of this project removes
    assert nothing_is_left(fleet_env["TMPDIR"])


def test_a_worker_that_does_not_answer_in_time_does_not_cost_the_answers_of_others(cluster) -> None:
    from collectbench.usecases.fleet import on_dask

    joined = on_dask.DaskCluster(cluster)
    try:
        pid = "__import__('os').getpid()"
        pids = joined.tell(pid, list(joined.members()))
        slow, quick = pids
        answers = joined.tell(
            f"__import__('time').sleep(8 * ({pid} == {pids[slow]})) or {pid}", [slow, quick], patience_s=5
        )
    finally:
        joined.close()
    assert answers[quick] == pids[quick]
    assert str(answers[slow]) == "no answer within 5 s"


def measuring(temporary: str) -> list[psutil.Process]:
    """The commands of ours that run on workers now."""
    found = (process for process in psutil.process_iter(["cmdline"]) if "--shard" in (process.info["cmdline"] or ()))
    return [process for process in found if any(temporary in word for word in process.info["cmdline"])]


def test_a_pinned_measurement_has_one_core(run, write_suite, cluster, fleet_env) -> None:
    if not hasattr(os, "sched_setaffinity"):
        pytest.skip("this system cannot pin processes")
    root = write_suite({"tests/test_a.py": "import os\nassert len(os.sched_getaffinity(0)) == 1\ndef test_a(): pass\n"})
    done = run("baseline", *WITHOUT_SUITE, "--dask", cluster, "--pin", "--output", root / "run.json", cwd=root)
    assert done.returncode == 0, done.stderr
    assert document(root / "run.json")["environment"]["cpu_count"] == 1
    assert nothing_is_left(fleet_env["TMPDIR"])


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--pin",), "--pin: it concerns --dask ADDRESS, which is not given"),
        (("--dask", "tcp://127.0.0.1:1", "--shard", "1/2"), "--shard: --dask measures all targets on workers"),
        (("--dask", "tcp://127.0.0.1:1", "--jobs", "2"), "--jobs/-j: --dask measures all targets on workers"),
        (("--dask", "nonsense://x"), "--dask nonsense://x: no scheduler answers there"),
    ],
)
def test_options_that_do_not_go_together_and_wrong_addresses_are_refused(run, tree, options, complaint) -> None:
    done = run("baseline", *options, cwd=tree)
    assert done.returncode == 2
    assert complaint in done.stderr


def test_if_a_worker_is_killed_in_the_middle_of_a_target_nothing_is_lost_and_nothing_twice(
    fleet_env, write_suite, cluster, tmp_path
) -> None:
    slow = "import time\ntime.sleep(2)\ndef test_slow(): pass\n"
    root = write_suite({PYTEST_INI: OF_TESTS, **{f"tests/{name}/test_{name}.py": slow for name in ("a", "b", "c")}})
    command = ("baseline", *WITHOUT_SUITE, "--dask", cluster, "--output", tmp_path / "run.json")
    with subprocess.Popen(
        (sys.executable, "-m", "collectbench", *map(str, command)),
        cwd=root,
        env=fleet_env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        a_worker_that_measures(fleet_env["TMPDIR"]).kill()
        said = process.stderr.read()
        assert process.wait(120) == 0, said
    assert "died while it measured" in said
    assert "is measured again as a whole" in said
    run = document(tmp_path / "run.json")
    assert statuses(run) == dict.fromkeys(("tests/a", "tests/b", "tests/c"), "ok")
    assert [len(target["samples"]) for target in run["targets"]] == [1, 1, 1]
    assert nothing_is_left(fleet_env["TMPDIR"])


KILLS_ITS_WORKER = (
    "import os, psutil, signal\n"
    "above = psutil.Process().parents()\n"
    "attendant = next(p for p in above if any(word.endswith('attendant_program.py') for word in p.cmdline()))\n"
    "os.kill(attendant.ppid(), signal.SIGKILL)\n"
    "import time; time.sleep(60)\n"
)


@pytest.mark.long
def test_a_target_that_kills_three_workers_is_crashed_and_names_them(run, write_suite, fleet_env) -> None:
    root = write_suite(
        {
            PYTEST_INI: OF_TESTS,
            "tests/bad/conftest.py": KILLS_ITS_WORKER,
            "tests/bad/test_bad.py": "def test_bad(): pass\n",
            "tests/good/test_good.py": "def test_good(): pass\n",
        }
    )
    with local_cluster(2, fleet_env) as address:  # a nanny may give up a worker that is killed while it starts
        done = run("baseline", *WITHOUT_SUITE, "--dask", address, "--output", root / "run.json", cwd=root)
    assert done.returncode == 4, done.stderr
    result = document(root / "run.json")
    assert statuses(result) == {"tests/bad": "crashed", "tests/good": "ok"}
    message = result["targets"][0]["message"]
    assert message.startswith("3 workers died while they measured it: ")
    assert message.count("tcp://") == 3
    assert nothing_is_left(fleet_env["TMPDIR"])
