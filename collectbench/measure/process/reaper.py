"""The end of a child process: awaited and stamped when it happens, or brought about."""

from __future__ import annotations

import os
import signal
import subprocess
import threading

from collectbench.measure.process.clock import now_ns

GRACE_S = 1.0
"""How long a process that is told to end may take to do so."""


class Reaper(threading.Thread):
    """Waits for one child in a thread of its own, so that the end is stamped when it happens, not at the next look.

    Attributes:
        done: set when the child is reaped; `usage`, `reaped_ns` and `exit_code` are there from then on.
    """

    def __init__(self, child: subprocess.Popen[bytes]) -> None:
        super().__init__(daemon=True)
        self.pid = child.pid
        self.done = threading.Event()
        self._child, self._lock = child, threading.Lock()

    def run(self) -> None:
        """Wait for the end without freeing the process number, then free it where nobody can signal it any more."""
        if hasattr(os, "waitid"):
            os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
            with self._lock:
                self._reap()
        else:  # pragma: no cover - macOS before Python 3.13: whoever signals must not have to wait for the end
            self._reap()

    def _reap(self) -> None:
        _, status, self.usage = os.wait4(self.pid, 0)
        self.reaped_ns = now_ns()
        self.exit_code = os.waitstatus_to_exitcode(status)
        self._child.returncode = self.exit_code  # or Popen would wait for that number again
        self.done.set()

    def send(self, number: int) -> None:
        """Signal the child, unless it is gone."""
        with self._lock:
            if not self.done.is_set():
                os.kill(self.pid, number)

    def end(self) -> None:
        """Make sure that the child is ended and reaped: asked first, then killed."""
        for number, patience_s in ((signal.SIGTERM, GRACE_S), (signal.SIGKILL, None)):
            if self.done.is_set():
                break
            self.send(number)
            self.done.wait(patience_s)
        self.join()
