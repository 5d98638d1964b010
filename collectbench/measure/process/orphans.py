"""Ends what a measured process leaves behind: forks, daemons, servers that a test module started."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Iterable, Mapping, Set
from contextlib import suppress
from functools import partial

import psutil

PR_SET_CHILD_SUBREAPER = 36
"""From linux/prctl.h."""

PASSES = 5
"""How often the rest of a tree is looked for: what is forked while its parent is killed shows in the next pass."""

GRACE_S = 0.1
"""How long a process may take to end by itself, as the one in the middle of a daemon's two forks is about to."""

PATIENCE_S = 1.0
"""How long killed processes may take to disappear."""


def adopt_orphans() -> None:
    """Have orphaned descendants become our children (Linux), also daemons that left their session."""
    if signal.getsignal(signal.SIGCHLD) is signal.SIG_IGN:  # from whoever started us: the kernel would reap unseen
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if sys.platform == "linux":  # pragma: no branch - elsewhere the process group and what was seen must do
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def bystanders() -> dict[psutil.Process, int]:
    """Ourselves and all our descendants, orphans that we adopted among them, each with its session."""
    found = {}
    for process in (psutil.Process(), *psutil.Process().children(recursive=True)):
        with suppress(OSError):  # gone since it was listed
            found[process] = os.getsid(process.pid)
    return found


def end_orphans(
    group: int, seen: Iterable[psutil.Process], spared: Mapping[psutil.Process, int] | None
) -> tuple[str, ...]:
    """Kill and reap what is left of a child's tree.

    Args:
        group: the process group that the child led.
        seen: descendants of the child that were seen while it ran.
        spared: the `bystanders` of before the child was started; None where their offspring cannot be told from the
            child's, because other children run.

    Returns:
        The command line of each process that was there and did not end by itself, sorted.
    """
    left_over = partial(_left_over, group, seen, spared)
    words: list[str] = []
    found = left_over()
    if found:
        psutil.wait_procs(found, timeout=GRACE_S)
        found = left_over()
    for _ in range(PASSES):
        if not found:
            break
        words += filter(None, map(_describe, found))
        for process in found:
            _kill(process)
        psutil.wait_procs(found, timeout=PATIENCE_S)
        found = left_over()
    return tuple(sorted(words))


def _left_over(
    group: int, seen: Iterable[psutil.Process], spared: Mapping[psutil.Process, int] | None
) -> list[psutil.Process]:
    found = {process.pid: process for process in seen if process.is_running()}
    if spared is not None and sys.platform == "linux":
        found |= {process.pid: process for process in _not_of(spared)}
    for process in psutil.process_iter():
        with suppress(OSError):  # gone since it was listed
            if os.getpgid(process.pid) == group:
                found[process.pid] = process
    return list(found.values())


def _not_of(spared: Mapping[psutil.Process, int]) -> list[psutil.Process]:
    """Our descendants less the spared ones and their kin."""
    ours: dict[int, psutil.Process] = {}
    ties: dict[int, tuple[int, int]] = {}
    for process in psutil.Process().children(recursive=True):
        with suppress(OSError, psutil.Error):  # gone since it was listed
            ties[process.pid] = process.ppid(), os.getsid(process.pid)
            ours[process.pid] = process
    known = {pid for pid, process in ours.items() if process in spared}
    others = kin(ties, known, set(spared.values()))
    return [process for pid, process in ours.items() if pid not in others]


def kin(ties: Mapping[int, tuple[int, int]], known: Set[int], sessions: Set[int]) -> set[int]:
    """Who belongs to the `known`: their offspring, and whoever is in a session of theirs or one of `sessions`.

    Who lost his parents has us as his parent, be they bystanders or the measured child: then the session tells. The
    child began one of its own, and nobody gets into a session but by birth, so that whoever is in one of before is not
    the child's. Only what has begun a session since, and lost its parents as well, is taken for the child's.

    Args:
        ties: parent and session of our descendants.
        known: those that are certainly not the child's.
        sessions: those that there were before the child.
    """
    found = set(known)
    while True:
        shared = sessions | {ties[pid][1] for pid in found}
        more = {pid for pid, (parent, session) in ties.items() if parent in found or session in shared} - found
        if not more:
            return found
        found |= more


def _kill(process: psutil.Process) -> None:
    with suppress(psutil.Error):  # gone already, or another user's, as behind sudo
        process.send_signal(signal.SIGKILL)


def _describe(process: psutil.Process) -> str:
    """Command line of a process; empty for one that is over and only waits to be reaped."""
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return ""
        return " ".join(process.cmdline()) or process.name()
    except psutil.Error:
        return ""
