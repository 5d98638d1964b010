"""Exact counts of a counted round, whoever caused what is counted and in whichever thread. For runner.py alone.

Beside the trace: audit events, and function starts where Python tells them (3.12 and later). What the probe does itself
does not count. It may cost what it likes, since a counted round is never quoted as a time.
"""

import os
import sys

KINDS = {
    "open": "opens",
    "os.listdir": "listings",
    "os.scandir": "listings",
    # What leaves the process by a socket or asks for a name; a socket that is only made does nothing yet.
    "socket.connect": "sockets",
    "socket.bind": "sockets",
    "socket.sendto": "sockets",
    "socket.sendmsg": "sockets",
    "socket.getaddrinfo": "sockets",
    "socket.gethostbyname": "sockets",
    "socket.gethostbyaddr": "sockets",
    "socket.getnameinfo": "sockets",
    "subprocess.Popen": "subprocesses",
    "os.system": "subprocesses",
    "os.posix_spawn": "subprocesses",
    "os.fork": "subprocesses",
    "os.forkpty": "subprocesses",
    "pty.spawn": "subprocesses",
}
"""What each audit event counts as."""

TOOLS = (4, 3)
"""Numbers for sys.monitoring that no debugger, coverage tool, profiler or optimizer is meant to take."""


class Counts:
    """What is counted until `finish`, and which files were opened for reading and which folders listed."""

    def __init__(self, folder, record, ours):
        self.folder, self.record, self.ours = folder, record, ours
        self.totals, self.read, self.listed = dict.fromkeys(KINDS.values(), 0), {}, {}
        self.over, self.getpid, self.mine, self.monitor = False, os.getpid, os.getpid(), None

    def watch_events(self):
        """Add the audit hook. Python functions of the library are not called in it: they would count as started."""
        totals, ours, getframe, note = self.totals, self.ours, sys._getframe, noter()
        touched = {"open": self.read, "os.listdir": self.listed, "os.scandir": self.listed}

        def hook(event, args):
            kind = KINDS.get(event)
            if kind is None or self.over:
                return
            try:
                caller = getframe(1)
            except ValueError:  # a thread that runs nothing but a function of C
                caller = None
            if caller is not None and caller.f_code.co_filename in ours:
                return
            if event == "os.posix_spawn" and caller is not None and caller.f_globals.get("__name__") == "subprocess":
                return  # the second event of one subprocess.Popen
            totals[kind] += 1
            if event in touched and args and (event != "open" or is_reading(args)):
                note(args[0], touched[event])

        sys.addaudithook(hook)

    def watch_functions(self):
        """Count function starts, our own left out; says why that is not possible, if so."""
        self.monitor = getattr(sys, "monitoring", None) and Monitor.free(sys.monitoring, self.ours)
        if self.monitor is None and hasattr(sys, "monitoring"):
            self.record("uncounted", "other tools have taken the numbers that sys.monitoring has for them")

    def finish(self):
        """End counting, and write down what came of it; a fork that went on writes nothing."""
        self.over = True
        starts = None if self.monitor is None else self.monitor.finish()
        if self.getpid() != self.mine:
            return
        if starts is not None:
            self.totals["function_starts"] = starts
        elif self.monitor is not None:
            self.record("uncounted", "the tests took over the number that sys.monitoring had given us")
        self.write_touched()
        self.record("work", list(self.totals.items()))

    def write_touched(self):
        """The files that were read and the folders that were listed: a letter for which, the path, and a NUL."""
        entries = [b"r" + os.fsencode(path) + b"\0" for path in list(self.read)]
        entries += [b"d" + os.fsencode(path) + b"\0" for path in list(self.listed)]
        with open(os.path.join(self.folder, "touched"), "wb") as file:
            file.write(b"".join(entries))


class Monitor:
    """The count of function starts, by a tool of sys.monitoring."""

    def __init__(self, monitoring, tool, ours):
        self.monitoring, self.tool, self.starts = monitoring, tool, 0
        event, disable = monitoring.events.PY_START, monitoring.DISABLE

        def started(code, offset):
            if code.co_filename in ours:
                return disable
            self.starts += 1
            return None

        self.started = started
        monitoring.use_tool_id(tool, "collectbench")
        monitoring.register_callback(tool, event, started)
        monitoring.set_events(tool, event)

    @classmethod
    def free(cls, monitoring, ours):
        """A monitor under a number that is free; None where there is none."""
        for tool in TOOLS:
            if monitoring.get_tool(tool) is None:
                return cls(monitoring, tool, ours)
        return None

    def finish(self):
        """Give the number back; the starts, or None where somebody else has taken it over."""
        monitoring, tool, event = self.monitoring, self.tool, self.monitoring.events.PY_START
        if monitoring.get_tool(tool) != "collectbench" or monitoring.get_events(tool) != event:
            return None
        monitoring.set_events(tool, 0)
        kept = monitoring.register_callback(tool, event, None)
        monitoring.free_tool_id(tool)
        return self.starts if kept is self.started else None


def is_reading(args, writing=os.O_WRONLY, empty=os.O_TRUNC | os.O_EXCL, access=os.O_WRONLY | os.O_RDWR):
    """Whether a file is opened for what it holds, by the flags of the event; a new or emptied one holds nothing."""
    flags = args[2] if len(args) > 2 and type(args[2]) is int else 0
    return flags & access != writing and not flags & empty


def noter(getcwd=os.getcwd, fspath=os.fspath):
    """A function that adds the absolute path of what was opened or listed to a dict; a descriptor has none."""
    encoding, errors = sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()

    def note(path, to):
        try:
            path = "." if path is None else fspath(path)
            if type(path) is bytes:
                path = path.decode(encoding, errors)
            to[path if path.startswith("/") else f"{getcwd()}/{path}"] = True
        except Exception:  # whatever a path of the user's own raises; the act itself will fail the same way
            pass

    return note


def install(folder, record, tracer, shown_as, runner):
    """Begin to count; `shown_as` and `runner` are the file names that the code of the probe bears."""
    tracer.short_ns = float("inf")  # to write a line calls functions of pytest: how long one took must not decide that
    counts = Counts(folder, record, frozenset((shown_as, runner)))
    counts.watch_events()
    counts.watch_functions()
    return counts
