"""Whether steps of a history are found, and nothing else: on made histories, and beside other detectors.

Usage: .venv/bin/python scripts/history_steps.py made [--series N] [--seed N] [--disturbed SHARE] [--correlations R ...]
           [--lengths RUNS ...]
       .venv/bin/python scripts/history_steps.py peers [--series N] [--seed N]
       .venv/bin/python scripts/history_steps.py public

`made` makes N histories for each correlation of neighbouring runs, without a step and with one of +15 %, a third of
them of each length. A step counts as found if it is within three runs of its place. All other steps are false, also
those that are further away. `peers` lets Otava (apache-otava) and PELT of ruptures judge N such histories of each
length, and `public` the public test data of apache-otava; both need .venvs/detectors
(`python3 scripts/environments.py detectors`). Steps below 5 % count for no detector.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from collectbench.judge.history.steps import LEAST_EFFECT, time_steps
from environments import ROOT, python_of
from made_histories import LENGTHS, Kind, Made, make_history
from pairs import machine
from public_histories import public_histories

CORRELATIONS = (0.0, 0.3, 0.5)
RATIO = 1.15
NEAR = 3
DETECTORS = ".venvs/detectors"
OURS = "collectbench"

Detect = Callable[[Sequence[float]], Sequence[int]]


@dataclass(slots=True)
class Tally:
    """What one detector said about histories of one kind."""

    histories: int = 0
    runs: int = 0
    found: int = 0
    false: int = 0
    with_false: int = 0

    def add(self, made: Made, steps: Sequence[int]) -> None:
        """Count the steps that were found in a history."""
        right = [step for step in steps if made.step is not None and abs(step - made.step) <= NEAR]
        false = len(steps) - min(1, len(right))
        self.histories += 1
        self.runs += len(made.values)
        self.found += bool(right)
        self.false += false
        self.with_false += bool(false)

    @property
    def false_per_1000(self) -> float:
        """False steps in 1,000 runs."""
        return 1000 * self.false / self.runs


def ours(values: Sequence[float]) -> list[int]:
    """The steps that collectbench finds."""
    return [step.index for step in time_steps(values)]


def made_histories(kind: Kind, length: int, number: int, seed: int) -> Iterator[Made]:
    """Histories of one kind and length; the same ones for the same seed."""
    source = random.Random(f"{seed} {kind} {length}")
    return (make_history(source, length, kind) for _ in range(number))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Which histories are made: `number` for each correlation, shared by the lengths."""

    number: int
    seed: int
    disturbed: float
    correlations: tuple[float, ...]
    lengths: tuple[int, ...]


