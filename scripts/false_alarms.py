"""How often the paired gate cries wolf, and what it sees: on recorded rounds of suites that nobody here wrote.

Usage: .venv/bin/python scripts/false_alarms.py record FILE [--laps N] [--load]
       .venv/bin/python scripts/false_alarms.py replay FILE...

`record` measures networkx by directory and sympy/core: one timed round of each target a lap, in random order, each with
the reference workload right before it, until there are N laps. `--load` keeps two other processes busy in random bursts
meanwhile. `replay` draws pairs from neighbouring laps, plants slowdowns by multiplying CPU times, and lets each gate
judge: ours, and the rules of pytest-benchmark, asv and benchstat on the same samples. Nothing is measured in a replay,
so it can be repeated from the recorded file. The figures that were published stand in docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from multiprocessing.pool import Pool
from pathlib import Path
from statistics import fmean, median
from typing import Any

from collectbench.judge.paired.change import VERDICTS
from collectbench.judge.paired.look import look
from collectbench.judge.paired.panel import LOOKS, Decision, Pair, Panel, Trial
from collectbench.measure.machine.reference_workload import run_reference
from collectbench.measure.process.launch import launch
from collectbench.measure.round.bench import Bench
from collectbench.measure.round.request import RoundRequest
from collectbench.measure.round.round import run_round
from collectbench.measure.round.user_tree import UserTree
from collectbench.model.target import Target
from pairs import children_env, machine

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / ".demo"


def load() -> None:
    """Be busy in bursts of random length, with as long pauses between them."""
    source = random.Random()
    while True:
        until = time.monotonic() + source.uniform(0.1, 4.0)
        while time.monotonic() < until:
            sorted(source.random() for _ in range(20_000))
        time.sleep(source.uniform(0.1, 4.0))


def suites() -> list[tuple[str, Path, Target]]:
    """Interpreter, root and target of everything that is measured."""
    packages = next(DEMO.glob("lib/python*/site-packages"))
    networkx = packages / "networkx"
    folders = sorted({path.relative_to(networkx).parts[0] for path in networkx.rglob("test_*.py")})
    demo, corpus = str(DEMO / "bin" / "python"), str(ROOT / ".venvs" / "corpus" / "bin" / "python")
    found = [(demo, networkx, Target(name=f"networkx/{name}", paths=(name,))) for name in folders]
    return [*found, (corpus, packages / "sympy", Target(name="sympy/core", paths=("core",)))]


def record(file: Path, laps: int) -> None:
    """Measure, and write after every lap what there is."""
    wanted, order, samples = suites(), random.Random(), []
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        (work / "kept").mkdir()
        tree = UserTree(work / "kept")
        benches = {
            target.name: Bench(
                python=(python,), root=root, env=children_env(), work=work, timeout_s=300, launch=launch, tree=tree
            )
            for python, root, target in wanted
        }
        for lap in range(-1, laps):  # the first one warms the caches
            for _, _, target in order.sample(wanted, len(wanted)):
                bench = benches[target.name]
                reference = run_reference(bench.python, work, launch)
                finished = run_round(bench, RoundRequest(target=target, guarded=lap < 0)).sample
                if lap >= 0 and reference is not None:
                    samples.append(
                        {"target": target.name, "lap": lap, "wall_s": finished.wall_s, "cpu_s": finished.cpu_s}
                        | {"reference_wall_s": reference.wall_s, "reference_cpu_s": reference.cpu_s}
                    )
            file.write_text(json.dumps({"machine": machine(), "samples": samples}))
            print(f"\r{lap + 1} of {laps} laps", end="", file=sys.stderr, flush=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One target of one recording, lap after lap: CPU seconds of its round and of the reference workload before it."""

    target: str
    cpu_s: tuple[float, ...]
    reference_s: tuple[float, ...]


