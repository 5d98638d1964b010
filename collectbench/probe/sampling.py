"""Runs pyinstrument around pytest in a sampled round. Loaded by runner.py alone.

The target's own pyinstrument is used, else the one of whoever measures, if it fits. Either way it is taken out of
`sys.modules` once it runs: tests that import pyinstrument, or have a module of that name, find what they would find.
"""

import os
import sys

PACKAGE = "pyinstrument"
# What calls the code of the project, so the stack within is what one call of it cost; and whatever is frozen, and we.
CALLERS = ("pytest", "_pytest", "pluggy")
SHORTEST_S = 0.001


def read_settings(folder):
    """Interval in seconds, and the folder of a pyinstrument to fall back on (empty where none fits)."""
    with open(os.path.join(folder, "sampling"), encoding="utf-8") as file:
        interval, fallback = file.read().split("\n")[:2]
    return float(interval), fallback


def load(fallback):
    """The Profiler and JSONRenderer classes; ImportError where there is no pyinstrument that fits."""
    before = set(sys.modules)
    try:
        try:
            import pyinstrument
        except ImportError:
            if not fallback:
                raise
            import importlib.util

            spec = importlib.util.spec_from_file_location(
                PACKAGE, os.path.join(fallback, "__init__.py"), submodule_search_locations=[fallback]
            )
            pyinstrument = importlib.util.module_from_spec(spec)
            sys.modules[PACKAGE] = pyinstrument
            spec.loader.exec_module(pyinstrument)
        from pyinstrument.renderers import JSONRenderer

        return pyinstrument.Profiler, JSONRenderer
    finally:
        for name in set(sys.modules) - before:
            if name == PACKAGE or name.startswith(PACKAGE + "."):
                del sys.modules[name]


def parsed(info):
    """Function, file, first line of the function and line of one frame of a sample, as pyinstrument writes it."""
    identifier, *attributes = info.split("\x01")
    function, path, first = identifier.split("\0")
    return function, path, int(first), next((int(each[1:]) for each in attributes if each.startswith("l")), int(first))


def folders_of_callers(modules=sys.modules):
    """Beginnings of the paths of all that calls the code of the project."""
    files = [modules[name].__file__ for name in CALLERS if getattr(modules.get(name), "__file__", None)]
    return ("<frozen ", *(os.path.dirname(file) + "/" for file in (*files, __file__)))


def line_that_ran(stack, prefix, callers):
    """The outermost line of the project in the innermost call from pytest or the import machinery; None for none.

    A class body or a comprehension runs where it stands: then its own line is meant, not the one that it begins at,
    nor that of `class` below decorators.
    """
    found = path_within = None
    first_within = line_within = 0
    for info in reversed(stack):
        function, path, first, line = parsed(info)
        if path.startswith(callers):
            if found is not None or path.startswith("<frozen importlib"):
                return found
        elif path.startswith(prefix) and "/site-packages/" not in path[len(prefix) - 1 :]:
            if path != path_within or not first_within <= line <= line_within:
                found = path, function, line
            path_within, first_within, line_within = path, first, line
    return found


def lines_that_ran(samples, prefix, callers):
    """Seconds by path, function and line of the project. Each sample is a stack, outermost first, and its seconds."""
    seconds = {}
    for stack, spent in samples:
        line = line_that_ran(stack, prefix, callers)
        if line is not None:
            seconds[line] = seconds.get(line, 0.0) + spent
    return seconds


class Sampler:
    """A running profiler, and where its result goes."""

    def __init__(self, folder):
        self.path, self.lines = os.path.join(folder, "calls"), os.path.join(folder, "lines")
        self.prefix = os.getcwd().rstrip("/") + "/"
        interval, fallback = read_settings(folder)
        profiler_class, self.renderer = load(fallback)
        self.profiler = profiler_class(interval=interval, async_mode="disabled")
        self.profiler.start()

    def finish(self):
        """Stop, and write the lines that ran, and the call tree as pyinstrument's JSON."""
        session = self.profiler.stop()
        ran = lines_that_ran(session.frame_records, self.prefix, folders_of_callers())
        with open(self.lines, "w", encoding="ascii") as file:
            for (path, function, line), spent in ran.items():
                if spent >= SHORTEST_S:
                    file.write(f"{(path, function, line, spent)!a}\n")
        with open(self.path, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(self.renderer().render(session))


def install(folder, record):
    """Begin to sample; None, with a line in the report, where it cannot be done."""
    try:
        return Sampler(folder)
    except Exception as error:
        record("sampling-failed", f"{type(error).__name__}: {error}")
        return None
