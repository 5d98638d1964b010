"""What a worker runs. The functions are called by name, see `cluster.py`; arguments and results are text and bytes.

Each copy of a tree on a worker is a *session* with a directory and an attendant, a process that outlives the worker
(`attendant_program.py`). This module keeps the sessions of its process.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from collectbench.usecases.fleet.attendant_program import ARCHIVE, STATE, TREE
from collectbench.usecases.fleet.attended_copy import AttendantGoneError, AttendedCopy, new_copy, remove_left
from collectbench.usecases.fleet.child_environment import child_environment

TREE_MARK = "{collectbench-tree}"
"""Stands in an order for the top of the unpacked tree, which only the worker knows."""

GONE = "its copy of the working tree is gone"

_sessions: dict[str, AttendedCopy] = {}
_ended: set[str] = set()
"""The sessions whose attendants have ended."""


def begin(session: str, worker: str) -> str:
    """Make the directory of a session and start its attendant; returns the directory. `worker` is its own address.

    What killed clients and attendants have left is removed, beside whatever comes next.

    Raises:
        OSError: the directory cannot be made, or the attendant cannot be started.
        ValueError: another worker in this process takes part; the session is that one's.
    """
    for ended in [name for name, at in _sessions.items() if at.attendant.poll() is not None]:
        _forget(ended)
    if session in _sessions:
        if _sessions[session].worker != worker:
            raise ValueError("another worker in the same process takes part; start workers as processes of their own")
        _sessions[session].dismiss()  # its last answer was lost on the way to the client
    _sessions[session] = new_copy(worker)
    threading.Thread(target=remove_left, name="collectbench-remove-left", daemon=True).start()
    return str(_sessions[session].directory)


def receive(session: str, chunk: bytes) -> int:
    """Append a part to the archive; returns its size so far, in bytes.

    Raises:
        OSError: it cannot be written.
        KeyError: this process does not know the session.
    """
    renew(session)
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
    copy of the tree is gone. Then `begun` is false if that was before the command began.
    """
    at = _sessions.get(session)
    if at is None:
        return json.dumps({"lost": GONE, "begun": False} if session in _ended else {"lost": "the worker was restarted"})
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
    """Keep a copy, whether it has something to do or not; returns whether it is still there."""
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
    _forget(session)
    return True


def _forget(session: str) -> None:
    """Forget a session whose attendant has ended. Its pipe is closed with the last reference: a thread may read it."""
    _sessions.pop(session).dismiss()
    _ended.add(session)


def _answered(session: str, give_order: Callable[[AttendedCopy], None], is_wanted: Callable[[], bool]) -> str:
    begun = False
    try:
        at = _sessions[session]
        give_order(at)
        begun = True
        return json.dumps(at.answer(is_wanted))
    except (KeyError, AttendantGoneError):
        return json.dumps({"lost": GONE, "begun": begun})


def _is_wanted(key: str) -> bool:
    """Whether the task of that key is to go on. The scheduler withdraws it if the client cancels it, or is gone."""
    from distributed import get_worker

    task = get_worker().state.tasks.get(key)
    return task is not None and task.state == "executing"


def _set_by_nanny() -> Mapping[str, str]:
    """The variables that the nanny of this worker has set, with their values; empty without a nanny."""
    from dask import config
    from distributed import get_worker

    if not getattr(get_worker(), "nanny", None):
        return {}
    configured = config.get("distributed.nanny.pre-spawn-environ", {})
    return {"PYTHONHASHSEED": "6640", **{name: str(value) for name, value in configured.items()}}


def _text(file: Path) -> str | None:
    """The text of a file; None without one."""
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