def read(file: Path) -> list[Series]:
    """The series of a recording."""
    found: dict[str, list[tuple[float, float]]] = {}
    for sample in json.loads(file.read_text())["samples"]:
        found.setdefault(sample["target"], []).append((sample["cpu_s"], sample["reference_cpu_s"]))
    return [
        Series(target=name, cpu_s=tuple(cpu for cpu, _ in times), reference_s=tuple(ref for _, ref in times))
        for name, times in found.items()
    ]


def draw(series: Series, factor: float, source: random.Random) -> list[Pair]:
    """Pairs of neighbouring laps, a coin for the order of each, of head times that are `factor` as long."""
    starts = range(source.randrange(2), len(series.cpu_s) - 1, 2)
    pairs = []
    for lap in sorted(source.sample(starts, min(LOOKS[-1], len(starts)))):
        base, head = source.sample((lap, lap + 1), 2)
        pairs.append(
            Pair(
                base=series.cpu_s[base],
                head=series.cpu_s[head] * factor,
                base_reference_s=series.reference_s[base],
                head_reference_s=series.reference_s[head],
            )
        )
    return pairs


def gate(drawn: dict[str, list[Pair]], seed: int) -> Panel:
    """What our gate makes of targets, looking as it would while it measures."""
    panel = Panel(trials={name: Trial(name=name) for name in drawn}, seed=seed)
    for pairs in LOOKS:
        for name in panel.live:
            panel = panel.with_trial(replace(panel.trials[name], pairs=tuple(drawn[name][:pairs])))
        panel = look(panel, last=pairs == LOOKS[-1])
    return panel


def one_target(task: tuple[Series, float, int]) -> Counter[str]:
    """The verdicts on one drawn comparison, of our gate and of what others would say of the same times."""
    series, factor, seed = task
    source = random.Random(seed)
    pairs = draw(series, factor, source)
    trial = gate({"one": pairs}, seed).trials["one"]
    verdict = VERDICTS[trial.decided].value
    found = Counter({f"collectbench {verdict}": 1, "pairs": len(trial.pairs)})
    start = source.randrange(len(series.cpu_s) - 2 * len(pairs) + 1)
    middle = start + len(pairs)
    arrangements = {
        "interleaved": ([pair.base for pair in pairs], [pair.head for pair in pairs]),
        "in blocks": (
            list(series.cpu_s[start:middle]),
            [time_s * factor for time_s in series.cpu_s[middle : middle + len(pairs)]],
        ),
    }
    for arrangement, (base, head) in arrangements.items():
        found.update(f"{rule}, {arrangement}" for rule, fails in RULES.items() if fails(base, head))
    return found


def mann_whitney(base: Sequence[float], head: Sequence[float]) -> float:
    """The two-sided p-value that benchstat and asv take for a change."""
    from scipy.stats import mannwhitneyu

    return float(mannwhitneyu(base, head, alternative="two-sided").pvalue)


RULES: dict[str, Callable[[Sequence[float], Sequence[float]], bool]] = {
    "pytest-benchmark mean:10%": lambda base, head: fmean(head) > 1.1 * fmean(base),
    "pytest-benchmark min:10%": lambda base, head: min(head) > 1.1 * min(base),
    "benchstat p < 0.05": lambda base, head: mann_whitney(base, head) < 0.05 and median(head) > median(base),
    "asv p < 0.002, factor 1.1": lambda base, head: (
        mann_whitney(base, head) < 0.002 and median(head) > 1.1 * median(base)
    ),
}
"""When each of them calls head slower than base."""

FACTORS, FACTORS_AMONG_MANY = (1.0, 1.1, 1.2, 1.3, 1.5), (1.0, 1.2, 1.3, 1.5)
"""How slow the head is made."""


