"""Whether the parts of `--shard auto` take about as long, and hold each target once: on any project.

Usage: .venv/bin/python scripts/shard_balance.py DIRECTORY --second RUN [--python PROGRAM] [--parts N,N,…] [TARGET...]

DIRECTORY is in a git repository whose HEAD has a baseline. RUN was recorded at another time: it tells how long the
parts really take, since the baseline that divides them would flatter them. To make both:

    collectbench baseline TARGET --depth 1 --no-suite --rounds 3      # then commit baselines/main.json
    collectbench baseline TARGET --depth 1 --no-suite --rounds 3 --name second

The plan comes from the options as `baseline` reads them, the number of the part from the variables of each CI service,
the times from the committed baseline, and the parts from the same function that divides them there.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from collectbench.discovery.plans import Plan
from collectbench.discovery.shard_numbers import SERVICES, chosen_shard
from collectbench.discovery.shards import names_of, part_of
from collectbench.measure.process.interruption import signals_noted
from collectbench.measure.process.launch import launch
from collectbench.model.run import Run
from collectbench.store.baselines import load_run
from collectbench.usecases.mistakes import Mistakes
from collectbench.usecases.project import open_project
from collectbench.usecases.project_options import ProjectOptions
from collectbench.usecases.shard_lengths import committed_seconds
from pairs import machine


def whole_plan(options: argparse.Namespace) -> Plan:
    """The plan of the project in the current directory, as `baseline` makes it."""
    wanted = ProjectOptions(
        targets=tuple(options.targets), depth=options.depth, python=options.python, suite=options.suite
    )
    return open_project(wanted, Mistakes(), lambda text: print(text, file=sys.stderr)).plan


def variables(count: int) -> Iterator[tuple[str, str, list[dict[str, str]]]]:
    """Each CI service: its name for the index, the value of `--shard`, and the variables of each of its jobs."""
    for service in SERVICES:
        shard = "auto" if service.total else f"auto/{count}"
        jobs = [
            {service.index: str(service.first + number)}
            | ({service.total: str(count)} if service.total else {})
            | ({service.only_with: "true"} if service.only_with else {})
            for number in range(count)
        ]
        yield f"{service.index}{f' with {service.only_with}' if service.only_with else ''}", shard, jobs


def parts_of_jobs(
    plan: Plan, shard: str, jobs: Sequence[Mapping[str, str]], seconds: Mapping[str, float]
) -> list[tuple[str, ...]]:
    """The names of the part of each job.

    Raises:
        SystemExit: together they are not the whole plan, or a target is in two of them.
    """
    parts = [names_of(part_of(plan, chosen_shard(shard, job), seconds)) for job in jobs]
    together = [name for part in parts for name in part]
    if sorted(together) != sorted(names_of(plan)):
        sys.exit(f"--shard {shard} in {jobs}: the parts are not the whole plan, each target once: {together}")
    return parts


def division(plan: Plan, count: int, seconds: Mapping[str, float]) -> list[tuple[str, ...]]:
    """The parts, which are the same by the variables of each service.

    Raises:
        SystemExit: they are not.
    """
    found = [parts_of_jobs(plan, shard, jobs, seconds) for _, shard, jobs in variables(count)]
    if any(parts != found[0] for parts in found):
        sys.exit(f"{count} parts: the services divide the plan differently")
    return found[0]


def row(parts: Sequence[Sequence[str]], times_s: Mapping[str, float]) -> tuple[str, ...]:
    """The figures of one division: the mean and the longest part, what divides them, and the longest target."""
    loads_s = [math.fsum(times_s[name] for name in part) for part in parts]
    mean_s, longest_s = math.fsum(loads_s) / len(loads_s), max(loads_s)
    target = max((name for part in parts for name in part), key=times_s.__getitem__)
    bound_s = max(mean_s, times_s[target])
    return (
        f"{len(parts)}", f"{mean_s:.2f} s", f"{min(loads_s):.2f} s", f"{longest_s:.2f} s",
        f"{longest_s / mean_s - 1:+.1%}".replace("%", " %"), f"{longest_s / bound_s - 1:+.1%}".replace("%", " %"),
        f"{target} {times_s[target]:.2f} s",
    )  # fmt: skip


def times_of(run: Run, names: Sequence[str], *, queued: bool) -> dict[str, float]:
    """The median wall seconds of each target, with or without the time in the queue for a CPU.

    Raises:
        SystemExit: the run lacks one.
    """
    walls_s = {
        result.name: result.wall_s if queued else result.unqueued_wall_s or result.wall_s for result in run.results
    }
    times_s = {name: wall_s.median for name, wall_s in walls_s.items() if wall_s is not None}
    if lacking := [name for name in names if name not in times_s]:
        sys.exit(f"the second run has no times of {', '.join(lacking)}: record it with the same options")
    return times_s


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("targets", nargs="*")
    parser.add_argument("--second", type=Path, required=True, metavar="RUN", help="a run of another time")
    parser.add_argument("--baseline", type=Path, default=Path("baselines/main.json"), help="the committed one")
    parser.add_argument("--python")
    parser.add_argument("--depth", type=int)
    parser.add_argument("--suite", action=argparse.BooleanOptionalAction, default=False)
    parser.add_argument(
        "--parts", type=lambda text: tuple(map(int, text.split(","))), default=(2, 3, 4, 6, 8), metavar="N,N,…"
    )
    options = parser.parse_args(arguments)
    second = load_run(options.second)
    os.chdir(options.directory)
    plan = whole_plan(options)
    with signals_noted():
        seconds = committed_seconds(plan.root / options.baseline, plan.root, dict(os.environ), launch)
    if not seconds:
        sys.exit(f"HEAD has no {options.baseline}: commit the baseline first")
    divisions = {count: division(plan, count, seconds) for count in options.parts}
    print(machine())
    for queued, what in ((False, "without queueing for a CPU, as on an idle machine"), (True, "with queueing")):
        times_s = times_of(second, names_of(plan), queued=queued)
        total_s = math.fsum(times_s[name] for name in names_of(plan))
        print(f"\n{len(names_of(plan))} targets, {total_s:.1f} s {what}\n")
        print("| parts | mean | shortest | longest | longest to mean | to the bound | longest target |")
        print("| --- " * 7 + "|")
        for parts in divisions.values():
            print(f"| {' | '.join(row(parts, times_s))} |")
    print(f"\nthe same with the variables of each service: {', '.join(name for name, _, _ in variables(1))}")


if __name__ == "__main__":
    main()
