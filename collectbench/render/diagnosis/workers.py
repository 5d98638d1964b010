"""What several workers and shards cost: a table with a row for each number, and the sentences below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from collectbench.model.units import format_duration
from collectbench.model.workers import Basis, ShardCost, ShardCosts, TestTimes, WorkerCost, Workers
from collectbench.render.parts.quantities import MISSING, count, pluralize, time_scale
from collectbench.render.parts.tables import Column, Labels, Table

ALWAYS_ONE = (
    "For collection alone, one process is always best: each worker collects all tests, and no test begins before the "
    "last worker has collected. More workers repeat the work, and never collect sooner."
)
_NOTICED = 0.01
"""Smaller shares of the time are not worth a sentence."""
AUTO = "PYTEST_XDIST_AUTO_NUM_WORKERS"


def workers_title(workers: Workers) -> str:
    """Return the title: what is shown, and for which machine it holds."""
    return f"what -n N of pytest-xdist costs, on {_processors(workers.processors)}"


def workers_table(workers: Workers) -> Table:
    """Return a row for each number of workers; the columns about tests only if their durations are known."""
    costs = workers.costs
    barrier, cpu = time_scale(cost.barrier_s for cost in costs), time_scale(cost.cpu_s for cost in costs)
    columns = [
        Column(title="barrier", cells=tuple(_least(cost, barrier.amount(cost.barrier_s)) for cost in costs), drop=0),
        Column(title="× one", cells=tuple(_least(cost, _times(cost, costs[0])) for cost in costs), drop=2),
        Column(title="CPU of all", cells=tuple(cpu.amount(cost.cpu_s) for cost in costs), drop=1),
    ]
    if workers.best is not None:
        tests_s, totals_s = [cost.tests_s or 0.0 for cost in costs], [cost.total_s or 0.0 for cost in costs]
        tests, total = time_scale(tests_s), time_scale(totals_s)
        columns += [
            Column(title="tests", cells=tuple(map(tests.amount, tests_s)), drop=3),
            Column(
                title="total",
                cells=tuple(_least(cost, total.amount(each)) for cost, each in zip(costs, totals_s, strict=True)),
                drop=0,
            ),
        ]
    labels = Labels(title="N", texts=tuple(_label(cost, workers.best) for cost in costs))
    return Table(labels=(labels,), columns=tuple(columns), parts=len(costs))


def _least(cost: WorkerCost, amount: str) -> str:
    """Return a duration; a predicted one is the least."""
    return f"≥ {amount}" if cost.basis is Basis.PREDICTED else amount


def _times(cost: WorkerCost, single: WorkerCost) -> str:
    return f"{cost.barrier_s / single.barrier_s:.2f}" if single.barrier_s else MISSING


def workers_rows(workers: Workers) -> Iterator[str]:
    """Yield the table as a line for each number, for a log: `N 2: barrier 3.10 s, × one 1.04, CPU of all 5.90 s`."""
    table = workers_table(workers)
    for row, label in enumerate(table.labels[0].texts):
        yield f"N {label}: {', '.join(f'{column.title} {column.cells[row]}' for column in table.columns)}"


def _label(cost: WorkerCost, best: int | None) -> str:
    remarks = [*(["predicted"] if cost.basis is Basis.PREDICTED else []), *(["best"] if cost.workers == best else [])]
    return f"{count(cost.workers)} ({', '.join(remarks)})" if remarks else count(cost.workers)


def workers_sentences(workers: Workers) -> Iterator[str]:
    """Yield what the table means, which number is best, and what a shard costs; raw."""
    yield ALWAYS_ONE
    yield from _limits(workers)
    if workers.tests is not None and workers.best is not None:
        yield _durations(workers.tests)
        yield from _advice(workers)
    if workers.shards is not None:
        yield from _shards(workers.shards)


def _limits(workers: Workers) -> Iterator[str]:
    """Yield for which machine a row holds, if it is not for any with at least as many processors as workers."""
    here = _processors(workers.processors)
    measured = [cost for cost in workers.costs if cost.basis is Basis.MEASURED]
    if any(cost.workers > workers.processors for cost in measured):
        yield f"Rows with more workers than processors hold for {here} only."
    predicted = [count(cost.workers) for cost in workers.costs if cost.basis is Basis.PREDICTED]
    if predicted and measured:
        base = pluralize(max(cost.workers for cost in measured), "worker")
        yield (
            f"Predicted, not measured: {', '.join(predicted)}. That is the least for {here}, which share the CPU time "
            f"of all collections. With {base}, one of them took {format_duration(_cpu_of_one(measured))}."
        )


def _cpu_of_one(measured: Sequence[WorkerCost]) -> float:
    """Return the CPU seconds of one collection beside as many others as were measured."""
    last = max(measured, key=lambda cost: cost.workers)
    return last.cpu_s / max(1, last.workers)


def _durations(tests: TestTimes) -> str:
    longest = f"the longest takes {format_duration(tests.longest_s)}: {tests.longest}"
    return (
        f"Tests: {pluralize(tests.tests, 'duration')} from {tests.source}, {format_duration(tests.total_s)} together; "
        f"{longest}."
    )


def _advice(workers: Workers) -> Iterator[str]:
    best = next((cost for cost in workers.costs if cost.workers == workers.best), None)
    if best is None:  # a stored file may hold any number
        return
    single = workers.costs[0]
    total = f"{format_duration(best.total_s or 0.0)} until the last test has ended"
    value = best.workers if best.workers > 1 else 0  # with 0, no worker is started
    use = f"Use -n {value}, or {AUTO}={value} for -n auto."
    if not value:
        yield f"Best: no workers ({total}). {use}"
        return
    basis = ", as predicted" if best.basis is Basis.PREDICTED else ""
    against = f"{format_duration(single.total_s or 0.0)} without workers"
    yield (
        f"Best{basis}: {pluralize(best.workers, 'worker')} ({total}, {against}). {use} The total includes "
        f"{format_duration(workers.start_s)} in which pytest-xdist starts. It is for the longest tests first: "
        "pytest-xdist does not know durations, so it takes longer."
    )


def _shards(shards: ShardCosts) -> Iterator[str]:
    floor, divided = format_duration(shards.floor_s), format_duration(shards.divided_s)
    yield (
        f"A shard, on a machine of its own, pays {floor} before it collects (interpreter, pytest, plugins, conftests), "
        f"and at best its part of the other {divided}: modules that several shards import are loaded in each."
    )
    if shards.best is None or shards.single is None:
        return
    meaning = "Best means that the time until the last shard ends and that of all machines are smallest together."
    if shards.best.shards == 1:
        yield f"Best: one shard ({_cost(shards.single)}). {meaning}"
        return
    yield (
        f"Best: {pluralize(shards.best.shards, 'shard')} ({_cost(shards.best)}), compared with {_cost(shards.single)} "
        f"for one. {_tail(shards.best)}{meaning}"
    )


def _tail(cost: ShardCost) -> str:
    """Return how much longer the last shard runs than an even split; empty if that is next to nothing."""
    if cost.tail_s < _NOTICED * cost.wall_s:
        return ""
    return f"The last shard runs {format_duration(cost.tail_s)} longer than an even split. "


def _cost(cost: ShardCost) -> str:
    if cost.shards == 1:
        return f"{format_duration(cost.wall_s)}"
    return f"{format_duration(cost.wall_s)} until the last one ends, {format_duration(cost.machine_s)} of machine time"


def _processors(number: float) -> str:
    return "1 processor" if number == 1 else f"{number:g} processors"
