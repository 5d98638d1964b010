"""Whether `collectbench fix` finds, rewrites or names each reference to modules that are forbidden or missing.

Usage: python scripts/fix_modules.py [DIRECTORY] [--scale 1.0] [--files 5776] [--megabytes 134] [--seed 1]

Makes a repository with 2,615 references to forbidden modules in 655 files and 840 to missing ones in 344 files, in all
forms, rewrites it with `fix missing-module --unsafe` and `fix forbidden-import`, and reports how many were found,
rewritten and named, and how long that took. Then it imports the rewritten files and calls what is planted in them,
while the old modules cannot be imported. A reference that is lost, or rewritten though it must be named, is a fault.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fix_tree.check import Verdict, compare, old_texts, run
from fix_tree.repository import ABSENT, FORBIDDEN, Size, make
from lint_repository import commit

_SHOWN = 20
RULES = {ABSENT: ("--unsafe",), FORBIDDEN: ()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """What one rewrite did: how many files it changed, the time that it took, and what became of the references."""

    rule: str
    planted: int
    files: int
    wall_s: float
    cpu_s: float
    verdict: Verdict


def fix(directory: Path, rule: str, work: Path) -> dict[str, Any]:
    """Run the command and return its document."""
    output = work / f"{rule}.json"
    command = [sys.executable, "-m", "collectbench", "fix", rule, *RULES[rule], "--no-progress", "--no-cache"]
    apply = ["--apply", "--allow-dirty", "--format", "json", "--output", str(output)]
    subprocess.run([*command, *apply], cwd=directory, check=True, stdout=subprocess.DEVNULL)
    found: dict[str, Any] = json.loads(output.read_text(encoding="utf-8"))
    return found


def _cpu_s() -> float:
    """The CPU time of all processes that have ended, in seconds."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def measure(directory: Path, work: Path, size: Size, seed: int) -> tuple[list[Fixed], list[str]]:
    """Make the repository, rewrite it, and return what was done and what fails when the files run."""
    rows = make(directory, size, seed)
    commit(directory)
    before = old_texts(directory, rows)
    done = []
    for rule in RULES:
        wall_s, cpu_s = time.perf_counter(), _cpu_s()
        document = fix(directory, rule, work)
        wall_s, cpu_s = time.perf_counter() - wall_s, _cpu_s() - cpu_s
        planted = [row for row in rows if row.rule == rule]
        verdict = compare(before, directory, planted, [(each["path"], each["line"]) for each in document["skips"]])
        done.append(
            Fixed(
                rule=rule,
                planted=len(planted),
                files=len(document["files"]),
                wall_s=wall_s,
                cpu_s=cpu_s,
                verdict=verdict,
            )
        )
    return done, list(run(directory, sorted(before), work))


def main() -> int:
    """Make, rewrite and check what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path, nargs="?", help="empty or missing; a temporary one without")
    parser.add_argument("--scale", type=float, default=1.0, help="of what is planted")
    parser.add_argument("--files", type=int, default=Size().files)
    parser.add_argument("--megabytes", type=float, default=Size().size_bytes / 1e6)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    size = Size(share=given.scale, files=given.files, size_bytes=int(given.megabytes * 1e6))
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        directory = given.directory or work / "repository"
        done, failing = measure(directory.resolve(), work, size, given.seed)
    for each in done:
        counts = f"{each.verdict.rewritten} rewritten, {each.verdict.named} named"
        took = f"{each.wall_s:.1f} s, of CPU time {each.cpu_s:.1f} s"
        print(f"{each.rule}: {each.planted} planted; {counts}; {each.files} files written in {took}")
    problems = [problem for each in done for problem in each.verdict.problems] + failing
    for problem in problems[:_SHOWN]:
        print(f"  {problem}")
    print(f"{len(problems)} problems; all rewritten files run" if not failing else f"{len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
