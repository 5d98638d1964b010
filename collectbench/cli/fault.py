"""The last words of a command that ended by an unexpected error. Imports nothing that could be what failed."""

from __future__ import annotations

import errno
import os
import traceback

from collectbench import __version__

_OF_THE_SYSTEM = frozenset(
    (
        *(errno.ENAMETOOLONG, errno.ELOOP, errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT),
        *(errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM),
    )
)
"""Errors of the operating system that are never a fault of ours: of names, permissions, disks and limits."""

_LONGEST = 200
"""Characters of a path in a message."""


def obstacle_of(error: OSError) -> str:
    """The file or directory that is in the way, and why; empty if the error may be a fault of ours."""
    if _is_current_directory_gone():
        return "the current directory does not exist any more; change to one that exists, and try again"
    if error.errno not in _OF_THE_SYSTEM:
        return ""
    path = os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes)) else ""
    if len(path) > _LONGEST:
        path = f"{path[: _LONGEST // 2]}…{path[-_LONGEST // 2 :]}"
    return f"{path}{': ' if path else ''}{error.strerror}"


def _is_current_directory_gone() -> bool:
    try:
        os.getcwd()  # noqa: PTH109
    except FileNotFoundError:
        return True
    return False


def fault_text(error: BaseException) -> str:
    """The traceback, and what to do with it."""
    lines = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    return (
        f"{lines}collectbench {__version__} failed: this is a fault of collectbench, and no verdict on your tests.\n"
        f"Please report it, with the lines above and the command that you ran: {_where_to_report()}"
    )


def _where_to_report() -> str:
    """The address in the metadata of the installation."""
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        urls = metadata("collectbench").get_all("Project-URL") or []
    except PackageNotFoundError:
        urls = []
    named = [str(url).removeprefix("Issues, ") for url in urls if str(url).startswith("Issues, ")]
    return named[0] if named else "to the authors of collectbench, where you installed it from"
