"""Records what happens inside a traced round: imports with all edges, collectors, hooks, events. For runner.py alone.

It is compiled under a name that Python takes for its own import machinery, so that a warning that an imported module
attributes to its importer (`stacklevel=2`) still finds it. Everything lives on one stack of frames: the self time of a
frame is its own time less that of the frames within, so all self times together are the time of the trace.
"""

import builtins
import importlib._bootstrap as bootstrap
import importlib._bootstrap_external as external
import os
import sys
from _thread import get_ident
from time import CLOCK_MONOTONIC, clock_gettime_ns

VERSION = 1
FLUSH_AT = 256
NOW_FD = 201  # beside the runner's own, far from the low numbers that tests may look at

# What a frame holds, by position: lists are what a wrapper can make and fill fastest.
INDEX, CHILD_NS, FIND_NS, READ_NS, COMPILE_NS, BYTECODE, NAME = range(7)
# Whoever called one of these is meant: importlib.import_module, pytest.importorskip.
GO_BETWEENS = frozenset((
    "importlib", "importlib._bootstrap", "importlib._bootstrap_external", "_frozen_importlib",
    "_frozen_importlib_external", "_pytest.outcomes", "collectbench_tracing",
))  # fmt: skip
BY_CALL = "*"  # in place of the names: the module was imported by a call, not by a statement


def clock(read=clock_gettime_ns, monotonic=CLOCK_MONOTONIC):
    """Nanoseconds, whatever the tests do to the module `time`."""
    return read(monotonic)


def field(value):
    """A field of a line: ASCII, without a tab, a newline or a backslash of its own."""
    text = value if type(value) is str else str(value)
    if text.isascii() and text.isprintable() and "\\" not in text:
        return text
    return text.encode("unicode_escape").decode("ascii")


class Sink:
    """The trace file: lines are kept until there are enough of them, so a crash loses the last few at most."""

    def __init__(self, folder, open_=os.open, write=os.write, close=os.close, pwrite=os.pwrite, getpid=os.getpid):
        self.path, self.mine, self.lines = os.path.join(folder, "trace"), getpid(), []
        self.open, self.write, self.close, self.pwrite, self.getpid = open_, write, close, pwrite, getpid
        descriptor = open_(os.path.join(folder, "now"), os.O_WRONLY | os.O_CREAT, 0o600)
        os.dup2(descriptor, NOW_FD, inheritable=False)
        close(descriptor)

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

    def show(self, name):
        """Say what is being imported at this moment, for whoever looks from outside."""
        try:
            self.pwrite(NOW_FD, field(name).encode("ascii")[:255].ljust(256), 0)
        except OSError:
            pass  # the tests closed it


