"""The trace of a traced round: one stack of frames, written into one file. Only runner.py loads this file.

tracing_imports.py, tracing_pytest.py and tracing_events.py, beside this file, record the frames. All of them are
compiled under a name that Python takes for its own import machinery (AS_MACHINERY in runner.py): an imported module
that warns its importer (`stacklevel=2`) still points at the importer. The self time of a frame is its time less that of
the frames within it, so all self times add up to the time of the trace.
"""

import sys
from _thread import get_ident
from time import CLOCK_MONOTONIC, clock_gettime_ns

VERSION = 3
SHORT_NS = 1_000_000  # a test function that became one item within this time is not worth a line
LONG_NS = 1_000_000  # a frame that is shorter does not read how long it waited
# The positions of the values in a frame: a list is what a wrapper can make and fill fastest.
INDEX, CHILD_NS, FIND_NS, READ_NS, COMPILE_NS, BYTECODE, NAME, CHAIN = range(8)
WAITED_NS, HOOKS_WAITED_NS, QUEUED_NS, HOOK = range(8, 12)
NO_HOOK = -1


def clock(read=clock_gettime_ns, monotonic=CLOCK_MONOTONIC):
    """Nanoseconds, also if the tests replace functions of the module `time`."""
    return read(monotonic)


def new_frame(index, name, chain):
    """A frame that begins during the import of `name`; `chain` names all running imports, as `now` shows them."""
    return [index, 0, 0, 0, 0, "", name, chain, 0, 0, 0, NO_HOOK]


class Importing:
    """One import as a frame, written at its end.

    This is a `with` statement, not a function around the import: chains of imports that work without us would reach the
    recursion limit if each import had one more function of ours on the stack.
    """

    __slots__ = ("begin", "find_path", "frame", "name", "shown", "tracer")

    def __init__(self, tracer, name, find_path):
        self.tracer, self.name, self.find_path, self.shown = tracer, name, find_path, tracer.field(name)

    def __enter__(self):
        tracer = self.tracer
        if tracer.ends is not None:
            tracer.ends.look()  # the importer may have added a finder
        chain = f"{tracer.stack[-1][CHAIN]}\t{self.shown}"
        self.frame, self.begin = tracer.enter(self.name, chain)
        tracer.sink.show(chain)

    def __exit__(self, kind, error, traceback):
        tracer, begin = self.tracer, self.begin
        end, own, parent = tracer.leave(self.frame, begin)
        index, _, find_ns, read_ns, compile_ns, bytecode, _, _, waited_ns, _, queued_ns, _ = self.frame
        if tracer.ends is not None:
            tracer.ends.look(index)
        tracer.sink.put(
            "I", index, parent, self.shown, tracer.field(self.find_path()), begin, end, own, waited_ns, queued_ns,
            find_ns, read_ns, compile_ns, bytecode, "" if kind is None else kind.__name__,
        )  # fmt: skip
        tracer.sink.show(tracer.stack[-1][CHAIN])


