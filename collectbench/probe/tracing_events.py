"""Audit events and passes of the garbage collector in a traced round. For tracing.py alone."""

import gc
import os
import sys
from _thread import get_ident

# What an audit event is about is its first argument but for these.
DETAILS = {
    "socket.connect": lambda args: args[1],
    "subprocess.Popen": lambda args: args[1] if args[1] is not None else args[0],
}
EVENTS = frozenset((
    "open", "os.listdir", "os.scandir", "os.walk", "glob.glob", "socket.connect", "socket.getaddrinfo",
    "socket.gethostbyname", "subprocess.Popen", "os.system", "os.posix_spawn", "os.fork", "sqlite3.connect",
    "urllib.Request", "ctypes.dlopen",
))  # fmt: skip
MACHINERY = ("<frozen importlib", "<frozen zipimport")
DEEPEST = 60


def trace_events(tracer, root):
    """Count audit events by the line of the project that caused them."""
    events, getframe, thread = tracer.events, sys._getframe, tracer.thread
    prefix, ours = root.rstrip("/") + "/", os.path.dirname(__file__) + "/"

    def hook(event, args):
        if event not in EVENTS or get_ident() != thread:
            return
        frame = getframe(1)
        if frame.f_code.co_filename.startswith((*MACHINERY, ours)):
            return  # the import machinery itself reads a module or lists a folder, or we write
        for _ in range(DEEPEST):
            path = frame.f_code.co_filename
            if path.startswith(prefix) and "/site-packages/" not in path[len(prefix) - 1 :]:
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
            events[key] = [1, detail, tracer.index()]
        else:
            seen[0] += 1

    sys.addaudithook(hook)


def first(args):
    """The first argument of an audit event; os.system has it as bytes."""
    about = args[0] if args else ""
    return about.decode(errors="backslashreplace") if type(about) is bytes else about


def trace_gc(tracer):
    """The passes of the garbage collector: told apart, since whoever they interrupt is not who made them necessary."""
    clock, thread, lines, begun = tracer.clock, tracer.thread, tracer.sink.lines, [0]

    def callback(phase, info):
        if get_ident() != thread:
            return
        if phase == "start":
            begun[0] = clock()
        elif begun[0]:
            spent, at, begun[0] = clock() - begun[0], begun[0], 0
            tracer.take_out(spent)
            lines.append(f"G\t{info['generation']}\t{at}\t{spent}\n")

    gc.callbacks.append(callback)
    tracer.end_gc = lambda: gc.callbacks.remove(callback)


def watch(tracer, root):
    """Begin to record; events count where a line below `root` caused them."""
    trace_gc(tracer)
    trace_events(tracer, root)
