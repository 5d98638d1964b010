"""Registrations of the measured code, and the moments after collection. Only tracing.py loads this file.

Exit functions, threads, finders, trace functions: of each, the line that is responsible. Nothing that is registered is
wrapped: it can be compared and unregistered as without us. No object is kept: it dies as without us.
"""

import os
import sys

MACHINERY = "<frozen importlib"  # also the name of our own code
OURS = sys._getframe().f_code.co_filename
STDLIB = os.path.dirname(os.__file__) + "/"
INSTALLED = ("site-packages/", "dist-packages/")
DEEPEST = 100
MOST_CALLS = 60
FUNCTION = type(lambda: None)  # the module `types` may not be loaded yet
METHOD = type(type("", (), {"f": lambda self: None})().f)
STARTERS = ("_start_new_thread", "_start_joinable_thread")  # of the module threading, before and from Python 3.13 on


def place_of(frame):
    """Path and line of the innermost frame outside of the standard library; None for acts of its modules themselves."""
    for _ in range(DEEPEST):
        if frame is None:
            return None
        path = frame.f_code.co_filename
        if path.startswith(MACHINERY) and path != OURS:
            return None
        if not path.startswith("<") and not (path.startswith(STDLIB) and not path.startswith(INSTALLED, len(STDLIB))):
            return path, frame.f_lineno or 0
        frame = frame.f_back
    return None


def described(function):
    """Name, path and first line of a function; path and line are empty and 0 if it is not written in Python.

    Attributes of any other object are not read, since that may run its own code.
    """
    while type(function).__module__ == "functools" and type(function).__name__ == "partial":
        function = function.func
    if type(function) is METHOD:
        function = function.__func__
    if type(function) is FUNCTION:
        return function.__qualname__, function.__code__.co_filename, function.__code__.co_firstlineno
    name = getattr(function, "__qualname__", None) if type(function).__module__ == "builtins" else None
    return name if type(name) is str else type(function).__qualname__, "", 0


def class_of(value):
    """Full name of a class, or of the class of an object, and its file, or an empty text.

    The file is that of its functions: several conftests may have one module name.
    """
    kind = value if isinstance(value, type) else type(value)
    for function in list(vars(kind).values()):
        if type(function) is FUNCTION and function.__qualname__.startswith(kind.__qualname__ + "."):
            return f"{kind.__module__}.{kind.__qualname__}", function.__code__.co_filename
    try:
        path = getattr(sys.modules.get(kind.__module__), "__file__", None)
    except Exception:  # something else stands in place of the module, or of its name
        path = ""
    return f"{kind.__module__}.{kind.__qualname__}", path if type(path) is str else ""


def own_attribute(value, name):
    """An attribute that the object itself has, else None; no code of its class runs."""
    try:
        return object.__getattribute__(value, "__dict__").get(name)
    except AttributeError:
        return None