class Tracer:
    """One stack of frames, and the counts beside it. It traces only the thread that made it."""

    clock = staticmethod(clock)  # the other files cannot import this one

    def __init__(self, directory, load, clocks):
        names = load("tracing_file.py")
        self.sink, self.field = names["Sink"](directory), names["field"]
        self.thread, self.load = get_ident(), load
        self.sink.put("collectbench-trace", VERSION)
        for name in list(sys.modules):
            self.sink.put("L", self.field(name))
        self.root = new_frame(-1, "", "")
        self.stack = [self.root]
        self.count, self.elsewhere, self.taken_out, self.short_ns = 0, 0, 0, SHORT_NS
        self.gc_cpu_ns, self.is_collecting, self.samples = 0, False, None
        self.edges, self.hooks, self.events = set(), {}, {}
        self.clocks, self.due, self.waited_ns, self.queued_ns = clocks, float("inf"), 0, 0
        self.ends = None
        self.begin = clock()
        if clocks is not None:
            wall, cpu, queue = clocks.from_inside()
            self.due, self.waited_ns, self.queued_ns = wall + LONG_NS, wall - cpu - queue, queue
            self.sink.put("B", wall, cpu, queue)

    def enter(self, name, chain):
        """Push a frame; return it and its begin."""
        frame = new_frame(self.count, name, chain)
        self.count += 1
        self.stack.append(frame)
        begin = clock()
        if frame[CHILD_NS]:  # reading the clock set off the garbage collector, before the frame began
            self.stack[-2][CHILD_NS] += frame[CHILD_NS]
            frame[CHILD_NS] = 0
        if begin >= self.due:
            self.read_wait(self.stack[-2])
        return frame, begin

    def leave(self, frame, begin):
        """Pop a frame; return its end, its self time and the number of its parent."""
        end, stack = clock(), self.stack
        if end >= self.due:
            self.read_wait(frame)
        while len(stack) > 1 and stack.pop() is not frame:
            pass  # a generator that never saw an exception left frames behind
        parent = stack[-1]
        parent[CHILD_NS] += end - begin
        return end, end - begin - frame[CHILD_NS], parent[INDEX]

    def read_wait(self, frame):
        """Add to `frame` how long the main thread waited and queued since the last reading.

        `frame` was the innermost since. A wait for our own thread while that has no processor counts as queued.
        """
        try:
            wall, cpu, queue = self.clocks.from_inside()
        except (OSError, ValueError):
            self.due = float("inf")  # the tests closed our descriptor
            return
        waited, queued = self.waited_ns, self.queued_ns
        self.queued_ns = queue + self.waits.withheld_ns
        self.waited_ns = wall - cpu - self.queued_ns
        frame[WAITED_NS] += self.waited_ns - waited
        frame[QUEUED_NS] += self.queued_ns - queued
        self.due = wall + LONG_NS

    def index(self):
        """The number of the running frame, -1 outside of all frames."""
        return self.stack[-1][INDEX]

    def running(self):
        """The number of the running frame, and that of the hook that runs in it, -1 for none. For any thread."""
        frame = self.stack[-1]
        return frame[INDEX], frame[HOOK]

    def is_in(self, name):
        """Whether the running frame is the import of `name`."""
        return self.stack[-1][NAME] == name

    def take_out(self, duration_ns):
        """Subtract a duration from the self time of the running frame."""
        self.stack[-1][CHILD_NS] += duration_ns
        self.taken_out += duration_ns

    def begin_turn(self):
        """Push a frame within the running import; `end_turn` pops it."""
        around = self.stack[-1]
        return self.enter(around[NAME], around[CHAIN])

    def end_turn(self, turn):
        """Pop a frame of `begin_turn`; return its number, that of its parent, its begin, end, self time, its waits.

        The last three are how long it waited and queued itself, and how long hooks within it waited.
        """
        frame, begin = turn
        end, own, parent = self.leave(frame, begin)
        return frame[INDEX], parent, begin, end, own, frame[WAITED_NS], frame[QUEUED_NS], frame[HOOKS_WAITED_NS]

    def importing(self, name, find_path):
        """A context manager that records the import of `name` as a frame; it calls `find_path()` at the end."""
        return Importing(self, name, find_path)

    def run_frame(self, key, execute, *fields):
        """Run `execute()` as a frame of another kind and write its line, with `fields` before its times."""
        turn = self.begin_turn()
        try:
            return execute()
        finally:
            index, parent, begin, end, own, waited, queued, _ = self.end_turn(turn)
            self.sink.put(key, index, parent, *map(self.field, fields), begin, end, own, waited, queued)

    def hook_total(self, hook, plugin, path, line):
        """The total of an implementation of a hook: calls, self time, waited, queued, and what describes it."""
        total = self.hooks.get((hook, plugin))
        if total is None:
            total = self.hooks[hook, plugin] = [0, 0, 0, 0, len(self.hooks), path, line]
        return total

    def timer(self, function, total):
        """`function`, which adds its calls and their times to a `hook_total`: a frame that shares the index around."""
        tracer, stack, thread, number = self, self.stack, self.thread, total[4]

        def timed(*args):
            if get_ident() != thread:
                return function(*args)
            around = stack[-1]
            frame = [around[INDEX], 0, 0, 0, 0, "", around[NAME], around[CHAIN], 0, 0, 0, number]
            stack.append(frame)
            begin = clock()
            if frame[CHILD_NS]:  # as in `enter`
                around[CHILD_NS] += frame[CHILD_NS]
                frame[CHILD_NS] = 0
            if begin >= tracer.due:
                tracer.read_wait(around)
            try:
                return function(*args)
            finally:
                end = clock()
                duration_ns = end - begin
                if end >= tracer.due:
                    tracer.read_wait(frame)
                while len(stack) > 1 and stack.pop() is not frame:
                    pass
                stack[-1][CHILD_NS] += duration_ns
                total[0] += 1
                total[1] += duration_ns - frame[CHILD_NS]
                total[2] += frame[WAITED_NS]
                total[3] += frame[QUEUED_NS]
                stack[-1][HOOKS_WAITED_NS] += frame[WAITED_NS] + frame[HOOKS_WAITED_NS]

        return timed

    def finding(self, function):
        """`function`, its time counted as time to find the imported module."""
        return self._part(function, FIND_NS, "")

    def reading(self, function):
        """`function`, its time counted as time to read bytecode."""
        return self._part(function, READ_NS, "hit")

    def compiling(self, function, bytecode):
        """`function`, its time counted as time to compile; `bytecode` is what that means: `miss` or `rewritten`."""
        return self._part(function, COMPILE_NS, bytecode)

    def _part(self, function, part, bytecode):
        """`function`, its time counted as a part of the running frame, less the parts counted within it."""
        stack, thread = self.stack, self.thread

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

    def watch(self, pytest, config, reporter):
        """Record what pytest does with its first config from here on; `reporter` is the plugin of every round."""
        if self.ends is not None:
            self.ends.watch()
        self.load("tracing_pytest.py")["watch"](self, pytest, config.pluginmanager, reporter)

    def finish(self):
        """Write the counts and the end mark."""
        put = self.sink.put
        if self.ends is not None:
            self.ends.finish()
        self.waits.finish()
        if self.samples is not None:
            self.samples.finish()
        if clock() >= self.due:
            self.read_wait(self.stack[-1])
        while len(self.stack) > 1:
            self.leave(self.stack[-1], clock())
        self.end_gc()
        put("R", clock() - self.begin - self.root[CHILD_NS], self.root[WAITED_NS], self.root[QUEUED_NS])
        for (hook, plugin), (calls, self_ns, waited_ns, queued_ns, number, path, line) in self.hooks.items():
            if calls:
                put("H", number, hook, self.field(plugin), self.field(path), line, calls, self_ns, waited_ns, queued_ns)
        for (kind, path, line), (count, detail, during) in self.events.items():
            put("A", kind, self.field(detail), self.field(path), line, count, during)
        if self.elsewhere:
            put("N", f"{self.elsewhere} modules were imported by other threads; the trace does not hold their time")
        if not self.is_in_place():
            put("N", "the tests replaced __import__ or the import machinery; later imports may be missing")
        if self.samples is not None and self.samples.timer.is_lent:
            put("N", "the tests use SIGPROF or its timer, or clear atexit; later samples are missing")
        put("Z", self.count, len(self.edges))
        self.sink.flush()

    def note_edge(self, key, path, line, package):
        """Write an import that this module requests in these words for the first time.

        Only text and numbers are kept: networkx has 13,000 import statements, and as many tuples would cause one more
        garbage collection.
        """
        self.edges.add(hash(key))
        importer, name, fromlist, level, _ = key
        try:
            names = ",".join(fromlist or ())
        except TypeError:
            names = ",".join(map(str, fromlist))
        together = f"{importer}{path}{package}{name}{names}"
        if not together.isascii() or not together.isprintable() or "\\" in together:
            importer, path, package, name, names = map(self.field, (importer, path, package, name, names))
        during = self.stack[-1][INDEX] if get_ident() == self.thread else -1
        self.sink.lines.append(f"E\t{importer}\t{path}\t{line}\t{package}\t{name}\t{level}\t{names}\t{during}\n")


def install(directory, load, root, mode, **_):
    """Begin to record imports and events; return the tracer. `load` gives the globals of a file beside this one."""
    clocks = load("tracing_clocks.py")["clocks_of_main"]()
    tracer = Tracer(directory, load, clocks)
    is_counted = mode == "counted"
    if not is_counted:
        tracer.samples = load("tracing_samples.py")["begin"](directory, tracer)
    load("tracing_waits.py")["watch"](directory, tracer, clocks)
    if not is_counted:
        finalisation = load("tracing_finalisation.py")["watch"]
        tracer.ends = load("tracing_ends.py")["watch"](tracer, directory, finalisation)
    load("tracing_events.py")["watch"](tracer, root)
    tracer.is_in_place = load("tracing_imports.py")["watch"](tracer)
    return tracer
