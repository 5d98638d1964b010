"""The lines at which the main thread waits, in traced and counted rounds. Only tracing.py loads this file.

A thread of our own looks each 10 ms whether the main thread waited since, and if so, where it is. A thread that is not
of `threading` is invisible there, and it goes on until the last handler of `atexit`. It makes hardly any object that
the garbage collector counts, and holds none of the measured code: what that does is the same as without it.
"""

import os
import sys
from _signal import SIG_BLOCK, SIG_SETMASK, pthread_sigmask, valid_signals  # type: ignore[import-not-found]
from _thread import allocate_lock, get_ident, get_native_id, stack_size, start_new_thread

TICK_S, TICK_NS = 0.01, 10_000_000
SHORTEST_NS = 1_000_000  # a tick with less waiting is handover of the interpreter lock
WHOLE = 0.8  # a tick with this part of waiting lies within a wait
STACK_BYTES = 256 * 1024  # the default, 8 MiB, could exceed a limit of the suite's own
AT_THE_END = " in _shutdown\t"  # of the main thread, before the stack of the thread that it waits for


class Watcher:
    """The thread that watches the main thread, and the moments at which it must not exist."""

    def __init__(self, file, samples, stacks, clocks, getpid=os.getpid, exists=os.access):
        self.file, self.samples, self.stacks, self.clocks = file, samples, stacks, clocks
        self.getpid, self.exists, self.trace_place = getpid, exists, ""
        self.files = (file,) if samples is None else (file, samples.file.lines)
        self.mine = getpid()
        self.wake, self.begun, self.ended = allocate_lock(), allocate_lock(), allocate_lock()
        for lock in (self.wake, self.begun, self.ended):
            lock.acquire()
        self.is_running = self.is_over = self.is_held = False
        self.task, self.place, self.place_ns, self.within, self.noted = "", "", 0, False, False

    def start(self):
        """Begin, or go on after a fork. All signals stay with the threads of the measured code."""
        if self.is_running or self.is_over or self.is_held or self.getpid() != self.mine:
            return
        before, size = pthread_sigmask(SIG_BLOCK, valid_signals()), stack_size(STACK_BYTES)
        try:
            start_new_thread(self.run, ())
            self.is_running = True
            self.begun.acquire(True, 1.0)  # until then, it uses a low descriptor
        except RuntimeError:
            self.is_over = True  # a limit on threads: nothing says where the main thread waits
        finally:
            stack_size(size)
            pthread_sigmask(SIG_SETMASK, before)

    def stop(self):
        """End the thread, and return when the system does not count it any more."""
        if not self.is_running or self.getpid() != self.mine:
            return
        self.is_running = False
        self.wake.release()
        self.ended.acquire(True, 1.0)
        for _ in range(1000):
            if not self.task or not self.exists(self.task, os.F_OK):
                break
            self.ended.acquire(True, 0.0001)  # nobody releases it: a pause without an audit event

    def end(self):
        """Stop for good."""
        self.stop()
        self.is_over = True

    def run(self):
        """Look each few milliseconds; an error ends that and is never seen by the measured code."""
        try:
            self.task = f"/proc/self/task/{get_native_id()}"
            clocks = self.clocks
            try:
                clocks.begin_watching()
            finally:
                self.begun.release()
            self.wall, self.cpu = clocks.wall(), clocks.main_cpu()
            self.queue, self.late, self.unread = clocks.queue(), clocks.watcher_queue(), 0
            self.ours, self.withheld, self.noted, self.within, self.is_placed = 0, 0, False, False, False
            while not self.wake.acquire(True, TICK_S):
                self.look()
            self.look()
            self.file.flush()
            clocks.end_watching()
        except BaseException:
            self.is_over = True
        finally:
            self.ended.release()

    def look(self):
        """Note a wait since the last look."""
        clocks = self.clocks
        wall, cpu = clocks.wall(), clocks.main_cpu()
        span, idle = wall - self.wall, wall - self.wall - (cpu - self.cpu)
        if cpu != self.cpu:
            self.is_placed = False  # else the main thread is where it was
        self.wall, self.cpu = wall, cpu
        self.unread += idle
        waited = self.waited(span, idle) if idle >= SHORTEST_NS or self.noted else 0
        is_whole, ended = waited >= WHOLE * span, False
        if not self.within:
            waited = self.without_ours(waited, span, is_whole)
        self.noted = waited >= SHORTEST_NS
        if self.noted:
            ended = self.note(waited)
        elif waited < 0 < self.place_ns:
            self.add(max(waited, -self.place_ns))
        self.within = is_whole and not ended
        for file in self.files:
            if file.lines:
                file.flush()

    def waited(self, span, idle):
        """The part of `idle` that was no time in the queue; called only if the main thread did not run for a while.

        `unread` is all such time since the last call: the queue's growth is a part of it. What the system counts late
        (the current time in the queue) makes the next figure negative, which corrects the last one.
        """
        queue, late = self.clocks.queue(), self.clocks.watcher_queue()
        waited, self.ours = min(self.unread - (queue - self.queue), idle), min(late - self.late, span - TICK_NS)
        self.queue, self.late, self.unread = queue, late, 0
        return waited

    def without_ours(self, waited, span, is_whole):
        """`waited` without the time in which a running main thread may have waited for this thread.

        On a busy machine this thread can have the interpreter lock and no processor. That takes no longer than this
        thread was late. If the next look shows that it was the begin of a wait, the time is given back.
        """
        withheld, self.withheld = self.withheld, 0
        if is_whole:
            self.file.withheld_ns -= withheld
            return waited + withheld
        if waited > 0 < self.ours:
            self.withheld = min(self.ours, waited)
            self.file.withheld_ns += self.withheld
        return waited - self.withheld

    def note(self, waited):
        """Add a wait to the line where the main thread is, or to the line whose wait has just ended.

        Return whether it has ended.
        """
        place = self.place if self.is_placed else self.stacks.read()
        self.is_placed = AT_THE_END not in place  # the other thread goes on while the main thread waits
        has_moved, ended = place != self.place, self.within and place != self.place
        if has_moved and not ended:
            self.move(place)
        self.add(waited)
        if ended:
            self.move(place)
        return ended

    def move(self, place):
        """Let another line be the current one."""
        self.place, self.place_ns = place, 0
        if self.samples is not None:
            self.trace_place = self.samples.place()

    def add(self, waited):
        """Add a wait to the current line."""
        self.place_ns += waited
        self.file.put("W", self.place, str(waited))
        if self.samples is not None:
            self.samples.wait(self.trace_place, self.place, waited)


def end_with(watcher):
    """End `watcher` after all other handlers of `atexit`: the first that is registered runs last."""
    is_loaded = "atexit" in sys.modules
    import atexit

    if not is_loaded:
        del sys.modules["atexit"]  # the trace of a counted round shows who imports it
    watcher.atexit = atexit  # Python 3.9 keeps the handlers in the module
    atexit.register(watcher.end)


def watch(directory, tracer, clocks):
    """Begin to watch the main thread, unless the system does not tell; the tracer gets the file and its functions."""
    stacks, forks = tracer.load("tracing_stacks.py"), tracer.load("tracing_forks.py")
    files = tracer.load("tracing_wait_file.py")
    tracer.waits = files["WaitFile"](directory, tracer.field)
    tracer.stack_of, tracer.caller_of = stacks["stack_of"], forks["caller_of"]
    if clocks is not None and clocks.main_cpu is not None:
        dump = files["HighFile"](os.path.join(directory, "dump"), files["DUMP_FD"])
        watcher = Watcher(tracer.waits, tracer.samples, stacks["StackReader"](dump, get_ident()), clocks)
        forks["pause"](watcher)
        end_with(watcher)
        watcher.start()
