"""Exact counts of a counted round, over all code and all threads of the process. Only runner.py loads this file.

It counts, beside the trace, audit events and function starts (Python 3.12 and later). Acts of the probe itself do not
count. Counting may be slow, since the time of a counted round is never quoted.
"""

import os
import sys

KINDS = {
    "open": "opens",
    "os.listdir": "listings",
    "os.scandir": "listings",
    # Sending, connecting and name lookups. A new socket alone does not count: it does nothing yet.
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
"""The counter of each audit event."""


def database_file(database):
    """The file of a database of sqlite3, which may be named by a URI; a path without a file if it is in memory."""
    if type(database) is str and database.startswith("file:"):
        database = database[5:].partition("?")[0]
        return "/" + database.lstrip("/") if database.startswith("/") else database
    return database


def library_file(name):
    """The file of a shared library; a path without a file if the loader looks for it by its name."""
    return name if type(name) is str and "/" in name else os.devnull


FILES = {"sqlite3.connect": database_file, "ctypes.dlopen": library_file}
"""Audit events that read a file in C, each with what makes a path of its first argument."""

SEARCHING = (
    "<frozen importlib._bootstrap_external>", "/importlib/metadata/__init__.py", "/importlib/metadata.py",
    "/importlib_metadata/__init__.py", "/pkg_resources/__init__.py",
)  # fmt: skip
"""The code that lists directories to find modules and distributions: other names do not matter to it."""

WALKING = (
    "/pathlib.py", "/pathlib/__init__.py", "/pathlib/_local.py", "/pathlib/_abc.py", "/glob.py", "/os.py",
    "<frozen os>", "<frozen glob>",
)  # fmt: skip
"""The code that lists directories for its callers."""

OF_THE_TERMINAL = frozenset((
    "BUILD_NUMBER", "CI", "COLUMNS", "FORCE_COLOR", "LINES", "NO_COLOR", "PY_COLORS", "TERM",
))  # fmt: skip
"""Variables by which pytest decides how its output looks, and nothing else."""

SPAWNING = frozenset((
    "multiprocessing.popen_spawn_posix", "multiprocessing.popen_forkserver", "loky.backend.popen_loky_posix",
    "billiard.popen_spawn_posix", "billiard.popen_forkserver",
))  # fmt: skip
"""Modules that are imported when a process is started by a call that no audit event tells of."""

TOOLS = (4, 3)
"""Tool ids of sys.monitoring that Python does not reserve for debuggers, coverage tools, profilers or optimizers."""


class Counts:
    """The counters until `finish`, and what was read: files, directories (listed), and environment variables.

    `ours` are the file names of the probe's own code.
    """

    def __init__(self, directory, record, ours):
        self.directory, self.record, self.ours = directory, record, ours
        self.totals, self.read = dict.fromkeys(KINDS.values(), 0), {}
        self.listed, self.walked, self.searched = {}, {}, {}
        self.variables, self.stop_variables, self.has_gaps = {}, None, False
        self.over, self.getpid, self.mine, self.monitor = False, os.getpid, os.getpid(), None

    def watch(self, pytest, config, reporter):
        """Nothing to do: counting has begun before pytest was imported."""

    def watch_events(self, caller_of, note_operation):
        """Add the audit hook. `note_operation` notes the begin of processes and the use of sockets.

        It calls no Python function of the standard library: that would count as a start.
        """
        totals, ours, getframe, note = self.totals, self.ours, sys._getframe, noter()
        operations = ("sockets", "subprocesses")
        touched = {"open": self.read, "os.listdir": self.listed, "os.scandir": self.listed}

        def hook(event, args):
            kind = KINDS.get(event)
            if kind is None:
                if event in FILES and args and not self.over:
                    note(FILES[event](args[0]), self.read)  # C code opens it: no other event follows
                return
            if self.over and kind not in operations:
                return
            try:
                caller = caller_of(getframe(1))
            except ValueError:  # a thread that runs a C function only
                caller = None
            if caller is not None and caller.f_code.co_filename in ours:
                return
            if event == "os.posix_spawn" and caller is not None and caller.f_globals.get("__name__") == "subprocess":
                return  # the second event of one subprocess.Popen
            if kind in operations:
                note_operation(event, args, caller)  # also in handlers of atexit, where nothing counts any more
                if self.over:
                    return
            totals[kind] += 1
            if event in touched and args and (event != "open" or is_reading(args)):
                path = "" if event == "open" else lister(caller)
                kept = (
                    self.searched
                    if path.endswith(SEARCHING)
                    else self.walked
                    if "/_pytest/" in path
                    else touched[event]
                )
                note(args[0], kept)
                if event == "open" and len(args) > 1 and args[1] is None and is_relative(args[0]):
                    self.has_gaps = True

        sys.addaudithook(hook)

    def watch_variables(self):
        """Note the names of the environment variables that Python code reads; an empty name stands for all of them.

        `os.environ` encodes each name that it is asked for, and decodes all names when code iterates over it. Both
        functions are attributes of this one object, so nothing of a class changes.
        """
        variables, kept, environments = self.variables, [], (os.environ, getattr(os, "environb", None))

        def noting_its_name(encode):
            def encodekey(name):
                encoded = encode(name)
                if name not in OF_THE_TERMINAL or not is_asked_for_display(sys._getframe(1)):
                    variables[name] = True
                return encoded

            return encodekey

        def noting_all(decode):
            def decodekey(name):
                variables[""] = True
                return decode(name)

            return decodekey

        for environ in environments:
            for name, noting in (("encodekey", noting_its_name), ("decodekey", noting_all)):
                function = getattr(environ, name, None)  # a private attribute: without it, nothing is noted
                if function is not None:
                    kept.append((environ, name, function))
                    setattr(environ, name, noting(function))

        def stop():
            for environ, name, function in kept:
                setattr(environ, name, function)

        self.stop_variables = stop

    def watch_functions(self):
        """Count function starts except our own; report the reason if that is not possible."""
        self.monitor = getattr(sys, "monitoring", None) and Monitor.free(sys.monitoring, self.ours)
        if self.monitor is None and hasattr(sys, "monitoring"):
            self.record("uncounted", "other tools use all free tool ids of sys.monitoring")

    def finish(self):
        """End counting and write the result; a fork that continues writes nothing."""
        self.over = True
        if self.stop_variables is not None:
            self.stop_variables()
        starts = None if self.monitor is None else self.monitor.finish()
        if self.getpid() != self.mine:
            return
        if starts is not None:
            self.totals["function_starts"] = starts
        elif self.monitor is not None:
            self.record("uncounted", "the tests took over our tool id of sys.monitoring")
        self.write_touched()
        self.record("work", list(self.totals.items()))

    def write_touched(self):
        """Write what was read, a NUL after each: files (`r`), listed directories (`d`), environment variables (`v`).

        `w` are directories that pytest itself listed, to collect; `m` those in which Python looked for modules, perhaps
        before the audit hook was there, or would have looked if they existed. `s` says that a process was started, or a
        file opened, that cannot be followed.
        """
        note = noter()
        for path in [*sys.path, *sys.path_importer_cache]:
            note(path, self.searched)
        kinds = {b"r": self.read, b"d": self.listed, b"w": self.walked, b"m": self.searched, b"v": self.variables}
        entries = [kind + os.fsencode(name) + b"\0" for kind, names in kinds.items() for name in list(names)]
        if self.has_gaps or not SPAWNING.isdisjoint(sys.modules):
            entries.append(b"s\0")
        with open(os.path.join(self.directory, "touched"), "wb") as file:
            file.write(b"".join(entries))


class Monitor:
    """The count of function starts, as a tool of sys.monitoring."""

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
        """A monitor with a free tool id; None if there is none."""
        for tool in TOOLS:
            if monitoring.get_tool(tool) is None:
                return cls(monitoring, tool, ours)
        return None

    def finish(self):
        """Give the tool id back; return the starts, or None if other code took the id over."""
        monitoring, tool, event = self.monitoring, self.tool, self.monitoring.events.PY_START
        if monitoring.get_tool(tool) != "collectbench" or monitoring.get_events(tool) != event:
            return None
        monitoring.set_events(tool, 0)
        callback = monitoring.register_callback(tool, event, None)
        monitoring.free_tool_id(tool)
        return self.starts if callback is self.started else None


def is_reading(args, writing=os.O_WRONLY, empty=os.O_TRUNC | os.O_EXCL, access=os.O_WRONLY | os.O_RDWR):
    """Whether a file is opened for its content, by the flags of the event; a new or emptied file has none."""
    flags = args[2] if len(args) > 2 and type(args[2]) is int else 0
    return flags & access != writing and not flags & empty


def noter(getcwd=os.getcwd, fspath=os.fspath, readlink=os.readlink):
    """A function that adds the absolute path of an opened file or listed directory to a dict.

    What is known by its descriptor only is looked up.
    """
    encoding, errors = sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()

    def note(path, to):
        try:
            if type(path) is int:
                path = readlink(f"/proc/self/fd/{path}")
            path = "." if path is None else fspath(path)
            if type(path) is bytes:
                path = path.decode(encoding, errors)
            to[path if path.startswith("/") else f"{getcwd()}/{path}"] = True
        except Exception:  # a path object of the user's that fails; the act itself will fail the same way
            pass

    return note


def is_relative(path, fspath=os.fspath):
    """Whether a path that os.open gets may be relative to an open directory, which the event does not tell."""
    try:
        return fspath(path)[:1] not in ("/", b"/")
    except TypeError:  # a descriptor, or nothing that can be opened
        return False


def lister(frame):
    """The file name of the code that lists a directory, by itself or by a function of the standard library."""
    while frame is not None and frame.f_code.co_filename.endswith(WALKING):
        frame = frame.f_back
    return "" if frame is None else frame.f_code.co_filename


def is_asked_for_display(frame):
    """Whether a variable is read by pytest itself, or by the function of the standard library that it calls."""
    while frame is not None and frame.f_code.co_filename.endswith(
        ("/os.py", "<frozen os>", "_collections_abc.py", "<frozen _collections_abc>")
    ):
        frame = frame.f_back
    path = "" if frame is None else frame.f_code.co_filename
    return "/_pytest/" in path or path.endswith("/shutil.py")


def has_file(module):
    """Whether a module that the start of Python has loaded, such as sitecustomize, has a source file."""
    path = getattr(module, "__file__", None)
    return type(path) is str and path.startswith("/") and module.__name__ != "__main__"


def install(directory, record, load, installed, **_):
    """Begin to count; the tracer is installed already."""
    *_, tracer = installed
    # Writing an `F` line calls functions of pytest, which count. Whether that happens must not depend on a duration.
    tracer.short_ns = float("inf")
    runner = load.__code__.co_filename
    guards = (os.path.join(os.path.dirname(runner), name) for name in ("guard.py", "guard_notes.py", "guard_paths.py"))
    ours = frozenset((install.__code__.co_filename, runner, *guards))  # the first one stands for all of tracing*.py
    note_operation = load("tracing_operations.py")["noter"](tracer.waits, tracer.stack_of)
    counts = Counts(directory, record, ours)
    counts.read.update((module.__file__, True) for module in list(sys.modules.values()) if has_file(module))
    counts.watch_events(tracer.caller_of, note_operation)
    counts.watch_variables()
    counts.watch_functions()
    return counts
