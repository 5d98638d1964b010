"""The file of a trace. Only tracing.py loads this file; PROTOCOL.md describes the format."""

import os
import sys

FLUSH_AT = 256
FIRST_FD = 201  # next to the runner's own, far from the low numbers that tests may look at
NOW_SIZE = 1024


def field(value):
    """A value as a field of a line: ASCII, with tabs, newlines and backslashes escaped."""
    text = value if type(value) is str else str(value)
    if text.isascii() and text.isprintable() and "\\" not in text:
        return text
    return text.encode("unicode_escape").decode("ascii")


def shared_memory(path):
    """A file of NOW_SIZE blanks, mapped into memory: a write needs no system call, and stays after a crash.

    The mapping keeps a descriptor, the lowest free one. So all descriptors below FIRST_FD are taken while it is made:
    tests then find the same low numbers free as without us. If the limit of descriptors is lower, the memory is private
    and `now` stays blank.
    """
    import mmap

    del sys.modules["mmap"]  # tests that have a module of that name find their own
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    taken = [descriptor]
    try:
        os.write(descriptor, b" " * NOW_SIZE)
        while taken[-1] < FIRST_FD:
            taken.append(os.dup(descriptor))
        return mmap.mmap(descriptor, NOW_SIZE)
    except OSError:
        return bytearray(NOW_SIZE)
    finally:
        for number in taken:
            os.close(number)


class Sink:
    """The trace file. Lines are written in batches, so a crash loses only the last few."""

    def __init__(self, directory, open_=os.open, write=os.write, close=os.close, getpid=os.getpid):
        self.path, self.mine, self.lines = os.path.join(directory, "trace"), getpid(), []
        self.open, self.write, self.close, self.getpid = open_, write, close, getpid
        self.now = shared_memory(os.path.join(directory, "now"))
        if os.path.exists(self.path):  # the tests have replaced another process by this one
            os.remove(self.path)

    def put(self, *fields):
        """Add a line."""
        self.lines.append("\t".join(map(str, fields)) + "\n")
        if len(self.lines) >= FLUSH_AT:
            self.flush()

    def is_mine(self):
        """Whether this is the measured process, not a fork, and its trace could be written so far."""
        return self.getpid() == self.mine

    def flush(self):
        """Append the lines to the file; a fork that continues writes nothing."""
        batch = self.lines[:]
        del self.lines[: len(batch)]  # not clear(): the garbage collector may have added a line since
        data = memoryview("".join(batch).encode("ascii"))
        if not self.is_mine():
            return
        try:
            descriptor = self.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                while data:
                    data = data[self.write(descriptor, data) :]
            finally:
                self.close(descriptor)
        except OSError:  # the disk is full, or the tests limit files: pytest goes on, and the trace ends here
            self.mine = -1

    def show(self, chain):
        """Show the running imports to the parent; a fork shows nothing.

        `chain` are escaped names, the outermost first, a tab before each. If they do not fit, the end is shown.
        """
        if self.is_mine():
            self.now[:] = chain.encode("ascii")[-NOW_SIZE:].ljust(NOW_SIZE)
