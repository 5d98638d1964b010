"""stdout and stderr whose reader may leave early, as `head` does, or whose disk may be full."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

ERRORS = "backslashreplace"
"""How characters that the terminal's encoding lacks are shown."""


class _PatientFile(io.FileIO):
    """A file that takes data also after its reader has left, and after its disk is full: `failure` says why then."""

    failure = ""

    def write(self, data: ReadableBuffer, /) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            pass  # as `head` does it: not a failure
        except OSError as error:
            self.failure = error.strerror or str(error)
        return memoryview(data).nbytes


def use_patient_streams() -> None:
    """Replace stdout and stderr by streams that outlive their readers.

    Otherwise the command would end where it writes first, with files unwritten and with exit code 1, as if it had
    found a regression; what is left in a buffer would make Python itself end with 120.
    """
    sys.stdout, sys.stderr = patient(sys.stdout), patient(sys.stderr)


def failure_of_stdout() -> str:
    """Why stdout did not take everything, such as a full disk; empty if it did. Told only once."""
    sys.stdout.flush()
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    if not isinstance(raw, _PatientFile):
        return ""
    failure, raw.failure = raw.failure, ""
    return failure


def patient(stream: TextIO | None) -> TextIO:
    """The same stream, which also takes data that cannot be written, and characters that its encoding lacks.

    None stands for a stream that was closed from the beginning (`>&-`). Without a file descriptor it is returned as is.
    """
    if stream is None:
        return Path(os.devnull).open("w", encoding="utf-8")
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    try:
        raw = _PatientFile(stream.fileno(), "w", closefd=False)
    except OSError:
        return stream
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=stream.encoding,
        errors=ERRORS,
        line_buffering=stream.line_buffering or stream.write_through,
    )
