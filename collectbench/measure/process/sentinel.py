"""A small process that outlives this one if it is killed, and then ends its children.

No signal handler runs for SIGKILL, nor when the system runs out of memory. So the sentinel holds the reading end of a
pipe, which closes when this process is gone. It is told which children run. It has a session of its own, all signals
that end a group are blocked in it, and it holds no other descriptor of ours but those that it is given.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path

import psutil

PROGRAM = Path(__file__).with_name("sentinel_program.py")
PATIENCE_S = 5.0
"""How long the sentinel may take to end when nothing runs any more."""
BLOCKED = (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP)


class Sentinel:
    """The sentinel of this process. It starts before the first child, and ends with `end`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe = -1
        self._sessions: set[int] = set()

    def start(self, held: Iterable[int] = ()) -> None:
        """Start it unless it runs; without it, measuring goes on.

        Args:
            held: descriptors that it keeps open; their files get the time at which all children have ended.
        """
        if self._process is not None:
            if self._process.poll() is None:
                return
            self.end()
        with suppress(OSError), self._lock:
            reading, writing = os.pipe()
            try:
                self._process = _start(reading, held)
            except OSError:
                os.close(writing)
                raise
            finally:
                os.close(reading)
            os.set_blocking(writing, False)
            self._pipe = writing

    def expect(self, output: Path) -> None:
        """A child is about to start, whose stdout is the file `output`."""
        self._tell("output", os.path.realpath(output))

    def watch(self, session: int) -> None:
        """A child, or a descendant of one, leads this session."""
        if session not in self._sessions:
            self._sessions.add(session)
            self._tell("session", session)

    def notice(self, descendants: Iterable[int], spared: Collection[int]) -> None:
        """Watch the sessions of processes that were just seen below children, except the `spared` sessions."""
        for pid in descendants:
            with suppress(OSError):  # gone already
                session = os.getsid(pid)
                if session not in spared:
                    self.watch(session)

    def forget(self, output: Path, session: int | None = None) -> None:
        """The child with that output is gone, or was not started; others run."""
        self._tell("drop", os.path.realpath(output))
        if session is not None:
            self._sessions.discard(session)
            self._tell("drop", session)

    def clear(self) -> None:
        """No child runs."""
        self._sessions.clear()
        self._tell("clear", None)

    def end(self) -> None:
        """End it and wait for its end."""
        with self._lock:
            process, self._process = self._process, None
            if process is None:
                return
            os.close(self._pipe)
            try:
                process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:  # pragma: no cover - somebody has stopped it
                process.kill()
                process.wait()

    def _tell(self, word: str, value: object) -> None:
        with self._lock, suppress(OSError):  # it was killed: the next `start` replaces it
            if self._process is not None:
                os.write(self._pipe, f"{word} {json.dumps(value)}\n".encode())


def _start(reading: int, held: Iterable[int]) -> subprocess.Popen[bytes]:
    """Start the program. It inherits the blocked signals; here they arrive after the start."""
    held = tuple(held)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, BLOCKED)
    try:
        return subprocess.Popen(
            (sys.executable, "-I", "-S", str(PROGRAM), *map(str, held)),
            stdin=reading,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            pass_fds=held,
            start_new_session=True,
        )
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


SENTINEL = Sentinel()
"""The one of this process."""
atexit.register(SENTINEL.end)


def adopted(bystanders: Iterable[psutil.Process]) -> set[int]:
    """The children of our main thread that are not `bystanders`, such as daemons that a child left to us.

    Empty if the kernel does not list children.
    """
    try:
        children = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii")
    except OSError:
        return set()
    return set(map(int, children.split())) - {process.pid for process in bystanders}
