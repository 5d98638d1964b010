"""The end of a child process: awaited, stamped when it happens, and brought about if necessary."""

from __future__ import annotations

import os
import signal
import subprocess
import threading

from collectbench.measure.process.clock import now_ns
from collectbench.measure.process.run_queue import Scheduled, queued_ns, scheduled

GRACE_S = 1.0
"""How long a process may take to end after SIGTERM."""


class Reaper(threading.Thread):
    """Waits for one child in a thread of its own, so that the end is stamped when it happens, not at the next look.

    Attributes:
        done: set when the child is reaped; `usage`, `reaped_ns` and `exit_code` exist from then on.
        main_thread: the life of the child's main thread in the scheduler; None if the system does not tell.
    """

    main_thread: Scheduled | None = None
    reaped_ns = 0

    def __init__(self, child: subprocess.Popen[bytes]) -> None:
        super().__init__(daemon=True)
        self.pid = child.pid
        self.done = threading.Event()
        self._child, self._lock = child, threading.Lock()
        self._queued_asleep_ns: int | None = None

    def run(self) -> None:
        """Wait for the end without freeing the process number, then free it while `send` cannot signal it."""
        if hasattr(os, "waitid"):
            os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
            late_ns = self._late_ns()  # before the stamp: what this thread waits for from here on is not yet in it
            self.reaped_ns = now_ns() - late_ns
            with self._lock:
                self.main_thread = scheduled(self.pid)  # of the zombie, so of its whole life
                self._reap()
        else:  # pragma: no cover - macOS before Python 3.13: without the lock, since `send` must not wait for the end
            self._reap()

    def _reap(self) -> None:
        _, status, self.usage = os.wait4(self.pid, 0)
        self.reaped_ns = self.reaped_ns or now_ns()
        self.exit_code = os.waitstatus_to_exitcode(status)
        self._child.returncode = self.exit_code  # else Popen would wait for that process number again
        self.done.set()

    def note_asleep(self) -> None:
        """Note how long this thread has been in the run queue so far; called while the child runs, so this sleeps."""
        self._queued_asleep_ns = queued_ns(self.native_id)

    def _late_ns(self) -> int:
        """For how long this thread, once the child had ended, waited for a processor: up to 60 ms at a load of 8."""
        before_ns = self._queued_asleep_ns
        return 0 if before_ns is None else max(0, queued_ns(self.native_id) - before_ns)

    def send(self, number: int) -> None:
        """Send a signal to the child, unless it is gone."""
        with self._lock:
            if not self.done.is_set():
                os.kill(self.pid, number)

    def end(self) -> None:
        """End the child, by SIGTERM first and then by SIGKILL, and wait until it is reaped."""
        for number, patience_s in ((signal.SIGTERM, GRACE_S), (signal.SIGKILL, None)):
            if self.done.is_set():
                break
            self.send(number)
            self.done.wait(patience_s)
        self.join()
