"""How collectbench bears suites that are large in one respect: errors, ids, one file, many files.

Usage: .venv/bin/python scripts/bounds.py [--laps 3] [--scale 1.0] [--only NAME ...] [--python PYTHON]

Makes five projects in a temporary directory. In each lap it runs, on each of them, `python -m pytest --collect-only
-q`, `collectbench baseline` with one timed round, and `collectbench profile` with one round of each kind and an HTML
page. It prints the CPU time (user and system) and the peak resident size of pytest, of the rounds of `baseline`, and
of the commands' own processes, without their children: the least of all laps, and the ratios to pytest. `--scale 0.1`
makes projects of a tenth. Exits with 1 if what a project adds to a command's own process, beyond one with a single
test, is more CPU time than pytest's. The figures that were published stand in docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from environments import python_of
from pairs import children_env, machine

# Runs a command and tells what its own process used, without its children.
OWN_USE = """
import atexit, json, resource, sys
def tell(own=resource.getrusage):
    used = own(resource.RUSAGE_SELF)
    with open(sys.argv[1], "w") as file:
        json.dump([used.ru_utime + used.ru_stime, used.ru_maxrss], file)
atexit.register(tell)
from collectbench.cli.app import run
run(sys.argv[2:])
"""

RSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What one process used."""

    cpu_s: float
    peak_rss_bytes: float


def errors(tests: Path, scale: float) -> str:
    """Files that cannot be imported."""
    count = int(3_000 * scale)
    for number in range(count):
        (tests / f"test_{number:05}.py").write_text("import a_module_that_does_not_exist\n")
    return f"{count:,} collection errors"


def ids(tests: Path, scale: float) -> str:
    """One test with many long ids."""
    count = int(100_000 * scale)
    (tests / "test_ids.py").write_text(
        "import pytest\n"
        f'@pytest.mark.parametrize("value", [f"{{number:07}}" + "x" * 2_000 for number in range({count})])\n'
        "def test_id(value): pass\n"
    )
    return f"{count:,} ids of 2 kB"


def large(tests: Path, scale: float) -> str:
    """One test file that is large."""
    lines = int(20_000_000 * scale) // 64
    with (tests / "test_large.py").open("w") as file:
        file.write("DATA = [\n")
        file.writelines(f'    "{number:055}",\n' for number in range(lines))
        file.write("]\n\ndef test_data(): assert DATA\n")
    return f"a test file of {(tests / 'test_large.py').stat().st_size / 1e6:.0f} MB"


def empty(tests: Path, scale: float) -> str:
    """Test files without tests, a hundred in each directory."""
    count = int(20_000 * scale)
    for number in range(count):
        folder = tests / f"part_{number // 100:03}"
        folder.mkdir(exist_ok=True)
        (folder / f"test_{number:05}.py").touch()
    return f"{count:,} empty test files"


def one(tests: Path, _scale: float) -> str:
    """A single test: what a command takes at least."""
    (tests / "test_one.py").write_text("def test_one(): pass\n")
    return ONE


ONE = "one test"
PROJECTS: dict[str, Callable[[Path, float], str]] = {
    "one": one,
    "errors": errors,
    "ids": ids,
    "large": large,
    "empty": empty,
}


def main() -> None:
    """Make the projects, measure each in laps, print the table."""
    options = parse()
    uses: dict[str, dict[str, list[Use]]] = defaultdict(lambda: defaultdict(list))
    with tempfile.TemporaryDirectory() as name:
        roots = {}
        for project in options.only:
            root = Path(name) / project
            (root / "tests").mkdir(parents=True)
            (root / "pytest.ini").write_text("[pytest]\ntestpaths = tests\n")
            roots[PROJECTS[project](root / "tests", options.scale)] = root
        for root in roots.values():
            plain_pytest(root, options.python)  # writes bytecode
        for lap in range(options.laps):
            for title, root in roots.items():
                print(f"lap {lap + 1} of {options.laps}: {title}", file=sys.stderr)
                for what, use in measured(root, options.python):
                    uses[title][what].append(use)
    print(machine())
    print(f"{options.python}: the least of {options.laps} interleaved laps\n")
    sys.exit(0 if table(uses) else 1)


