"""The trace of a traced round: one stack of frames, and the file that they are written into. For runner.py alone.

What is recorded stands in the files beside this one: tracing_imports.py, tracing_pytest.py, tracing_events.py. All are
compiled under a name that Python takes for its own import machinery, so that a warning that an imported module
attributes to its importer (`stacklevel=2`) still finds it. The self time of a frame is its own time less that of the
frames within, so all self times together are the time of the trace.
"""

import os
import sys
from _thread import get_ident
from time import CLOCK_MONOTONIC, clock_gettime_ns

VERSION = 1
SHORT_NS = 1_000_000  # a test function that became one item within this time is not worth a line
SHOWN_AS = "<frozen importlib._bootstrap> of collectbench"
# What a frame holds, by position: lists are what a wrapper can make and fill fastest.
INDEX, CHILD_NS, FIND_NS, READ_NS, COMPILE_NS, BYTECODE, NAME, CHAIN = range(8)


def clock(read=clock_gettime_ns, monotonic=CLOCK_MONOTONIC):
    """Nanoseconds, whatever the tests do to the module `time`."""
    return read(monotonic)


def new_frame(index, name, chain):
    """A frame that begins, during the import of `name`; `chain` are all that run, as they are shown."""
    return [index, 0, 0, 0, 0, "", name, chain]


class Importing:
    """One import as a frame, written down at its end.

    A `with`, not a function around it: each function of ours on the stack makes chains of imports that work without us
    reach the limit of recursion.
    """

    __slots__ = ("begin", "find_path", "frame", "name", "shown", "tracer")

    def __init__(self, tracer, name, find_path):
        self.tracer, self.name, self.find_path, self.shown = tracer, name, find_path, tracer.field(name)

    def __enter__(self):
        tracer = self.tracer
        chain = f"{tracer.stack[-1][CHAIN]}\t{self.shown}"
        self.frame, self.begin = tracer.enter(self.name, chain)
        tracer.sink.show(chain)

    def __exit__(self, kind, error, traceback):
        tracer, begin = self.tracer, self.begin
        end, own, parent = tracer.leave(self.frame, begin)
        index, _, find_ns, read_ns, compile_ns, bytecode, _, _ = self.frame
        tracer.sink.put(
            "I", index, parent, self.shown, tracer.field(self.find_path()), begin, end, own,
            find_ns, read_ns, compile_ns, bytecode, "" if kind is None else kind.__name__,
        )  # fmt: skip
        tracer.sink.show(tracer.stack[-1][CHAIN])