def many_targets(task: tuple[list[Series], int, float, int]) -> Counter[str]:
    """The verdicts on many targets that are judged together, of which the first one is `factor` as slow."""
    series, count, factor, seed = task
    source = random.Random(seed)
    drawn = {str(number): draw(source.choice(series), 1.0 if number else factor, source) for number in range(count)}
    trials = gate(drawn, seed).trials
    planted = VERDICTS[trials["0"].decided].value
    others = [trial.decided for name, trial in trials.items() if name != "0"]
    passed = others.count(Decision.UNDER) / len(others)
    return Counter({f"planted {planted}": 1, "another fails": Decision.OVER in others, "others that pass": passed})


def tally(pool: Pool, function: Callable[[Any], Counter[str]], tasks: Sequence[Any]) -> dict[str, float]:
    """What all tasks yield together, as shares of their number."""
    total: Counter[str] = Counter()
    for found in pool.imap_unordered(function, tasks, chunksize=4):
        total.update(found)
    return {name: value / len(tasks) for name, value in total.items()}


def show_one_target(pool: Pool, series: Sequence[Series], draws: int) -> None:
    """Print how each gate judges single targets, one column a slowdown."""
    columns = [
        tally(pool, one_target, [(each, factor, seed) for each in series for seed in range(draws)])
        for factor in FACTORS
    ]
    others = [f"{rule}, {arrangement}" for rule in RULES for arrangement in ("interleaved", "in blocks")]
    print("\n| says slower | " + " | ".join(f"{factor - 1:+.0%}" for factor in FACTORS) + " |")
    print("| --- |" + " --- |" * len(FACTORS))
    for row in (*(f"collectbench {verdict}" for verdict in ("fail", "pass", "inconclusive")), *others):
        print(f"| {row} | " + " | ".join(f"{column.get(row, 0.0):.1%}" for column in columns) + " |")
    print("| collectbench, pairs on average | " + " | ".join(f"{column['pairs']:.1f}" for column in columns) + " |")
    print(f"\n{len(series) * draws} comparisons in each column")


def show_many_targets(pool: Pool, series: Sequence[Series], count: int, panels: int) -> None:
    """Print how our gate judges many targets together, one row a slowdown."""
    print(f"\n| one of {count} targets is slower by | it fails | it passes | another one fails | others that pass |")
    print("| --- | --- | --- | --- | --- |")
    for factor in FACTORS_AMONG_MANY:
        share = tally(pool, many_targets, [(series, count, factor, seed) for seed in range(panels)])
        cells = ("planted fail", "planted pass", "another fails", "others that pass")
        print(f"| {factor - 1:+.0%} | " + " | ".join(f"{share.get(cell, 0.0):.1%}" for cell in cells) + " |")
    print(f"\n{panels} comparisons in each row")


def replay(files: Sequence[Path], draws: int, panels: int) -> None:
    """Print the tables."""
    with multiprocessing.Pool() as pool:
        for file in files:
            series = read(file)
            laps = len(series[0].cpu_s)
            print(f"\n## {file.stem}: {len(series)} targets, {laps} rounds each, {laps * len(series)} in all")
            print(json.loads(file.read_text())["machine"])
            show_one_target(pool, series, draws)
            for count in (10, 50):
                show_many_targets(pool, series, count, panels)


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    recording = commands.add_parser("record")
    recording.add_argument("file", type=Path)
    recording.add_argument("--laps", type=int, default=60)
    recording.add_argument("--load", action="store_true")
    replaying = commands.add_parser("replay")
    replaying.add_argument("files", type=Path, nargs="+")
    replaying.add_argument("--draws", type=int, default=250, help="comparisons of each target")
    replaying.add_argument("--panels", type=int, default=200, help="comparisons of many targets")
    options = parser.parse_args()
    if options.command == "replay":
        replay(options.files, options.draws, options.panels)
        return
    busy = [multiprocessing.Process(target=load, daemon=True) for _ in range(2 if options.load else 0)]
    for process in busy:
        process.start()
    record(options.file, options.laps)
    for process in busy:
        process.terminate()


if __name__ == "__main__":
    main()
