"""Looks after one worker's copy of the user's tree, and outlives the worker if that is killed. `task.py` starts it.

It gets the worker's directory as its argument. Each line on stdin is an order in JSON, and each answer is a line on
stdout:

    {"do": "unpack", "digest": "…"}    unpack the archive in the directory
    {"do": "run", "argv": […], "cwd": "…", "env": {…}, "pin": false, "output": "…"}
                                       run a command; the answer comes when it has ended
    {"do": "renew"}                    the client still lives

The end of stdin means that the worker is gone, or needs its copy no more. Then the command is ended, and the directory
is removed. The same happens if nothing runs and nothing is heard for as long as a lease lasts: then the client is gone.
What comes meanwhile is heard at the end of an order.
This program uses the standard library alone, and starts under `-I -S`.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import json
import os
import select
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator, Set
from pathlib import Path
from types import FrameType
from typing import Any

TREE, ARCHIVE, STATE, LOCK = "tree", "tree.tar", "state", "lock"
"""What lies in the directory: the unpacked tree, the archive, the state directory of commands, and a file that is
locked as long as this process lives (`attended_copy.py`)."""

LEDGERS, OURS = "collectbench/*/runs/*.jsonl", "collectbench-"
"""Where commands list the temporary directories that they make (`measure.process.ledger`), and how these begin."""

LEASE_S = 180.0
"""The client renews more often, see `RENEWED_EACH_S` in copies.py."""

GRACE_S = 20.0
"""How long a command may take to end after SIGTERM: it puts the tree back and removes its worktrees."""

CORE_PAUSE_S = 0.2
"""How often a command that waits for a core looks for one."""

DELETIONS, DELETION_PAUSE_S = 40, 0.25
"""A command that was killed leaves children, which its own sentinel ends within two seconds: until then they write."""

ENDING = frozenset((signal.SIGTERM, signal.SIGHUP, signal.SIGINT))
HEAD = "/.git/HEAD"
REFRESH_PATIENCE_S = 300.0
CHUNK_BYTES = 2**20
PR_SET_PDEATHSIG = 1
"""prctl(2)."""
LIBC = ctypes.CDLL(None)


class Attendant:
    """The state of this process: the command that runs or waits for a core, and when it last heard something."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.child: subprocess.Popen[bytes] | None = None
        self.waiting: dict[str, Any] | None = None
        self.core: socket.socket | None = None
        self.heard = time.monotonic()

    def serve(self, orders: int, wakeup: int) -> None:
        """Carry out orders until stdin ends or the lease is over. `wakeup` is readable after a child has ended."""
        rest = b""
        while True:
            ready, _, _ = select.select([orders, wakeup], [], [], self._patience_s())
            if wakeup in ready:
                os.read(wakeup, CHUNK_BYTES)
            if orders in ready:
                block = os.read(orders, CHUNK_BYTES)
                if not block:
                    return
                *lines, rest = (rest + block).split(b"\n")
                for line in lines:
                    self.obey(json.loads(line))
                self.heard = time.monotonic()  # now: to unpack a tree may take longer than a lease lasts
            self.go_on()
            if self.is_idle() and time.monotonic() - self.heard > LEASE_S:
                return

    def obey(self, order: dict[str, Any]) -> None:
        """Carry out one order, or begin to."""
        if order["do"] == "unpack":
            answer(unpack(self.directory, order["digest"]))
        elif order["do"] == "run":
            self.waiting = order

    def go_on(self) -> None:
        """Start the command that waits if there is a core for it; answer for the one that has ended."""
        if self.waiting is not None:
            core = free_core() if self.waiting["pin"] else None
            if core is not None or not self.waiting["pin"]:
                self._start(self.waiting, core)
                self.waiting = None
        if self.child is not None and self.child.poll() is not None:
            exit_code, self.child, self.heard = self.child.returncode, None, time.monotonic()
            self._release()
            answer({"exit_code": exit_code})

    def is_idle(self) -> bool:
        """Whether no command runs or waits."""
        return self.child is None and self.waiting is None

    def end(self) -> None:
        """End the command that runs: by SIGTERM, then by SIGKILL, which its sentinel notices."""
        if self.child is None or self.child.poll() is not None:
            return
        with contextlib.suppress(OSError):
            self.child.terminate()
        try:
            self.child.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(OSError):
                os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait()

    def _start(self, order: dict[str, Any], core: tuple[int, socket.socket] | None) -> None:
        number = None
        if core is not None:
            number, self.core = core
        try:
            with Path(order["output"]).open("wb") as output, later(ENDING):
                self.child = subprocess.Popen(
                    order["argv"],
                    cwd=order["cwd"],
                    env=order["env"],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=output,
                    start_new_session=True,
                    preexec_fn=lambda: before_exec(number),  # noqa: PLW1509 - this process has one thread
                )
        except OSError as error:
            self._release()
            answer({"error": f"{order['argv'][0]} cannot be started: {error.strerror or error}"})

    def _release(self) -> None:
        if self.core is not None:
            self.core.close()
            self.core = None

    def _patience_s(self) -> float | None:
        if self.waiting is not None:
            return CORE_PAUSE_S
        return None if self.child is not None else max(1.0, LEASE_S - (time.monotonic() - self.heard) + 1)


