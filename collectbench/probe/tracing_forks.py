"""Forks of a process with a thread of ours: it does not exist meanwhile. Only tracing_waits.py loads this file."""

import os
import sys

COUNTS_THREADS = sys.version_info >= (3, 12)


class Fork:
    """`os.fork` or `os.forkpty`, from Python 3.12 on: these warn if the process has more than one thread.

    3.13 counts the threads after all handlers for the parent have run, so these cannot start ours again. This is not a
    function: as an attribute of a class it would become a method.
    """

    __slots__ = ("_fork", "_watcher")

    def __init__(self, watcher, fork):
        self._watcher, self._fork = watcher, fork

    def __call__(self):
        """Fork; go on in the parent when Python has counted the threads."""
        watcher = self._watcher
        watcher.is_held = True
        try:
            return self._fork()
        finally:
            watcher.is_held = False
            watcher.start()

    def __getattr__(self, name):
        return getattr(self._fork, name)

    def __repr__(self):
        return repr(self._fork)


def caller_of(frame, forking=Fork.__call__.__code__):
    """The frame that calls what `frame` calls: it may be that of a `Fork`."""
    return frame.f_back if frame.f_code is forking else frame


def pause(watcher):
    """Let the thread not exist while the process forks: a child gets no half of it, and nothing warns of it."""
    os.register_at_fork(before=watcher.stop, after_in_parent=watcher.start)
    if COUNTS_THREADS:
        os.fork, os.forkpty = Fork(watcher, os.fork), Fork(watcher, os.forkpty)
