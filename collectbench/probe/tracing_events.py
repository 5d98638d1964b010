"""Audit events and passes of the garbage collector in a traced round. Only tracing.py loads this file."""

import gc
import os
import sys
from _thread import get_ident
from time import thread_time_ns

# The detail of an audit event is its first argument, except for these events.
DETAILS = {
    "socket.connect": lambda args: args[1],
    "subprocess.Popen": lambda args: args[1] if args[1] is not None else args[0],
}
EVENTS = frozenset((
    "open", "os.listdir", "os.scandir", "os.walk", "glob.glob", "socket.connect", "socket.getaddrinfo",
    "socket.gethostbyname", "subprocess.Popen", "os.system", "os.posix_spawn", "os.fork", "sqlite3.connect",
    "urllib.Request", "ctypes.dlopen",
))  # fmt: skip
TOOLS = frozenset(("sys.setprofile", "sys.settrace"))
MACHINERY = ("<frozen importlib", "<frozen zipimport")
DEEPEST = 60


def trace_events(tracer, root):
    """Count audit events by the line of the project that caused them."""
    events, getframe, thread, caller_of = tracer.events, sys._getframe, tracer.thread, tracer.caller_of
    prefix, ours = root.rstrip("/") + "/", os.path.dirname(__file__) + "/"

    def hook(event, args):
        if event not in EVENTS or get_ident() != thread:
            if event == "os.exec" and tracer.samples is not None:
                tracer.samples.timer.stop()  # it would end the next program
            if event in TOOLS and tracer.ends is not None:
                tracer.ends.note_tool(event)
            return
        frame = caller_of(getframe(1))
        if frame.f_code.co_filename.startswith((*MACHINERY, ours)):
            return  # the import machinery itself reads a module or lists a directory, or the probe writes
        for _ in range(DEEPEST):
            path = frame.f_code.co_filename
            if path.startswith(prefix) and "/site-packages/" not in path[len(prefix) - 1 :]:
                break
            if path.startswith(MACHINERY):
                return  # an installed module did it while it was imported: not a line of the project
            frame = frame.f_back
            if frame is None:
                return
        else:
            return
        key = (event, frame.f_code.co_filename, frame.f_lineno)
        total = events.get(key)
        if total is None:
            try:
                detail = str(DETAILS.get(event, first)(args))[:200]
            except BaseException:
                detail = ""
            events[key] = [1, detail, tracer.index()]
        else:
            total[0] += 1

    sys.addaudithook(hook)


def first(args):
    """The first argument of an audit event; that of os.system is bytes."""
    argument = args[0] if args else ""
    return argument.decode(errors="backslashreplace") if type(argument) is bytes else argument


def trace_gc(tracer):
    """Record garbage collections apart from frames: the frame that a pass interrupts did not make all the objects."""
    clock, thread, lines, begun, cpu = tracer.clock, tracer.thread, tracer.sink.lines, [0, 0], thread_time_ns

    def callback(phase, info):
        if get_ident() != thread:
            return
        if phase == "start":
            begun[:], tracer.is_collecting = (clock(), cpu()), True
        elif begun[0]:
            tracer.gc_cpu_ns, tracer.is_collecting = tracer.gc_cpu_ns + cpu() - begun[1], False
            duration_ns, begin, begun[0] = clock() - begun[0], begun[0], 0
            tracer.take_out(duration_ns)
            lines.append(f"G\t{info['generation']}\t{begin}\t{duration_ns}\n")

    callbacks = gc.callbacks

    def end_gc():
        for position, each in enumerate(callbacks):
            if each is callback:
                del callbacks[position]
                return
        tracer.sink.put("N", "the tests cleared gc.callbacks; later passes of the garbage collector are missing")

    callbacks.append(callback)
    tracer.end_gc = end_gc


def watch(tracer, root):
    """Begin to record; an event counts if a line of a file below `root` caused it."""
    trace_gc(tracer)
    trace_events(tracer, root)