class Tracer:
    """One stack of frames, and what is counted beside it. Only the thread that made it is traced."""

    def __init__(self, folder):
        self.sink, self.thread = Sink(folder), get_ident()
        self.sink.put("collectbench-trace", VERSION)
        for name in list(sys.modules):
            self.sink.put("L", field(name))
        self.root = [-1, 0, 0, 0, 0, "", ""]
        self.stack = [self.root]
        self.count, self.elsewhere = 0, 0
        self.edges, self.hooks, self.events = set(), {}, {}
        self.begin = clock()

    def enter(self, name):
        """Push a frame; returns it and its begin."""
        frame = [self.count, 0, 0, 0, 0, "", name]
        self.count += 1
        self.stack.append(frame)
        return frame, clock()

    def leave(self, frame, begin):
        """Pop a frame; returns its end, its self time and its parent's number."""
        end, stack = clock(), self.stack
        while len(stack) > 1 and stack.pop() is not frame:
            pass  # an exception that a generator never saw left frames behind
        parent = stack[-1]
        parent[CHILD_NS] += end - begin
        return end, end - begin - frame[CHILD_NS], parent[INDEX]

    def run_import(self, name, execute, find_path):
        """Run `execute()` as the import of `name`, and write it down."""
        frame, begin = self.enter(name)
        self.sink.show(name)
        error = ""
        try:
            return execute()
        except BaseException as raised:
            error = type(raised).__name__
            raise
        finally:
            end, own, parent = self.leave(frame, begin)
            _, _, find_ns, read_ns, compile_ns, bytecode, _ = frame
            self.sink.put(
                "I", frame[INDEX], parent, field(name), field(find_path()), begin, end, own,
                find_ns, read_ns, compile_ns, bytecode, error,
            )  # fmt: skip
            self.sink.show(self.stack[-1][NAME])

    def run_frame(self, key, execute, *fields):
        """Run `execute()` as a frame of another kind, and write it down; `fields` stand before its times."""
        frame, begin = self.enter("")
        frame[NAME] = self.stack[-2][NAME]
        try:
            return execute()
        finally:
            end, own, parent = self.leave(frame, begin)
            self.sink.put(key, frame[INDEX], parent, *map(field, fields), begin, end, own)

    def watch(self, pytest, config, reporter):
        """Record what the first config of pytest does from here on; `reporter` is the plugin of every round."""
        manager, plugin = config.pluginmanager, make_plugin(pytest, self)
        trace_rewriting(self)
        trace_loading(self, manager)
        manager.register(plugin)
        trace_hooks(self, manager, (plugin, reporter))

    def finish(self):
        """Write down what was counted, and the end mark."""
        put = self.sink.put
        while len(self.stack) > 1:
            self.leave(self.stack[-1], clock())
        self.end_gc()
        put("R", clock() - self.begin - self.root[CHILD_NS])
        for (hook, plugin), (calls, self_ns) in self.hooks.items():
            if calls:
                put("H", hook, field(plugin), calls, self_ns)
        for (kind, path, line), (count, detail, during) in self.events.items():
            put("A", kind, field(detail), field(path), line, count, during)
        if self.elsewhere:
            put("N", f"{self.elsewhere} modules were imported by other threads: their time is not in the trace")
        if not self.is_in_place():
            put("N", "the tests replaced __import__ or the import machinery: imports after that may be missing")
        put("Z", self.count, len(self.edges))
        self.sink.flush()

    def note_edge(self, key, frame, package):
        """Write down an import that was asked for in `frame`, for the first time by this module in these words.

        Nothing but text and numbers is kept: 13,000 tuples, as networkx has statements, mean a garbage collection more.
        """
        self.edges.add(hash(key))
        importer, name, fromlist, level = key
        path, names = frame.f_code.co_filename, ",".join(map(str, fromlist or ()))
        together = f"{importer}{path}{package}{name}{names}"
        if not together.isascii() or not together.isprintable() or "\\" in together:
            importer, path, package, name, names = map(field, (importer, path, package, name, names))
        during = self.stack[-1][INDEX]
        self.sink.lines.append(
            f"E\t{importer}\t{path}\t{frame.f_lineno}\t{package}\t{name}\t{level}\t{names}\t{during}\n"
        )


def path_of(name, modules=sys.modules):
    """Where a module came from, without asking the module itself: it may be a lazy one."""
    try:
        return object.__getattribute__(modules[name], "__dict__").get("__file__") or ""
    except (KeyError, AttributeError, TypeError):
        return ""


def holder_of(frame, names):
    """The frame at or around `frame` that has these globals: a test's own `__import__` may stand between."""
    holder = frame
    while holder is not None and holder.f_globals is not names:
        holder = holder.f_back
    return frame if holder is None else holder  # an extension module has no frame at all


def trace_imports(tracer):
    """Wrap what every import goes through: `__import__` for the edges, the machinery below for the times."""
    getframe, modules, edges, thread = sys._getframe, sys.modules, tracer.edges, tracer.thread
    original, find_and_load, gcd_import = builtins.__import__, bootstrap._find_and_load, bootstrap._gcd_import

    def __import__(name, globals=None, locals=None, fromlist=(), level=0):
        # A frame for every call would cost 10 % on networkx: so only the first time that a module asks for this.
        try:
            key = (globals["__name__"], name, fromlist, level)
            if hash(key) not in edges:
                frame = holder_of(getframe(1), globals)
                tracer.note_edge(key, frame, frame.f_globals.get("__package__") or "")
        except (TypeError, KeyError):  # a call, not a statement: what it loads is seen below
            if globals is None:
                note_call(name)
        return original(name, globals, locals, fromlist, level)

    def note_call(name):
        frame = getframe(2)
        while frame is not None and frame.f_globals.get("__name__") in GO_BETWEENS:
            frame = frame.f_back
        if frame is not None:
            key = (frame.f_globals.get("__name__", ""), name, BY_CALL, 0)
            if hash(key) not in edges:
                tracer.note_edge(key, frame, "")

    def _find_and_load(name, by):
        if get_ident() != thread:
            tracer.elsewhere += name not in modules
            return find_and_load(name, by)
        if by is gcd_import:
            note_call(name)
        if name in modules:
            return find_and_load(name, by)
        return tracer.run_import(name, lambda: find_and_load(name, by), lambda: path_of(name))

    builtins.__import__, bootstrap._find_and_load = __import__, _find_and_load
    tracer.is_in_place = lambda: builtins.__import__ is __import__ and bootstrap._find_and_load is _find_and_load
    bootstrap._find_spec = tracer_of_part(tracer, bootstrap._find_spec, FIND_NS)
    loader = external.SourceLoader
    loader.get_code = tracer_of_part(tracer, loader.get_code, READ_NS, "hit")
    loader.source_to_code = tracer_of_part(tracer, loader.source_to_code, COMPILE_NS, "miss")


