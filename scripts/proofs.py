"""Whether experiments on suites that nobody here wrote confirm what a diagnosis predicts.

Usage: .venv/bin/python scripts/proofs.py [--python PYTHON] [--pairs N] [--max-time TIME] [--try INTERVENTION]
           [--keep DIRECTORY] [SUITE ...]
       .venv/bin/python scripts/proofs.py --from FILE.json ...

SUITE is networkx, sympy, scipy or pandas, or a directory of one of them such as sympy/core. It is copied, and
`collectbench diagnose --prove` runs on the copy. Printed are, for each finding over 5 % of the time and each other one
with an experiment: what it predicts, what the pairs show, and whether the prediction lies within the interval, widened
by 10 % or 20 ms on either side. Then the median error, the share within, and what all proven interventions save at
once. `--keep` says where the documents go; `--from` prints them again.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from pairs import machine
from savings import ROOT

SUITES = ("networkx", "sympy", "scipy", "pandas")
SHOWN_SHARE = 0.05
WIDER_SHARE, WIDER_S = 0.1, 0.02
"""A prediction is right within the interval, widened by the larger one of the two."""

Finding = dict[str, Any]


def main() -> int:
    """Diagnose each suite, or read what was kept; exit code 1 if a suite could not be diagnosed."""
    options = parse()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else pytest would rewrite every test file in every round
    print(machine())
    print("\n| suite | finding | predicted | proven | 95 % interval | pairs | verdict | within |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |", flush=True)
    compared: list[Finding] = []
    endings: list[str] = []
    failed = False
    for name, document in documents(options):
        if document is None:
            print(f"| {name} | not diagnosed |", flush=True)
            failed = True
            continue
        for target in document["targets"]:
            print_by_hand(name, target)
            compared += rows(name, target)
            endings.append(ending(name, target))
    proven = [each for each in compared if each["experiment"]["verdict"] == "proven" and not each["bound"]]
    print()
    print("\n".join(endings))
    if proven:
        errors = [error_of(each) for each in proven]
        right = sum(is_within(each) for each in proven)
        print(f"predicted against proven, {len(proven)} findings: median error {100 * median(errors):.0f} %, ", end="")
        print(f"{right} of {len(proven)} within the interval")
    return int(failed)


def rows(name: str, target: dict[str, Any]) -> Iterator[Finding]:
    """Print a row for each finding that is large, or has an experiment; yield those with one that took pairs."""
    whole_s = target["traced_wall_s"] - target["queued_s"]
    for finding in target["findings"]:
        experiment, predicted_s = finding["experiment"], predicted(finding)
        if experiment is None and predicted_s < SHOWN_SHARE * whole_s:
            continue
        start = f"| {name} | {finding['cause']} {finding['subject']} | {predicted_s:.3f} s"
        if experiment is None:
            print(f"{start} | | | | no experiment | |", flush=True)
            continue
        verdict = f"{experiment['verdict']} {experiment['reason']}".strip()
        if not experiment["pairs"]:
            print(f"{start} | | | | {verdict} | |", flush=True)
            continue
        low, high = experiment["ci95"] or (float("nan"), float("nan"))
        print(
            f"{start} | {experiment['saving_s']:.3f} s | {low:.3f} to {high:.3f} s | {experiment['pairs']} "
            f"| {verdict} | {'yes' if is_within(finding) else 'no'} |",
            flush=True,
        )
        yield finding


def print_by_hand(name: str, target: dict[str, Any]) -> None:
    """Print a row for each experiment that was named by `--try`."""
    for experiment in target["experiments"]:
        low, high = experiment["ci95"] or (float("nan"), float("nan"))
        print(
            f"| {name} | {experiment['intervention']} | | {experiment['saving_s']:.3f} s | {low:.3f} to {high:.3f} s "
            f"| {experiment['pairs']} | {experiment['verdict']} {experiment['reason']} | |",
            flush=True,
        )


def ending(name: str, target: dict[str, Any]) -> str:
    """What all proven interventions save at once, and of how much."""
    joint = target["joint"]
    if joint is None:
        return f"{name}: no joint experiment"
    low, high = joint["ci95"] or (float("nan"), float("nan"))
    proven = [each for each in target["findings"] if (each["experiment"] or {}).get("verdict") == "proven"]
    predicted_s = sum(each["estimated_saving_s"] for each in proven)
    wall_s = median(joint["head_walls_s"]) if joint["head_walls_s"] else float("nan")
    return (
        f"{name}: all at once {joint['verdict']}: {joint['saving_s']:.2f} s ({low:.2f} to {high:.2f}, {joint['pairs']} "
        f"pairs) of {wall_s:.2f} s, {predicted_s:.2f} s predicted {joint['reason']}"
    )


def error_of(finding: Finding) -> float:
    """The error of a prediction, as a share of what was proven."""
    saving_s: float = finding["experiment"]["saving_s"]
    return abs(predicted(finding) - saving_s) / saving_s


def predicted(finding: Finding) -> float:
    """What the experiment should show, in seconds; older documents know only what no other finding claims."""
    by_itself_s: float | None = finding.get("estimated_by_itself_s")
    return float(finding["estimated_saving_s"]) if by_itself_s is None else by_itself_s


def is_within(finding: Finding) -> bool:
    """Whether a prediction lies within the interval, widened."""
    if finding["experiment"]["ci95"] is None:
        return False
    low, high = finding["experiment"]["ci95"]
    wider = max(WIDER_SHARE * finding["experiment"]["saving_s"], WIDER_S)
    return bool(low - wider <= predicted(finding) <= high + wider)


def documents(options: argparse.Namespace) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """Yield each suite with its diagnosis; None if there is none."""
    for file in options.from_files:
        yield file.stem, json.loads(file.read_text(encoding="utf-8"))
    if options.from_files:
        return
    for suite in options.suites:
        with tempfile.TemporaryDirectory(prefix="proofs-") as folder:
            document = diagnosed(suite, Path(folder).resolve(), options)
        if document is not None and options.keep:
            options.keep.mkdir(parents=True, exist_ok=True)
            (options.keep / f"{suite.replace('/', '-')}.json").write_text(json.dumps(document), encoding="utf-8")
        yield suite, document


def diagnosed(suite: str, root: Path, options: argparse.Namespace) -> dict[str, Any] | None:
    """Diagnose a copy of a suite; None, with the output on stderr, if that fails."""
    package = suite.partition("/")[0]
    found = subprocess.run(
        [options.python, "-c", f"import {package}; print({package}.__path__[0])"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    installed = Path(found.stdout.strip())
    for source in (installed, installed.with_name(f"{installed.name}.libs")):
        if source.is_dir():
            shutil.copytree(source, root / source.name, ignore=shutil.ignore_patterns("__pycache__"))
    (root / "pytest.ini").write_text(f"[pytest]\ntestpaths = {suite}\n", encoding="utf-8")
    command = [
        sys.executable, "-m", "collectbench", "diagnose", "--prove", "--python", options.python, "--format", "json",
        "--no-progress", *words(options),
    ]  # fmt: skip
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    try:
        document: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        print(f"{suite}: exit code {done.returncode}: {done.stderr[-500:]}", file=sys.stderr)
        return None
    return document


def words(options: argparse.Namespace) -> Sequence[str]:
    """The options of the diagnosis."""
    pairs = ("--pairs", str(options.pairs)) if options.pairs else ()
    tries = [word for text in options.tries for word in ("--try", text)]
    return (*pairs, *(("--max-time", options.max_time) if options.max_time else ()), *tries)


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--python", default=str(ROOT / ".venvs" / "corpus" / "bin" / "python"))
    parser.add_argument("--pairs", type=int, help="of each experiment [default: 7 to 20, until they decide]")
    parser.add_argument("--max-time", help="of each suite")
    parser.add_argument("--try", dest="tries", action="append", default=[], metavar="INTERVENTION", help="one more")
    parser.add_argument("--keep", type=Path, metavar="DIRECTORY", help="where the documents go")
    parser.add_argument("--from", dest="from_files", type=Path, nargs="+", default=(), metavar="FILE")
    parser.add_argument("suites", nargs="*", default=SUITES, metavar="SUITE")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
