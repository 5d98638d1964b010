"""What a comparison of many targets on a fleet of workers would take, find and miss: a simulation.

Usage: .venv/bin/python scripts/simulate_fleet.py [--targets N] [--workers N,N,…] [--times RUN...] [--seed N] …

Prints four tables: the end of the comparison beside a lower bound, with workers that die or are slower; the megabytes
through the scheduler; false alarms and power of collectbench's own test; and where it breaks. The times of targets are
log-normal, as fitted to pandas and sympy, or to the runs in `--times`. docs/scale.md says where each default comes from
and holds the figures. The same options and seed print the same. False alarms and power take an hour, the other tables
(`--tables time,limits`) seconds.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median, pstdev

from collectbench.judge.paired.figures import CPU, WAITS
from collectbench.judge.paired.panel import LOOKS
from collectbench.measure.session.error_shares import share_of
from collectbench.store.baselines import load_run
from fleet_power import (
    Noise,
    detectable_growth,
    error_of_estimate,
    false_alarms,
    least_pairs_to_fail,
    pairs_taken,
    power,
)
from fleet_schedule import Fleet, Task, bound_s, run_fleet

TABLES = ("time", "power", "alarms", "limits")
SUITE = "suite"
GROWTHS = (0.1, 0.2, 0.3, 0.5)
MOST_PAIRS = 60
"""As `--max-time` allows at most."""
MEGABYTE = 1e6
SCHEDULES = 20
"""Drawn days for each row: the median of them is shown."""
HEARTBEAT_S = ((10, 0.5), (50, 1.0), (200, 2.0))
"""Dask's seconds between two heartbeats of a worker, below so many workers: `heartbeat_interval` in its scheduler."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What a target costs beside its rounds, in seconds, and how its rounds relate to a timed one.

    Attributes:
        fixed_s: opening the project, a look at the user's tree, two worktrees, judging, writing the document.
        compile_s: what the first round of each side takes more, since a fresh worktree has no bytecode.
        warmups: rounds of each side before counting.
        counted: of each side.
        counted_ratio: the time of a counted round over that of a timed one.
        reference_s: the reference workload before each timed round.
    """

    fixed_s: float
    compile_s: float
    warmups: int = 1
    counted: int = 2
    counted_ratio: float = 1.2
    reference_s: float = 0.12

    def of_target(self, round_s: float, pairs: int) -> float:
        """The seconds of a target whose timed round takes `round_s`."""
        preparing_s = 2 * (self.warmups + self.counted * self.counted_ratio) * round_s
        return self.fixed_s + 2 * self.compile_s + preparing_s + 2 * pairs * (round_s + self.reference_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What is drawn anew for each simulated comparison: its targets, and how slow each worker is."""

    tasks: tuple[Task, ...]
    slowness: tuple[float, ...]


def drawn_tasks(options: argparse.Namespace, pairs: Sequence[int], source: random.Random) -> tuple[Task, ...]:
    """The targets of one comparison. The client knows only the seconds of one round, as they were on another day."""
    costs = Costs(fixed_s=options.fixed_s, compile_s=options.compile_s)
    tasks = []
    for _ in range(options.targets):
        round_s = math.exp(source.gauss(math.log(options.median_s), options.spread))
        known_s = round_s * math.exp(source.gauss(0, options.baseline_error))
        number = source.choice(pairs) if source.random() < options.changed else 0
        tasks.append(Task(expected_s=known_s, true_s=costs.of_target(round_s, number), pairs=number))
    return tuple(tasks)


def drawn_slowness(workers: int, spread: float, source: random.Random) -> tuple[float, ...]:
    """How many seconds each worker takes for one of the quickest: up to `spread` more."""
    return tuple(1 + source.uniform(0, spread) for _ in range(workers))


def fleet_of(options: argparse.Namespace, slowness: tuple[float, ...], *, dying: bool) -> Fleet:
    """The fleet that the options describe."""
    return Fleet(
        slowness=slowness,
        archive_bytes=options.archive_mb * MEGABYTE,
        bytes_per_s=options.link_mb_per_s * MEGABYTE,
        mean_life_s=options.mean_life_h * 3600 if dying else None,
    )


