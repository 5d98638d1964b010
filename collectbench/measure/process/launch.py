"""The only place that starts processes. Code that needs one takes `launch` as a parameter, so tests can pass a fake."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psutil

from collectbench.measure.process.clock import now_ns
from collectbench.measure.process.interruption import raise_if_interrupted
from collectbench.measure.process.ledger import LEDGER
from collectbench.measure.process.memory import MemoryWatch
from collectbench.measure.process.orphans import adopt_orphans, bystanders, end_orphans
from collectbench.measure.process.reaper import Reaper
from collectbench.measure.process.run_queue import Scheduled
from collectbench.measure.process.sentinel import SENTINEL, adopted

STACK_SIGNAL: int = getattr(signal, "SIGRTMIN", 34) + 7 if sys.platform == "linux" else getattr(signal, "SIGINFO", 29)
"""Asks the probe for the stack of its main thread. Programs do not use this signal, and its arrival is harmless."""

STACK_GRACE_S = 1.0
"""How long a process that hangs may take to write its stack."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """One child process: absolute program, arguments, working directory and the complete environment.

    `errors` is the file that takes stderr if it is to be read apart from stdout; None for one file with both. `input`
    is the file that the child reads as stdin; None for no input.
    """

    argv: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str]
    errors: Path | None = None
    input: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A child that was reaped: stamps in nanoseconds, CPU seconds and context switches from the operating system.

    The CPU time includes descendants that the process waited for. `exit_code` is negative for a signal. `left_behind`
    holds the command lines of descendants that outlived the process and were ended. `timeline` holds pairs of seconds
    since the spawn and bytes. `main_thread` is the life of its main thread in the scheduler; None if unknown.
    `had_descendants` tells whether any were seen.
    """

    spawned_ns: int
    reaped_ns: int
    exit_code: int
    timed_out: bool
    user_s: float
    system_s: float
    peak_rss_bytes: int
    voluntary_switches: int
    involuntary_switches: int
    main_thread: Scheduled | None = None
    had_descendants: bool = False
    timeline: tuple[tuple[float, int], ...] = ()
    left_behind: tuple[str, ...] = ()


class Launcher(Protocol):
    """Starts a process, waits for its end, and ends the processes that it left behind."""

    def __call__(
        self,
        invocation: Invocation,
        *,
        output: Path,
        timeout_s: float,
        on_hang: Callable[[], bool] | None = None,
    ) -> Finished:
        """See `launch`."""
        ...


def launch(
    invocation: Invocation, *, output: Path, timeout_s: float, on_hang: Callable[[], bool] | None = None
) -> Finished:
    """Run a child until it ends or `timeout_s` is over: in a session of its own, its output in a file.

    Args:
        invocation: the child process.
        output: the file that takes stdout, and stderr if that has no file of its own.
        timeout_s: seconds from the spawn call after which the whole tree is ended.
        on_hang: tells whether the child has written its stack; called repeatedly after the child was told to write it.
            None if no stack is wanted.

    Raises:
        OSError: the program cannot be started.
        Interrupted: a signal arrived (see `interruption`); no process of the child is left.
    """
    spawned_ns, reaper = _spawn(invocation, output)
    watch = MemoryWatch(reaper.pid, spawned_ns)
    timed_out = False
    left_behind: tuple[str, ...] = ()
    try:
        while not reaper.done.wait(min(_look(watch), max(0.0, timeout_s - (now_ns() - spawned_ns) / 1e9))):
            reaper.note_asleep()
            raise_if_interrupted()
            if (now_ns() - spawned_ns) / 1e9 >= timeout_s:
                timed_out = True
                _await_stack(reaper, on_hang)
                break
    finally:
        reaper.end()
        SENTINEL.notice(adopted(_bystanders), set(_bystanders.values()))  # what it left to us since the last look
        with _lock:
            _running.discard(reaper.pid)
            left_behind = end_orphans(reaper.pid, watch.descendants.values(), None if _running else _bystanders)
            if _running:
                SENTINEL.forget(output, reaper.pid)
            else:
                SENTINEL.clear()
    usage = reaper.usage
    return Finished(
        spawned_ns=spawned_ns,
        reaped_ns=reaper.reaped_ns,
        exit_code=reaper.exit_code,
        timed_out=timed_out,
        user_s=usage.ru_utime,
        system_s=usage.ru_stime,
        peak_rss_bytes=max(watch.peak_bytes, _own_peak_bytes(usage)),
        voluntary_switches=usage.ru_nvcsw,
        involuntary_switches=usage.ru_nivcsw,
        main_thread=reaper.main_thread,
        had_descendants=bool(watch.descendants or left_behind),
        timeline=tuple(watch.timeline),
        left_behind=() if timed_out else left_behind,
    )


_lock = threading.Lock()
"""Held while a child is started, and while orphans are ended: else a new child could be taken for an orphan."""

_running: set[int] = set()
"""Process numbers of the children whose orphans were not ended yet."""

_bystanders: dict[psutil.Process, int] = {}
"""This process and the descendants that it had before the first of these children, with their sessions."""


def _spawn(invocation: Invocation, output: Path) -> tuple[int, Reaper]:
    """Start a child; returns the stamp before the spawn call, in nanoseconds, and the thread that waits for the end."""
    with _lock, ExitStack() as files:
        sink = files.enter_context(output.open("wb"))
        complaints = files.enter_context(invocation.errors.open("wb")) if invocation.errors else sink
        source = files.enter_context(invocation.input.open("rb")) if invocation.input else subprocess.DEVNULL
        if not _running:
            SENTINEL.start(LEDGER.held)  # before bystanders are listed, since it is one
            adopt_orphans()
            _bystanders.clear()
            _bystanders.update(bystanders())
        SENTINEL.expect(output)
        spawned_ns = now_ns()
        try:
            child = subprocess.Popen(
                invocation.argv,
                stdin=source,
                stdout=sink,
                stderr=complaints,
                cwd=invocation.cwd,
                env=dict(invocation.env),
                start_new_session=True,
            )
        except BaseException:
            SENTINEL.forget(output)
            raise
        reaper = Reaper(child)
        reaper.start()
        SENTINEL.watch(child.pid)
        _running.add(child.pid)
    return spawned_ns, reaper


def _look(watch: MemoryWatch) -> float:
    """Take one look; returns the seconds to wait. The sentinel learns of the sessions that descendants began."""
    pause_s = watch.look()
    SENTINEL.notice({*watch.living, *adopted(_bystanders)}, set(_bystanders.values()))
    return pause_s


def _await_stack(reaper: Reaper, on_hang: Callable[[], bool] | None) -> None:
    if on_hang is None:
        return
    reaper.send(STACK_SIGNAL)
    deadline = now_ns() + int(STACK_GRACE_S * 1e9)
    while now_ns() < deadline and not on_hang() and not reaper.done.wait(0.02):
        pass


def _own_peak_bytes(usage: resource.struct_rusage) -> int:
    """The child's own largest resident size, or 0 if the operating system's figure may be the parent's.

    Between fork and exec, a child has its parent's memory, and Linux keeps that as its maximum. So a figure up to our
    own size says nothing about the child. The probe reports the kernel's figure for the memory after exec.
    """
    if usage.ru_maxrss <= resource.getrusage(resource.RUSAGE_SELF).ru_maxrss:
        return 0
    return usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
