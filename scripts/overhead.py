"""How much CPU time a round costs beyond `python -m pytest`, or beyond another kind of round, with the same arguments.

Usage: .venv/bin/python scripts/overhead.py [--of timed] [--beyond bare] [--pairs N] [--python PYTHON] [--cwd FOLDER]
       [-- PYTEST_ARG ...]

`--of` and `--beyond` are `bare` or a mode of the probe: `timed`, `guarded`, `traced`. Runs both in interleaved pairs,
in random order within each pair, in fresh processes, and prints the ratio of the lower-half means of their CPU time
(user + system, from the operating system) with a 95 % bootstrap interval over pairs. Without --cwd it measures the
networkx suite that scripts/demo installs. The figures that were published stand in docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path

from collectbench.judge.statistics import lower_half_mean
from collectbench.measure.environment import cpu_model
from collectbench.measure.interpreter import RUNNER
from collectbench.measure.launch import STACK_SIGNAL, Finished, Invocation, launch
from collectbench.measure.rounds import OUR_ARGUMENTS

ROOT = Path(__file__).resolve().parent.parent
RESAMPLES = 2000


def main() -> None:
    """Measure the pairs and print the ratio."""
    options = parse()
    env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    pytest_args = (*OUR_ARGUMENTS, *options.pytest_args)
    order = random.Random(options.seed)
    base: list[float] = []
    head: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        for pair in range(options.pairs + 1):
            for label, figures in order.sample(((options.beyond, base), (options.of, head)), 2):
                folder = Path(tempfile.mkdtemp(dir=name))
                probe = (
                    ("-m", "pytest") if label == "bare" else (str(RUNNER), str(folder), label, str(int(STACK_SIGNAL)))
                )
                child = Invocation(argv=(options.python, *probe, *pytest_args), cwd=options.cwd, env=env)
                finished = launch(child, output=folder / "output", timeout_s=600)
                if pair:  # the first pair warms the caches
                    figures.append(cpu_s(finished))
            print(f"\r{pair} of {options.pairs} pairs", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    low, high = interval(base, head, order)
    print(f"{platform.platform()}, {os.cpu_count()} x {cpu_model()}, {datetime.now(timezone.utc):%Y-%m-%d}")
    print(f"{options.python} in {options.cwd}: {options.pairs} interleaved pairs, seed {options.seed}")
    print(f"{options.beyond:8}{lower_half_mean(base):.4f} s CPU (lower-half mean)")
    print(f"{options.of:8}{lower_half_mean(head):.4f} s CPU (lower-half mean)")
    print(f"ratio   {lower_half_mean(head) / lower_half_mean(base):.4f}, 95 % interval {low:.4f} to {high:.4f}")


def cpu_s(finished: Finished) -> float:
    """User and system time of a child that must have collected."""
    if finished.exit_code not in (0, 1):
        sys.exit(f"pytest ended with exit code {finished.exit_code}: there is nothing to compare")
    return finished.user_s + finished.system_s


def interval(base: list[float], head: list[float], source: random.Random) -> tuple[float, float]:
    """The 95 % percentile bootstrap interval of the ratio, resampling pairs."""
    ratios = []
    for _ in range(RESAMPLES):
        chosen = source.choices(range(len(base)), k=len(base))
        ratios.append(lower_half_mean([head[i] for i in chosen]) / lower_half_mean([base[i] for i in chosen]))
    ratios.sort()
    return ratios[int(0.025 * RESAMPLES)], ratios[int(0.975 * RESAMPLES)]


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
