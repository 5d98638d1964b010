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
from pathlib import Path

from collectbench.measure.launch import launch
from collectbench.measure.reference import run_reference
from collectbench.measure.rounds import Bench, run_round
from collectbench.measure.tree import Tree
from collectbench.model.sample import RoundKind
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
    found = [(str(DEMO / "bin" / "python"), networkx, Target(name=f"networkx/{name}", paths=(name,))) for name in folders]
    corpus = str(ROOT / ".venvs" / "corpus" / "bin" / "python")
    return [*found, (corpus, packages / "sympy", Target(name="sympy/core", paths=("core",)))]


def record(file: Path, laps: int) -> None:
    """Measure, and write after every lap what there is."""
    wanted, order, samples = suites(), random.Random(), []
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        (work / "kept").mkdir()
        tree = Tree(work / "kept")
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
                finished = run_round(bench, target, RoundKind.TIMED, guarded=lap < 0).sample
                if lap >= 0 and reference is not None:
                    samples.append(
                        {"target": target.name, "lap": lap, "wall_s": finished.wall_s, "cpu_s": finished.cpu_s}
                        | {"reference_wall_s": reference.wall_s, "reference_cpu_s": reference.cpu_s}
                    )
            file.write_text(json.dumps({"machine": machine(), "samples": samples}))
            print(f"\r{lap + 1} of {laps} laps", end="", file=sys.stderr, flush=True)


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    recording = commands.add_parser("record")
    recording.add_argument("file", type=Path)
    recording.add_argument("--laps", type=int, default=60)
    recording.add_argument("--load", action="store_true")
    options = parser.parse_args()
    busy = [multiprocessing.Process(target=load, daemon=True) for _ in range(2 if options.load else 0)]
    for process in busy:
        process.start()
    record(options.file, options.laps)
    for process in busy:
        process.terminate()


if __name__ == "__main__":
    main()
