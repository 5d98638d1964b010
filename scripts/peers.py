"""collectbench beside what one would use instead, on the same suites, in one run.

Usage: .venv/bin/python scripts/peers.py [--pairs N] [--suite NAME ...] [--seed N]

Needs .venvs/peers (`python3 scripts/environments.py demo peers`). Suites: `networkx` and `sympy/core` of .demo, and
`planted`, a project written here that burns 0.2 s of CPU at each of seven known places.

One round runs plain `python -m pytest` and every tool once, in random order, in fresh processes, to collect with the
same arguments; so each tool is paired with the plain run of its round. A first round warms the caches, plugins that do
not measure are switched off by `-p no:`, and PYTHONDONTWRITEBYTECODE is unset. All run as they do best: the plugins
with their JSON, `-X importtime` with `-s`, since pytest's capture would swallow its rows, pyinstrument with its JSON,
which holds the whole tree, at its own interval of 1 ms. `collectbench profile` is several rounds, of which the traced
and the sampled one cost more than plain pytest; the command runs once, for what it says. The columns are

CPU         lower-half mean of user and system time
ratio       of that to plain pytest's, with the 95 % bootstrap interval over pairs
whole       lower-half mean of the wall time of the whole command
adds up to  what all figures of the report account for, however coarse, over the wall time of the process that it is
            about. collectbench: the shares but `unaccounted`. collect-profile: its total. perf-report: the CPU time
            before pytest is configured, and collection. importtime: the self times. pyinstrument: the root of its tree.
names       what of that stands in rows that name a module, a test file, a hook or a function. collectbench: the shares
            of imports, plugins, collectors and hooks, and of garbage collection, which the others count where it
            happened. collect-profile: the test modules and hooks that it lists. perf-report: startup imports, test
            modules and modifyitems. For the other two it is the same as above.

A planted place is named where rows of the report with at least half of the planted time bear it: `line` for the file
and line of all that a user would change, `file` for one of these files, or the module that burns, by path or name.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from collectbench.judge.statistics import lower_half_mean
from collectbench.measure.process.launch import STACK_SIGNAL, Invocation, launch
from collectbench.measure.round.explaining import write_settings
from collectbench.measure.round.request import COLLECT_ONLY
from collectbench.model.probe_files import RUNNER
from environments import ROOT, python_of
from pairs import children_env, cpu_s, interval, machine, ratio
from peer_reports import (
    OUTPUT,
    REPORT,
    Report,
    read_collect_profile,
    read_collectbench,
    read_importtime,
    read_perf_report,
    read_pyinstrument,
)

PLAIN, PROFILE = "plain pytest", "collectbench profile"
COLLECT_PROFILE, PERF_REPORT = "pytest-collect-profile", "pytest-perf-report"
IMPORTTIME, PYINSTRUMENT = "-X importtime", "pyinstrument"
READERS = {
    PROFILE: read_collectbench,
    COLLECT_PROFILE: read_collect_profile,
    PERF_REPORT: read_perf_report,
    IMPORTTIME: read_importtime,
    PYINSTRUMENT: read_pyinstrument,
}
PLUGINS = ("collect-profile", "perf_report")
TIMEOUT_S = 600.0
SAMPLED_EVERY_S = 0.001  # pyinstrument's default, and collectbench's for rounds of up to 5 s

PLANTED_S = 0.2
SPIN = f"spin({PLANTED_S})"
BURNS = f"from burn import spin\n\n{SPIN}\n"
PROJECT = {
    "pytest.ini": "[pytest]\n",
    "burn.py": "import time\n\n\ndef spin(seconds):\n    end = time.perf_counter() + seconds\n"
    "    while time.perf_counter() < end:\n        pass\n",
    "heavy.py": BURNS,
    "helper.py": '"""Helps."""\nimport heavy  # heavy import\n',
    "test_heavy.py": '"""Tests."""\nimport helper  # heavy import\n\ndef test_it(): pass\n',
    "shared.py": BURNS,
    "test_one.py": '"""Tests."""\nimport shared  # shared helper\n\ndef test_it(): pass\n',
    "test_two.py": '"""Tests."""\nimport shared  # shared helper\n\ndef test_it(): pass\n',
    "settings.py": BURNS,
    "conftest.py": '"""Fixtures."""\nimport settings  # import in conftest\n',
    "test_table.py": f"from burn import spin\n\nTABLE = {SPIN}  # body of a test module\n\ndef test_it(): pass\n",
    "test_cases.py": "import pytest\nfrom burn import spin\n\n"
    f'@pytest.mark.parametrize("case", [{SPIN}])  # argument of parametrize\ndef test_it(case): pass\n',
    # On one line, for those that say where a function begins, but not where in it the time goes.
    "unit/conftest.py": "from burn import spin\n\n"
    f"def pytest_collection_modifyitems(items): {SPIN}  # hook of conftest\n",
    "unit/test_unit.py": "def test_it(): pass\n",
    "data.py": BURNS,
    "slow_plugin.py": '"""A plugin."""\nimport data  # import in plugin\n',
}
"""The sources of `planted`. A comment behind a line says what is planted there; no such line is the first of a file."""
BURNING = {
    "heavy import": "heavy.py",
    "shared helper": "shared.py",
    "import in conftest": "settings.py",
    "import in plugin": "data.py",
}
"""The module that burns, where it is not the file of that line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """What is collected from the folder `root`: the path `target`, with more arguments for pytest."""

    name: str
    root: Path
    target: str
    args: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A finished command: its CPU and wall time, and the folder with what it left."""

    cpu_s: float
    wall_s: float
    folder: Path


def main() -> None:
    """Measure each suite and print its tables."""
    options = parse()
    python = python_of(".venvs/peers")
    if python is None:
        sys.exit(".venvs/peers is missing: python3 scripts/environments.py demo peers")
    order = random.Random(options.seed)
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        work = Path(name).resolve()
        for suite in suites(work):
            if suite.name not in options.suite:
                continue
            ran = measure(suite, str(python), options.pairs, order, work)
            reports = {tool: read(ran[tool][-1].folder, ran[tool][-1].wall_s) for tool, read in READERS.items()}
            print(f"\n{suite.name}: {options.pairs} interleaved pairs, seed {options.seed}\n")
            print("\n".join(comparison(ran, reports, order)))
            if suite.name == "planted":
                print("\n" + "\n".join(named_places(reports, suite.root)))


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    names = ("networkx", "sympy/core", "planted")
    parser.add_argument("--pairs", type=int, default=12)
    parser.add_argument("--suite", nargs="+", choices=names, default=names)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def suites(work: Path) -> Iterator[Suite]:
    """All suites; the planted one is written below `work`."""
    packages = next((ROOT / ".demo").glob("lib/python*/site-packages"))
    yield Suite(name="networkx", root=packages / "networkx", target=".")
    yield Suite(name="sympy/core", root=packages / "sympy", target="core")
    root = work / "planted"
    for path, source in PROJECT.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(source, encoding="utf-8")
    yield Suite(name="planted", root=root, target=".", args=("-p", "slow_plugin"))


def commands(suite: Suite, python: str, folder: Path) -> dict[str, tuple[str, ...]]:
    """The argv of each tool, in the order of the table; what it writes goes to `folder`."""

    def switches(measuring: str = "") -> tuple[str, ...]:
        off = [part for name in PLUGINS if name != measuring for part in ("-p", f"no:{name}")]
        return (*off, "-p", "no:cacheprovider", *suite.args)

    def collect(measuring: str = "") -> tuple[str, ...]:
        return ("-m", "pytest", *switches(measuring), *COLLECT_ONLY, suite.target)

    def probe(mode: str) -> tuple[str, ...]:
        return (python, str(RUNNER), str(folder), mode, str(int(STACK_SIGNAL)), *collect()[2:])

    report = str(folder / REPORT)
    profile = ("-m", "collectbench", "profile", suite.target, "--python", python, "--output", f"json={report}", "-q")
    return {
        PLAIN: (python, *collect()),
        "collectbench, traced round": probe("traced"),
        "collectbench, sampled round": probe("sampled"),
        PROFILE: (sys.executable, *profile, "--", *switches()),
        COLLECT_PROFILE: (python, *collect("collect-profile"), "--collect-profile", "--collect-profile-json"),
        PERF_REPORT: (python, *collect("perf_report"), f"--perf-report-json={report}"),
        IMPORTTIME: (python, "-X", "importtime", *collect(), "-s"),
        PYINSTRUMENT: (python, "-m", "pyinstrument", "-r", "json", "-o", report, *collect()),
    }


def measure(suite: Suite, python: str, pairs: int, order: random.Random, work: Path) -> dict[str, list[Ran]]:
    """All that ran, by tool and in the order of rounds; of `collectbench profile` one."""

    def run(tool: str) -> Ran:
        folder = Path(tempfile.mkdtemp(dir=work))
        write_settings(folder, SAMPLED_EVERY_S)
        child = Invocation(argv=commands(suite, python, folder)[tool], cwd=suite.root, env=children_env())
        finished = launch(child, output=folder / OUTPUT, timeout_s=TIMEOUT_S)
        wall_s = (finished.reaped_ns - finished.spawned_ns) / 1e9
        return Ran(cpu_s=cpu_s(finished), wall_s=wall_s, folder=folder)

    ran: dict[str, list[Ran]] = {tool: [] for tool in commands(suite, python, work)}
    paired = [tool for tool in ran if tool != PROFILE]
    for pair in range(pairs + 1):
        for tool in order.sample(paired, len(paired)):
            one = run(tool)
            if pair:  # the first round warms the caches
                ran[tool].append(one)
        print(f"\r{suite.name}: {pair} of {pairs} pairs", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    ran[PROFILE].append(run(PROFILE))
    return ran


def comparison(ran: Mapping[str, Sequence[Ran]], reports: Mapping[str, Report], order: random.Random) -> Iterator[str]:
    """The lines of the table of costs and of what is explained."""
    yield "| | CPU | ratio | 95 % interval | whole | adds up to | names |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    base = [one.cpu_s for one in ran[PLAIN]]
    for tool, runs in ran.items():
        head = [one.cpu_s for one in runs]
        cost = ("", "", "")
        if tool != PROFILE:
            low, high = interval(base, head, order)
            cost = (f"{lower_half_mean(head):.3f} s", f"{ratio(base, head):.3f}", f"{low:.3f} to {high:.3f}")
        report = reports.get(tool)
        explained = (f"{report.adds_up_to:.1%}", f"{report.names:.1%}") if report else ("", "")
        yield (
            "| "
            + " | ".join((tool, *cost, f"{lower_half_mean([one.wall_s for one in runs]):.1f} s", *explained))
            + " |"
        )


def named_places(reports: Mapping[str, Report], root: Path) -> Iterator[str]:
    """The lines of the table of planted places: how closely each report names them."""
    yield f"| planted | {' | '.join(reports)} |"
    yield "| --- |" + " --- |" * len(reports)
    for place, lines in places().items():
        grades = (grade(report, place, lines, root) for report in reports.values())
        yield f"| {place} | {' | '.join(grades)} |"


def places() -> dict[str, set[tuple[str, int]]]:
    """Path and line of what is planted, by what the comment there calls it."""
    found: dict[str, set[tuple[str, int]]] = {}
    for path, source in PROJECT.items():
        for number, line in enumerate(source.splitlines(), 1):
            _, marked, place = line.partition("  # ")
            if marked:
                found.setdefault(place, set()).add((path, number))
    return found


def grade(report: Report, place: str, lines: set[tuple[str, int]], root: Path) -> str:
    """`line`, `file`, or a dash: what of a planted place is in the rows that have half of its time or more."""
    blamed = {(row.path.removeprefix(f"{root}/"), row.line) for row in report.rows if row.seconds >= PLANTED_S / 2}
    if lines <= blamed:
        return "line"
    files = {path for path, _ in lines} | {BURNING.get(place, "")}
    return "file" if files & {path for path, _ in blamed} else "–"


if __name__ == "__main__":
    main()