class Tracer:
    """One stack of frames, and what is counted beside it. Only the thread that made it is traced."""

    clock = staticmethod(clock)  # for the other files, which cannot import this one

    def __init__(self, folder, load):
        written = load("tracing_file.py", SHOWN_AS)
        self.sink, self.field, self.thread, self.load = written["Sink"](folder), written["field"], get_ident(), load
        self.sink.put("collectbench-trace", VERSION)
        for name in list(sys.modules):
            self.sink.put("L", self.field(name))
        self.root = new_frame(-1, "", "")
        self.stack = [self.root]
        self.count, self.elsewhere, self.taken_out, self.short_ns = 0, 0, 0, SHORT_NS
        self.edges, self.hooks, self.events = set(), {}, {}
        self.begin = clock()

    def enter(self, name, chain):
        """Push a frame; returns it and its begin."""
        frame = new_frame(self.count, name, chain)
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

    def index(self):
        """The number of the frame that runs, -1 outside of all."""
        return self.stack[-1][INDEX]

    def is_in(self, name):
        """Whether the frame that runs is the import of `name`."""
        return self.stack[-1][NAME] == name

    def take_out(self, spent):
        """`spent` nanoseconds are not the time of the frame that runs."""
        self.stack[-1][CHILD_NS] += spent
        self.taken_out += spent

    def begin_turn(self):
        """Push a frame that lasts until it is given to `end_turn`, within the import that runs."""
        around = self.stack[-1]
        return self.enter(around[NAME], around[CHAIN])

    def end_turn(self, turn):
        """Pop it; returns its number, its parent's, its begin, end and self time."""
        frame, begin = turn
        end, own, parent = self.leave(frame, begin)
        return frame[INDEX], parent, begin, end, own

    def importing(self, name, find_path):
        """To stand in a `with` around the import of `name`, which is a frame; `find_path()` is asked afterwards."""
        return Importing(self, name, find_path)

    def run_frame(self, key, execute, *fields):
        """Run `execute()` as a frame of another kind, and write it down; `fields` stand before its times."""
        turn = self.begin_turn()
        try:
            return execute()
        finally:
            index, parent, begin, end, own = self.end_turn(turn)
            self.sink.put(key, index, parent, *map(self.field, fields), begin, end, own)

    def timer(self, function, total):
        """`function`, its calls and their self time added to `total`: a frame without a number of its own."""
        stack, thread = self.stack, self.thread

        def timed(*args):
            if get_ident() != thread:
                return function(*args)
            around = stack[-1]
            frame = [around[INDEX], 0, 0, 0, 0, "", around[NAME], around[CHAIN]]
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

    def finding(self, function):
        """`function`, its time counted as that of finding the module that is imported."""
        return self._part(function, FIND_NS, "")

    def reading(self, function):
        """`function`, its time counted as that of reading bytecode."""
        return self._part(function, READ_NS, "hit")

    def compiling(self, function, bytecode):
        """`function`, its time counted as that of compiling, which says what became of the `bytecode`."""
        return self._part(function, COMPILE_NS, bytecode)

    def _part(self, function, part, bytecode):
        """`function`, its time counted as a part of the frame that it runs in, less parts counted within."""
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
        """Record what the first config of pytest does from here on; `reporter` is the plugin of every round."""
        self.load("tracing_pytest.py", SHOWN_AS)["watch"](self, pytest, config.pluginmanager, reporter)

    def finish(self):
        """Write down what was counted, and the end mark."""
        put = self.sink.put
        while len(self.stack) > 1:
            self.leave(self.stack[-1], clock())
        self.end_gc()
        put("R", clock() - self.begin - self.root[CHILD_NS])
        for (hook, plugin), (calls, self_ns) in self.hooks.items():
            if calls:
                put("H", hook, self.field(plugin), calls, self_ns)
        for (kind, path, line), (count, detail, during) in self.events.items():
            put("A", kind, self.field(detail), self.field(path), line, count, during)
        if self.elsewhere:
            put("N", f"{self.elsewhere} modules were imported by other threads: their time is not in the trace")
        if not self.is_in_place():
            put("N", "the tests replaced __import__ or the import machinery: imports after that may be missing")
        put("Z", self.count, len(self.edges))
        self.sink.flush()

    def note_edge(self, key, path, line, package):
        """Write down an import that was asked for at a line, for the first time by this module in these words.

        Nothing but text and numbers is kept: 13,000 tuples, as networkx has statements, mean a garbage collection more.
        """
        self.edges.add(hash(key))
        importer, name, fromlist, level = key
        try:
            names = ",".join(fromlist or ())
        except TypeError:
            names = ",".join(map(str, fromlist))
        together = f"{importer}{path}{package}{name}{names}"
        if not together.isascii() or not together.isprintable() or "\\" in together:
            importer, path, package, name, names = map(self.field, (importer, path, package, name, names))
        during = self.stack[-1][INDEX] if get_ident() == self.thread else -1
        self.sink.lines.append(f"E\t{importer}\t{path}\t{line}\t{package}\t{name}\t{level}\t{names}\t{during}\n")


def install(folder, load):
    """Begin to record imports and events; `load` gives the names of a file of this folder. Returns the tracer."""
    tracer = Tracer(folder, load)
    load("tracing_events.py", SHOWN_AS)["watch"](tracer, os.getcwd())
    tracer.is_in_place = load("tracing_imports.py", SHOWN_AS)["watch"](tracer)
    return tracer
