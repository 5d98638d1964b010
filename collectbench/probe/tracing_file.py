"""The file that a trace is written into. For tracing.py alone; the format stands in PROTOCOL.md."""

import os
import sys

FLUSH_AT = 256
FIRST_FD = 201  # beside the runner's own, far from the low numbers that tests may look at
NOW_SIZE = 1024


def field(value):
    """A field of a line: ASCII, without a tab, a newline or a backslash of its own."""
    text = value if type(value) is str else str(value)
    if text.isascii() and text.isprintable() and "\\" not in text:
        return text
    return text.encode("unicode_escape").decode("ascii")


def shared_memory(path):
    """A file of NOW_SIZE blanks as memory: writing there costs no system call, and outlives a crash.

    The mapping keeps a descriptor, the lowest that is free: all below FIRST_FD are taken while it is made, so that
    tests find the low numbers as they would be. Where so many are not allowed, nobody can look on.
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
        for each in taken:
            os.close(each)


class Sink:
    """The trace file: lines are kept until there are enough of them, so a crash loses the last few at most."""

    def __init__(self, folder, open_=os.open, write=os.write, close=os.close, getpid=os.getpid):
        self.path, self.mine, self.lines = os.path.join(folder, "trace"), getpid(), []
        self.open, self.write, self.close, self.getpid = open_, write, close, getpid
        self.now = shared_memory(os.path.join(folder, "now"))

    def put(self, *fields):
        """Add a line."""
        self.lines.append("\t".join(map(str, fields)) + "\n")
        if len(self.lines) >= FLUSH_AT:
            self.flush()

    def flush(self):
        """Append the lines to the file; a fork that went on writes nothing."""
        batch = self.lines[:]
        del self.lines[: len(batch)]  # not clear(): the garbage collector may have added a line since
        data = memoryview("".join(batch).encode("ascii"))
        if self.getpid() != self.mine:
            return
        descriptor = self.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            while data:
                data = data[self.write(descriptor, data) :]
        finally:
            self.close(descriptor)

    def show(self, chain):
        """Say what is being imported at this moment, for whoever looks from outside; a fork says nothing.

        `chain` are escaped names, the outermost first, a tab before each: where there are too many, the last count.
        """
        if self.getpid() == self.mine:
            self.now[:] = chain.encode("ascii")[-NOW_SIZE:].ljust(NOW_SIZE)