class Ends:
    """The records until pytest has ended, and the moments after that."""

    class_of = staticmethod(class_of)  # tracing_outcomes.py cannot import this file

    def __init__(self, tracer, directory, watch_finalisation, getframe=sys._getframe):
        self.tracer, self.put, self.field, self.getframe = tracer, tracer.sink.put, tracer.field, getframe
        self.dump_path = os.path.join(directory, "threads")
        self.starts, self.started, self.tools, self.undo = {}, {}, {}, []
        self.register, self.watch_finalisation = None, watch_finalisation
        self.finders = {id(finder): None for finder in sys.meta_path}
        self.finder_count = len(self.finders)

    def replace(self, module, name, make):
        """Replace a function of a module by `make(function)` until pytest has ended."""
        real = getattr(module, name)
        ours = make(real)
        for attribute in ("__name__", "__qualname__", "__doc__", "__module__"):
            setattr(ours, attribute, getattr(real, attribute, None))
        setattr(module, name, ours)
        self.undo.append(lambda: setattr(module, name, real) if getattr(module, name, None) is ours else None)

    def watch(self):
        """Begin to record registrations; pytest has loaded the modules that are needed."""
        self.register_moment("exit-end", self.watch_finalisation)  # what is registered first runs last
        atexit, threading = sys.modules.get("atexit"), sys.modules.get("threading")
        if atexit is not None:
            self.replace(atexit, "register", self.registering)
        for name in STARTERS:
            if hasattr(threading, name):
                self.replace(threading, name, self.starting)

    def registering(self, real):
        """`atexit.register`, which writes a line."""

        def register(*args, **kwargs):
            if args:
                place = place_of(self.getframe(1))
                if place is not None:
                    name, path, line = described(args[0])
                    self.put("X", self.field(name), self.field(path), line, self.field(place[0]), place[1])
            return real(*args, **kwargs)

        return register

    def starting(self, real):
        """A function that starts the thread of a `threading.Thread`, which notes the place."""

        def start(function, *args, **kwargs):
            thread = function.__self__ if type(function) is METHOD else None
            place = place_of(self.getframe(1))
            if place is not None:
                self.started[id(thread)] = place
                total = self.starts.get(place)
                if total is None:
                    target = own_attribute(thread, "_target")
                    name = type(thread).__qualname__ if target is None else described(target)[0]
                    total = self.starts[place] = [0, name, self.tracer.index()]
                total[0] += 1
            return real(function, *args, **kwargs)

        return start

    def note_tool(self, event):
        """Note a call of `sys.setprofile` or `sys.settrace`, called by the audit hook."""
        place = place_of(self.getframe(2))
        if place is not None:
            total = self.tools.setdefault((event, *place), [0, self.tracer.index()])
            total[0] += 1

    def look(self, during=None):
        """Note finders that are new in `sys.meta_path` at the end of the frame `during`, else of the running one."""
        if len(sys.meta_path) == self.finder_count:
            return
        if during is None:
            during = self.tracer.index()
        for finder in list(sys.meta_path):
            self.finders.setdefault(id(finder), during)
        self.finder_count = len(sys.meta_path)

    def finish(self):
        """Write all records; the moments of the end follow in the handlers of `atexit`."""
        done = self.tracer.clock()
        for undo in self.undo:
            undo()
        self.finder_count = -1  # one may have taken the place of another
        self.look()
        for finder in list(sys.meta_path):
            during = self.finders[id(finder)]
            name, path = class_of(finder)
            if during is not None and not name.startswith("_pytest."):
                self.put("M", self.field(name), self.field(path), during)
        for (path, line), (count, target, during) in self.starts.items():
            self.put("S", self.field(target), self.field(path), line, count, during)
        for (event, path, line), (count, during) in self.tools.items():
            self.put("Y", event, self.field(path), line, count, during)
        self.put_threads()
        self.put("J", "done", done)
        self.register_moment("exit-begin")

    def put_threads(self):
        """Write the threads of `threading` that still live."""
        threading = sys.modules.get("threading")
        try:
            living = [thread for thread in threading.enumerate() if thread.ident != self.tracer.thread]
            stacks = self.stacks() if living else {}
            for thread in living:
                path, line = self.started.get(id(thread), ("", 0))
                daemon = "daemon" if thread.daemon else ""
                calls = map(self.field, stacks.get(thread.ident, ()))
                self.put("T", self.field(thread.name), daemon, self.field(path), line, *calls)
        except Exception:  # the tests have replaced parts of the module
            self.put("N", "the threads that live at the end could not be listed")

    def stacks(self):
        """Path, line and function of the calls of each thread, by its number; see StackReader in tracing_stacks.py."""
        import faulthandler

        descriptor = os.open(self.dump_path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            faulthandler.dump_traceback(descriptor, True)
            size = os.lseek(descriptor, 0, os.SEEK_CUR)
            text = os.pread(descriptor, size, 0).decode("ascii", "backslashreplace")
        finally:
            os.close(descriptor)
        return dict(map(parsed_thread, text.split("\n\n")))

    def register_moment(self, name, then=None):
        """Write a moment when the handlers of `atexit` reach this one; `then(path, process)` gets those of the trace.

        The tests may replace the module or its function after the first call: theirs is not for us.
        """
        if self.register is None:
            is_loaded = "atexit" in sys.modules
            import atexit

            if not is_loaded:
                del sys.modules["atexit"]  # the trace shows who imports it
            self.register = atexit.register
        tracer, put = self.tracer, self.put

        def reached():
            put("J", name, tracer.clock())
            tracer.sink.flush()
            if then is not None and tracer.sink.is_mine():
                then(tracer.sink.path, tracer.sink.mine)

        self.register(reached)


def parsed_thread(text):
    """Number of a thread and path, line and function of its calls, from what faulthandler writes about it."""
    title, *lines = text.strip("\n").split("\n")
    calls = []
    for line in lines[:MOST_CALLS]:
        path, _, rest = line.partition('File "')[2].rpartition('", line ')
        number, _, function = rest.partition(" in ")
        if number.isdigit():
            calls += path, number, function
    number = title.partition("hread 0x")[2].partition(" ")[0]
    return int(number, 16) if number else 0, calls


def watch(tracer, directory, watch_finalisation):
    """The `Ends` of a trace that begins; it knows the finders that are there already."""
    return Ends(tracer, directory, watch_finalisation)
