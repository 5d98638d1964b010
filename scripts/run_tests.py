"""Runs lint, types, layers and tests, two processes at a time. scripts/test calls it.

Usage: scripts/test [--fast | --long] [ARGUMENTS OF PYTEST]

--fast  lint, types, layers, and the unit tests that start no process; without coverage
--long  lint, types, layers, and the tests marked `long`, which no other call without arguments runs

The last lines on stdout are pytest's own summaries, one for each part: CI reads them.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType

import environments
from jobs import Job, run_all, say

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
PYTEST = (str(BIN / "python"), "-m", "pytest")
COVERAGE = str(BIN / "coverage")
CHECKS = {
    "mypy": ("mypy", "--no-error-summary"),
    "ruff check": ("ruff", "check", "--quiet"),
    "ruff format": ("ruff", "format", "--check", "--quiet"),
    "lint-imports": ("lint-imports",),
}
# A file belongs to the first part with a pattern that matches it; the patterns of the last parts match all files.
PARTS = {
    "against": ("functional/test_commands_against.py",),
    "fidelity": ("functional/test_fidelity.py",),
    "fleet": ("functional/test_commands_fleet.py",),
    "words": ("functional/test_pasted_hints.py", "functional/test_commands_common.py"),
    "checkouts": (
        *("functional/test_worktrees.py", "functional/test_current_files.py", "functional/test_renames.py"),
        "functional/test_net.py",
    ),
    "trees": ("functional/test_tree.py", "functional/test_[klw]*.py"),
    "profiles": ("functional/test_commands_profile.py", "functional/test_p*.py"),
    "bad input": ("functional/bad_input/test_*.py",),
    "processes": ("unit/measure/**/test_*.py", "unit/probe/**/test_*.py", "unit/checkouts/**/test_*.py"),
    "baselines": ("functional/test_commands_baseline.py", "functional/test_commands_compare.py"),
    "unit": ("unit/**/test_*.py",),
    "commands": ("functional/test_commands_*.py",),
    "functional": ("functional/**/test_*.py",),
}
STARTS = (
    *("commands", "unit", "processes", "bad input", "trees", "functional"),
    *("profiles", "against", "baselines", "fidelity", "fleet", "words", "checkouts"),
)
"""The order in which parts start: the longest first, so that both cores are busy until the end."""
COVERED = ("commands", "unit", "processes", "checkouts", "fleet")
"""Parts that run under coverage, which takes a third more: the others repeat in many circumstances what they cover."""
OF_OLDEST = dict.fromkeys(("against", "baselines", "trees", "words"), "3.11-pytest7")
"""Parts whose commands measure the oldest pytest, not the newest: it starts in four fifths of the time."""

SLOWEST = 10


def files_of_parts() -> dict[str, list[str]]:
    """Returns the test files of each part.

    Raises:
        SystemExit: a pattern matches no file, so that its files have probably been renamed.
    """
    files: dict[str, list[str]] = {name: [] for name in PARTS}
    taken = set[Path]()
    for name, pattern in ((name, pattern) for name, patterns in PARTS.items() for pattern in patterns):
        matches = set((ROOT / "tests").glob(pattern))
        if not matches:
            raise SystemExit(f"scripts/run_tests.py: no file matches tests/{pattern}, which PARTS[{name!r}] names")
        files[name] += sorted(str(path.relative_to(ROOT)) for path in matches - taken)
        taken |= matches
    return files


def test_jobs(folder: Path, *, fast: bool) -> Iterator[Job]:
    """Yields one job for each part; for `fast` those with unit tests."""
    parts = files_of_parts()
    for name in sorted(parts, key=STARTS.index):
        files = parts[name]
        if not fast:
            command = [*((COVERAGE, "run", "-m", "pytest") if name in COVERED else PYTEST), *files]
            command += ["--plain", OF_OLDEST[name]] if name in OF_OLDEST else []
        elif all(file.startswith("tests/unit/") for file in files):
            command = [*PYTEST, "--no-processes", "-rfE", *files]
        else:
            continue
        job = Job(name=name, command=[*command, "-q", "-m", "not long"], folder=folder)
        job.command = [*job.command, f"--progress-file={job.events}"]
        yield job


def is_covered() -> bool:
    """Whether branch coverage is high enough; if not, its report goes to stderr."""
    subprocess.run([COVERAGE, "combine", "--quiet"], check=True)
    answer = subprocess.run([COVERAGE, "report"], capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        print(answer.stdout, answer.stderr, file=sys.stderr, flush=True)
    return answer.returncode == 0


def report(jobs: Sequence[Job]) -> None:
    """Prints the skipped tests, the slowest tests, and the summary of each part."""
    seconds = {nodeid: taken_s for job in jobs for nodeid, taken_s in job.seconds.items()}
    for job in jobs:
        print(*(f"{line}\n" for line in job.output().splitlines() if line.startswith("SKIPPED")), sep="", end="")
    say(f"the {SLOWEST} slowest of {len(seconds)} tests:")
    for nodeid in sorted(seconds, key=seconds.__getitem__, reverse=True)[:SLOWEST]:
        print(f"{seconds[nodeid]:8.1f} s  {nodeid}")
    if any(environments.NO_BROWSER in job.output() for job in jobs):
        say("THE HTML PAGES WERE NOT TESTED: there is no browser; python3 scripts/environments.py browser")
    print(*(job.output().rstrip().rpartition("\n")[2] for job in jobs), sep="\n", flush=True)


def interrupt(number: int, _: FrameType | None) -> None:
    """Ends the run with the exit code that a shell gives to this signal."""
    signal.signal(number, signal.SIG_IGN)
    say(f"interrupted: {signal.Signals(number).name}")
    raise SystemExit(128 + number)


def main(arguments: list[str]) -> int:
    """Runs the checks and tests that the arguments name; returns the exit code."""
    os.chdir(ROOT)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # pytest would compile all tests again in each run
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
    fast = arguments[:1] == ["--fast"]
    if not run_checks():
        return 1
    if arguments[:1] == ["--long"]:
        arguments = ["-m", "long", *(arguments[1:] or ["tests/unit", "tests/functional"])]
    if arguments[fast:]:
        # In place of this process, so that terminal and Ctrl-C belong to pytest.
        os.execv(PYTEST[0], [*PYTEST, *(["--no-processes"] if fast else []), *arguments[fast:]])  # noqa: S606
    return run_parts(fast=fast)


def run_checks() -> bool:
    """Runs lint, types and layers; returns whether all of them passed."""
    with tempfile.TemporaryDirectory(prefix="scripts-test-") as folder:
        commands = {name: (str(BIN / program), *options) for name, (program, *options) in CHECKS.items()}
        return run_all([Job(name=name, command=command, folder=Path(folder)) for name, command in commands.items()])


def run_parts(*, fast: bool) -> int:
    """Runs all parts, and checks the coverage unless `fast`; returns the exit code."""
    Path(".coverage.d").mkdir(exist_ok=True)
    subprocess.run([COVERAGE, "erase"], check=True)
    with tempfile.TemporaryDirectory(prefix="scripts-test-") as folder:
        jobs = list(test_jobs(Path(folder), fast=fast))
        passed = run_all(jobs)
        covered = fast or is_covered()
        report(jobs)
    return 0 if passed and covered else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
