"""Processes that a killed command and its sentinel have left: ended if they are certainly ours, else named."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil

from collectbench.measure.process.sentinel_program import Watched, end_all, everything
from collectbench.model.probe_files import RUNNER


def end_left_processes(directories: Iterable[Path]) -> tuple[str, ...]:
    """End the children of a killed command, and their descendants as far as they are known.

    A child is a probe whose report is in one of its temporary directories, or a process whose stdout is (Linux).
    Numbers of processes repeat, so they do not count.

    Args:
        directories: the temporary directories of that command.

    Returns:
        The command lines of other processes that still work in these directories; they are not ended.
    """
    places = tuple(os.path.realpath(directory) + os.sep for directory in directories)
    if not places:
        return ()
    ours = {process.pid for process in psutil.process_iter() if _is_child(process, places)}
    if ours:
        end_all(Watched(), {process for process in everything() if process.pid in ours}, everything)
    return tuple(sorted(filter(None, (_named(process, places) for process in psutil.process_iter()))))


def _is_child(process: psutil.Process, places: tuple[str, ...]) -> bool:
    with suppress(psutil.Error, OSError):
        words = process.cmdline()
        if RUNNER.name in (Path(word).name for word in words) and any(f"{word}/".startswith(places) for word in words):
            return True
        return os.readlink(f"/proc/{process.pid}/fd/1").startswith(places)  # noqa: PTH115
    return False


def _named(process: psutil.Process, places: tuple[str, ...]) -> str:
    """The command line of a process that works in one of these directories; else empty."""
    with suppress(psutil.Error, OSError):
        if f"{process.cwd()}/".startswith(places):
            return " ".join(process.cmdline()) or process.name()
    return ""