def show_made(plan: Plan) -> None:
    """Print how often steps are found, and false ones."""
    print(
        "| correlation | runs | false steps in 1,000 runs | unchanged histories with one | steps found | false beside |"
    )
    print("| --- | --- | --- | --- | --- | --- |")
    for correlation in plan.correlations:
        columns = [Tally(), Tally()]
        for length in plan.lengths:
            row = [Tally(), Tally()]
            for tallies, ratio in zip(zip(row, columns, strict=True), (1.0, RATIO), strict=True):
                kind = Kind(correlation=correlation, ratio=ratio, disturbed=plan.disturbed)
                for made in made_histories(kind, length, plan.number // len(plan.lengths), plan.seed):
                    steps = ours(made.values)
                    for tally in tallies:
                        tally.add(made, steps)
            print_row(f"{correlation:g}", f"{length}", *row)
        print_row(f"{correlation:g}", "all", *columns)


def print_row(correlation: str, runs: str, unchanged: Tally, stepped: Tally) -> None:
    """One row of the table of made histories."""
    cells = (
        *(correlation, runs, f"{unchanged.false_per_1000:.2f}", f"{unchanged.with_false / unchanged.histories:.1%}"),
        *(f"{stepped.found / stepped.histories:.1%}", f"{stepped.false_per_1000:.2f}"),
    )
    print(f"| {' | '.join(cells)} |", flush=True)


def ask_detectors(histories: Sequence[Sequence[float]]) -> dict[str, list[list[int]]]:
    """The steps of each history by each detector, without those below LEAST_EFFECT.

    Raises:
        SystemExit: their environment is missing.
    """
    python = python_of(DETECTORS)
    if python is None:
        sys.exit(f"{DETECTORS} is missing: python3 scripts/environments.py detectors")
    command = [str(python), str(ROOT / "scripts" / "step_detectors.py")]
    answer = subprocess.run(command, input=json.dumps(histories), stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, list[list[int]]] = json.loads(answer.stdout)
    peers = {
        name: [large_steps(values, steps) for values, steps in zip(histories, all_steps, strict=True)]
        for name, all_steps in found.items()
    }
    return {OURS: [ours(values) for values in histories]} | peers


def large_steps(values: Sequence[float], steps: Sequence[int]) -> list[int]:
    """The steps that change the median of their segments by LEAST_EFFECT."""
    bounds = [0, *steps, len(values)]
    levels = [median(values[start:end]) for start, end in pairwise(bounds)]
    return [
        step
        for step, (before, after) in zip(steps, pairwise(levels), strict=True)
        if max(before, after) >= LEAST_EFFECT * min(before, after)
    ]


def show_peers(number: int, seed: int) -> None:
    """Print one row for each correlation and length: false steps in 1,000 runs of unchanged histories, steps found."""
    header = False
    for correlation in CORRELATIONS:
        for length in LENGTHS:
            kinds = (Kind(correlation=correlation), Kind(correlation=correlation, ratio=RATIO))
            made = [history for kind in kinds for history in made_histories(kind, length, number, seed)]
            found = ask_detectors([history.values for history in made])
            if not header:
                print(f"| correlation | runs | {' | '.join(found)} |\n| --- | --- |{' --- |' * len(found)}")
                header = True
            cells = (tally_cell(made, all_steps) for all_steps in found.values())
            print(f"| {correlation:g} | {length} | {' | '.join(cells)} |", flush=True)


def tally_cell(made: Sequence[Made], found: Sequence[Sequence[int]]) -> str:
    """False steps in 1,000 runs of the unchanged histories, and the share of the other ones whose step was found."""
    unchanged, stepped = Tally(), Tally()
    for history, steps in zip(made, found, strict=True):
        (unchanged if history.step is None else stepped).add(history, steps)
    return f"{unchanged.false_per_1000:.2f}, {stepped.found / stepped.histories:.1%}"


def show_public() -> None:
    """Print the steps that each detector finds in the public data."""
    histories = public_histories(ROOT / DETECTORS)
    found = ask_detectors([history.values for history in histories])
    print(f"| data | runs | {' | '.join(found)} |")
    print("| --- | --- |" + " --- |" * len(found))
    for index, history in enumerate(histories):
        cells = (", ".join(map(str, steps[index])) or "none" for steps in found.values())
        print(f"| {history.name} | {len(history.values)} | {' | '.join(cells)} |")


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for name, number in (("made", 20_000), ("peers", 1_000)):
        command = commands.add_parser(name)
        command.add_argument("--series", type=int, default=number, help="how many of each kind")
        command.add_argument("--seed", type=int, default=1)
        if name == "made":
            command.add_argument("--disturbed", type=float, default=0.0, help="share of runs that are far too long")
            command.add_argument("--correlations", type=float, nargs="+", default=CORRELATIONS)
            command.add_argument("--lengths", type=int, nargs="+", default=LENGTHS, help="numbers of runs")
    commands.add_parser("public")
    options = parser.parse_args()
    print(f"{machine()}\n")
    if options.command == "made":
        show_made(
            Plan(
                number=options.series,
                seed=options.seed,
                disturbed=options.disturbed,
                correlations=tuple(options.correlations),
                lengths=tuple(options.lengths),
            )
        )
    elif options.command == "peers":
        show_peers(options.series, options.seed)
    else:
        show_public()


if __name__ == "__main__":
    main()
