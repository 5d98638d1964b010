"""How much CPU time and memory a round costs beyond `python -m pytest`, or beyond another kind of round.

Usage: .venv/bin/python scripts/overhead.py [--of timed] [--beyond bare] [--pairs N] [--python PYTHON] [--cwd FOLDER]
       [-- PYTEST_ARG ...]

`--of` and `--beyond` are `bare` or a mode of the probe: `timed`, `guarded`, `traced`. Runs both in interleaved pairs,
in random order within each pair, in fresh processes, and prints the ratio of the lower-half means of their CPU time
(user + system, from the operating system) and of their peak resident size, each with a 95 % bootstrap interval over
pairs. Without --cwd it measures the
networkx suite that scripts/demo installs. The figures that were published stand in docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

from collectbench.judge.statistics import lower_half_mean
from collectbench.measure.process.launch import STACK_SIGNAL, Invocation, launch
from collectbench.measure.round.request import COLLECT_ONLY
from collectbench.model.probe_files import RUNNER
from pairs import children_env, cpu_s, interval, machine, ratio

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Measure the pairs and print the ratio."""
    options = parse()
    env = children_env()
    pytest_args = (*COLLECT_ONLY, *options.pytest_args)
    order = random.Random(options.seed)
    base: list[tuple[float, float]] = []
    head: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as name:
        for pair in range(options.pairs + 1):
            for side, figures in order.sample(((options.beyond, base), (options.of, head)), 2):
                folder = Path(tempfile.mkdtemp(dir=name))
                probe = ("-m", "pytest") if side == "bare" else (str(RUNNER), str(folder), side, str(int(STACK_SIGNAL)))
                child = Invocation(argv=(options.python, *probe, *pytest_args), cwd=options.cwd, env=env)
                finished = launch(child, output=folder / "output", timeout_s=600)
                if pair:  # the first pair warms the caches
                    figures.append((cpu_s(finished), finished.peak_rss_bytes / 2**20))
            print(f"\r{pair} of {options.pairs} pairs", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    print(machine())
    print(f"{options.python} in {options.cwd}: {options.pairs} interleaved pairs, seed {options.seed}")
    for what, unit, position in (("CPU", "s", 0), ("peak RSS", "MiB", 1)):
        before, after = [figures[position] for figures in base], [figures[position] for figures in head]
        low, high = interval(before, after, order)
        print(f"{what}, lower-half means:")
        print(f"  {options.beyond:8}{lower_half_mean(before):.4f} {unit}")
        print(f"  {options.of:8}{lower_half_mean(after):.4f} {unit}")
        print(f"  ratio   {ratio(before, after):.4f}, 95 % interval {low:.4f} to {high:.4f}")


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    demo = ROOT / ".demo"
    kinds = ("bare", "timed", "guarded", "traced")
    parser.add_argument("--of", choices=kinds, default="timed")
    parser.add_argument("--beyond", choices=kinds, default="bare")
    parser.add_argument("--pairs", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--python", default=str(demo / "bin" / "python"))
    parser.add_argument("--cwd", type=Path, default=next(demo.glob("lib/python*/site-packages/networkx"), Path()))
    parser.add_argument("pytest_args", nargs="*")
    return parser.parse_args()


if __name__ == "__main__":
    main()
