"""The only place that starts processes. Whoever needs one is given `launch`, so that tests can hand in another."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psutil

from collectbench.measure.clock import now_ns
from collectbench.measure.resources import MemoryWatch

STACK_SIGNAL: int = getattr(signal, "SIGRTMIN", 34) + 7 if sys.platform == "linux" else getattr(signal, "SIGINFO", 29)
"""Asks the probe for the stack of its main thread. One that programs do not use and whose arrival is harmless."""

PR_SET_CHILD_SUBREAPER = 36
"""From linux/prctl.h."""

GRACE_S = 1.0
"""How long a process that hangs may take to write its stack, and one that is told to end may take to do so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """One child process: absolute program, arguments, folder and the complete environment."""

    argv: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A child that was reaped: stamps in nanoseconds, CPU seconds and context switches from the operating system.

    The CPU time is that of the process and of its descendants that it waited for. `exit_code` is negative for a
    signal; `left_behind` describes descendants that outlived it and were ended.
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
    timeline: tuple[tuple[float, int], ...] = ()
    left_behind: tuple[str, ...] = ()


class Launcher(Protocol):
    """Starts a process, waits for its end, and ends whatever it left behind."""

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
    """Run a child in a session of its own, with no input, its output in a file, until it ends or `timeout_s` is over.

    Args:
        invocation: what to run.
        output: file that takes stdout and stderr.
        timeout_s: seconds from the spawn call after which the whole tree is ended.
        on_hang: asked repeatedly after the child was told to write its stack, whether it has; None to ask for no stack.

    Raises:
        OSError: the program cannot be started.
    """
    bystanders = _adopt_orphans()
    with output.open("wb") as sink:
        spawned_ns = now_ns()
        child = subprocess.Popen(
            invocation.argv,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            cwd=invocation.cwd,
            env=dict(invocation.env),
            start_new_session=True,
        )
    reaper = _running[child.pid] = _Reaper(child.pid)
    watch = MemoryWatch(child.pid, spawned_ns)
    timed_out = False
    try:
        reaper.start()
        while not reaper.done.wait(min(watch.look(), max(0.0, timeout_s - (now_ns() - spawned_ns) / 1e9))):
            if (now_ns() - spawned_ns) / 1e9 >= timeout_s:
                timed_out = True
                _await_stack(child.pid, reaper, on_hang)
                break
    finally:
        _end(child.pid, reaper)
        child.returncode = reaper.exit_code  # reaped by us: Popen must not wait for that number again
        del _running[child.pid]
        left_behind = end_orphans(child.pid, watch.seen.values(), bystanders)
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
        timeline=tuple(watch.timeline),
        left_behind=() if timed_out else left_behind,
    )


_adopting = False


def _own_peak_bytes(usage: resource.struct_rusage) -> int:
    """The child's own largest resident size, or 0 where the operating system's figure is not the child's.

    Between fork and exec a child has its parent's memory, and Linux keeps that as its maximum: a figure up to our own
    size says nothing about the child. The probe reports what the kernel knows of the memory after exec.
    """
    if usage.ru_maxrss <= resource.getrusage(resource.RUSAGE_SELF).ru_maxrss:
        return 0
    return usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


class _Reaper(threading.Thread):
    """Waits for one child in a thread of its own, so that the end is stamped when it happens, not at the next look."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.done = threading.Event()
        self.lock = threading.Lock()

    def run(self) -> None:
        """Wait for the end without freeing the process number, then free it where nobody can signal it any more."""
        if hasattr(os, "waitid"):  # pragma: no branch - macOS has it from Python 3.13 on
            os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        with self.lock:
            _, status, self.usage = os.wait4(self.pid, 0)
            self.reaped_ns = now_ns()
            self.exit_code = os.waitstatus_to_exitcode(status)
            self.done.set()

    def send(self, number: int) -> None:
        """Signal the child, unless it is gone."""
        with self.lock:
            if not self.done.is_set():
                os.kill(self.pid, number)


_running: dict[int, _Reaper] = {}
"""The children that were started and not reaped yet, by process number."""


def end_running() -> None:
    """Kill all children that run at this moment; whoever launched them sees them end."""
    for reaper in list(_running.values()):
        reaper.send(signal.SIGKILL)


def _await_stack(pid: int, reaper: _Reaper, on_hang: Callable[[], bool] | None) -> None:
    if on_hang is None:
        return
    reaper.send(STACK_SIGNAL)
    deadline = now_ns() + int(GRACE_S * 1e9)
    while now_ns() < deadline and not on_hang() and not reaper.done.wait(0.02):
        pass


def _end(pid: int, reaper: _Reaper) -> None:
    """Make sure that the child is ended and reaped: asked first, then killed."""
    if not reaper.is_alive() and not reaper.done.is_set():
        reaper.start()
    for number, patience_s in ((signal.SIGTERM, GRACE_S), (signal.SIGKILL, None)):
        if reaper.done.is_set():
            break
        reaper.send(number)
        reaper.done.wait(patience_s)
    reaper.join()


def end_orphans(group: int, seen: Iterable[psutil.Process], bystanders: set[int]) -> tuple[str, ...]:
    """Kill and reap what is left of a child's tree; describes each process that was there."""
    orphans = {process.pid: process for process in seen if process.is_running()}
    if sys.platform == "linux" and not _running:
        ours = psutil.Process().children(recursive=True)
        orphans |= {process.pid: process for process in ours if process.pid not in bystanders}
    orphans |= {process.pid: process for process in _group_members(group)}
    words = tuple(sorted(filter(None, (_describe(process) for process in orphans.values()))))
    for process in orphans.values():
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(list(orphans.values()), timeout=GRACE_S)
    return words


def _adopt_orphans() -> set[int]:
    """Have orphaned descendants become our children (Linux), also daemons that left their session.

    Returns:
        The descendants that we have already, which a coming child's end must not concern.
    """
    if sys.platform == "linux":  # pragma: no branch - elsewhere the process group and what was seen must do
        global _adopting  # noqa: PLW0603 - a property of this process, set once
        if not _adopting:
            _adopting = ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0
    return {process.pid for process in psutil.Process().children(recursive=True)}


def _group_members(group: int) -> list[psutil.Process]:
    members = []
    for process in psutil.process_iter():
        try:
            if os.getpgid(process.pid) == group:
                members.append(process)
        except OSError:
            continue
    return members


def _describe(process: psutil.Process) -> str:
    """Command line and number of a process; empty for one that is over and only waits to be reaped."""
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return ""
        words = " ".join(process.cmdline()) or process.name()
    except psutil.Error:
        return ""
    return f"{words if len(words) <= 80 else words[:79] + '…'} (pid {process.pid})"
