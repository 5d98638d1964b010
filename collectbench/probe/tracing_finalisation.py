"""The walks of finalisation through all objects, after the functions of `atexit`. Only tracing_ends.py uses this file.

Python walks through all objects before it removes the modules, after that, and when their globals are cleared. Only the
first walk calls `gc.callbacks`. The others begin and end with the death of objects that are left here, and with an
audit event. Then modules are empty, `builtins` among them: what writes needs nothing but what it holds itself.
"""

import gc
import os
import sys
from time import CLOCK_MONOTONIC, clock_gettime_ns

LAST_EVENT = "cpython.PyInterpreterState_Clear"
NAME = "_collectbench_finalisation"


def make_writer(path, mine, open_=os.open, write=os.write, close=os.close, getpid=os.getpid, clock=clock_gettime_ns):
    """A clock, and a function that appends bytes to the trace unless the process is a fork."""
    monotonic, flags = CLOCK_MONOTONIC, os.O_WRONLY | os.O_APPEND | os.O_CREAT

    def append(line):
        if getpid() != mine:
            return
        try:
            descriptor = open_(path, flags, 0o600)
            try:
                write(descriptor, line)
            finally:
                close(descriptor)
        except:  # noqa: E722 - names of exceptions are gone; the disk is full, or the tests limit files
            pass

    return lambda: clock(monotonic), append


class Mark:
    """An object that writes a moment when it dies."""

    __slots__ = ("append", "clock", "name")

    def __init__(self, name, clock, append):
        self.name, self.clock, self.append = name, clock, append

    def __del__(self):
        self.append(b"J\t%s\t%d\n" % (self.name, self.clock()))


def make_pass_recorder(clock, append):
    """A function for `gc.callbacks` that writes each pass."""
    begun = [0]

    def callback(phase, info):
        if phase == "start":
            begun[0] = clock()
        elif begun[0]:
            append(b"G\t%d\t%d\t%d\n" % (info["generation"], begun[0], clock() - begun[0]))
            begun[0] = 0

    return callback


def make_module(mark):
    """A module that lives until its entry in `sys.modules` is removed, and `mark` with it."""
    module = type(sys)(NAME)
    module.mark = mark
    return module


def watch(path, mine):
    """Leave the objects whose death tells the moments; called when the functions of `atexit` are through.

    Args:
        path: of the trace.
        mine: the number of the measured process.
    """
    clock, append = make_writer(path, mine)
    gc.callbacks.append(make_pass_recorder(clock, append))
    found_by_a_walk = make_module(Mark(b"objects-walked", clock, append))
    found_by_a_walk.itself = found_by_a_walk
    sys.modules[NAME + ".walked"] = found_by_a_walk
    sys.modules[NAME + ".removed"] = make_module(Mark(b"modules-removed", clock, append))
    setattr(sys, NAME, Mark(b"modules-cleared", clock, append))  # names with one underscore are cleared first

    def hook(event, args):
        if event == LAST_EVENT:
            append(b"J\tinterpreter-cleared\t%d\n" % clock())

    sys.addaudithook(hook)
