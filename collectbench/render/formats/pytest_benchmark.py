"""The JSON that pytest-benchmark stores, for `pytest-benchmark compare` and the services that read it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from collectbench.model.comparison import Comparison
from collectbench.model.errors import UsageError
from collectbench.model.report import RunReport, has_figures
from collectbench.model.run import Environment, Run, TargetResult
from collectbench.render.formats.json import dump
from collectbench.render.parts.escape import printable
from collectbench.render.parts.options import Renderer, RenderOptions

FORMAT_VERSION = "5.0.0"
"""The version of pytest-benchmark whose form this is."""


def _report(report: RunReport, options: RenderOptions) -> str:
    return _render(report.run)


def _comparison(comparison: Comparison, options: RenderOptions) -> str:
    """The head of a comparison.

    Raises:
        UsageError: the comparison was stored without the run that it judged, so that there are no samples.
    """
    if comparison.head_run is None:
        raise UsageError("pytest-benchmark: this comparison holds no raw samples; export the run that it judged")
    return _render(comparison.head_run)


RENDERERS: dict[type, Renderer] = {RunReport: _report, Comparison: _comparison}


def _render(run: Run) -> str:
    """A run as its raw wall seconds, one benchmark for each target, ending in a newline."""
    results = run.results
    data = {
        "machine_info": _machine(run.environment),
        "commit_info": _commit(run),
        "benchmarks": [_benchmark(result) for result in results if has_figures(result) and result.timed()],
        "datetime": run.created.replace("Z", "+00:00"),
        "version": FORMAT_VERSION,
    }
    return dump(data, indent=2)


def _machine(environment: Environment) -> dict[str, Any]:
    """What is known of the machine, under the names that pytest-benchmark uses."""
    return {
        "system": environment.platform.partition("-")[0],
        "release": environment.platform,
        "processor": environment.cpu_model,
        "python_implementation": environment.implementation,
        "python_version": environment.python,
        "cpu": {"brand_raw": environment.cpu_model, "count": environment.cpu_count},
    }


def _commit(run: Run) -> dict[str, Any]:
    return {
        "id": run.commit or "unversioned",
        "time": None,
        "author_time": None,
        "dirty": bool(run.dirty),
        "project": "",
        "branch": "(unknown)",
    }


def _benchmark(result: TargetResult) -> dict[str, Any]:
    from collectbench.judge.spread import spread

    walls_s = [sample.wall_s for sample in result.timed()]
    name = printable(result.name)
    return {
        "group": None,
        "name": name,
        "fullname": name,
        "params": None,
        "param": None,
        "extra_info": {
            "cpu_s": [sample.cpu_s for sample in result.timed()],
            "items": result.counts.items if result.counts else None,
        },
        "options": {},
        "stats": {**asdict(spread(walls_s)), "iterations": 1, "data": walls_s},
    }
