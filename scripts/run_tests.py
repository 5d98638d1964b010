"""Runs lint, types, layers and tests in two processes at a time, and says each ten seconds what runs.

Usage: scripts/test [--fast] [ARGUMENTS OF PYTEST]

--fast  lint, types, layers, and the unit tests that start no process; no coverage
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
COVERAGE = str(BIN / "coverage")
CHECKS = {
    "ruff check": (str(BIN / "ruff"), "check", "--quiet"),
    "ruff format": (str(BIN / "ruff"), "format", "--check", "--quiet"),
    "mypy": (str(BIN / "mypy"), "--no-error-summary"),
    "lint-imports": (str(BIN / "lint-imports"),),
}
# In the order of their start: long ones first, so that both cores are busy until the end.
# A file belongs to the first part that has a pattern for it, so the last two take all the rest.
PARTS = {
    "against": ("functional/test_commands_against.py",),
    "profiles": ("functional/test_commands_profile.py", "functional/test_p*.py"),
    "trees": ("functional/test_tree.py", "functional/test_worktrees.py", "functional/test_counters.py"),
    "baselines": ("functional/test_commands_baseline.py", "functional/test_commands_compare.py"),
    "processes": ("unit/measure/**/test_*.py", "unit/probe/**/test_*.py", "unit/checkouts/**/test_*.py"),
    "commands": ("functional/test_commands_*.py",),
    "functional": ("functional/**/test_*.py",),
    "unit": ("unit/**/test_*.py",),
}
AT_A_TIME = 2
TOLD_EACH_S = 10.0
SLOWEST = 10


@dataclass
class Job:
    """A command that runs in the background. `events` is filled by tests/support/progress_file.py."""

    name: str
    command: Sequence[str]
    folder: Path
    total: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    current: str = ""

    def start(self) -> None:
        """Starts it in a session of its own: Ctrl-C reaches it through this process alone, and once."""
        self.started_s = time.monotonic()
        with (self.folder / f"{self.name}.output").open("wb") as output:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )

    def output(self) -> str:
        """What it has written so far."""
        return (self.folder / f"{self.name}.output").read_text(encoding="utf-8", errors="replace")

    def read_events(self) -> None:
        """Brings `total`, `seconds` and `current` up to date."""
        path = self.folder / f"{self.name}.events"
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
            event = json.loads(line)
            self.total = event.get("total", self.total)
            self.current = event.get("starts", self.current)
            if "ends" in event:
                self.seconds[event["ends"]] = event["seconds"]

    def told(self) -> str:
        """Its state in one line."""
        self.read_events()
        took = f"{time.monotonic() - self.started_s:.0f} s"
        if self.process.returncode is None:
            return f"{self.name}: {len(self.seconds)} of {self.total or '?'} tests, {took}, now {self.current}"
        outcome = "ok" if self.process.returncode == 0 else f"FAILED with exit code {self.process.returncode}"
        return f"{self.name}: {outcome}, {len(self.seconds)} tests, {took}"


def say(text: str) -> None:
    """Writes a line at once."""
    print(f"scripts/test: {text}", flush=True)


def run_all(jobs: Sequence[Job]) -> bool:
    """Runs the jobs, some at a time, and says what they do; returns whether all of them ended with 0."""
    waiting, running = list(jobs), list[Job]()
    told_s = time.monotonic()
    try:
        while waiting or running:
            while waiting and len(running) < AT_A_TIME:
                running.append(waiting.pop(0))
                running[-1].start()
            time.sleep(0.1)
            for job in [job for job in running if job.process.poll() is not None]:
                running.remove(job)
                say(job.told())
                if job.process.returncode != 0:
                    print(job.output(), flush=True)
            if time.monotonic() - told_s > TOLD_EACH_S:
                told_s = time.monotonic()
                for job in running:
                    say(job.told())
    finally:
        for job in running:
            stop(job)
    return all(job.process.returncode == 0 for job in jobs)


def stop(job: Job) -> None:
    """Interrupts a job as Ctrl-C does, and kills what is left after a while."""
    for number, patience_s in ((signal.SIGINT, 15.0), (signal.SIGKILL, 5.0)):
        try:
            os.killpg(job.process.pid, number)
            job.process.wait(patience_s)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue


def files_of_parts() -> dict[str, list[str]]:
    """The test files of each part.

    Raises:
        SystemExit: a pattern matches no file, so it was not renamed with its files.
    """
    files: dict[str, list[str]] = {name: [] for name in PARTS}
    taken = set[Path]()
    for name, pattern in ((name, pattern) for name, patterns in PARTS.items() for pattern in patterns):
        matches = set((ROOT / "tests").glob(pattern))
        if not matches:
            raise SystemExit(f"scripts/run_tests.py: no file matches tests/{pattern}, a pattern of PARTS[{name!r}]")
        files[name] += sorted(str(path.relative_to(ROOT)) for path in matches - taken)
        taken |= matches
    return files


def test_jobs(folder: Path, *, fast: bool) -> Iterator[Job]:
    """One job for each part; for `fast` the unit tests alone."""
    for name, all_files in files_of_parts().items():
        files = [file for file in all_files if not fast or file.startswith("tests/unit/")]
        start = [str(BIN / "python")] if fast else [COVERAGE, "run"]
        options = ["-q", f"--progress-file={folder / name}.events", *(["--no-processes", "-rfE"] if fast else [])]
        if files:
            yield Job(name, [*start, "-m", "pytest", *options, *files], folder)


def report(jobs: Sequence[Job]) -> None:
    """Names the slowest tests, and ends with the summaries of pytest, which CI reads."""
    seconds = {nodeid: value for job in jobs for nodeid, value in job.seconds.items()}
    say(f"the {SLOWEST} slowest of {len(seconds)} tests:")
    for nodeid in sorted(seconds, key=seconds.__getitem__, reverse=True)[:SLOWEST]:
        print(f"{seconds[nodeid]:8.1f} s  {nodeid}")
    for job in jobs:
        print("\n".join(line for line in job.output().splitlines() if line.startswith("SKIPPED")), end="")
    print(*(job.output().rstrip().rpartition("\n")[2] for job in jobs), sep="\n", flush=True)


def covered() -> bool:
    """Whether branch coverage is high enough; if not, the report goes to stderr."""
    subprocess.run([COVERAGE, "combine", "--quiet"], cwd=ROOT, check=True)
    answer = subprocess.run([COVERAGE, "report"], cwd=ROOT, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        print(answer.stdout + answer.stderr, file=sys.stderr, flush=True)
    return answer.returncode == 0


def interrupt(number: int, _: FrameType | None) -> None:
    """Ends the run as Ctrl-C does."""
    raise KeyboardInterrupt


def main(arguments: list[str]) -> int:
    """Runs what the arguments ask for; returns the exit code."""
    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)
    fast = arguments[:1] == ["--fast"]
    with tempfile.TemporaryDirectory(prefix="scripts-test-") as name:
        folder = Path(name)
        if not run_all([Job(check, command, folder) for check, command in CHECKS.items()]):
            return 1
        if arguments[fast:]:
            command = [str(BIN / "python"), "-m", "pytest", *(["--no-processes"] if fast else []), *arguments[fast:]]
            os.chdir(ROOT)
            os.execv(command[0], command)  # noqa: S606 - Ctrl-C, terminal and colours are pytest's
        (ROOT / ".coverage.d").mkdir(exist_ok=True)
        subprocess.run([COVERAGE, "erase"], cwd=ROOT, check=True)
        jobs = list(test_jobs(folder, fast=fast))
        passed = run_all(jobs)
        enough = fast or covered()
        report(jobs)
    return 0 if passed and enough else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("scripts/test: interrupted")
