"""The guard's audit hook, without a process."""

from __future__ import annotations

import runpy
import sys
import threading
from types import FrameType
from typing import Any

from collectbench.model.probe_files import PROBE


class NoPaths:
    """Paths of which none is the user's."""

    def destination(self, path, *_) -> str:
        return path


class NoNotes:
    """Notes that are kept nowhere, as if no announced path came to exist."""

    def __init__(self) -> None:
        self.touched: list[str] = []

    def touch(self, path, *_) -> tuple[str, ...]:
        self.touched.append(path)
        return ()

    touch_tree = touch


def test_a_signal_handler_may_cause_events_at_any_line_of_the_hook() -> None:
    """As the sampling of a traced round does, which opens files: the hook must not wait for itself."""
    notes = NoNotes()
    hook = runpy.run_path(str(PROBE / "guard.py"))["Guard"](notes, NoPaths()).hook()
    lines = set()

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code is not hook.__code__:
            return None
        if event == "line" and frame.f_lineno not in lines:
            lines.add(frame.f_lineno)
            sys.settrace(None)
            hook("os.remove", ("by the handler", -1))
            sys.settrace(trace)
        return trace

    def run() -> None:
        sys.settrace(trace)
        hook("os.remove", ("by the user", -1))
        sys.settrace(None)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(timeout=20)
    assert not thread.is_alive()
    assert len(lines) >= 5
    assert "by the user" in notes.touched
