"""Stacks as lines of the file `waits`. Only tracing_waits.py loads this file; PROTOCOL.md describes the format."""

import faulthandler
import os

DEEPEST, MOST_LINES = 1000, 60
MACHINERY = "<frozen "  # also the name of this file
IMPORT = "<import>"


def stack_of(frame, field):
    """Path and line of the innermost frames, separated by tabs; IMPORT stands for those of the import machinery.

    For the calling thread only. See `StackReader` for the reason.
    """
    parts = []
    for _ in range(DEEPEST):
        if frame is None or len(parts) >= 2 * MOST_LINES:
            break
        path = frame.f_code.co_filename
        if not path.startswith(MACHINERY):
            parts += field(path), str(frame.f_lineno or 0)
        elif parts and parts[-2] != IMPORT:
            parts += IMPORT, "0"
        frame = frame.f_back
    return "\t".join(parts)


class StackReader:
    """Reads the stack of the main thread from another thread, by faulthandler, which writes it into a file.

    `sys._current_frames` would give frame objects. While this thread holds one and waits for the interpreter lock, the
    main thread goes on, and its local variables live too long: destructors would run later, and in this thread.
    """

    def __init__(self, file, main, dump=faulthandler.dump_traceback, pread=os.pread, lseek=os.lseek, cut=os.ftruncate):
        self.file, self.header = file, f"Thread 0x{main:016x} ".encode()
        self.dump, self.pread, self.lseek, self.cut = dump, pread, lseek, cut

    def read(self):
        """The lines of faulthandler, separated by tabs. While Python waits for threads at its end, those of one follow.

        The first thread in the file is this one, the main thread is the last.
        """
        if not self.file.is_there():
            return ""
        descriptor = self.file.number
        self.cut(descriptor, 0)
        self.lseek(descriptor, 0, os.SEEK_SET)
        self.dump(descriptor, True)
        data = self.pread(descriptor, self.lseek(descriptor, 0, os.SEEK_CUR), 0)
        main, other = data.find(self.header), data.find(b"Thread 0x")
        stack = stack_at(data, main)
        if stack.endswith(b" in _shutdown") and other != main:
            stack = stack + b"\n" + stack_at(data, other)
        return stack.decode("ascii", "backslashreplace").replace("\n", "\t")


def stack_at(data, begin):
    """The lines below the title that begins at a position of the file, without the last newline."""
    if begin < 0:
        return b""
    begin = data.find(b"\n", begin) + 1
    end = data.find(b"\n\n", begin)
    return data[begin : end if end >= 0 else len(data) - 1]
