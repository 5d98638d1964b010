"""What a worker runs. The functions are called by name, see `cluster.py`; arguments and results are text and bytes.

Each copy of a tree on a worker is a *session* with a directory and an attendant, a process that outlives the worker
(`attendant_program.py`). This module keeps the sessions of its process.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collectbench.usecases.fleet.attendant_program import ARCHIVE, STATE, TREE
from collectbench.usecases.fleet.child_environment import child_environment

PROGRAM = Path(__file__).with_name("attendant_program.py")
PREFIX = "collectbench-worker-"
LOCK = "lock"

LOOK_S = 0.5
"""How often a worker looks whether its task was cancelled."""

TREE_MARK = "{collectbench-tree}"
"""Stands in an order for the top of the unpacked tree, which only the worker knows."""


class AttendantGoneError(Exception):
    """The attendant of a session has ended, so its copy of the tree is gone."""


@dataclass(slots=True)
class _Session:
    """A directory, and the process that looks after it."""

    directory: Path
    attendant: subprocess.Popen[bytes]
    unread: bytes = b""
    is_warm: bool = False

    def order(self, **order: object) -> None:
        """Tell the attendant to do something.

        Raises:
            AttendantGoneError: it has ended.
        """
        try:
            assert self.attendant.stdin is not None  # noqa: S101 - it is a pipe
            os.write(self.attendant.stdin.fileno(), f"{json.dumps(order)}\n".encode())
        except (OSError, ValueError) as error:  # the pipe is broken, or closed here
            raise AttendantGoneError from error

    def answer(self, is_wanted: Callable[[], bool]) -> dict[str, Any]:
        """Wait for the next answer. If it is not wanted any more, this session is over.

        Raises:
            AttendantGoneError: the attendant has ended.
        """
        assert self.attendant.stdout is not None  # noqa: S101 - it is a pipe
        descriptor = self.attendant.stdout.fileno()
        while b"\n" not in self.unread:
            ready, _, _ = select.select([descriptor], [], [], LOOK_S)
            if ready:
                block = os.read(descriptor, 2**16)
                if not block:
                    raise AttendantGoneError
                self.unread += block
            elif not is_wanted():
                self.dismiss()
        line, _, self.unread = self.unread.partition(b"\n")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def dismiss(self) -> None:
        """Let the attendant end what runs, delete the directory, and end."""
        assert self.attendant.stdin is not None  # noqa: S101 - it is a pipe
        with contextlib.suppress(OSError):
            self.attendant.stdin.close()


_sessions: dict[str, _Session] = {}


def begin(session: str) -> str:
    """Make the directory of a session and start its attendant; returns the directory.

    Raises:
        OSError: the directory cannot be made, or the attendant cannot be started.
        ValueError: another worker in this process takes part.
    """
    if session in _sessions and _sessions[session].attendant.poll() is None:
        raise ValueError("another worker in the same process takes part; start workers as processes of their own")
    _remove_left()
    directory = Path(tempfile.mkdtemp(prefix=PREFIX))
    lock = os.open(directory / LOCK, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        attendant = subprocess.Popen(
            (sys.executable, "-I", "-S", str(PROGRAM), str(directory)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            pass_fds=(lock,),  # free again when it has ended
            start_new_session=True,
        )
    except OSError:
        shutil.rmtree(directory, ignore_errors=True)
        raise
    finally:
        os.close(lock)
    _sessions[session] = _Session(directory, attendant)
    return str(directory)


def receive(session: str, chunk: bytes) -> int:
    """Append a part to the archive; returns its size so far, in bytes.

    Raises:
        OSError: it cannot be written.
        KeyError: this process does not know the session.
    """
    with (_sessions[session].directory / ARCHIVE).open("ab") as archive:
        archive.write(chunk)
        return archive.tell()


def unpack(session: str, digest: str) -> str:
    """Unpack the archive if it has that digest; returns a JSON object with `error` if that fails."""
    return _answered(session, lambda at: at.order(do="unpack", digest=digest), lambda: True)


def measure(session: str, order: str, key: str) -> str:
    """Run a command of ours in the unpacked tree, after its warm-up if there was none yet; returns a JSON object.

    `order` is a JSON object, see `orders.py`. `key` is that of the task. The result has `document`, the text of the
    file that the command wrote (None without one), `said`, its stderr, and `exit_code`; or `error`; or `lost`, if the
    copy of the tree is gone.
    """
    at = _sessions.get(session)
    if at is None:
        return json.dumps({"lost": "the worker was restarted"})
    given = json.loads(order)
    if given["warmup"] and not at.is_warm:
        answer = _run(session, at.directory, given, given["warmup"], key)
        if "lost" in answer:
            return json.dumps(answer)
    at.is_warm = True
    return json.dumps(_run(session, at.directory, given, given["arguments"], key))


def _run(session: str, directory: Path, given: Mapping[str, Any], arguments: list[str], key: str) -> dict[str, Any]:
    """Run a command of ours as an order says; returns what `measure` returns."""
    tree = str(directory / TREE)
    document, said = directory / "document.json", directory / "stderr"
    document.unlink(missing_ok=True)
    env = child_environment(
        os.environ,
        {name: value.replace(TREE_MARK, tree) for name, value in given["env"].items()},
        set_by_nanny=_set_by_nanny(),
        import_roots=[f"{tree}/{root}" for root in given["import_roots"]],
    )
    env["XDG_STATE_HOME"] = str(directory / STATE)
    words = [argument.replace(TREE_MARK, tree) for argument in arguments]
    order = {
        "argv": [sys.executable, "-m", "collectbench", *words, "--output", f"json={document}"],
        "cwd": f"{tree}/{given['cwd']}",
        "env": {**env, "PWD": f"{tree}/{given['cwd']}"},
        "pin": given["pin"],
        "output": str(said),
    }
    text = _answered(session, lambda at: at.order(do="run", **order), lambda: _is_wanted(key))
    answer: dict[str, Any] = json.loads(text)
    if "exit_code" in answer:
        answer.update(said=_text(said) or "", document=_text(document), tree=tree)
    return answer


def renew(session: str) -> bool:
    """Keep a copy that has nothing to do; returns whether it is still there."""
    try:
        _sessions[session].order(do="renew")
    except (KeyError, AttendantGoneError):
        return False
    return True


def stop(session: str) -> None:
    """End what runs, and begin to remove the copy; `is_gone` tells when that is done."""
    if session in _sessions:
        _sessions[session].dismiss()


def is_gone(session: str) -> bool:
    """Whether nothing is left of a session."""
    at = _sessions.get(session)
    if at is None:
        return True
    if at.attendant.poll() is None or at.directory.exists():
        return False
    if at.attendant.stdout is not None:
        at.attendant.stdout.close()
    del _sessions[session]
    return True


def _answered(session: str, give_order: Callable[[_Session], None], is_wanted: Callable[[], bool]) -> str:
    try:
        at = _sessions[session]
        give_order(at)
        return json.dumps(at.answer(is_wanted))
    except (KeyError, AttendantGoneError):
        return json.dumps({"lost": "its copy of the working tree is gone"})


def _is_wanted(key: str) -> bool:
    """Whether the task of that key is to go on. The scheduler withdraws it if the client cancels it, or is gone."""
    from distributed import get_worker

    task = get_worker().state.tasks.get(key)
    return task is not None and task.state == "executing"


def _set_by_nanny() -> Mapping[str, str]:
    """The variables that the nanny of this worker has set, with their values; empty without a nanny."""
    from distributed import config, get_worker

    if not getattr(get_worker(), "nanny", None):
        return {}
    configured = config.get("distributed", {}).get("nanny", {}).get("pre-spawn-environ", {})
    return {"PYTHONHASHSEED": "6640", **{name: str(value) for name, value in configured.items()}}


def _remove_left() -> None:
    """Remove the directories of attendants that were killed: nobody holds their locks."""
    for directory in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            descriptor = os.open(directory / LOCK, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(directory, ignore_errors=True)
            finally:
                os.close(descriptor)


def _text(file: Path) -> str | None:
    """The text of a file; None without one."""
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
