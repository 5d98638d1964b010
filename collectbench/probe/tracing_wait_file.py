"""Files that another thread than the main one writes. tracing_waits.py and tracing_samples.py load this file."""

import os
from _thread import allocate_lock
from itertools import count

WAITS_FD, DUMP_FD = 207, 208  # next to the other descriptors of the probe


class HighFile:
    """A file that is open as a high descriptor as long as the process lives.

    Opening it for each use would take the lowest free descriptor, which the main thread may use at the same moment.
    Tests may close ours, and open another file with its number: `is_there` tells.
    """

    def __init__(self, path, number, flags=0, fstat=os.fstat):
        self.number, self.fstat, self.identity = number, fstat, None
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | flags, 0o600)
        try:
            os.dup2(descriptor, number, inheritable=False)
            state = os.fstat(number)
            self.identity = state.st_dev, state.st_ino
        except OSError:
            pass  # the limit of descriptors is lower than that
        finally:
            os.close(descriptor)

    def is_there(self):
        """Whether the descriptor is still that of our file."""
        try:
            state = self.fstat(self.number)
        except OSError:
            return False
        return (state.st_dev, state.st_ino) == self.identity


class LineFile:
    """A file of lines, written in batches. A fork writes nothing."""

    def __init__(self, path, number, flags, write=os.write, getpid=os.getpid):
        self.file, self.mine = HighFile(path, number, flags), getpid()
        self.write, self.getpid, self.lines, self.writing = write, getpid, [], allocate_lock()
        self.add = self.lines.append

    def flush(self):
        """Append the lines to the file. If another thread does that at this moment, it is enough."""
        if self.getpid() != self.mine or not self.writing.acquire(False):
            return
        try:
            batch = self.lines[:]
            del self.lines[: len(batch)]
            data = memoryview("".join(batch).encode("ascii"))
            while data and self.file.is_there():
                data = data[self.write(self.file.number, data) :]
        except OSError:
            pass  # a full disk: the round itself goes on
        finally:
            self.writing.release()


class WaitFile(LineFile):
    """The file `waits`: stacks, waits at them, and operations that began at them."""

    def __init__(self, directory, field):
        super().__init__(os.path.join(directory, "waits"), WAITS_FD, os.O_APPEND)
        self.field, self.numbers, self.next = field, {}, count()
        self.withheld_ns = 0  # for how long the main thread waited for the thread that watches it

    def put(self, key, stack, *fields):
        """Add a line about a stack; the first one of a stack has the stack itself before it."""
        number = self.numbers.get(stack)
        if number is None:
            number = self.numbers[stack] = next(self.next)
            key_of_stack = "D" if stack.startswith(" ") else "S"  # from `StackReader`, or from `stack_of`
            self.lines.append(f"{key_of_stack}\t{number}\t{stack}\n")
        self.lines.append("\t".join((key, str(number), *fields)) + "\n")

    def finish(self):
        """Mark the end of the session: what follows is part of the teardown."""
        self.lines.append("F\n")
        self.flush()
