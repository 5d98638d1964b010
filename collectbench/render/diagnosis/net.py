"""In one sentence: is a proven saving saved once tests run, or only moved into them?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from collectbench.model.diagnosis import Experiment
from collectbench.model.net import Net, WorkersNet
from collectbench.model.units import format_difference, format_duration
from collectbench.render.parts.quantities import pluralize

MOVED = "moved"
REMEMBERED = "calls-remembered="
"""What interventions begin with that take values of an earlier round: no test computes them."""


def net_sentence(experiment: Experiment, net: Net) -> str:
    """Return the net of an experiment, raw.

    `0.41 s of 0.60 s saved over a full run (0.38 s to 0.44 s, 7 pairs); 0.19 s moved into tests/test_a.py::test_b, …`.
    """
    if net.full_run_s is None:
        return f"not measured: {net.reason}"
    return "; ".join(_clauses(experiment, net, net.full_run_s))


def _clauses(experiment: Experiment, net: Net, full_run_s: float) -> Iterator[str]:
    limit = "at most " if experiment.bound else ""
    doubt = f"{net.verdict}, {net.reason}: " if net.reason else ""
    extent = _extent(net.ci95, net.pairs)
    moved_s = net.moved_s or 0.0
    of = "" if moved_s < 0 else f" of {format_duration(experiment.saving_s)}"
    yield f"{doubt}{limit}{_seconds(full_run_s)}{of} saved over a full run{extent}"
    if moved_s > 0:
        into = f"{net.moved_into}, the first that uses it" if net.moved_into else "the tests"
        yield f"{format_duration(moved_s)} moved into {into}"
    elif moved_s < 0:
        yield f"{format_duration(-moved_s)} of it since the tests take less, too"
    if net.verdict == MOVED:
        yield "a full run gains no more, while --collect-only, editors and runs of other tests gain all of it"
    if net.one_file_s is not None:
        yield f"{limit}{_seconds(net.one_file_s)} saved by running {net.file} alone" + _extent(
            net.one_file_ci95, net.one_file_pairs
        )
    elif net.one_file_reason:
        yield f"running {net.file} alone was not measured: {net.one_file_reason}"
    if net.workers:
        yield _workers(net.workers, limit)
    if experiment.intervention.startswith(REMEMBERED):
        yield "a fixture would pay it again in the first test that uses the value"
    if net.flaky:
        yield f"flaky: {_few(net.flaky)}"


def _extent(ci95: tuple[float, float] | None, pairs: int) -> str:
    interval = "" if ci95 is None else f"{_seconds(ci95[0])} to {_seconds(ci95[1])}, "
    return f" ({interval}{pluralize(pairs, 'pair')})"


def _seconds(seconds: float) -> str:
    """Return a saving; one below zero with its sign."""
    return format_duration(seconds) if seconds >= 0 else format_difference(seconds)


def _workers(workers: Sequence[WorkersNet], limit: str) -> str:
    numbers = ", ".join(str(each.workers) for each in workers)
    spans = ", ".join(_span(each) for each in workers)
    return f"computed, not measured: {numbers} workers of xdist save {limit}{spans} together"


def _span(each: WorkersNet) -> str:
    least, most = _seconds(each.least_s), _seconds(each.most_s)
    return least if least == most else f"{least} to {most}"


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
