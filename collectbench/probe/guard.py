"""Notes which files of the user's tree the process makes or is about to change. Loaded by runner.py alone.

Audit events come before the act: what exists is copied first, so that everything can be put back. The hook costs
about one percent, so the first round of a target carries it; what it noted is put back after every round.
"""

import os
import sys

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
LARGEST = 256 * 2**20  # bytes; what is larger is not copied, and the report says so


def install(folder, root, record):
    """Add the audit hook for all paths below `root`."""
    watch = Watch(folder, root, record)
    handlers = watch.handlers()

    def hook(event, args):
        handler = handlers.get(event)
        if handler is not None and not watch.busy:
            watch.busy = True
            try:
                handler(args)
            except (OSError, ValueError, TypeError):
                pass  # the act itself will fail the same way, and be reported by whoever tried it
            finally:
                watch.busy = False

    sys.addaudithook(hook)


class Watch:
    """Paths seen so far; `busy` while the hook does file operations of its own."""

    def __init__(self, folder, root, record):
        self.folder, self.prefix, self.record = folder, root.rstrip("/") + "/", record
        self.mine, self.busy, self.seen = os.getpid(), False, set()
        self.getcwd, self.lstat, self.readlink = os.getcwd, os.lstat, os.readlink

    def handlers(self):
        """By audit event, what is done with its arguments."""
        return {
            "open": lambda args: args[2] & WRITING and self.note(args[0], -1),
            "os.mkdir": lambda args: self.note(args[0], args[2]),
            "os.remove": lambda args: self.note(args[0], args[1]),
            "os.rmdir": lambda args: self.note(args[0], args[1]),
            "os.rename": lambda args: (self.note(args[0], args[2]), self.note(args[1], args[3])),
            "os.symlink": lambda args: self.note(args[1], args[2]),
            "os.link": lambda args: self.note(args[1], args[3]),
            "os.truncate": lambda args: self.note(args[0], -1),
            "os.chmod": lambda args: self.note(args[0], args[2]),
            "os.utime": lambda args: self.note(args[0], args[3]),
            "sqlite3.connect": lambda args: self.note(args[0], -1),
        }

    def note(self, path, dir_fd):
        """Report `path` once: as made where it does not exist yet, else with a copy of what it is."""
        if isinstance(path, int) or os.getpid() != self.mine:
            return
        path = os.fsdecode(path)
        if not path.startswith("/"):
            base = self.getcwd() if dir_fd in (-1, None) else self.readlink(f"/proc/self/fd/{dir_fd}")
            path = os.path.join(base, path)
        path = os.path.normpath(path)
        if path in self.seen or not path.startswith(self.prefix) or "/__pycache__" in path or path.endswith(".pyc"):
            return
        self.seen.add(path)
        self.keep(path)

    def keep(self, path):
        """Write down what `path` is at this moment."""
        try:
            state = self.lstat(path)
        except OSError:
            self.record("tree.made", path)
            return
        kind = state.st_mode & 0o170000
        times = (state.st_mode & 0o7777, state.st_atime_ns, state.st_mtime_ns)
        if kind == 0o120000:
            self.record("tree.link", (path, self.readlink(path)))
        elif kind == 0o040000:
            self.record("tree.folder", (path, *times))
        elif kind == 0o100000 and state.st_size <= LARGEST:
            name = f"kept-{len(self.seen)}"
            self.copy(path, os.path.join(self.folder, name))
            self.record("tree.file", (path, *times, name))
        else:
            self.record("tree.unkept", path)

    def copy(self, path, to):
        """The bytes of a file, through nothing but `os`."""
        source = os.open(path, os.O_RDONLY)
        try:
            copy = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                while True:
                    block = os.read(source, 2**20)
                    if not block:
                        break
                    while block:
                        block = block[os.write(copy, block) :]
            finally:
                os.close(copy)
        finally:
            os.close(source)
