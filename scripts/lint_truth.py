"""Whether `collectbench lint` reports what scripts/lint_repository.py has planted, and nothing else.

Usage: python scripts/lint_truth.py DIRECTORY [REPORT]

REPORT is the output of `collectbench lint --format json`; without it, lint runs in DIRECTORY. Prints a line for each
rule and each row that is wrong. Exits with 1 if a row is missed or false.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from lint_repository import read_truth
from lint_tree.check import Comparison, compare
from pairs import children_env

WORST = 10
"""Rows that are printed for each rule and kind of mistake."""


def run_lint(directory: Path) -> str:
    """Return the report of all rules as JSON, computed without a cache of earlier runs."""
    with tempfile.TemporaryDirectory() as cache:
        env = children_env() | {"XDG_STATE_HOME": cache}
        command = [sys.executable, "-m", "collectbench", "lint", "--quiet", "--format", "json"]
        result = subprocess.run(command, cwd=directory, env=env, stdout=subprocess.PIPE, text=True, check=False)
    if result.returncode not in (0, 1):
        raise SystemExit(f"lint_truth.py: lint ended with exit code {result.returncode}")
    return result.stdout


def main() -> None:
    """Print the comparison."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("report", type=Path, nargs="?")
    options = parser.parse_args()
    text = options.report.read_text(encoding="utf-8") if options.report else run_lint(options.directory)
    comparisons = compare(read_truth(options.directory), json.loads(text)["violations"])
    print(f"{'rule':20}{'found':>8}{'missed':>8}{'false':>8}{'misled':>8}")
    for rule, found in comparisons.items():
        counts = (len(rows) for rows in (found.found, found.missed, found.false, found.misled))
        print(f"{rule:20}" + "".join(f"{count:8}" for count in counts))
    for rule, found in comparisons.items():
        tell(rule, found)
    sys.exit(any(found.missed or found.false for found in comparisons.values()))


def tell(rule: str, comparison: Comparison) -> None:
    """Print some of the rows that are wrong."""
    wrong = {"missed": comparison.missed, "false": comparison.false, "misled": comparison.misled}
    for kind, rows in wrong.items():
        for row in rows[:WORST]:
            print(f"{kind}: {row['path']}:{row['line']}: {rule}: {row.get('form') or row.get('message')}")
        if len(rows) > WORST:
            print(f"{kind}: {rule}: {len(rows) - WORST} more")


if __name__ == "__main__":
    main()
