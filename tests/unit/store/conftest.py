"""Recordings as small as can be, one as large as they get, and a directory that any user may enter."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from collectbench.model.comparison import (
    Budget,
    Change,
    Check,
    Comparison,
    CountsChange,
    TargetComparison,
    Verdict,
)
from collectbench.model.run import Environment, Run, Settings, Summary, TargetResult, Tool
from collectbench.model.sample import PHASES, Counts, Noise, RoundKind, Sample, Status
from collectbench.model.target import Limits

COUNTS = Counts(items=120, files=9, errors=0, warnings=2, collection_warnings=1)


@pytest.fixture
def run() -> Run:
    environment = Environment(
        python="3.12.4",
        implementation="CPython",
        pytest="8.3.2",
        plugins={"pytest-cov": "5.0.0", "anyio": "4.4.0"},
        platform="Linux-6.1-x86_64",
        cpu_model="Some CPU @ 2.40GHz",
        cpu_count=4,
        bytecode="written",
        flags={"PYTHONHASHSEED": "0"},
    )
    sample = Sample(
        kind=RoundKind.TIMED,
        wall_s=1.0 / 3,
        user_s=0.25,
        system_s=0.0625,
        peak_rss_bytes=64 * 2**20,
        exit_code=0,
        phases={name: 1.0 / (3 + position) for position, name in enumerate(PHASES)},
        noise=Noise(load_1m=0.42, cpu_pressure=0.0123456789, steal_s=0.0),
        voluntary_switches=17,
    )
    summary = Summary(median=1.0 / 3, min=0.3, max=0.4, ci95=(0.31, 0.39))
    target = TargetResult(
        name="tests/a",
        paths=("tests/a",),
        status=Status.OK,
        counts=COUNTS,
        nodeids_sha256="0" * 64,
        wall_s=summary,
        cpu_s=summary,
        peak_rss_bytes=summary,
        phases=sample.phases,
        memory_timeline=((0.02, 2**20), (0.12, 64 * 2**20)),
        samples=(replace(sample, kind=RoundKind.WARMUP), sample),
    )
    return Run(
        tool=Tool(name="collectbench", version="0.1.0"),
        created="2026-01-01T00:00:00Z",
        environment=environment,
        commit="0123456789abcdef",
        dirty=False,
        config=Settings(python="python", limits={"tests/a": Limits(budget_s=5.0, min_items=100)}),
        targets=(target, replace(target, name="tests/b", paths=("tests/b",))),
        suite=replace(target, name="suite", paths=("tests",)),
        notes=("the work tree was clean",),
    )


@pytest.fixture
def comparison(run: Run) -> Comparison:
    check = Check(key="budget", limit=5.0, measured=1.0 / 3, verdict=Verdict.PASS, reason="2 of 2 under half of it")
    change = Change(
        ratio=1.02,
        ci95=(0.98, 1.06),
        margin=0.1,
        pairs=None,
        p_value=None,
        minimum_detectable_effect=0.04,
        verdict=Verdict.PASS,
        reason="the interval lies below the margin",
    )
    target = TargetComparison(
        name="tests/a",
        verdict=Verdict.PASS,
        reasons=("budget 5 s held",),
        budget=Budget(verdict=Verdict.PASS, checks=(check,)),
        change=change,
        counters=None,
        counts=CountsChange(base=COUNTS, head=COUNTS, same_nodeids=True),
    )
    return Comparison(
        tool=run.tool,
        created=run.created,
        mode="stored",
        verdict=Verdict.PASS,
        reasons=("all 1 targets pass",),
        baseline="main",
        environment=run.environment,
        targets=(target,),
        suite=None,
    )


@pytest.fixture
def large_run(run: Run) -> Run:
    """As many targets and rounds as the pandas suite has, with a long memory timeline each."""
    timeline = tuple((position / 7, 2**30 + position) for position in range(60))
    target = replace(run.targets[0], samples=run.targets[0].samples[1:] * 11, memory_timeline=timeline)
    noise = Noise(**dict.fromkeys(Noise.__dataclass_fields__, 0.123456789012345))
    target = replace(target, samples=tuple(replace(sample, noise=noise) for sample in target.samples))
    names = [f"pandas/tests/some_directory_{number}" for number in range(35)]
    return replace(run, targets=tuple(replace(target, name=name) for name in names), suite=target)


@pytest.fixture
def public_directory() -> Iterator[Path]:
    """A directory whose parents are open too, unlike those of tmp_path: for tests that drop their rights."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        directory.chmod(0o755)
        yield directory