def measured(root: Path, python: str) -> list[tuple[str, Use]]:
    """One lap on one project: each process that matters, with what it used."""
    found = [("pytest", plain_pytest(root, python))]
    target, results = "tests", Path(f"{root}-results")
    results.mkdir(exist_ok=True)
    rounds = ("--python", python, "--rounds", "1", "--warmup", "0", "--quiet", "--timeout", "30m")
    saved = results / "baseline.json"
    own = collectbench(root, "baseline", *rounds, "--force", target, "--output", f"json={saved}")
    found.append(("`baseline` itself", own))
    found += [(f"{kind} round", use) for kind, use in samples(saved)]
    page = results / "page.html"
    found.append(("`profile` itself", collectbench(root, "profile", *rounds, target, "--output", f"html={page}")))
    return found


def plain_pytest(root: Path, python: str) -> Use:
    """What pytest itself uses to collect."""
    argv = [python, "-m", "pytest", "--collect-only", "-q", "--continue-on-collection-errors", "tests"]
    process = subprocess.Popen(argv, cwd=root, env=children_env(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, used = os.wait4(process.pid, 0)
    process.returncode = 0  # it has been waited for
    return Use(cpu_s=used.ru_utime + used.ru_stime, peak_rss_bytes=used.ru_maxrss * RSS_UNIT)


def collectbench(root: Path, *arguments: str) -> Use:
    """What the process of a command uses, without its children."""
    told = Path(f"{root}-results") / "own.json"
    command = [sys.executable, "-c", OWN_USE, str(told), *arguments]
    finished = subprocess.run(command, cwd=root, env=children_env(), capture_output=True, text=True, check=False)
    if finished.returncode not in (0, 4, 5):
        sys.exit(f"collectbench {' '.join(arguments)} ended with {finished.returncode}:\n{finished.stderr}")
    cpu_s, max_rss = json.loads(told.read_text())
    return Use(cpu_s=cpu_s, peak_rss_bytes=max_rss * RSS_UNIT)


def samples(saved: Path) -> list[tuple[str, Use]]:
    """What the rounds of a run used."""
    return [
        (
            sample["kind"],
            Use(cpu_s=sample["user_s"] + sample["system_s"], peak_rss_bytes=sample["peak_rss_bytes"]),
        )
        for result in json.loads(saved.read_text())["targets"]
        for sample in result["samples"]
    ]


def table(uses: dict[str, dict[str, list[Use]]]) -> bool:
    """Print all figures; returns whether no project added more to a process of ours than pytest took."""
    print("| project | process | CPU | to pytest | peak RSS | to pytest |")
    print("| --- | --- | --- | --- | --- | --- |")
    least = {title: {what: least_of(all_) for what, all_ in by_process.items()} for title, by_process in uses.items()}
    holds = True
    for title, best in least.items():
        pytest = best["pytest"]
        for what, use in best.items():
            cpu, rss = use.cpu_s / pytest.cpu_s, use.peak_rss_bytes / pytest.peak_rss_bytes
            size = f"{use.peak_rss_bytes / 2**20:,.0f} MiB"
            print(f"| {title} | {what} | {use.cpu_s:.2f} s | {cpu:.2f} | {size} | {rss:.2f} |")
            always_s = least[ONE][what].cpu_s if ONE in least else 0.0
            holds = holds and ("itself" not in what or use.cpu_s - always_s <= pytest.cpu_s)
    return holds


def least_of(uses: list[Use]) -> Use:
    """The least of each figure."""
    return Use(cpu_s=min(use.cpu_s for use in uses), peak_rss_bytes=min(use.peak_rss_bytes for use in uses))


def parse() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--laps", type=int, default=3)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--only", nargs="*", choices=tuple(PROJECTS), default=list(PROJECTS))
    parser.add_argument("--python", default=os.fspath(python_of(".venvs/3.11-pytest9") or sys.executable))
    return parser.parse_args()


if __name__ == "__main__":
    main()
