"""Stacks of the main thread in a traced round: where it computes, and where it waits. Only tracing.py loads this file.

A timer of the kernel interrupts the main thread each few milliseconds of CPU time, and it reads its own stack. Another
thread that reads it gets the interpreter lock when the main thread gives it up: it would see little but files that are
read (docs/decisions/0005-who-samples.md). Where the main thread waits, the thread of tracing_waits.py tells.
"""

import atexit  # stays loaded: another import would make another module, and 3.9 calls the handlers of the last one
import os
from itertools import count
from time import thread_time_ns

SAMPLES_FD = 209  # next to the other descriptors of the probe
DEEPEST = 100  # calls of a stack; faulthandler has the same limit
OURS = "<frozen importlib._bootstrap> of collectbench"  # see tracing.py
OURS_IN_DUMPS = f'  File "{OURS}"'
TEARDOWN = -2
FIRST_S, LONGEST_S = 0.002, 0.02  # between two samples: a long round needs no more of them than a short one
SAMPLES_OF_AN_INTERVAL = 2500
FLUSH_AT = 500  # lines, if no other thread writes them


class SampleFile:
    """The file `samples`: calls by number, and stacks of them with the time that was spent there."""

    def __init__(self, lines, field):
        self.lines, self.field = lines, field
        self.numbers, self.next = {}, count()

    def call(self, path, line, function):
        """The number of a call.

        It is kept under a text: the garbage collector would count tuples as objects of the measured code.
        """
        text = f"{path}\t{line}\t{function}"
        number = self.numbers.get(text)
        if number is None:
            number = self.numbers[text] = str(next(self.next))
            self.lines.add(f"C\t{number}\t{self.field(path)}\t{line}\t{self.field(function)}\n")
        return number

    def dumped_call(self, text):
        """The number of a call that faulthandler wrote as this line."""
        number = self.numbers.get(text)
        if number is None:
            number = self.numbers[text] = str(next(self.next))
            self.lines.add(f"D\t{number}\t{text}\n")
        return number

    def put(self, place, ns, numbers):
        """Add time at a stack; `place` are the numbers of the frame and of the hook."""
        self.lines.add("\t".join(("S", place, str(ns), *numbers)) + "\n")


class Sampler:
    """Samples until the process ends, or until other code wants the signal or the timer for itself."""

    def __init__(self, file, tracer, timer, own_cpu=thread_time_ns, getpid=os.getpid):
        self.file, self.tracer, self.timer, self.own_cpu = file, tracer, timer, own_cpu
        self.getpid, self.mine = getpid, getpid()
        self.is_busy = self.is_finished = False
        self.interval_s, self.left = FIRST_S, SAMPLES_OF_AN_INTERVAL
        self.cpu, self.gc_ns = own_cpu(), tracer.gc_cpu_ns
        timer.start(self.interval_s, self.interrupt)

    def interrupt(self, number, frame):
        """Handle the signal: `frame` is where the main thread is. An exception would reach the measured code."""
        if self.is_busy:
            return
        self.is_busy = True
        try:
            if self.getpid() == self.mine:
                self.sample(frame)
        except Exception:  # the main thread is at the recursion limit, for example. Not Ctrl-C, which is the tests'
            pass
        finally:
            self.is_busy = False

    def sample(self, frame):
        """Add the CPU time since the last sample, less that of the garbage collector, to the stack of `frame`."""
        if self.tracer.is_collecting:
            return  # within a destructor
        cpu, gc_ns = self.own_cpu(), self.tracer.gc_cpu_ns
        spent, self.cpu, self.gc_ns = cpu - self.cpu - (gc_ns - self.gc_ns), cpu, gc_ns
        self.file.put(self.place(), spent, self.calls(frame))
        self.left -= 1
        if self.left <= 0 and self.interval_s < LONGEST_S:
            self.interval_s, self.left = min(2 * self.interval_s, LONGEST_S), SAMPLES_OF_AN_INTERVAL
            self.timer.set(self.interval_s)
        if len(self.file.lines.lines) >= FLUSH_AT:
            self.file.lines.flush()

    def calls(self, frame):
        """The numbers of the calls from `frame` outwards, without our own."""
        numbers, call = [], self.file.call
        while frame is not None and len(numbers) < DEEPEST:
            code = frame.f_code
            if code.co_filename != OURS:
                numbers.append(call(code.co_filename, frame.f_lineno or 0, code.co_name))
            frame = frame.f_back
        return numbers

    def place(self):
        """The numbers of the frame and of the hook that run."""
        if self.is_finished:
            return f"{TEARDOWN}\t-1"
        index, hook = self.tracer.running()
        return f"{index}\t{hook}"

    def wait(self, place, dump, ns):
        """Add a wait: the lines of faulthandler with tabs between, and a place from before. Negative to correct it."""
        calls = filter(None, dump.split("\t"))
        numbers = [self.file.dumped_call(line) for line in calls if not line.startswith(OURS_IN_DUMPS)]
        self.file.put(place, ns, numbers)

    def finish(self):
        """The session has ended: what follows is part of the teardown."""
        self.is_finished = True

    def end(self):
        """Stop for good."""
        self.timer.stop()
        self.file.lines.flush()


def begin(directory, tracer):
    """Begin to sample; return the sampler."""
    files, timers = tracer.load("tracing_wait_file.py"), tracer.load("tracing_timer.py")
    lines = files["LineFile"](os.path.join(directory, "samples"), SAMPLES_FD, os.O_TRUNC)
    timer = timers["Timer"]()
    timers["lend"](timer)
    sampler = Sampler(SampleFile(lines, tracer.field), tracer, timer)
    tracer.sink.put("L", "atexit")
    atexit.register(sampler.end)  # the first that is registered runs last
    return sampler
