"""Notes each file of the user's tree that the process or one of its forks makes or changes. Only runner.py loads this.

Audit events come before the act, so existing files are copied first. The hook costs about one percent, so only the
first round of a target carries it. guard_notes.py and guard_paths.py, beside this file, write the notes.
"""

import os
import sys
from _thread import RLock, get_ident

PATIENCE = 20  # events after which an announced path is not expected any more
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def install(directory, load, **_):
    """Add the audit hook for the current directory, for the roots that the parent names, and for all paths below them.

    Paths below `directory` and compiled files are skipped.
    """
    paths = load("guard_paths.py")["Paths"](directory, [os.getcwd(), *other_roots(directory)])
    guard = Guard(load("guard_notes.py")["Notes"](directory, paths), paths)
    sys.addaudithook(guard.hook())
    return guard


def other_roots(directory):
    """The directories and files that the parent listed in the file `roots`; none without that file."""
    try:
        with open(os.path.join(directory, "roots"), "rb") as file:
            return [os.fsdecode(path) for path in file.read().split(b"\0")[:-1]]
    except FileNotFoundError:
        return []


class Guard:
    """Hears audit events. What one of them announces has happened, or failed, when its thread causes the next ones.

    Not the very next one: other audit hooks may cause events of their own before the act.
    """

    def __init__(self, notes, paths):
        self.notes, self.paths = notes, paths
        self.announced = {}  # by thread: the paths that its last events were about to make, and the events to wait
        self.last = ()  # those of the event that is being handled

    def hook(self):
        """The audit hook. It is short for events that make or change no file."""
        handlers, getpid, ident, new_lock = self.handlers(), os.getpid, get_ident, RLock
        announced, handle = self.announced, self.handle
        process, lock = getpid(), new_lock()
        busy = 0  # the thread whose event is being handled: the handler itself causes events, too

        def hook(event, args):
            nonlocal process, lock, busy
            handler = handlers.get(event)
            if (handler is None and not announced) or busy == ident():
                return
            if getpid() != process:  # a fork: the thread that held the lock may not exist here
                process, lock = getpid(), new_lock()
                announced.clear()
            with lock:  # a signal may interrupt this before or after `busy` is set, and its handler cause events
                busy = ident()
                try:
                    handle(handler, args, busy)
                finally:
                    busy = 0

        return hook

    def handle(self, handler, args, thread):
        """Note whether the last announcements of this thread came true, and handle its new event."""
        self.confirm(thread)
        if handler is None:
            return
        self.last = ()
        try:
            handler(args)
        except (OSError, ValueError, TypeError):
            pass  # the act itself will fail the same way, and the code that tried it will report that
        if self.last:
            self.announced.setdefault(thread, {}).update(dict.fromkeys(self.last, PATIENCE))

    def confirm(self, thread):
        """Note which of the announced paths exist by now, and which will not any more."""
        announced = self.announced.get(thread, {})
        for path, patience in list(announced.items()):
            announced[path] = patience - 1
            if self.notes.confirm(path):
                del announced[path]
            elif patience == 0:
                del announced[path]
                self.notes.give_up(path)
        if not announced:
            self.announced.pop(thread, None)

    def handlers(self):
        """The handler of each audit event; it gets the arguments of the event."""
        touch, tree = self.notes.touch, self.notes.touch_tree
        return {
            "open": self.open,
            "os.mkdir": lambda args: self.make(args[0], args[2]),
            "os.remove": lambda args: touch(args[0], args[1]),
            "os.rmdir": lambda args: touch(args[0], args[1]),
            "os.rename": self.rename,
            "shutil.rmtree": lambda args: tree(args[0], *args[1:] or (-1,)),
            "os.symlink": lambda args: self.make(args[1], args[2]),
            "os.link": self.link,
            "os.truncate": lambda args: touch(self.paths.destination(args[0]), -1),
            "os.chmod": lambda args: touch(self.paths.destination(args[0], args[2]), -1),
            "os.utime": lambda args: touch(args[0], args[3]),
            "socket.bind": lambda args: isinstance(args[1], (str, bytes)) and self.make(args[1], -1),
            "sqlite3.connect": lambda args: self.notes.database(args[0]),
        }

    def make(self, path, dir_fd):
        """Note a path that comes into being, or changes."""
        self.last = self.notes.make(path, dir_fd)

    def open(self, args):
        """Note the file that is opened for writing, and the link that leads to it."""
        path, _, flags = args
        if not flags & WRITING or isinstance(path, int):
            return
        path = self.paths.destination(path)
        if flags & os.O_CREAT:
            self.make(path, -1)
        else:
            self.notes.touch(path, -1)

    def link(self, args):
        """Note both names of a hard link: what is written by the new one changes the file of the old one."""
        self.notes.touch(args[0], args[2])
        self.make(args[1], args[3])

    def rename(self, args):
        """Note both names, and those of everything in a directory, since that moves along."""
        self.last = self.notes.rename(*args)

    def watch(self, pytest, config, reporter):
        """Nothing: the hook is in place already."""

    def finish(self):
        """Note whether the last announcements came true."""
        paths = [path for paths in list(self.announced.values()) for path in list(paths)]
        self.announced.clear()  # first, since notes cause events
        for path in paths:
            if not self.notes.confirm(path):
                self.notes.give_up(path)
