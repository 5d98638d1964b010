"""Whether work counters repeat: counted rounds of a suite that nobody here wrote, and each counter's extremes.

Usage: .venv/bin/python scripts/counters.py [--rounds N] [--by-directory] [--python PATH] [--cwd FOLDER] [TARGET...]

Measures networkx in .demo (`scripts/environments.py demo`) unless told otherwise: one round that warms the caches, then
N counted ones of each target. `--by-directory` takes each directory with tests as a target, else the whole suite is
one. What repeats may gate; what does not is marked. The figures that were published stand in docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from collectbench.measure.process.launch import launch
from collectbench.measure.round.bench import Bench
from collectbench.measure.round.request import RoundRequest
from collectbench.measure.round.round import Round, run_round
from collectbench.measure.round.user_tree import UserTree
from collectbench.model.sample import RoundKind
from collectbench.model.target import Target
from pairs import children_env, machine

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / ".demo"


def count(bench: Bench, target: Target, rounds: int) -> list[Round]:
    """The counted rounds of a target, after one that warms the caches."""
    run_round(bench, RoundRequest(target=target, kind=RoundKind.WARMUP, guarded=True))
    counted = []
    for number in range(rounds):
        counted.append(run_round(bench, RoundRequest(target=target, kind=RoundKind.COUNTED)))
        print(f"\r{target.name}: {number + 1} of {rounds} rounds", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return counted


def show(target: Target, rounds: list[Round]) -> None:
    """A row for each counter: its extremes, and whether it gates."""
    works = [round_.work for round_ in rounds if round_.work is not None]
    counted, digests = [work.counters for work in works], {work.loaded_sha256 for work in works}
    print(f"\n{target.name}: {len(counted)} of {len(rounds)} rounds counted, {len(digests)} digests of their input\n")
    print("| counter | least | most | |\n| --- | --- | --- | --- |")
    for name in counted[0] if counted else ():
        values = [counters[name] for counters in counted if name in counters]
        repeats = len(values) == len(counted) and min(values) == max(values)
        print(f"| {name} | {min(values):,} | {max(values):,} | {'' if repeats else 'does not repeat'} |")


def main() -> None:
    """Do what the command line says."""
    networkx = next(DEMO.glob("lib/python*/site-packages/networkx"), None)
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--by-directory", action="store_true")
    parser.add_argument("--python", default=str(DEMO / "bin" / "python"))
    parser.add_argument("--cwd", type=Path, default=networkx)
    parser.add_argument("targets", nargs="*", default=["."])
    options = parser.parse_args()
    folders: list[str] = options.targets
    if options.by_directory:
        folders = sorted({path.relative_to(options.cwd).parts[0] for path in options.cwd.rglob("test_*.py")})
    print(f"{machine()}, {options.python}, {options.cwd}")
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        (work / "kept").mkdir()
        bench = Bench(
            python=(options.python,), root=options.cwd, env=children_env(), work=work, timeout_s=600, launch=launch,
            tree=UserTree(work / "kept"),
        )  # fmt: skip
        for folder in folders:
            target = Target(name=folder, paths=(folder,))
            show(target, count(bench, target, options.rounds))


if __name__ == "__main__":
    main()