def schedule_rows(options: argparse.Namespace, pairs: Sequence[int]) -> Iterator[tuple[str, ...]]:
    """One row for each number of workers and each kind of fleet: medians over the simulated days."""
    for workers in options.workers:
        for spread, dying, name in (
            (0.0, False, "all alike"),
            (0.0, True, "some die"),
            (options.speed_spread, False, "some are slower"),
            (options.speed_spread, True, "some are slower, some die"),
        ):
            makespans, bounds, deaths, megabytes = [], [], [], []
            for day in range(options.days):
                source = random.Random(f"{options.seed}/{workers}/{day}")
                tasks = drawn_tasks(options, pairs, source)
                fleet = fleet_of(options, drawn_slowness(workers, spread, source), dying=dying)
                outcome = run_fleet(tasks, fleet, source.getrandbits(32))
                makespans.append(outcome.makespan_s)
                bounds.append(bound_s(tasks, fleet))
                deaths.append(outcome.deaths)
                documents_mb = options.targets * options.document_kb / 1000
                megabytes.append(outcome.archives * options.archive_mb + documents_mb)
            ratios = [makespan_s / bound for makespan_s, bound in zip(makespans, bounds, strict=True)]
            yield (
                f"{workers:,}", name, duration(median(makespans)), duration(median(bounds)), f"{median(ratios):.2f}",
                f"{max(ratios):.2f}", f"{median(deaths):g}", f"{median(megabytes):,.0f} MB",
            )  # fmt: skip


def shares(options: argparse.Namespace) -> dict[str, tuple[float, int]]:
    """Ways to share the error: by name the share of a timed target, and how many targets are timed.

    One panel shares it among the targets that are timed. A part does not know how many those are, so all names count:
    its share is the same, whether or not the others are timed.
    """
    names = [f"t{number}" for number in range(options.targets)]
    timed = max(1, round(options.changed * options.targets))
    group = share_of(names, [*names, SUITE], SUITE)
    return {
        "one target alone": (1.0, 1),
        "10 timed targets on one machine, no suite": (1 / 10, 10),
        f"{timed:,} timed of {options.targets:,} on one machine, with a suite": (group / timed, timed),
        f"{options.targets:,} parts, no suite": (share_of(names[:1], names, None), options.targets),
        f"{options.targets:,} parts, with a suite": (share_of(names[:1], [*names, SUITE], SUITE), options.targets),
    }


def power_rows(options: argparse.Namespace, noise: Noise) -> Iterator[tuple[str, ...]]:
    """One row for each way to share the error: how often a growth fails, which one is detected in four of five cases.

    The latter within the usual pairs, and within `MOST_PAIRS`; then the pairs after which anything can fail.
    """
    error = error_of_estimate(noise, LOOKS[-1], draws=min(options.draws, 50), seed=options.seed)
    for name, (share, _) in shares(options).items():
        found = [power(share, noise, growth, draws=options.draws, seed=options.seed) for growth in GROWTHS]
        detected = [detectable_growth(share, error, most) for most in (LOOKS[-1], MOST_PAIRS)]
        least = [least_pairs_to_fail(share, figure, MOST_PAIRS) for figure in (CPU, WAITS)]
        yield (name, *map(percent, found), *(f"+{percent(each)}" if each else "none" for each in detected),
               *(f"{each}" if each else "never" for each in least))  # fmt: skip


