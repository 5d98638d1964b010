"""Runs pyinstrument around pytest in a sampled round. Only runner.py loads this file.

It uses the pyinstrument of the measured interpreter, else that of collectbench's own, if it fits. Either way it takes
pyinstrument out of `sys.modules` once it runs: tests that import pyinstrument, or have a module of that name, find the
same module as without us.
"""

import os
import sys

PACKAGE = "pyinstrument"
# These packages call the code of the project, so the stack below them is one call of it. Frozen modules and this file
# count as callers, too.
CALLERS = ("pytest", "_pytest", "pluggy")
SHORTEST_S = 0.001


def read_settings(directory):
    """Interval in seconds, and the directory of a pyinstrument to borrow (empty if none fits)."""
    with open(os.path.join(directory, "sampling"), encoding="utf-8") as file:
        interval, fallback = file.read().split("\n")[:2]
    return float(interval), fallback


def load(fallback):
    """Profiler, JSONRenderer and get_stack_sampler; raises ImportError if no pyinstrument fits."""
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
        from pyinstrument.stack_sampler import get_stack_sampler

        return pyinstrument.Profiler, JSONRenderer, get_stack_sampler
    finally:
        for name in set(sys.modules) - before:
            if name == PACKAGE or name.startswith(PACKAGE + "."):
                del sys.modules[name]


def parsed(info):
    """Function, file, first line of the function and current line of one frame, as pyinstrument writes it."""
    identifier, *attributes = info.split("\x01")
    function, path, first = identifier.split("\0")
    lines = (int(attribute[1:]) for attribute in attributes if attribute.startswith("l"))
    return function, path, int(first), next(lines, int(first))


def caller_prefixes(modules=sys.modules):
    """Beginnings of the paths of all code that calls the code of the project."""
    files = [modules[name].__file__ for name in CALLERS if getattr(modules.get(name), "__file__", None)]
    return ("<frozen ", *(os.path.dirname(file) + "/" for file in (*files, __file__)))


def line_that_ran(stack, prefix, callers):
    """The outermost line of the project in the innermost call from pytest or the import machinery; None if none.

    A class body or a comprehension runs where it stands: its current line counts, not the line where it begins, nor
    that of `class` below decorators.
    """
    outermost = path_within = None
    first_within = line_within = 0
    for info in reversed(stack):
        function, path, first, line = parsed(info)
        if path.startswith(callers):
            if outermost is not None or path.startswith("<frozen importlib"):
                return outermost
        elif path.startswith(prefix) and "/site-packages/" not in path[len(prefix) - 1 :]:
            if path != path_within or not first_within <= line <= line_within:
                outermost = path, function, line
            path_within, first_within, line_within = path, first, line
    return outermost


def lines_that_ran(samples, prefix, callers):
    """Seconds by path, function and line of the project. A sample is a stack, outermost first, and its seconds."""
    seconds = {}
    for stack, spent in samples:
        line = line_that_ran(stack, prefix, callers)
        if line is not None:
            seconds[line] = seconds.get(line, 0.0) + spent
    return seconds


class Sampler:
    """A running profiler, and the files for its result."""

    def __init__(self, directory, root, record, guard):
        self.path, self.lines = os.path.join(directory, "calls"), os.path.join(directory, "lines")
        self.prefix = root.rstrip("/") + "/"
        interval, fallback = read_settings(directory)
        profiler_class, self.renderer, sampler_of_thread = load(fallback)
        self.profiler = profiler_class(interval=interval, async_mode="disabled")
        self.profiler.start()
        self.record, self.make_plugin = record, guard["make_plugin"]
        ours = os.path.dirname(profiler_class.start.__code__.co_filename) + "/"
        self.guard = guard["Guard"](sampler_of_thread(), ours)
        self.guard.watch()

    def watch(self, pytest, config, reporter):
        """Look after the profiler, which runs already."""
        config.pluginmanager.register(self.make_plugin(self.guard))

    def finish(self):
        """Stop, and write the lines that ran, and the call tree as pyinstrument's JSON."""
        taken = self.guard.finish()
        if taken:
            self.record("profile-taken", taken)
        session = self.profiler.stop()
        ran = lines_that_ran(session.frame_records, self.prefix, caller_prefixes())
        with open(self.lines, "w", encoding="ascii") as file:
            for (path, function, line), seconds in ran.items():
                if seconds >= SHORTEST_S:
                    file.write(f"{(path, function, line, seconds)!a}\n")
        with open(self.path, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(self.renderer().render(session))


def install(directory, record, root, load, **_):
    """Begin to sample. If that fails, return None and report why."""
    try:
        return Sampler(directory, root, record, load("sampling_guard.py"))
    except Exception as error:
        record("sampling-failed", f"{type(error).__name__}: {error}")
        return None