def tracer_of_part(tracer, function, part, bytecode=""):
    """`function`, its time counted as a part of the frame that it runs in, less parts counted within."""
    stack, thread = tracer.stack, tracer.thread

    def timed(*args, **kwargs):
        if get_ident() != thread:
            return function(*args, **kwargs)
        frame, begin = stack[-1], clock()
        counted = frame[FIND_NS] + frame[READ_NS] + frame[COMPILE_NS] + frame[CHILD_NS]
        try:
            return function(*args, **kwargs)
        finally:
            within = frame[FIND_NS] + frame[READ_NS] + frame[COMPILE_NS] + frame[CHILD_NS] - counted
            frame[part] += clock() - begin - within
            if bytecode and frame[BYTECODE] in ("", "hit"):
                frame[BYTECODE] = bytecode

    return timed


def trace_rewriting(tracer):
    """Test modules, conftests and plugins go through pytest's own loader, some of them past the import machinery."""
    from _pytest.assertion import rewrite

    stack, execute = tracer.stack, rewrite.AssertionRewritingHook.exec_module

    def exec_module(self, module):
        name = module.__name__
        if stack[-1][NAME] == name or get_ident() != tracer.thread:
            return execute(self, module)
        return tracer.run_import(name, lambda: execute(self, module), lambda: module.__spec__.origin or "")

    rewrite.AssertionRewritingHook.exec_module = exec_module
    rewrite._read_pyc = tracer_of_part(tracer, rewrite._read_pyc, READ_NS, "hit")
    rewrite._rewrite_test = tracer_of_part(tracer, rewrite._rewrite_test, COMPILE_NS, "rewritten")


class TimedGenerator:
    """A hook wrapper whose own steps are timed, not what happens while it waits."""

    __slots__ = ("_generator", "_timed")

    def __init__(self, generator, timed):
        self._generator, self._timed = generator, timed

    def __next__(self):
        return self._timed(self._generator.__next__)

    def send(self, value):
        """Go on, as pluggy asks."""
        return self._timed(self._generator.send, value)

    def throw(self, *error):
        """Go on with an exception, as pluggy asks."""
        return self._timed(self._generator.throw, *error)

    def __getattr__(self, name):
        return getattr(self._generator, name)


def trace_hooks(tracer, manager, ours):
    """Time each implementation of each hook: those that are registered, and those that will be."""
    register, stack, hooks, thread = manager.register, tracer.stack, tracer.hooks, tracer.thread

    def timer(function, total):
        def timed(*args):
            if get_ident() != thread:
                return function(*args)
            around = stack[-1]
            frame = [around[INDEX], 0, 0, 0, 0, "", around[NAME]]
            stack.append(frame)
            begin = clock()
            try:
                return function(*args)
            finally:
                spent = clock() - begin
                while len(stack) > 1 and stack.pop() is not frame:
                    pass
                stack[-1][CHILD_NS] += spent
                total[0] += 1
                total[1] += spent - frame[CHILD_NS]

        return timed

    def wrap(implementation, hook):
        function, total = implementation.function, hooks.setdefault((hook, implementation.plugin_name), [0, 0])
        if implementation.hookwrapper or getattr(implementation, "wrapper", False):
            step = timer(lambda step, *args: step(*args), total)
            implementation.function = lambda *args: TimedGenerator(function(*args), step)
        else:
            implementation.function = timer(function, total)

    def wrap_all(plugin):
        if plugin in ours:
            return
        for caller in manager.get_hookcallers(plugin) or ():
            for implementation in caller.get_hookimpls():
                if implementation.plugin is plugin:
                    wrap(implementation, caller.name)

    def registering(plugin, name=None):
        result = register(plugin, name)
        if result is not None:
            wrap_all(plugin)
        return result

    for plugin in list(manager.get_plugins()):
        wrap_all(plugin)
    manager.register = registering


