"""Notes which files of the user's tree the process makes or is about to change. Loaded by runner.py alone.

Audit events come before the act: what exists is copied first, so that everything can be put back. The hook costs
about one percent, so the first round of a target carries it; what it noted is put back after every round.
"""

import os
import sys
from _thread import allocate_lock, get_ident

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
TYPE, FILE, FOLDER, LINK = 0o170000, 0o100000, 0o040000, 0o120000  # from stat.h
LARGEST = 256 * 2**20  # bytes; what is larger is not copied, and the report says so


def install(folder, root, record):
    """Add the audit hook for `root` and the roots that the parent names in `folder`, and for all that lies below them.

    What lies below `folder` and compiled files are left out.
    """
    watch = Watch(folder, [root, *other_roots(folder)], record)
    handlers, getpid, mine, ident, lock = watch.handlers(), os.getpid, os.getpid(), get_ident, allocate_lock()
    busy = [0]  # the thread whose event is handled: what the handler does itself causes events, too

    def hook(event, args):
        handler = handlers.get(event)
        if handler is None or busy[0] == ident() or getpid() != mine:
            return
        with lock:
            busy[0] = ident()
            try:
                handler(args)
            except (OSError, ValueError, TypeError):
                pass  # the act itself will fail the same way, and be reported by whoever tried it
            finally:
                busy[0] = 0

    sys.addaudithook(hook)


def other_roots(folder):
    """The folders and files that the parent wrote down, each followed by a NUL; none where it wrote nothing."""
    try:
        with open(os.path.join(folder, "roots"), "rb") as file:
            return [os.fsdecode(path) for path in file.read().split(b"\0")[:-1]]
    except FileNotFoundError:
        return []


class Watch:
    """What is noted on each event. `seen` are the paths that were noted, `made` those that were not there before."""

    def __init__(self, folder, roots, record):
        self.folder, self.record, self.seen, self.made = folder, record, set(), set()
        self.inside = tuple(root.rstrip("/") + "/" for root in roots)
        self.outside = tuple(path.rstrip("/") + "/" for path in (folder, os.path.abspath(sys.pycache_prefix or folder)))
        # Tests replace functions of `os`, and the guard must not be fooled.
        self.getcwd, self.lstat, self.readlink, self.scandir = os.getcwd, os.lstat, os.readlink, os.scandir
        self.open, self.read, self.write, self.close = os.open, os.read, os.write, os.close

    def handlers(self):
        """By audit event, what is done with its arguments."""
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
        """The path as it is named, without `.` and `..`; empty for a descriptor, which was opened by a path before."""
        if isinstance(path, int):
            return ""
        path = os.fsdecode(path)
        if path.startswith("/"):
            return os.path.normpath(path)
        return os.path.normpath(os.path.join(self.getcwd() if dir_fd in (-1, None) else self.name_of(dir_fd), path))

    def name_of(self, descriptor):
        """The path of an open folder."""
        if sys.platform == "darwin":  # pragma: no cover - macOS has no /proc
            import fcntl

            return os.fsdecode(fcntl.fcntl(descriptor, fcntl.F_GETPATH, b"\0" * 1024).rstrip(b"\0"))
        return self.readlink("/proc/self/fd/%d" % descriptor)  # noqa: UP031 - as quick, and no other thing

    def note(self, path, dir_fd):
        """Report `path` once: as made where it does not exist yet, else with what it is."""
        path = self.absolute(path, dir_fd)
        if path in self.seen or not f"{path}/".startswith(self.inside) or f"{path}/".startswith(self.outside):
            return
        if "/__pycache__" in path or path.endswith(".pyc"):
            return
        self.seen.add(path)
        self.keep(path)

    def rename(self, source, target, source_fd, target_fd):
        """Note both names, and those of all that a folder holds, since it moves along."""
        self.note(target, target_fd)
        self.note_tree(source, source_fd)
        leaves, arrives = self.absolute(source, source_fd) + "/", self.absolute(target, target_fd) + "/"
        for path in [path for path in self.seen if path.startswith(leaves)]:
            self.note(arrives + path[len(leaves) :], -1)

    def note_tree(self, path, dir_fd):
        """Report a path, and all that it holds before any of it is touched."""
        self.note(path, dir_fd)
        self.note_below(self.absolute(path, dir_fd))

    def note_below(self, path):
        """Report all that a folder holds."""
        if path in self.seen and self.lstat(path).st_mode & TYPE == FOLDER:
            for entry in self.scandir(path):
                self.note(entry.path, -1)
                self.note_below(entry.path)

    def keep(self, path):
        """Write down what `path` is at this moment, and copy what it holds."""
        state = None if self.is_new(os.path.dirname(path)) else self.state_of(path)
        if state is None:
            self.made.add(path)
            self.record("tree.made", path)
            return
        kind = state.st_mode & TYPE
        attributes = (state.st_mode & 0o7777, state.st_atime_ns, state.st_mtime_ns)
        if kind == LINK:
            self.record("tree.link", (path, self.readlink(path)))
        elif kind == FOLDER:
            self.record("tree.folder", (path, *attributes))
        elif kind == FILE and state.st_size <= LARGEST:
            self.keep_file(path, attributes)
        else:
            self.record("tree.unkept", (path, "too large to be kept" if kind == FILE else "no regular file"))

    def is_new(self, folder):
        """Whether the process made `folder`, and so all that it holds, whoever wrote it there."""
        return folder in self.made or (folder.startswith(self.inside) and self.is_new(os.path.dirname(folder)))

    def state_of(self, path):
        """What the system knows of a path; None where there is nothing."""
        try:
            return self.lstat(path)
        except FileNotFoundError:
            return None

    def keep_file(self, path, attributes):
        """Copy a file into the round's folder."""
        name = f"kept-{len(self.seen)}"
        try:
            self.copy(path, os.path.join(self.folder, name))
        except OSError as error:
            self.record("tree.unkept", (path, f"could not be copied ({error.strerror})"))
        else:
            self.record("tree.file", (path, *attributes, name))

    def copy(self, path, to):
        """The bytes of a file, through nothing but `os`."""
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
