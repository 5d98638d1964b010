"""Costs of the parent process that must not grow faster than what is measured.

Run with: .venv/bin/python -m pytest tests/benchmarks   (not part of scripts/test; needs pytest-benchmark)

Each cost is timed at one size and at ten times that; the larger may take at most GROWTH times as long. The table of
pytest-benchmark shows the figures, and `--benchmark-autosave` with `--benchmark-compare` holds them against earlier
ones.
"""

from __future__ import annotations

import gc
import random
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest

from collectbench.discovery import discovered_plan
from collectbench.judge.comparison import compare
from collectbench.judge.statistics import is_tight, lower_half_log_mean, summary
from collectbench.measure.round.probe_report import read_node_ids
from collectbench.model.inspection import Inspection
from collectbench.model.run import Environment, Run, Settings, TargetResult, Tool
from collectbench.model.sample import PHASES, Counts, RoundKind, Sample, Status
from collectbench.render.formats import render
from collectbench.render.parts.options import RenderOptions
from collectbench.store.baselines import load_run, save_run

Work = Callable[[], object]
MakeWork = Callable[[Path, int], Work]

PANDAS_ITEMS = 216_000
GROWTH = 20.0
"""Ten times as much may take this much longer: caches and memory make it more than ten, a square would be a hundred."""


def reading_node_ids(folder: Path, size: int) -> Work:
    """`size` items in files of 200, as long as those of pandas."""
    ids = (f"pandas/tests/frame/methods/test_{n // 200}.py::TestSomething::test_case[{n}-int64]" for n in range(size))
    (folder / "ids").write_text("".join(f"{nodeid}\0" for nodeid in ids))
    return lambda: read_node_ids(folder)


def statistics(_folder: Path, size: int) -> Work:
    """Everything that is computed of the ten rounds of `size` targets."""
    source = random.Random(1)
    rounds = [[source.uniform(1, 2) for _ in range(10)] for _ in range(size)]
    return lambda: [(summary(values), is_tight(values), lower_half_log_mean(values)) for values in rounds]


def saving(folder: Path, size: int) -> Work:
    """A run of `size` targets."""
    run = run_of(size)
    return lambda: save_run(run, folder, "main")


def loading(folder: Path, size: int) -> Work:
    """The same, back from its file."""
    path = save_run(run_of(size), folder, "main")
    return lambda: load_run(path)


def comparing_and_showing(_folder: Path, size: int) -> Work:
    """Two runs of `size` targets, judged and as text."""
    run = run_of(size)

    def work() -> str:
        comparison = compare(
            run,
            run,
            {},
            None,
            selected=False,
            allow_mismatch=False,
            created=run.created,
            tool=run.tool,
            baseline_name="main",
        )
        return render(comparison, "text", RenderOptions(width=100))

    return work


def discovering(folder: Path, size: int) -> Work:
    """A tree of `size` test files, ten in a folder, ten folders in one above."""
    for number in range(size):
        path = folder / "tests" / f"area{number // 100}" / f"part{number // 10 % 10}" / f"test_{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    asked = Inspection(
        python="3.11.7",
        implementation="cpython",
        pytest="9.0.1",
        complete=True,
        rootdir=folder,
        testpaths=("tests",),
        norecursedirs=(".*", "build"),
        plugins={},
    )
    return lambda: discovered_plan(folder, folder, asked, depth=2)


COSTS: dict[str, tuple[MakeWork, int]] = {
    "node ids": (reading_node_ids, PANDAS_ITEMS),
    "statistics": (statistics, 1000),
    "saving": (saving, 200),
    "loading": (loading, 200),
    "comparing": (comparing_and_showing, 1000),
    "discovery": (discovering, 2000),
}
"""Each with its larger size; that of pandas where there is one (43 targets, 216,000 items)."""


def run_of(targets: int, rounds: int = 10) -> Run:
    """A run as large as they get: `targets` with `rounds` samples each."""
    source = random.Random(1)
    results = tuple(result_of(f"pandas/tests/area{number}", rounds, source) for number in range(targets))
    return Run(
        tool=Tool(name="collectbench", version="0"),
        created="2026-01-02T03:04:05Z",
        environment=Environment(
            python="3.11.7",
            implementation="cpython",
            pytest="9.0.1",
            plugins={},
            platform="Linux",
            cpu_model="A processor",
            cpu_count=2,
            bytecode="written",
            flags={},
        ),
        commit=None,
        dirty=None,
        config=Settings(),
        targets=results,
        suite=None,
    )


def result_of(name: str, rounds: int, source: random.Random) -> TargetResult:
    """One target with all that is stored of it."""
    samples = tuple(
        Sample(
            kind=RoundKind.TIMED,
            wall_s=source.uniform(1, 1.1),
            user_s=source.uniform(0.8, 0.9),
            system_s=source.uniform(0.1, 0.2),
            peak_rss_bytes=source.randrange(10**8, 2 * 10**8),
            exit_code=0,
            phases={phase: source.uniform(0.1, 0.2) for phase in PHASES},
        )
        for _ in range(rounds)
    )
    return TargetResult(
        name=name,
        paths=(name,),
        status=Status.OK,
        counts=Counts(items=5000, files=25, errors=0, warnings=0, collection_warnings=0),
        nodeids_sha256="0" * 64,
        wall_s=summary([sample.wall_s for sample in samples]),
        cpu_s=summary([sample.cpu_s for sample in samples]),
        peak_rss_bytes=summary([sample.peak_rss_bytes for sample in samples]),
        phases=dict(samples[0].phases),
        memory_timeline=tuple((step / 20, 10**8) for step in range(60)),
        samples=samples,
    )


@pytest.mark.parametrize("cost", COSTS)
def test_the_cost_at_its_larger_size(benchmark, tmp_path, cost) -> None:
    make, size = COSTS[cost]
    benchmark.pedantic(make(tmp_path, size), rounds=5, warmup_rounds=1)


@pytest.mark.parametrize("cost", COSTS)
def test_a_cost_does_not_grow_faster_than_what_is_measured(tmp_path, cost) -> None:
    make, size = COSTS[cost]
    found = {}
    for scale in (size // 10, size):
        folder = tmp_path / str(scale)
        folder.mkdir()
        found[scale] = cpu_s(make(folder, scale))
    assert found[size] <= GROWTH * found[size // 10]


def cpu_s(work: Work) -> float:
    """The least CPU time of five calls, after one that warms up."""
    work()
    gc.collect()
    seconds = []
    for _ in range(5):
        begin = process_time()
        work()
        seconds.append(process_time() - begin)
    return min(seconds)


def test_a_stored_run_of_pandas_stays_under_a_mebibyte(tmp_path) -> None:
    assert save_run(run_of(43), tmp_path, "main").stat().st_size < 2**20