def trace_loading(tracer, manager):
    """Each plugin and each conftest as a frame of its own, with all that it imports."""
    import importlib.metadata

    import_plugin, import_conftest = manager.import_plugin, manager._importconftest
    load = importlib.metadata.EntryPoint.load

    def importing_plugin(modname, *args, **kwargs):
        return tracer.run_frame("P", lambda: import_plugin(modname, *args, **kwargs), "plugin", modname)

    def importing_conftest(conftestpath, *args, **kwargs):
        if manager.get_plugin(str(conftestpath)) is not None:
            return import_conftest(conftestpath, *args, **kwargs)  # it is loaded, and asked for once more
        return tracer.run_frame(
            "P", lambda: import_conftest(conftestpath, *args, **kwargs), "conftest", str(conftestpath)
        )

    def loading(self):
        if self.group != "pytest11" or get_ident() != tracer.thread:
            return load(self)
        return tracer.run_frame("P", lambda: load(self), "plugin", self.name)

    manager.import_plugin, manager._importconftest = importing_plugin, importing_conftest
    importlib.metadata.EntryPoint.load = loading


def make_plugin(pytest, tracer):
    """Collectors and warnings, by way of hooks."""

    class CollectbenchTracer:
        @pytest.hookimpl(hookwrapper=True, tryfirst=True)
        def pytest_make_collect_report(self, collector):
            if isinstance(collector, pytest.File):
                tracer.sink.flush()  # should this one crash, what came before is told
            frame, begin = tracer.enter(tracer.stack[-1][NAME])
            outcome = yield
            end, own, parent = tracer.leave(frame, begin)
            try:
                items = len(outcome.get_result().result)
            except BaseException:
                items = 0
            tracer.sink.put(
                "C", frame[INDEX], parent, field(collector.nodeid), type(collector).__name__, begin, end, own, items
            )

        def pytest_warning_recorded(self, warning_message):
            message = str(warning_message.message).partition("\n")[0][:200]
            category, path, line = warning_message.category.__name__, warning_message.filename, warning_message.lineno
            tracer.sink.put("W", category, field(message), field(path), line)

    return CollectbenchTracer()


# What an audit event is about is its first argument but for these.
DETAILS = {
    "socket.connect": lambda args: args[1],
    "subprocess.Popen": lambda args: args[1] if args[1] is not None else args[0],
    "urllib.Request": lambda args: args[0],
}
EVENTS = frozenset((
    "open", "os.listdir", "os.scandir", "os.walk", "glob.glob", "socket.connect", "socket.getaddrinfo",
    "socket.gethostbyname", "subprocess.Popen", "os.system", "os.posix_spawn", "os.fork", "sqlite3.connect",
    "urllib.Request", "ctypes.dlopen",
))  # fmt: skip
MACHINERY = ("<frozen importlib", "<frozen zipimport", "<frozen os")
DEEPEST = 60


def trace_events(tracer, root):
    """Count audit events by the line of the project that caused them."""
    events, stack, getframe, thread = tracer.events, tracer.stack, sys._getframe, tracer.thread
    prefix = root.rstrip("/") + "/"

    def hook(event, args):
        if event not in EVENTS or get_ident() != thread:
            return
        frame = getframe(1)
        if frame.f_code.co_filename.startswith(MACHINERY):
            return  # the import machinery itself reads a module or lists a folder
        for _ in range(DEEPEST):
            path = frame.f_code.co_filename
            if path.startswith(prefix) and "/site-packages/" not in path[len(prefix) :]:
                break
            if path.startswith(MACHINERY):
                return  # what an installed module does while it is imported is not a line of the project
            frame = frame.f_back
            if frame is None:
                return
        else:
            return
        key = (event, frame.f_code.co_filename, frame.f_lineno)
        seen = events.get(key)
        if seen is None:
            try:
                detail = str(DETAILS.get(event, first)(args))[:200]
            except BaseException:
                detail = ""
            events[key] = [1, detail, stack[-1][INDEX]]
        else:
            seen[0] += 1

    sys.addaudithook(hook)


def first(args):
    """The first argument of an audit event."""
    return args[0] if args else ""


def trace_gc(tracer):
    """The passes of the garbage collector: told apart, since whoever they interrupt is not who made them necessary."""
    import gc

    stack, thread, lines, begun = tracer.stack, tracer.thread, tracer.sink.lines, [0]

    def callback(phase, info):
        if get_ident() != thread:
            return
        if phase == "start":
            begun[0] = clock()
        elif begun[0]:
            spent, at, begun[0] = clock() - begun[0], begun[0], 0
            stack[-1][CHILD_NS] += spent
            lines.append(f"G\t{info['generation']}\t{at}\t{spent}\n")

    gc.callbacks.append(callback)
    tracer.end_gc = lambda: gc.callbacks.remove(callback)


def install(folder):
    """Begin to record imports and events; returns the tracer."""
    tracer = Tracer(folder)
    trace_gc(tracer)
    trace_events(tracer, os.getcwd())
    trace_imports(tracer)
    return tracer
