"""The lines at which the main thread waits, in traced and counted rounds. Only tracing.py loads this file.

A thread of our own looks each 5 ms whether the main thread waited since, and if so, where it is. A thread that is not
of `threading` is invisible there, and it goes on until the last handler of `atexit`. It makes hardly any object that
the garbage collector counts: collections of the measured code come at the same moments as without it.
"""

import gc
import os
import sys
from _signal import SIG_BLOCK, SIG_SETMASK, pthread_sigmask, valid_signals  # type: ignore[import-not-found]
from _thread import allocate_lock, get_ident, get_native_id, stack_size, start_new_thread
from itertools import count

TICK_S, TICK_NS = 0.005, 5_000_000
SHORTEST_NS = 1_000_000  # a tick with less waiting is handover of the interpreter lock
WHOLE = 0.8  # a tick with this part of waiting lies within a wait
STACK_BYTES = 256 * 1024  # the default, 8 MiB, could exceed a limit of the suite's own
DEEPEST, MOST_LINES = 1000, 40
MACHINERY = "<frozen "  # also the name of this file
FORK_COUNTS_THREADS = sys.version_info >= (3, 12)


def stack_of(frame, field, others=()):
    """Path and line of the innermost frames, separated by tabs, without those of the import machinery.

    When Python waits for threads at its end, the first of `others` follows: the frame of such a thread.
    """
    parts, outermost = [], ""
    for _ in range(DEEPEST):
        if frame is None or len(parts) >= 2 * MOST_LINES:
            break
        path, outermost = frame.f_code.co_filename, frame.f_code.co_name
        if not path.startswith(MACHINERY):
            parts += field(path), str(frame.f_lineno or 0)
        frame = frame.f_back
    if others and outermost == "_shutdown":
        parts.append(stack_of(others[0], field))
    return "\t".join(parts)


class WaitFile:
    """The file `waits`: stacks, waits at them, and operations that began at them. A fork writes nothing."""

    def __init__(self, directory, field, open_=os.open, write=os.write, close=os.close, getpid=os.getpid):
        self.path, self.field, self.mine = os.path.join(directory, "waits"), field, getpid()
        self.open, self.write, self.close, self.getpid = open_, write, close, getpid
        self.numbers, self.next, self.lines, self.writing = {}, count(), [], allocate_lock()

    def put(self, key, stack, *fields):
        """Add a line about a stack; the first one of a stack has the stack itself before it."""
        number = self.numbers.get(stack)
        if number is None:
            number = self.numbers[stack] = next(self.next)
            self.lines.append(f"S\t{number}\t{stack}\n")
        self.lines.append("\t".join((key, str(number), *fields)) + "\n")

    def finish(self):
        """Mark the end of the session: what follows is part of the teardown."""
        self.lines.append("F\n")
        self.flush()

    def flush(self):
        """Append the lines to the file. If another thread does that at this moment, it is enough."""
        if self.getpid() != self.mine or not self.writing.acquire(False):
            return
        try:
            batch = self.lines[:]
            del self.lines[: len(batch)]
            data = memoryview("".join(batch).encode("ascii"))
            descriptor = self.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                while data:
                    data = data[self.write(descriptor, data) :]
            finally:
                self.close(descriptor)
        except OSError:
            pass  # a full disk, or no descriptor left: the round itself goes on
        finally:
            self.writing.release()


class Watcher:
    """The thread that watches the main thread, and the moments at which it must not exist."""

    def __init__(self, file, clocks, frames=sys._current_frames, getpid=os.getpid, exists=os.access):
        self.file, self.clocks, self.frames, self.getpid, self.exists = file, clocks, frames, getpid, exists
        self.main, self.own, self.mine = get_ident(), 0, getpid()
        self.wake, self.ended = allocate_lock(), allocate_lock()
        self.wake.acquire()
        self.ended.acquire()
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
            self.own, self.task = get_ident(), f"/proc/self/task/{get_native_id()}"
            clocks = self.clocks
            clocks.begin_watching()
            self.wall, self.cpu = clocks.wall(), clocks.main_cpu()
            self.queue, self.late, self.unread = clocks.queue(), clocks.watcher_queue(), 0
            self.ours, self.withheld, self.noted, self.within = 0, 0, False, False
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
        if self.file.lines:
            self.file.flush()

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
            return waited + withheld
        if waited > 0 < self.ours:
            self.withheld = min(self.ours, waited)
        return waited - self.withheld

    def note(self, waited):
        """Add a wait to the line where the main thread is, or to the line whose wait has just ended.

        Return whether it has ended.
        """
        is_enabled = gc.isenabled()
        gc.disable()  # else a collection might run in this thread, and with it destructors of the measured code
        try:
            place = self.find()
        finally:
            if is_enabled:
                gc.enable()
        has_moved, ended = place != self.place, self.within and place != self.place
        if has_moved and not ended:
            self.place, self.place_ns = place, 0
        self.add(waited)
        if ended:
            self.place, self.place_ns = place, 0
        return ended

    def add(self, waited):
        """Add a wait to the current line."""
        self.place_ns += waited
        self.file.put("W", self.place, str(waited))

    def find(self):
        """The stack of the main thread."""
        frames = self.frames()
        others = [frame for ident, frame in frames.items() if ident not in (self.main, self.own)]
        return stack_of(frames.get(self.main), self.file.field, others)


class Fork:
    """`os.fork` or `os.forkpty`, from Python 3.12 on: these warn if the process has more than one thread.

    3.13 counts the threads after all handlers for the parent have run, so these cannot start ours again. This is not a
    function: as an attribute of a class it would become a method.
    """

    __slots__ = ("_fork", "_watcher")

    def __init__(self, watcher, fork):
        self._watcher, self._fork = watcher, fork

    def __call__(self):
        """Fork; go on in the parent when Python has counted the threads."""
        watcher = self._watcher
        watcher.is_held = True
        try:
            return self._fork()
        finally:
            watcher.is_held = False
            watcher.start()

    def __getattr__(self, name):
        return getattr(self._fork, name)

    def __repr__(self):
        return repr(self._fork)


def caller_of(frame, forking=Fork.__call__.__code__):
    """The frame that calls what `frame` calls: it may be that of a `Fork`."""
    return frame.f_back if frame.f_code is forking else frame


def pause_at_forks(watcher):
    """Let the thread not exist while the process forks: a child gets no half of it, and nothing warns of it."""
    os.register_at_fork(before=watcher.stop, after_in_parent=watcher.start)
    if FORK_COUNTS_THREADS:
        os.fork, os.forkpty = Fork(watcher, os.fork), Fork(watcher, os.forkpty)


def end_with(watcher):
    """End the thread after all other handlers of `atexit`: the first that is registered runs last."""
    is_loaded = "atexit" in sys.modules
    import atexit

    if not is_loaded:
        del sys.modules["atexit"]  # the trace shows who imports it
    watcher.atexit = atexit  # Python 3.9 keeps the handlers in the module
    atexit.register(watcher.end)


def watch(directory, field, clocks):
    """Begin to watch the main thread, unless the system does not tell; return the file."""
    file = WaitFile(directory, field)
    if clocks is not None and clocks.main_cpu is not None:
        watcher = Watcher(file, clocks)
        pause_at_forks(watcher)
        end_with(watcher)
        watcher.start()
    return file
