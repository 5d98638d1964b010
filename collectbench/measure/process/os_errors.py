"""What the system refused while rounds were taken, told by the file that it is about: seldom it is the interpreter."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from collectbench.model.errors import UsageError

_OF_A_START = (errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE)
"""Why no process can be made; of these alone the system names no file although one was to be started."""
_OF_A_PLACE = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES)
"""What another folder for temporary files would mend."""
_REMEDY = "; free some space there, or set TMPDIR to another folder"


@contextmanager
def explain_os_errors(program: str, complaint: str = "") -> Iterator[None]:
    """Turn an error of the system into one that a user can mend; `program` is what the block starts.

    Raises:
        UsageError: what is in the way (see `explanation`); with the `complaint` before the reason where the program is.
    """
    try:
        yield
    except OSError as error:
        # Not gettempdir(), which would look for a folder again, and raise where there is none.
        why = explanation(error, program, tempfile.tempdir or "")
        complaint = complaint or f"{program}: cannot be started any more"
        raise UsageError(why or f"{complaint}: {error.strerror or error}") from error


def explanation(error: OSError, program: str, temporary: str) -> str | None:
    """What is in the way, and what to do; None where it is the program itself, which cannot be started.

    Args:
        error: what the system said.
        program: what was to be started.
        temporary: the folder of our own files, which is blamed for a file that the system did not name; empty where
            there is none.
    """
    if error.filename is None and error.errno in _OF_A_START:
        return None
    named = [os.fsdecode(name) for name in (error.filename, error.filename2) if name is not None]
    if named == [program]:
        return None
    is_ours = not named or (bool(temporary) and Path(named[-1]).is_relative_to(temporary))
    is_mended = is_ours and (not named or error.errno in _OF_A_PLACE)
    where = " -> ".join(named) or temporary
    told = f"{where}: {error.strerror or error}" if where else f"{error.strerror or error}"
    return f"measuring cannot go on: {told}{_REMEDY if is_mended else ''}"
