"""What the scheduler of Linux knows about a thread: its time on a processor, and its time in the run queue."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """The life of a thread so far, in nanoseconds: on a processor, and ready to run without one."""

    running_ns: int
    queued_ns: int


def scheduled(pid: int, proc: Path = Path("/proc")) -> Scheduled | None:
    """The life of the main thread of a process, which may be a zombie. None if the system does not tell.

    https://docs.kernel.org/scheduler/sched-stats.html: three numbers, of which the third counts time slices. Kernels
    without CONFIG_SCHED_INFO write zeros, and macOS has no /proc.
    """
    return _read(proc / f"{pid}/schedstat")


def queued_ns(thread: int | None, proc: Path = Path("/proc")) -> int:
    """For how long this thread of ours was ready to run without a processor; 0 if unknown."""
    life = _read(proc / f"self/task/{thread}/schedstat")
    return life.queued_ns if life is not None else 0


def _read(file: Path) -> Scheduled | None:
    try:
        numbers = file.read_bytes().split()
    except OSError:
        return None
    if len(numbers) < 2 or not all(number.isdigit() for number in numbers) or not int(numbers[0]):
        return None
    return Scheduled(running_ns=int(numbers[0]), queued_ns=int(numbers[1]))
