"""From a project to its run or comparison, on workers that exist in memory: what is asked, merged, missing and kept."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from collectbench import __version__
from collectbench.discovery import SUITE
from collectbench.judge.comparison import compare
from collectbench.judge.target_comparison import JudgedPairs
from collectbench.model.comparison import Change, Comparison, PartTerms, Verdict
from collectbench.model.errors import Interrupted, UsageError
from collectbench.model.run import Run, TargetResult
from collectbench.model.sample import Status
from collectbench.model.shard import Shard
from collectbench.store.baselines import load_run
from collectbench.store.documents import COMPARISON, to_document
from collectbench.store.files import read_document
from collectbench.usecases.comparing import Terms
from collectbench.usecases.fleet.cluster import State
from collectbench.usecases.fleet.comparing import FleetComparison
from collectbench.usecases.fleet.fleet import Fleet, ready_fleet
from collectbench.usecases.fleet.measuring import FleetMeasurer
from collectbench.usecases.fleet.options import FleetOptions
from collectbench.usecases.fleet.sides import sides_of
from collectbench.usecases.fleet.worker import Clock
from collectbench.usecases.measure_options import MeasureOptions
from collectbench.usecases.measuring import InterruptedRun
from collectbench.usecases.mistakes import Mistakes
from collectbench.usecases.origin import TOOL
from collectbench.usecases.project import Project, open_project
from collectbench.usecases.project_options import ProjectOptions
from collectbench.usecases.recording import new_run
from collectbench.usecases.wording import word
from fake_cluster import FakeCluster, Task, facts_of
from full_reports import made_target

NAMES = ("tests/a", "tests/b", SUITE)
GIT = ("git", "-c", "user.name=A", "-c", "user.email=a@example.org")


@dataclass
class Messages:
    """Feedback that keeps all messages."""

    said: list[str] = field(default_factory=list)
    progress: list[str] = field(default_factory=list)

    def say(self, message: str) -> None:
        self.said.append(message)

    def tell_progress(self, message: str) -> None:
        self.progress.append(message)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root: Path = tmp_path_factory.mktemp("project") / "tree"
    for name in ("a", "b"):
        (root / f"tests/{name}").mkdir(parents=True)
        (root / f"tests/{name}/test_{name}.py").write_text(f"def test_{name}(): pass\n")
    (root / "pytest.ini").write_text("[pytest]\ntestpaths = tests\n")
    for words in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message", "first")):
        subprocess.run((*GIT, *words), cwd=root, check=True)
    return root


OpenProject = Callable[..., Project]


@pytest.fixture
def opened(tree: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> OpenProject:
    monkeypatch.chdir(tree)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)

    def opening(**changes: Any) -> Project:
        measure = MeasureOptions(seed=7, rounds=2, counters=True, **changes.pop("measure", {}))
        return open_project(ProjectOptions(measure=measure, **changes), Mistakes(), lambda message: None)

    return opening


def able(**changes: object) -> dict[str, object]:
    return facts_of(collectbench=__version__, **changes)


@dataclass
class Workers:
    """Workers that measure: each target takes a second, unless `act` answers otherwise."""

    project: Project
    act: Callable[[str, str], Mapping[str, object] | Task | None] = lambda name, address: None
    environments: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    orders: list[dict[str, Any]] = field(default_factory=list)
    names: tuple[str, ...] = NAMES
    cluster: FakeCluster = field(default_factory=lambda: FakeCluster({"a:1": able(), "b:1": able()}))

    def __post_init__(self) -> None:
        self.cluster.measure = self.answer

    def answer(self, address: str, text: str) -> Task:
        order = json.loads(text)
        self.orders.append(order)
        shard = self.shard(order["arguments"])
        name = shard.names[0]
        found = self.act(name, address)
        if isinstance(found, Task):
            return found
        if found is None:
            document = self.comparison(shard) if order["arguments"][0] == "compare" else self.run(shard, address)
            found = {"exit_code": 0, "said": "", "tree": "/there", "document": json.dumps(to_document(document))}
        return Task(self.cluster, json.dumps(found).replace("'", ""))

    def shard(self, arguments: Sequence[str]) -> Shard:
        from collectbench.discovery.shards import digest_of, parts_of

        index, count = map(int, arguments[arguments.index("--shard") + 1].split("/"))
        parts = parts_of(self.names, count, {})
        return Shard(index=index, count=count, plan=self.names, own=parts[index - 1], digest=digest_of(parts))

    def run(self, shard: Shard, address: str) -> Run:
        blank = new_run(self.project)
        (name,) = shard.names
        result = made_target(name, 1.0, counters={"modules": 3})
        environment = replace(blank.environment, **self.environments.get(address, {}))  # type: ignore[arg-type]
        run = replace(blank, shard=shard, commit="0" * 40, dirty=True, environment=environment)
        return replace(run, suite=result) if name == SUITE else replace(run, targets=(result,))

    def comparison(self, shard: Shard) -> Comparison:
        head = replace(self.run(shard, "a:1"), dirty=False)
        change = Change(ratio=None, ci95=None, margin=0.1, pairs=0, p_value=None, minimum_detectable_effect=None,
                        verdict=Verdict.PASS, reason="nothing changed")  # fmt: skip
        found = compare(
            head, head, {}, None, word=word, selected=False, allow_mismatch=True, created="2026-01-01T00:00:00Z",
            tool=TOOL, baseline_name="x", paired={shard.names[0]: JudgedPairs(change=change, waits=None)},
        )  # fmt: skip
        return replace(found, part_terms=PartTerms(margin=0.1, selected=False))


OpenFleet = Callable[..., Any]


@pytest.fixture
def messages() -> Messages:
    return Messages()


def fleet_of(workers: Workers, messages: Messages, base: str | None = None, **options: Any) -> Any:
    return ready_fleet(
        workers.project,
        FleetOptions(address="fake", **options),
        messages,  # type: ignore[arg-type]
        base=base,
        connect=lambda address: workers.cluster,
        clock=Clock(now_s=lambda: workers.cluster.clock_s, sleep=workers.cluster.sleep),
    )


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where what was measured is kept."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    yield tmp_path / "temporary"
    assert not list((tmp_path / "temporary").glob("collectbench-????????"))


def by_name(run: Run) -> dict[str, TargetResult]:
    return {result.name: result for result in run.results}


def test_the_run_of_all_workers_is_whole_and_each_target_names_its_worker(opened, messages) -> None:
    project = opened()
    workers = Workers(project)
    with fleet_of(workers, messages) as fleet:
        run = FleetMeasurer(fleet=fleet)(fleet.project, messages)
    assert tuple(by_name(run)) == NAMES
    assert run.shard is None
    assert run.config == project.settings
    assert (run.commit, run.dirty) == (new_run(project).commit, False)  # not what a worker says
    assert {result.worker for result in run.results} == {"a on host", "b on host"}
    assert {result.cpu_model for result in run.results} == {""}
    assert workers.cluster.copies == set()
    assert workers.cluster.is_closed
    assert messages.said == []


def test_an_order_holds_all_options_of_the_user_and_the_tree_in_place_of_its_path(opened, messages, tree) -> None:
    project = opened(
        targets=(str(tree / "tests/a"), "tests/b"),
        pytest_args=("--ignore", f"{tree}/tests/c", f"{tree}-other"),
        depth=0,
        suite=False,
        measure={"timeout_s": 90.0, "max_time_s": 600.0, "cold": True},
    )
    workers = Workers(project, names=("tests/a", "tests/b"))
    with fleet_of(workers, messages, pin=True, show_output=True) as fleet:
        run = FleetMeasurer(fleet=fleet)(fleet.project, messages)
    assert tuple(by_name(run)) == ("tests/a", "tests/b")
    order = workers.orders[0]
    words = order["arguments"]
    assert words[:3] == ["baseline", "{collectbench-tree}/tests/a", "tests/b"]
    text = " ".join(words)
    for option in ("--depth 0", "--rounds 2", "--timeout 90.000s", "--warmup 1", "--no-suite", "--counters", "--cold",
                   "--seed 7", "--quiet", "--show-output"):  # fmt: skip
        assert f" {option}" in text
    assert 0 < float(re.search(r"--max-time ([\d.]+)s", text)[1]) < 600  # type: ignore[index]
    assert words[-3:] == ["--ignore", "{collectbench-tree}/tests/c", f"{tree}-other"]
    assert words[-4] == "--"
    assert order["pin"] is True
    assert order["cwd"] == "."
    assert order["warmup"] == []  # there is no suite
    assert "--python" not in words


def test_an_interpreter_that_the_user_names_is_named_to_the_workers_as_it_is_here(opened, messages, tree) -> None:
    import sys

    workers = Workers(opened(python=sys.executable))
    with fleet_of(workers, messages) as fleet:
        FleetMeasurer(fleet=fleet)(fleet.project, messages)
    words = workers.orders[0]["arguments"]
    assert words[words.index("--python") + 1] == sys.executable


def test_in_a_tree_that_was_never_collected_a_worker_collects_the_suite_first(opened, messages) -> None:
    workers = Workers(opened())
    with fleet_of(workers, messages) as fleet:
        FleetMeasurer(fleet=fleet)(fleet.project, messages)
    for order in workers.orders:
        name = workers.shard(order["arguments"]).names[0]
        assert bool(order["warmup"]) is (name != SUITE)
        if order["warmup"]:
            assert workers.shard(order["warmup"]).names == (SUITE,)
            assert " ".join(order["warmup"]).endswith("--quiet")
            assert "--rounds 1 --warmup 0 --no-counters" in " ".join(order["warmup"])


def test_in_a_tree_that_was_collected_before_nothing_is_collected_first(opened, messages, tree) -> None:
    cache = tree / "tests/a/__pycache__"
    cache.mkdir()
    (cache / "test_a.cpython-311-pytest-8.3.5.pyc").touch()
    try:
        workers = Workers(opened())
        with fleet_of(workers, messages) as fleet:
            FleetMeasurer(fleet=fleet)(fleet.project, messages)
    finally:
        for file in cache.iterdir():
            file.unlink()
        cache.rmdir()
    assert all(order["warmup"] == [] for order in workers.orders)


def test_times_of_two_processors_are_kept_apart(opened, messages) -> None:
    workers = Workers(opened(), environments={"b:1": {"cpu_model": "Model B", "cpu_count": 64}})
    with fleet_of(workers, messages) as fleet:
        run = FleetMeasurer(fleet=fleet)(fleet.project, messages)
    first = by_name(run)["tests/a"]
    for result in run.results:
        same = result.worker == first.worker
        assert bool(result.cpu_model) is not same
    notes = [note for note in run.notes if "another machine" in note]
    assert len(notes) == 1
    assert "CPU " in notes[0]
    assert "Model B" in notes[0]
    assert "number of CPUs" in notes[0]


def test_what_pytest_printed_on_a_worker_is_shown_with_paths_of_here(opened, messages, tree) -> None:
    workers = Workers(opened())
    shown = {"exit_code": 4, "said": "/there/tests/a: broken\n", "tree": "/there"}

    def act(name: str, address: str) -> Mapping[str, object] | None:
        if name != "tests/a":
            return None
        shard = workers.shard(["--shard", f"{workers.names.index(name) + 1}/3"])
        return {**shown, "document": json.dumps(to_document(workers.run(shard, address)))}

    workers.act = act
    with fleet_of(workers, messages) as fleet:
        FleetMeasurer(fleet=fleet)(fleet.project, messages)
    (said,) = messages.said
    assert re.fullmatch(rf"tests/a, measured by [ab] on host:\n{tree}/tests/a: broken", said)


def test_a_target_that_kills_its_workers_is_crashed_and_names_them(opened, messages) -> None:
    workers = Workers(opened())
    workers.act = lambda name, address: {"lost": "restarted"} if name == "tests/b" else None
    with fleet_of(workers, messages) as fleet:
        run = FleetMeasurer(fleet=fleet)(fleet.project, messages)
    result = by_name(run)["tests/b"]
    assert result.status is Status.CRASHED
    assert result.message.startswith("3 workers died while they measured it: ")
    assert result.paths == ("tests/b",)
    assert result.notes
    assert by_name(run)["tests/a"].status is Status.OK


def test_if_every_target_kills_its_workers_there_is_still_a_run(opened, messages) -> None:
    workers = Workers(opened())
    workers.act = lambda name, address: {"lost": "restarted"}
    with fleet_of(workers, messages) as fleet:
        run = FleetMeasurer(fleet=fleet)(fleet.project, messages)
    assert {result.status for result in run.results} == {Status.CRASHED}
    assert run.environment.cpu_model == "Model A"


def test_targets_that_the_time_limit_leaves_out_are_listed_and_a_note_says_why(opened, messages) -> None:
    project = opened(measure={"max_time_s": 600.0})
    workers = Workers(project)

    def act(name: str, address: str) -> None:
        limit_ns = project.request.begun_ns - int(601e9)
        object.__setattr__(fleets[0].project.request, "begun_ns", limit_ns)

    fleets: list[Fleet] = []
    workers.act = act
    del workers.cluster.workers["b:1"]
    with fleet_of(workers, messages) as fleet:
        fleets.append(fleet)
        run = FleetMeasurer(fleet=fleet)(fleet.project, messages)
    statuses = [result.status for result in run.results]
    assert statuses.count(Status.NOT_MEASURED) == 2
    assert "--max-time was reached after 600 s: some targets were not measured" in run.notes


def test_a_worker_that_finds_other_targets_is_refused(opened, messages) -> None:
    workers = Workers(opened())
    workers.names = ("tests/a", "tests/c", SUITE)
    with (
        pytest.raises(
            UsageError, match=r"it divides the targets otherwise .* \(only there: tests/c; only here: tests/b\)"
        ),
        fleet_of(workers, messages) as fleet,
    ):
        FleetMeasurer(fleet=fleet)(fleet.project, messages)
    assert workers.cluster.copies == set()


def test_a_document_of_another_kind_is_refused(opened, messages) -> None:
    workers = Workers(opened())
    workers.act = lambda name, address: {"exit_code": 0, "document": "{}", "said": "", "tree": ""}
    with (
        pytest.raises(UsageError, match="its document cannot be read: this is not a document of collectbench"),
        fleet_of(workers, messages) as fleet,
    ):
        FleetMeasurer(fleet=fleet)(fleet.project, messages)


def after_two(error: Callable[[], Task]) -> Callable[[str, str], Task | None]:
    """Answers two targets; what becomes of the third is `error`."""
    done: list[str] = []

    def act(name: str, address: str) -> Task | None:
        done.append(name)
        return error() if len(done) > 2 else None

    return act


def test_ctrl_c_keeps_the_finished_targets_in_the_interruption(opened, messages, monkeypatch) -> None:
    workers = Workers(opened())
    arrived: list[str] = []
    monkeypatch.setattr("collectbench.measure.process.interruption._arrived", arrived)

    def hang() -> Task:
        arrived.append("SIGINT")
        return Task(workers.cluster, "", fate=State.RUNS)

    workers.act = after_two(hang)
    with pytest.raises(InterruptedRun) as caught, fleet_of(workers, messages) as fleet:
        FleetMeasurer(fleet=fleet)(fleet.project, messages)
    assert caught.value.run is not None
    assert len(caught.value.run.results) == 2
    assert workers.cluster.copies == set()


def test_if_no_worker_is_left_the_finished_targets_are_kept_in_a_file(opened, messages, kept) -> None:
    workers = Workers(opened())
    workers.act = after_two(lambda: Task(workers.cluster, "", fate=State.LOST))
    with (
        pytest.raises(UsageError, match="the connection to the scheduler was lost"),
        fleet_of(workers, messages) as fleet,
    ):
        FleetMeasurer(fleet=fleet)(fleet.project, messages)
    (file,) = kept.glob("collectbench-kept-*/run.json")
    assert len(load_run(file).results) == 2
    assert messages.said[-1] == f"finished targets are kept in {file}"


def compared(workers: Workers, messages: Messages, terms: Terms) -> Comparison:
    sides = sides_of(workers.project, "HEAD")
    with fleet_of(workers, messages, base=sides.commit) as fleet:
        return FleetComparison(fleet=fleet, sides=sides, terms=terms).judged(messages).comparison  # type: ignore[arg-type]


def test_the_comparison_of_all_workers_is_judged_as_a_whole(opened, messages) -> None:
    project = opened()
    workers = Workers(project)
    comparison = compared(workers, messages, Terms(margin_floor=0.2, full=True))
    commit = new_run(project).commit
    assert [row.name for row in comparison.rows] == list(NAMES)
    assert comparison.verdict is Verdict.PASS
    assert comparison.baseline == f"HEAD ({commit[:10]})"  # type: ignore[index]
    assert comparison.shard is None
    assert comparison.effort is not None
    assert comparison.base_run is not None
    assert {result.worker for result in comparison.base_run.results} <= {"a on host", "b on host"}
    words = " ".join(workers.orders[0]["arguments"])
    assert words.startswith("compare --rounds 2 ")
    assert f" --against {commit} --margin 20% --full --seed 7 " in words
    assert all(order["warmup"] == [] for order in workers.orders)


def test_a_target_that_nobody_can_compare_is_an_error_of_the_comparison(opened, messages) -> None:
    workers = Workers(opened())
    workers.act = lambda name, address: {"lost": "restarted"} if name == "tests/b" else None
    comparison = compared(workers, messages, Terms())
    row = next(row for row in comparison.rows if row.name == "tests/b")
    assert row.verdict is Verdict.ERROR
    assert "3 workers died while they measured it" in row.reasons[0]
    assert comparison.verdict is Verdict.ERROR


def test_if_nobody_can_compare_anything_there_is_still_a_comparison(opened, messages) -> None:
    workers = Workers(opened())
    workers.act = lambda name, address: {"lost": "restarted"}
    assert {row.verdict for row in compared(workers, messages, Terms()).rows} == {Verdict.ERROR}


def test_finished_targets_of_a_comparison_are_kept_in_a_file(opened, messages, kept) -> None:
    workers = Workers(opened())
    workers.act = after_two(lambda: Task(workers.cluster, "", fate=State.LOST))
    with pytest.raises(UsageError, match="the connection to the scheduler was lost"):
        compared(workers, messages, Terms())
    (file,) = kept.glob("collectbench-kept-*/comparison.json")
    comparison = read_document(file, COMPARISON)
    verdicts = [row.verdict for row in comparison.rows]
    assert verdicts.count(Verdict.PASS) == 2
    assert verdicts.count(Verdict.INCONCLUSIVE) == 1
    assert messages.said[-1] == f"finished targets are kept in {file}"


def test_a_comparison_whose_document_holds_no_rounds_is_refused(opened, messages) -> None:
    workers = Workers(opened())
    whole = workers.comparison

    def without_rounds(shard: Shard) -> Comparison:
        return replace(whole(shard), base_run=None, head_run=None)

    workers.comparison = without_rounds  # type: ignore[method-assign]
    with pytest.raises(UsageError, match="its comparison holds no rounds"):
        compared(workers, messages, Terms())


def test_a_tree_that_git_filters_is_not_compared_on_workers(opened, tree) -> None:
    (tree / ".gitattributes").write_text("pytest.ini filter=lfs\n")
    try:
        with pytest.raises(UsageError, match=r"--against HEAD: git passes pytest\.ini through a filter"):
            sides_of(opened(), "HEAD")
    finally:
        (tree / ".gitattributes").unlink()


def test_a_configuration_that_names_paths_of_this_machine_is_refused(opened, messages, tree) -> None:
    ini = tree / "pytest.ini"
    before = ini.read_text()
    ini.write_text(f"{before}addopts = --ignore={tree}/tests/c\n")
    try:
        workers = Workers(opened())
        with (
            pytest.raises(UsageError, match=rf"--dask: addopts in .* name {tree}/tests/c"),
            fleet_of(workers, messages),
        ):
            pass
    finally:
        ini.write_text(before)


def test_interrupted_before_any_target_is_finished_there_is_no_run(opened, messages, monkeypatch) -> None:
    workers = Workers(opened())
    arrived: list[str] = []
    monkeypatch.setattr("collectbench.measure.process.interruption._arrived", arrived)
    workers.cluster.each_look = lambda: arrived.append("SIGTERM")
    with pytest.raises(Interrupted, match="SIGTERM"), fleet_of(workers, messages):
        pass
    assert workers.cluster.is_closed
