"""Ends the processes that a measured process leaves behind: forks, daemons, servers that a test module started."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Iterable, Mapping, Set
from contextlib import suppress
from functools import partial

import psutil

from collectbench.model.errors import UsageError

PR_SET_CHILD_SUBREAPER = 36
"""From linux/prctl.h."""

PASSES = 5
"""How often the rest of a tree is looked for: a fork made while its parent is killed shows in the next pass."""

GRACE_S = 0.1
"""How long a process may take to end by itself, as the one between a daemon's two forks is about to."""

PATIENCE_S = 1.0
"""How long killed processes may take to disappear."""


def adopt_orphans() -> None:
    """Make orphaned descendants our children (Linux), also daemons that left their session."""
    if signal.getsignal(signal.SIGCHLD) is signal.SIG_IGN:  # inherited: the kernel would reap children itself
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if sys.platform == "linux":  # pragma: no branch - elsewhere, only the process group and seen descendants are known
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def bystanders() -> dict[psutil.Process, int]:
    """This process and all its descendants, adopted orphans included, each with its session.

    Raises:
        UsageError: the system does not list processes.
    """
    try:
        ours = psutil.Process()
    except psutil.NoSuchProcess:
        raise UsageError(
            "this process is not in /proc, where collectbench finds the processes that tests leave behind; "
            "mount it for this container or chroot (mount -t proc proc /proc)"
        ) from None
    sessions = {}
    for process in (ours, *ours.children(recursive=True)):
        with suppress(OSError):  # gone since it was listed
            sessions[process] = os.getsid(process.pid)
    return sessions


def end_orphans(
    group: int, seen: Iterable[psutil.Process], spared: Mapping[psutil.Process, int] | None
) -> tuple[str, ...]:
    """Kill and reap the processes that are left of a child's tree.

    Args:
        group: the process group that the child led.
        seen: descendants of the child that were seen while it ran.
        spared: the `bystanders` before the child was started. None if other children run: then the descendants of
            bystanders look like those of the child.

    Returns:
        The command line of each process that did not end by itself, sorted.
    """
    find_orphans = partial(_find_orphans, group, seen, spared)
    command_lines: list[str] = []
    orphans = find_orphans()
    if orphans:
        psutil.wait_procs(orphans, timeout=GRACE_S)
        orphans = find_orphans()
    for _ in range(PASSES):
        if not orphans:
            break
        command_lines += filter(None, map(_describe, orphans))
        for process in orphans:
            _kill(process)
        psutil.wait_procs(orphans, timeout=PATIENCE_S)
        orphans = find_orphans()
    return tuple(sorted(command_lines))


def _find_orphans(
    group: int, seen: Iterable[psutil.Process], spared: Mapping[psutil.Process, int] | None
) -> list[psutil.Process]:
    orphans = {process.pid: process for process in seen if process.is_running()}
    if spared is not None and sys.platform == "linux":
        orphans |= {process.pid: process for process in _descendants_except(spared)}
    for process in psutil.process_iter():
        with suppress(OSError):  # gone since it was listed
            if os.getpgid(process.pid) == group:
                orphans[process.pid] = process
    return list(orphans.values())


def _descendants_except(spared: Mapping[psutil.Process, int]) -> list[psutil.Process]:
    """Our descendants without the spared ones and their relatives."""
    descendants: dict[int, psutil.Process] = {}
    ties: dict[int, tuple[int, int]] = {}
    for process in psutil.Process().children(recursive=True):
        with suppress(OSError, psutil.Error):  # gone since it was listed
            ties[process.pid] = process.ppid(), os.getsid(process.pid)
            descendants[process.pid] = process
    known = {pid for pid, process in descendants.items() if process in spared}
    related = relatives(ties, known, set(spared.values()))
    return [process for pid, process in descendants.items() if pid not in related]


def relatives(ties: Mapping[int, tuple[int, int]], known: Set[int], sessions: Set[int]) -> set[int]:
    """The `known` processes, their descendants, and all processes in a session of theirs or in one of `sessions`.

    An orphan has us as its parent, whether a bystander or the measured child forked it; then only its session tells.
    The child began a session of its own, and a process enters a session only by birth. So a process in a session older
    than the child does not belong to the child. One case is decided wrongly: a bystander's descendant that has begun a
    session since and has become an orphan is taken for the child's.

    Args:
        ties: parent and session of each of our descendants.
        known: processes that certainly do not belong to the child.
        sessions: the sessions that are older than the child.
    """
    related = set(known)
    while True:
        shared = sessions | {ties[pid][1] for pid in related}
        more = {pid for pid, (parent, session) in ties.items() if parent in related or session in shared} - related
        if not more:
            return related
        related |= more


def _kill(process: psutil.Process) -> None:
    with suppress(psutil.Error):  # gone already, or another user's, as behind sudo
        process.send_signal(signal.SIGKILL)


def _describe(process: psutil.Process) -> str:
    """Command line of a process; empty if it has ended and only waits to be reaped."""
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return ""
        return " ".join(process.cmdline()) or process.name()
    except psutil.Error:
        return ""
