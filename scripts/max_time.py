"""Whether `compare --against --max-time` keeps to its time on a suite of many targets.

Usage: .venv/bin/python scripts/max_time.py [--max-time 60] [--targets 50] [--python PYTHON] [-- COMPARE_OPTION ...]

Makes a repository of so many targets, each of about half a second by itself, whose shared conftest imports one module
more than in the last commit, so that all of them have changed. Then runs the command on it, reads the line that it
writes when a round ends, and prints when the last one ended, what came after it (the worktrees are removed, all is
judged and shown), the longest round, and whether the time was overrun by more than that. Exits with 1 where it was.
The figures that were published stand in docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from environments import python_of
from pairs import children_env, machine

GIT = ("git", "-c", "user.name=n", "-c", "user.email=n@example.org")
TEST = """import time
end = time.thread_time() + 0.15
while time.thread_time() < end:
    pass

def test_one():
    pass
"""


def main() -> None:
    """Make the repository, run the command, print the figures."""
    options = parse()
    with tempfile.TemporaryDirectory() as name:
        root = make_repository(Path(name) / "suite", options.targets)
        output = Path(name) / "comparison.json"
        begun = time.monotonic()
        ended_s = compare(root, output, options, begun)
        total_s = time.monotonic() - begun
        document = json.loads(output.read_text())
    rounds = [sample for run in ("base_run", "head_run") for sample in samples(document[run])]
    longest_s = max(sample["wall_s"] for sample in rounds)
    late_s, after_s = ended_s[-1] - options.max_time, total_s - ended_s[-1]
    print(machine())
    print(f"{options.targets} targets, --max-time {options.max_time:g}s")
    print(f"  rounds                          {len(ended_s)}")
    print(f"  the first one ended after       {ended_s[0]:.1f} s")
    print(f"  the last one ended after        {ended_s[-1]:.1f} s")
    print(f"  the command ended after         {total_s:.1f} s, {after_s:.1f} s later")
    print(f"  the longest round took          {longest_s:.1f} s")
    print(f"  targets with pairs              {paired(document['targets'])} of {len(document['targets'])}")
    print(f"  the suite                       {document['suite']['change']['pairs']} pairs")
    holds = late_s <= longest_s
    print(f"overrun by {max(0.0, late_s):.1f} s: {'within' if holds else 'MORE THAN'} one round")
    sys.exit(0 if holds else 1)


def make_repository(root: Path, targets: int) -> Path:
    """A repository with one commit, and a conftest that has changed since."""
    for number in range(targets):
        folder = root / "tests" / f"t{number:02}"
        folder.mkdir(parents=True)
        (folder / f"test_{number:02}.py").write_text(TEST)
    (root / "tests" / "conftest.py").write_text("")
    (root / "pytest.ini").write_text("[pytest]\ntestpaths = tests\n")
    (root / ".gitignore").write_text("__pycache__/\n")
    for words in (("init", "-q"), ("add", "--all"), ("commit", "-q", "-m", "base")):
        subprocess.run([*GIT, *words], cwd=root, check=True)
    (root / "tests" / "conftest.py").write_text("import wave\n")
    return root


def compare(root: Path, output: Path, options: argparse.Namespace, begun: float) -> list[float]:
    """Run the comparison; returns when each round ended, in seconds since `begun`."""
    command = [
        *(sys.executable, "-m", "collectbench", "compare", "--against", "HEAD", "--max-time", f"{options.max_time:g}s"),
        *("--python", options.python, "--verbose", "--output", f"json={output}", *options.rest),
    ]
    env = {**children_env(), "COLUMNS": "120"}
    with subprocess.Popen(
        command, cwd=root, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        ended_s = []
        for line in process.stderr or ():
            if line.startswith(("warmup", "counted", "timed")):
                ended_s.append(time.monotonic() - begun)
            else:
                sys.stderr.write(line)
    if process.returncode or not ended_s:
        sys.exit(f"the comparison ended with {process.returncode} after {time.monotonic() - begun:.1f} s")
    return ended_s


def samples(run: dict[str, Any]) -> list[dict[str, Any]]:
    """All samples of a run."""
    results = [*run["targets"], *([run["suite"]] if run["suite"] else [])]
    return [sample for result in results for sample in result["samples"]]


def paired(targets: list[dict[str, Any]]) -> int:
    """How many targets were timed in at least one pair."""
    return sum(bool(target["change"] and target["change"]["pairs"]) for target in targets)


def parse() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--max-time", type=float, default=60.0)
    parser.add_argument("--targets", type=int, default=50)
    parser.add_argument("--python", default=os.fspath(python_of(".venvs/3.11-pytest9") or sys.executable))
    parser.add_argument("rest", nargs="*", help="further options of `collectbench compare`")
    return parser.parse_args()


if __name__ == "__main__":
    main()
