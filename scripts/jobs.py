"""Commands that run in the background, some at a time, while a line each ten seconds says what they do."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

AT_A_TIME = 2
TOLD_EACH_S = 10.0


def say(text: str) -> None:
    """Writes a line at once."""
    print(f"scripts/test: {text}", flush=True)


@dataclass(kw_only=True)
class Job:
    """A command. What it writes goes to `folder/NAME.output`; tests/support/progress_file.py fills `NAME.events`."""

    name: str
    command: Sequence[str]
    folder: Path
    total: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    current: str = ""
    cpu_s: float | None = None
    """CPU time of it and all descendants that were waited for; None while it runs."""

    @property
    def events(self) -> Path:
        """The file of its events, one line of JSON each."""
        return self.folder / f"{self.name}.events"

    @property
    def passed(self) -> bool:
        """Whether it has ended with 0."""
        return self.process.returncode == 0

    def start(self) -> None:
        """Starts it in a session of its own: Ctrl-C reaches it through this process alone, and once."""
        self.started_s = time.monotonic()
        with (self.folder / f"{self.name}.output").open("wb") as output:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )

    def has_ended(self) -> bool:
        """Whether it has ended, which leaves its CPU time in `cpu_s`."""
        if self.process.returncode is None:
            pid, status, used = os.wait4(self.process.pid, os.WNOHANG)
            if pid:
                self.process.returncode = os.waitstatus_to_exitcode(status)
                self.cpu_s = used.ru_utime + used.ru_stime
        return self.process.returncode is not None

    def output(self) -> str:
        """Returns what it has written so far."""
        return (self.folder / f"{self.name}.output").read_text(encoding="utf-8", errors="replace")

    def state(self) -> str:
        """Reads its events, and returns its state in one line."""
        self._read_events()
        tests = f"{len(self.seconds)} of {self.total} tests, " if self.total else ""
        took = f"{tests}{time.monotonic() - self.started_s:.0f} s"
        if self.process.returncode is None:
            return f"{self.name}: {took}, now {self.current or 'starting'}"
        cpu = "" if self.cpu_s is None else f", {self.cpu_s:.0f} s of CPU"
        return f"{self.name}: {'passed' if self.passed else 'FAILED'}, {took}{cpu}"

    def _read_events(self) -> None:
        whole_lines = self.events.read_text(encoding="utf-8").rpartition("\n")[0] if self.events.exists() else ""
        for event in map(json.loads, whole_lines.splitlines()):
            self.total = event.get("total", self.total)
            self.current = event.get("starts", self.current)
            if "ends" in event:
                self.seconds[event["ends"]] = event["seconds"]

    def stop(self) -> None:
        """Interrupts it and its children as Ctrl-C does, and kills those that are left after a while."""
        for number, patience_s in ((signal.SIGINT, 20.0), (signal.SIGKILL, 5.0)):
            try:
                os.killpg(self.process.pid, number)
                self.process.wait(patience_s)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue


def run_all(jobs: Sequence[Job], *, told_each_s: float = TOLD_EACH_S) -> bool:
    """Runs the jobs in their order and says what they do; returns whether all of them passed.

    The output of a job that fails is shown when it ends. An exception stops all jobs.
    """
    waiting, running = list(jobs), list[Job]()
    told_s = time.monotonic()
    try:
        while waiting or running:
            while waiting and len(running) < AT_A_TIME:
                job = waiting.pop(0)
                job.start()
                running.append(job)
            time.sleep(0.05)
            for job in [job for job in running if job.has_ended()]:
                running.remove(job)
                say(job.state())
                if not job.passed:
                    print(job.output(), flush=True)
            if time.monotonic() - told_s >= told_each_s:
                told_s = time.monotonic()
                for job in running:
                    say(job.state())
    finally:
        for job in running:
            job.stop()
    return all(job.passed for job in jobs)
