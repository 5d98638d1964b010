"""Builders of runs and results: a test only gives the values that it is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from collectbench.model.run import Environment, Run, Settings, TargetResult, Tool
from collectbench.model.sample import Counts, RoundKind, Sample, Status

TOOL = Tool(name="collectbench", version="1.2.3")
ENVIRONMENT = Environment(
    python="3.11.9",
    implementation="CPython",
    pytest="8.3.5",
    plugins={"pytest-cov": "5.0.0"},
    platform="Linux",
    cpu_model="Model A",
    cpu_count=2,
    bytecode="written",
    flags={},
)


def make_sample(wall_s: float, **changes: Any) -> Sample:
    """A timed round whose CPU time is nine tenths user and one tenth system, as long as its wall time."""
    values: dict[str, Any] = {
        "kind": RoundKind.TIMED,
        "wall_s": wall_s,
        "user_s": wall_s * 0.9,
        "system_s": wall_s * 0.1,
        "peak_rss_bytes": 2**26,
        "exit_code": 0,
        "phases": {"interpreter": 0.02, "pytest-import": 0.18},
    }
    return Sample(**values | changes)


def make_result(
    walls_s: Sequence[float] = (),
    *,
    items: int = 100,
    errors: int = 0,
    warnings: int = 0,
    collection_warnings: int = 0,
    **changes: Any,
) -> TargetResult:
    """A result with one timed sample for each of the wall times; `sample` holds changes to all of them."""
    sample_changes = changes.pop("sample", {})
    values: dict[str, Any] = {
        "name": "unit",
        "paths": ("tests/unit",),
        "status": Status.OK,
        "counts": Counts(
            items=items, files=1, errors=errors, warnings=warnings, collection_warnings=collection_warnings
        ),
        "nodeids_sha256": "0" * 64,
        "samples": tuple(make_sample(wall_s, **sample_changes) for wall_s in walls_s),
    }
    return TargetResult(**values | changes)


def make_run(*targets: TargetResult, **changes: Any) -> Run:
    """A run of these targets."""
    values: dict[str, Any] = {
        "tool": TOOL,
        "created": "2025-01-01T00:00:00Z",
        "environment": ENVIRONMENT,
        "commit": None,
        "dirty": None,
        "config": Settings(),
        "targets": targets,
        "suite": None,
    }
    return Run(**values | changes)


# Of the session, so that Hypothesis may use them for many examples of one test.
@pytest.fixture(scope="session", name="sample")
def _sample() -> Callable[..., Sample]:
    return make_sample


@pytest.fixture(scope="session", name="result")
def _result() -> Callable[..., TargetResult]:
    return make_result


@pytest.fixture(scope="session", name="run")
def _run() -> Callable[..., Run]:
    return make_run


@pytest.fixture(scope="session", name="environment")
def _environment() -> Environment:
    return ENVIRONMENT


@pytest.fixture(scope="session", name="tool")
def _tool() -> Tool:
    return TOOL
