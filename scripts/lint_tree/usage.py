"""The CPU time and the memory of a command and all processes that it starts."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

SAMPLED_EACH_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a command used.

    Attributes:
        cpu_s: user and system time of the command, and of all processes that their parents waited for.
        wall_s: until it ended.
        peak_bytes: the most memory that all its processes held at one time, pages that they share once (Linux; else
            the sum of their resident sizes). Sampled, so a short peak may be missed.
        exit_code: its own.
    """

    cpu_s: float
    wall_s: float
    peak_bytes: int
    exit_code: int

    def as_dict(self) -> dict[str, float]:
        """Return it for JSON."""
        return asdict(self)


def use_of(command: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> Usage:
    """Run a command, without its output, and return what it used."""
    with subprocess.Popen(
        command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        started = psutil.Process(process.pid)
        peak = [0]
        ended = threading.Event()
        sampler = threading.Thread(target=_sample, args=(started, peak, ended))
        begin = time.monotonic()
        sampler.start()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.monotonic() - begin
        ended.set()
        sampler.join()
        process.returncode = os.waitstatus_to_exitcode(status)
    # The kernel knows the peak of the largest single process exactly.
    largest = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return Usage(
        cpu_s=used.ru_utime + used.ru_stime,
        wall_s=wall,
        peak_bytes=max(peak[0], largest),
        exit_code=process.returncode,
    )


def _sample(root: psutil.Process, peak: list[int], ended: threading.Event) -> None:
    """Note the largest sum of memory until the command has ended."""
    while not ended.wait(SAMPLED_EACH_S):
        try:
            processes = [root, *root.children(recursive=True)]
        except psutil.Error:
            return
        peak[0] = max(peak[0], sum(map(_held, processes)))


def _held(process: psutil.Process) -> int:
    """Return the memory of a process, its share of what it has in common with others."""
    try:
        pss = Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii").partition("\nPss:")[2]
        return int(pss.split()[0]) * 1024
    except (OSError, IndexError, ValueError):
        try:
            return int(process.memory_info().rss)
        except psutil.Error:
            return 0