def alarm_rows(options: argparse.Namespace, noise: Noise) -> Iterator[tuple[str, ...]]:
    """One row for each way to share the error: how many comparisons have a false alarm.

    Growth by the margin itself is the hardest case. There the test draws most flips, so there are fewer comparisons.
    """
    for name, (share, timed) in shares(options).items():
        cells = []
        for growth, comparisons in ((0.0, options.comparisons), (0.1, max(1, options.comparisons // 10))):
            found = false_alarms(share, noise, growth, timed=timed, comparisons=comparisons, seed=options.seed)
            cells.append(f"{found} of {comparisons:,}")
        yield (name, f"{timed:,}", *cells)


def limit_rows(options: argparse.Namespace, pairs: Sequence[int]) -> Iterator[tuple[str, ...]]:
    """Where it breaks: one figure for each limit, at the largest number of workers."""
    workers = max(options.workers)
    tasks = drawn_tasks(options, pairs, random.Random(f"{options.seed}/limits"))
    total_s, longest_s = math.fsum(task.true_s for task in tasks), max(task.true_s for task in tasks)
    interval_s = next((seconds for most, seconds in HEARTBEAT_S if workers < most), workers / 200 + 1)
    link = options.link_mb_per_s
    yield "documents through the scheduler", f"{options.targets * options.document_kb / 1000:,.0f} MB"
    yield f"archives of {options.archive_mb:g} MB to {workers:,} workers", duration(workers * options.archive_mb / link)
    yield f"archives of 1 GB to {workers:,} workers", duration(workers * 1000 / link)
    yield "heartbeats at the scheduler", f"{workers / interval_s:,.0f} a second"
    unchanged_s = math.fsum(task.true_s for task in tasks if not task.pairs)
    yield "work for targets that did not change, of all work", percent(unchanged_s / total_s)
    fixed_s = options.targets * (options.fixed_s + 2 * options.compile_s)
    yield "opening, worktrees and bytecode, of all work", percent(fixed_s / total_s)
    yield "the longest target", duration(longest_s)
    yield "workers beyond which the longest target is the bound", f"{total_s / longest_s:,.0f}"


def percent(fraction: float) -> str:
    """A fraction as a percentage."""
    return f"{fraction:.1%}".replace("%", " %")


def duration(seconds: float) -> str:
    """Seconds, minutes or hours, as people say it."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def show_table(head: Sequence[str], rows: Iterator[tuple[str, ...]]) -> None:
    """Print a table in Markdown, each row once it is known."""
    print()
    for line in (head, ["---"] * len(head)):
        print(f"| {' | '.join(line)} |")
    for row in rows:
        print(f"| {' | '.join(row)} |", flush=True)


def fit(files: Sequence[Path]) -> tuple[float, float]:
    """The median in seconds and the spread (of the logarithm) of the targets' median wall times in stored runs."""
    walls_s = [target.wall_s.median for file in files for target in load_run(file).targets if target.wall_s]
    logs = list(map(math.log, walls_s))
    return math.exp(fmean(logs)), pstdev(logs)


def show(options: argparse.Namespace) -> None:
    """Print the tables."""
    noise = Noise(deviation=options.noise, correlation=options.correlation)
    part = share_of(["t"], [f"t{number}" for number in range(options.targets - 1)] + ["t", SUITE], SUITE)
    pairs = pairs_taken(noise, part, options.draws, options.seed)
    times = f"a median of {options.median_s:.2f} s, spread {options.spread:.2f}"
    taken = f"{options.changed:.0%} need pairs, {fmean(pairs):.1f} on average"
    print(f"{options.targets:,} targets, {times}; {taken}; {options.days} days")
    grown = [f"+{growth:.0%}".replace("%", " %") for growth in GROWTHS]
    powers = ("a target fails", *grown, "detects", f"in {MOST_PAIRS} pairs", "CPU: pairs", "waits: pairs")
    timing = ("workers", "fleet", "makespan", "lower bound", "ratio", "largest ratio", "deaths", "megabytes")
    alarms = ("comparisons with a false alarm", "timed", "nothing changed", "all grew by the margin")
    tables = {
        "time": lambda: show_table(timing, schedule_rows(options, pairs)),
        "power": lambda: show_table(powers, power_rows(options, noise)),
        "alarms": lambda: show_table(alarms, alarm_rows(options, noise)),
        "limits": lambda: show_table(("limit", "figure"), limit_rows(options, pairs)),
    }
    for name in options.tables:
        tables[name]()


def names_of_tables(text: str) -> tuple[str, ...]:
    """The tables that are wanted."""
    names = tuple(text.split(","))
    if unknown := set(names) - set(TABLES):
        raise argparse.ArgumentTypeError(f"{', '.join(sorted(unknown))}: not one of {', '.join(TABLES)}")
    return names


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--targets", type=int, default=3000)
    parser.add_argument("--workers", type=lambda text: tuple(map(int, text.split(","))), default=(1, 10, 100))
    parser.add_argument("--times", type=Path, nargs="+", help="runs, to whose targets the times are fitted")
    parser.add_argument("--median-s", type=float, default=1.77, help="of a timed round")
    parser.add_argument("--spread", type=float, default=0.53, help="of the logarithm of the times of targets")
    parser.add_argument("--changed", type=float, default=0.05, help="share of the targets that need pairs")
    parser.add_argument("--fixed-s", type=float, default=7.9, help="of each target, beside its rounds")
    parser.add_argument("--compile-s", type=float, default=2.5, help="of each side of a target, in its first round")
    parser.add_argument("--baseline-error", type=float, default=0.15, help="spread of a target from day to day")
    parser.add_argument("--speed-spread", type=float, default=0.2, help="how much longer the slowest worker takes")
    parser.add_argument("--mean-life-h", type=float, default=2.0, help="hours until a worker dies, on average")
    parser.add_argument("--archive-mb", type=float, default=100.0)
    parser.add_argument("--document-kb", type=float, default=300.0)
    parser.add_argument("--link-mb-per-s", type=float, default=125.0, help="of the scheduler: 1 Gbit/s")
    parser.add_argument("--noise", type=float, default=Noise().deviation, help="of the logarithm of a round's CPU time")
    parser.add_argument("--correlation", type=float, default=Noise().correlation, help="of neighbouring rounds")
    parser.add_argument("--days", type=int, default=SCHEDULES)
    parser.add_argument("--draws", type=int, default=100, help="comparisons for each figure of the power")
    parser.add_argument("--comparisons", type=int, default=1000, help="for each figure of the false alarms")
    parser.add_argument("--tables", type=names_of_tables, default=TABLES, metavar="NAME,NAME,…")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    if options.times:
        options.median_s, options.spread = fit(options.times)
    show(options)


if __name__ == "__main__":
    main()
