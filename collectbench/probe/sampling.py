"""Runs pyinstrument around pytest in a sampled round. Loaded by runner.py alone.

The target's own pyinstrument is used, else the one of whoever measures, if it fits. Either way it is taken out of
`sys.modules` once it runs: tests that import pyinstrument, or have a module of that name, find what they would find.
"""

import os
import sys

PACKAGE = "pyinstrument"


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


class Sampler:
    """A running profiler, and where its result goes."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "calls")
        interval, fallback = read_settings(folder)
        profiler_class, self.renderer = load(fallback)
        self.profiler = profiler_class(interval=interval, async_mode="disabled")
        self.profiler.start()

    def finish(self):
        """Stop, and write the call tree as pyinstrument's JSON."""
        session = self.profiler.stop()
        with open(self.path, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(self.renderer().render(session))


def install(folder, record):
    """Begin to sample; None, with a line in the report, where it cannot be done."""
    try:
        return Sampler(folder)
    except Exception as error:
        record("sampling-failed", f"{type(error).__name__}: {error}")
        return None
