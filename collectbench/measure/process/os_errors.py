"""Errors of the operating system while rounds are taken, named by their file: seldom is it the interpreter."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from collectbench.model.errors import InterpreterError, UsageError

_NO_NEW_PROCESS = (errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE)
"""Why no process can be made. Only for these errors, a start that failed names no file."""
_BAD_DIRECTORY = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES)
"""Errors that another directory for temporary files would avoid."""
_REMEDY = "; free some space there, or set TMPDIR to another directory"


@contextmanager
def explain_os_errors(python: str, complaint: str = "cannot be started any more") -> Iterator[None]:
    """Turn an OSError of the block into an error that the user can correct.

    Args:
        python: the interpreter that the block starts.
        complaint: says in the message that the interpreter cannot be started.

    Raises:
        InterpreterError: the interpreter cannot be started.
        UsageError: something else is in the way (see `describe_os_error`).
    """
    try:
        yield
    except OSError as error:
        # Not gettempdir(): it would look for a directory again, and raise if there is none.
        description = describe_os_error(error, python, tempfile.tempdir or "")
        if description is None:
            raise InterpreterError(f"{python}: {complaint}: {error.strerror or error}") from error
        raise UsageError(description) from error


def describe_os_error(error: OSError, program: str, temporary: str) -> str | None:
    """The file that is in the way, why, and what to do; None if the program itself cannot be started.

    Args:
        error: the error of the operating system.
        program: the program that was to be started.
        temporary: the directory of our own files, blamed if the error names no file; empty if there is none.
    """
    if error.filename is None and error.errno in _NO_NEW_PROCESS:
        return None
    paths = [os.fsdecode(name) for name in (error.filename, error.filename2) if name is not None]
    if paths == [program]:
        return None
    is_ours = not paths or (bool(temporary) and Path(paths[-1]).is_relative_to(temporary))
    has_remedy = is_ours and (not paths or error.errno in _BAD_DIRECTORY)
    where = " -> ".join(paths) or temporary
    reason = str(error.strerror or error)
    return f"measuring cannot go on: {where}{': ' if where else ''}{reason}{_REMEDY if has_remedy else ''}"