@contextlib.contextmanager
def later(numbers: Set[int]) -> Iterator[None]:
    """Let signals wait until the end of the block: a child that nobody knows yet would outlive this process."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def before_exec(core: int | None) -> None:
    """In the child: end with this process, and stay on one core, if that is wanted."""
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    if sys.platform == "linux":
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if core is not None:
            os.sched_setaffinity(0, {core})


def free_core() -> tuple[int, socket.socket] | None:
    """A core of this process that no other attendant of this machine uses, and the socket that holds it.

    The name of the socket stands for the core. It is in Linux's abstract namespace: the system forgets it with its last
    descriptor, whatever ends the process, and no file stays behind. Containers do not see each other's sockets. So the
    search begins anywhere: else all of them would take the first core.
    """
    cores = sorted(os.sched_getaffinity(0))
    first = int.from_bytes(os.urandom(4), "big") % len(cores)
    for number in (*cores[first:], *cores[:first]):
        holder = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            holder.bind(f"\0collectbench-core-{number}")
        except OSError:
            holder.close()
        else:
            return number, holder
    return None


def unpack(directory: Path, digest: str) -> dict[str, Any]:
    """Unpack the archive if it has that digest (SHA-256), and let git take note of the files."""
    archive, tree = directory / ARCHIVE, directory / TREE
    found = hashlib.sha256()
    try:
        with archive.open("rb") as content:
            while chunk := content.read(CHUNK_BYTES):
                found.update(chunk)
        if found.hexdigest() != digest:
            return {"error": "the archive arrived damaged"}
        tree.mkdir()
        with tarfile.open(archive) as packed:
            if hasattr(tarfile, "fully_trusted_filter"):  # Python 3.10 and 3.11 got it in a patch release
                packed.extractall(directory, filter="fully_trusted")  # noqa: S202 - the client may run anything here
            else:
                packed.extractall(directory)  # noqa: S202 - as above
            repositories = [name.removesuffix(HEAD) for name in packed.getnames() if name.endswith(HEAD)]
        archive.unlink()
        for name in repositories:
            refresh(directory / name)
    except (OSError, tarfile.TarError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return {"error": f"the archive cannot be unpacked in {directory}: {reason}"}
    return {"unpacked": str(tree)}


def refresh(repository: Path) -> None:
    """Let the index know the unpacked files, so that git need not read them all in each command."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        subprocess.run(
            ("git", "update-index", "-q", "--refresh"),  # noqa: S607 - as everywhere, the git on PATH
            cwd=repository,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=REFRESH_PATIENCE_S,
            check=False,
        )


def remove(directory: Path) -> None:
    """Delete a worker's directory, and before it the temporary directories that its commands have left."""
    for left in (*listed(directory), directory):
        delete(left)


def delete(directory: Path) -> None:
    """Delete a directory, also what is written meanwhile, and what tests have made unwritable.

    The lock comes last: until then, the next worker goes on if this process is killed. Of a link, the link is deleted.
    """
    if directory.is_symlink():
        directory.unlink(missing_ok=True)
        return
    for _ in range(DELETIONS):
        for place, inner, _ in os.walk(directory):
            for name in inner:
                path = Path(place) / name
                if not path.is_symlink():
                    with contextlib.suppress(OSError):
                        path.chmod(stat.S_IRWXU)
        for path in set(entries(directory)) - {directory / LOCK}:
            shutil.rmtree(path, ignore_errors=True)
            with contextlib.suppress(OSError):
                path.unlink()
        if entries(directory) in ([], [directory / LOCK]):
            shutil.rmtree(directory, ignore_errors=True)
        if not directory.exists():
            return
        time.sleep(DELETION_PAUSE_S)


def entries(directory: Path) -> list[Path]:
    """What lies in a directory; nothing if it is gone."""
    with contextlib.suppress(OSError):
        return list(directory.iterdir())
    return []


def listed(directory: Path) -> set[Path]:
    """The temporary directories that commands have made, and may have left when they were killed."""
    found = set()
    for ledger in (directory / STATE).glob(LEDGERS):
        with contextlib.suppress(OSError):
            for line in ledger.read_text(encoding="utf-8").splitlines()[1:]:
                with contextlib.suppress(ValueError):  # cut short by the kill
                    kind, *values = json.loads(line)
                    if kind == "directory" and Path(values[0]).name.startswith(OURS):
                        found.add(Path(values[0]))
    return found


def answer(value: dict[str, Any]) -> None:
    """Tell the worker; it may be gone."""
    with contextlib.suppress(OSError):
        os.write(1, f"{json.dumps(value)}\n".encode())


def leave(number: int, frame: FrameType | None) -> None:
    """Handle a signal that ends this process: the directory is removed on the way out."""
    signal.signal(number, signal.SIG_IGN)
    raise SystemExit(128 + number)


def main(directory: Path, orders: int = 0) -> None:
    """Serve, then leave nothing behind. `orders` is the descriptor that orders come from: stdin."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    for number in ENDING:
        signal.signal(number, leave)
    attendant = Attendant(directory)
    try:
        attendant.serve(orders, reading)
    except Exception as error:  # noqa: BLE001 - the worker has to know, whatever it is
        answer({"error": f"{type(error).__name__}: {error}"})
    finally:
        with contextlib.suppress(OSError):
            os.close(orders)  # so that no worker gives an order that nobody will carry out
        attendant.end()
        remove(directory)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
