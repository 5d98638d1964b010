"""The JSON that pytest-benchmark stores, for `pytest-benchmark compare` and the services that read it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from collectbench.model.comparison import Comparison
from collectbench.model.errors import UsageError
from collectbench.model.report import RunReport, has_figures
from collectbench.model.run import Environment, Run, TargetResult
from collectbench.render.parts.escape import IN_JSON, printable
from collectbench.render.parts.format import Format
from collectbench.render.parts.json import dump_json
from collectbench.render.parts.options import RenderOptions

FORMAT_VERSION = "5.0.0"
"""The version of pytest-benchmark that writes this structure."""


def _render_report(report: RunReport, options: RenderOptions) -> str:
    return _render_run(report.run)


def _render_comparison(comparison: Comparison, options: RenderOptions) -> str:
    """Return the head of a comparison.

    Raises:
        UsageError: the comparison has no samples, because it was stored without its head run.
    """
    if comparison.head_run is None:
        raise UsageError("pytest-benchmark: this comparison has no raw samples; export its head run instead")
    return _render_run(comparison.head_run)


FORMAT = Format(
    name="pytest-benchmark", renderers={RunReport: _render_report, Comparison: _render_comparison}, escape=IN_JSON
)


def _render_run(run: Run) -> str:
    """Return the raw wall seconds of a run, one benchmark for each target, ending in a newline."""
    data = {
        "machine_info": _machine(run.environment),
        "commit_info": _commit(run),
        "benchmarks": [_benchmark(result) for result in run.results if has_figures(result) and result.timed()],
        "datetime": run.created.replace("Z", "+00:00"),
        "version": FORMAT_VERSION,
    }
    return dump_json(data, indent=2)


def _machine(environment: Environment) -> dict[str, Any]:
    """Return the known facts of the machine, under the names that pytest-benchmark uses."""
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
