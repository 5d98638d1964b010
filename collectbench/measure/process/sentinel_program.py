"""Ends the children of a command that died, whatever ended it. `sentinel.py` starts it by its path, under `-I -S`.

Each line on stdin is a word with a value in JSON:

    output "/tmp/…/output"   a child is about to start, with this file as its stdout
    session 123              a child, or a descendant of one, leads this session
    drop 123                 that session, or the output of that name, is over
    clear null               no child runs

The end of stdin means that the command is over. On a normal end, no child runs, and there is nothing to do. When all
children have ended, the files whose descriptors are the arguments get the present time.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

GRACE_S = 1.0
"""How long session leaders may take to end after SIGTERM. git removes its lock files then."""
PAUSE_S = 0.02
LOOKS = 10
"""How often a child is looked for that was just being started, and how often killed processes are."""


class Process(NamedTuple):
    """A process that has not ended. `started` is in ticks of the system; it tells equal numbers apart.

    It is the same process whatever became of its parent, group and session: those of a killed command get another
    parent at about the time when the sentinel learns of the kill.
    """

    pid: int
    parent: int
    group: int
    session: int
    started: int

    def __eq__(self, other: object) -> bool:
        """Whether it is the same process."""
        return isinstance(other, Process) and (self.pid, self.started) == (other.pid, other.started)

    def __hash__(self) -> int:
        """As `__eq__`."""
        return hash((self.pid, self.started))


class Watched:
    """The sessions and the outputs of the children that run."""

    def __init__(self) -> None:
        self.sessions: set[int] = set()
        self.outputs: set[str] = set()

    def hear(self, line: bytes) -> None:
        """Take over one line."""
        word, _, text = line.partition(b" ")
        value = json.loads(text)
        if word == b"output":
            self.outputs.add(value)
        elif word == b"session":
            self.sessions.add(value)
        elif word == b"drop":
            self.sessions.discard(value)
            self.outputs.discard(value)
        elif word == b"clear":
            self.sessions.clear()
            self.outputs.clear()


def listen(descriptor: int) -> Watched:
    """Read lines to the end; returns what was watched then. A line that was cut short is ignored."""
    watched, rest = Watched(), b""
    while block := os.read(descriptor, 2**16):
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            watched.hear(line)
    return watched


def everything() -> list[Process]:
    """All processes of the machine that have not ended; none if they cannot be listed."""
    try:
        found = list(_in_proc() if sys.platform == "linux" else _by_ps())
    except OSError:
        return []
    # In a container, /proc may be another one's, with other numbers.
    return found if os.getpid() in (process.pid for process in found) else []


def younger() -> list[Process]:
    """The processes that started after this one, as all children did that it is told of, whatever numbers say."""
    found = everything()
    begun = [process.started for process in found if process.pid == os.getpid()]
    return [process for process in found if process.started >= begun[0] and process.pid != os.getpid()]


def _in_proc() -> Iterator[Process]:
    for name in filter(str.isdigit, os.listdir("/proc")):  # noqa: PTH208 - pathlib takes long to import
        try:
            with open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123
                fields = file.read().rpartition(b")")[2].split()
        except OSError:  # gone since it was listed
            continue
        if fields[0] not in (b"Z", b"X"):
            parent, group, session = map(int, fields[1:4])
            yield Process(int(name), parent, group, session, int(fields[19]))


def _by_ps() -> Iterator[Process]:  # pragma: no cover - macOS
    import subprocess

    columns = ["pid=", "ppid=", "pgid=", "stat=", "lstart="]
    command = ["/bin/ps", "-ax", *(word for column in columns for word in ("-o", column))]
    listed = subprocess.run(command, env={"LC_ALL": "C"}, capture_output=True, text=True, check=False)
    for line in listed.stdout.splitlines():
        pid, parent, group, state, started = line.split(None, 4)
        try:
            if not state.startswith("Z"):
                ticks = int(time.mktime(time.strptime(started.strip())))
                yield Process(int(pid), int(parent), int(group), os.getsid(int(pid)), ticks)
        except (OSError, ValueError):  # gone since it was listed
            continue


def members(found: Iterable[Process], watched: Watched, known: set[Process]) -> set[Process]:
    """The processes that belong to the watched children: by session, group, output, or a parent that does.

    A process enters a session only by birth. So the sessions of members, also of `known` ones that have ended, are
    theirs alone.
    """
    found = set(found)
    chosen = {process for process in found if process in known}  # as it is now
    sessions = watched.sessions | {process.session for process in known}
    chosen |= {process for process in found if watched.outputs and _writes_to(process.pid, watched.outputs)}
    while True:
        pids = {process.pid for process in chosen}
        sessions |= {process.session for process in chosen}
        more = {
            process
            for process in found - chosen
            if process.parent in pids or process.session in sessions or process.group in sessions
        }
        if not more:
            return chosen
        chosen |= more


def _writes_to(pid: int, outputs: set[str]) -> bool:
    """Whether stdout or stderr of a process is one of these files; False if unknown."""
    for descriptor in (1, 2):
        try:
            if os.readlink(f"/proc/{pid}/fd/{descriptor}") in outputs:  # noqa: PTH115
                return True
        except OSError:
            return False
    return False


def end_all(watched: Watched, known: set[Process], look: Callable[[], list[Process]]) -> None:
    """End all members among the processes that `look` lists: session leaders by SIGTERM first, all by SIGKILL then.

    If processes cannot be listed, the groups of the watched sessions are ended.
    """
    known = members(look(), watched, known)
    if not known and not everything():
        _end_groups(watched.sessions)
        return
    for _ in range(LOOKS):
        if known or not watched.outputs:
            break
        time.sleep(PAUSE_S)  # the child was being started, and has no output yet
        known = members(look(), watched, known)
    leaders = {process for process in known if process.pid == process.session}
    _send(leaders, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_S
    while leaders & set(look()) and time.monotonic() < deadline:
        time.sleep(PAUSE_S)
    for _ in range(LOOKS):
        left = members(look(), watched, known)
        if not left:
            break
        known |= left
        _send(left, signal.SIGKILL)
        time.sleep(PAUSE_S)


def _end_groups(sessions: set[int]) -> None:
    """End the process group of each session leader, by SIGTERM first."""
    for number, pause_s in ((signal.SIGTERM, GRACE_S), (signal.SIGKILL, 0.0)):
        for session in sessions:
            try:
                os.killpg(session, number)
            except OSError:
                continue
        time.sleep(pause_s if sessions else 0.0)


def _send(targets: Iterable[Process], number: int) -> None:
    for process in targets:
        try:
            os.kill(process.pid, number)
        except OSError:
            continue


if __name__ == "__main__":
    end_all(listen(0), set(), younger)
    for descriptor in sys.argv[1:]:
        os.utime(int(descriptor))
