"""Notes each file of the user's tree that the process is about to make or change. Only runner.py loads this file.

Audit events come before the act, so existing files are copied first and everything can be put back. The hook costs
about one percent, so only the first round of a target carries it; the noted paths are put back after every round.
"""

import os
import sys
from _thread import allocate_lock, get_ident
from time import monotonic_ns

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
TYPE, FILE, DIRECTORY, LINK = 0o170000, 0o100000, 0o040000, 0o120000  # from stat.h
LARGEST = 256 * 2**20  # bytes; a larger file is not copied, and the report says so


def install(directory, record, **_):
    """Add the audit hook for the current directory, for the roots that the parent names, and for all paths below them.

    Paths below `directory` and compiled files are skipped.
    """
    watch = Watch(directory, [os.getcwd(), *other_roots(directory)], record)
    handlers, getpid, mine, ident, lock = watch.handlers(), os.getpid, os.getpid(), get_ident, allocate_lock()
    busy = [0]  # the thread whose event is being handled: the handler itself causes events, too

    def hook(event, args):
        handler = handlers.get(event)
        if handler is None or busy[0] == ident() or getpid() != mine:
            return
        with lock:
            busy[0] = ident()
            try:
                handler(args)
            except (OSError, ValueError, TypeError):
                pass  # the act itself will fail the same way, and the code that tried it will report that
            finally:
                busy[0] = 0

    sys.addaudithook(hook)


def other_roots(directory):
    """The directories and files that the parent listed in the file `roots`; none without that file."""
    try:
        with open(os.path.join(directory, "roots"), "rb") as file:
            return [os.fsdecode(path) for path in file.read().split(b"\0")[:-1]]
    except FileNotFoundError:
        return []


class Watch:
    """Handlers of audit events. `noted` are all paths noted so far, `made` those of them that did not exist before."""

    def __init__(self, directory, roots, record):
        self.directory, self.record, self.noted, self.made = directory, record, set(), set()
        self.began_ns = monotonic_ns()  # tests may replace the process by pytest again, which keeps files beside these
        self.inside = tuple(root.rstrip("/") + "/" for root in roots)
        skipped = (directory, os.path.abspath(sys.pycache_prefix or directory))
        self.outside = tuple(path.rstrip("/") + "/" for path in skipped)
        # Tests replace functions of `os`: keep the real ones.
        self.getcwd, self.lstat, self.readlink, self.scandir = os.getcwd, os.lstat, os.readlink, os.scandir
        self.open, self.read, self.write, self.close = os.open, os.read, os.write, os.close

    def handlers(self):
        """The handler of each audit event; it gets the arguments of the event."""
        return {
            "open": lambda args: args[2] & WRITING and self.note(args[0], -1),
            "os.mkdir": lambda args: self.note(args[0], args[2]),
            "os.remove": lambda args: self.note(args[0], args[1]),
            "os.rmdir": lambda args: self.note(args[0], args[1]),
            "os.rename": lambda args: self.rename(*args),
            "shutil.rmtree": lambda args: self.note_tree(args[0], *args[1:] or (-1,)),
            "os.symlink": lambda args: self.note(args[1], args[2]),
            "os.link": lambda args: self.note(args[1], args[3]),
            "os.truncate": lambda args: self.note(args[0], -1),
            "os.chmod": lambda args: self.note(args[0], args[2]),
            "os.utime": lambda args: self.note(args[0], args[3]),
            "sqlite3.connect": lambda args: self.note(args[0], -1),
        }

    def absolute(self, path, dir_fd):
        """The absolute path without `.` and `..`; empty for a descriptor, which was opened by a path before."""
        if isinstance(path, int):
            return ""
        path = os.fsdecode(path)
        if path.startswith("/"):
            return os.path.normpath(path)
        return os.path.normpath(os.path.join(self.getcwd() if dir_fd in (-1, None) else self.name_of(dir_fd), path))

    def name_of(self, descriptor):
        """The path of an open directory."""
        if sys.platform == "darwin":  # pragma: no cover - macOS has no /proc
            import fcntl

            return os.fsdecode(fcntl.fcntl(descriptor, fcntl.F_GETPATH, b"\0" * 1024).rstrip(b"\0"))
        return self.readlink("/proc/self/fd/%d" % descriptor)  # noqa: UP031 - as quick, and needs only an integer

    def note(self, path, dir_fd):
        """Report `path` once: as made if it does not exist yet, else with its type and attributes."""
        path = self.absolute(path, dir_fd)
        if path in self.noted or not f"{path}/".startswith(self.inside) or f"{path}/".startswith(self.outside):
            return
        if "/__pycache__" in path or path.endswith(".pyc"):
            return
        self.noted.add(path)
        self.keep(path)

    def rename(self, source, target, source_fd, target_fd):
        """Note both names, and those of everything in a directory, since that moves along."""
        self.note(target, target_fd)
        self.note_tree(source, source_fd)
        leaves, arrives = self.absolute(source, source_fd) + "/", self.absolute(target, target_fd) + "/"
        for path in [path for path in self.noted if path.startswith(leaves)]:
            self.note(arrives + path[len(leaves) :], -1)

    def note_tree(self, path, dir_fd):
        """Report a path and everything below it, before any of it is touched."""
        self.note(path, dir_fd)
        self.note_below(self.absolute(path, dir_fd))

    def note_below(self, path):
        """Report everything in a directory."""
        if path in self.noted and self.lstat(path).st_mode & TYPE == DIRECTORY:
            for entry in self.scandir(path):
                self.note(entry.path, -1)
                self.note_below(entry.path)

    def keep(self, path):
        """Report what `path` is at this moment; copy a file."""
        state = None if self.is_new(os.path.dirname(path)) else self.state_of(path)
        if state is None:
            self.made.add(path)
            self.record("tree.made", path)
            return
        kind = state.st_mode & TYPE
        attributes = (state.st_mode & 0o7777, state.st_atime_ns, state.st_mtime_ns)
        if kind == LINK:
            self.record("tree.link", (path, self.readlink(path)))
        elif kind == DIRECTORY:
            self.record("tree.folder", (path, *attributes))
        elif kind == FILE and state.st_size <= LARGEST:
            self.keep_file(path, attributes)
        else:
            self.record("tree.unkept", (path, "too large to copy" if kind == FILE else "not a regular file"))

    def is_new(self, directory):
        """Whether the process made `directory`; then everything in it is new, even if another process wrote it."""
        if directory in self.made:
            return True
        return directory.startswith(self.inside) and self.is_new(os.path.dirname(directory))

    def state_of(self, path):
        """The result of lstat; None if nothing exists there."""
        try:
            return self.lstat(path)
        except FileNotFoundError:
            return None

    def keep_file(self, path, attributes):
        """Copy a file into the directory of the round."""
        name = f"kept-{self.began_ns}-{len(self.noted)}"
        try:
            self.copy(path, os.path.join(self.directory, name))
        except OSError as error:
            self.record("tree.unkept", (path, f"could not be copied ({error.strerror})"))
        else:
            self.record("tree.file", (path, *attributes, name))

    def copy(self, path, to):
        """Copy the bytes of a file with the functions of `os` alone."""
        source = self.open(path, os.O_RDONLY)
        try:
            copy = self.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                while block := self.read(source, 2**20):
                    while block:
                        block = block[self.write(copy, block) :]
            finally:
                self.close(copy)
        finally:
            self.close(source)
