"""Imports in a traced round: the line that requests each module, and its time. Only tracing.py loads this file."""

import builtins
import importlib._bootstrap as bootstrap
import importlib._bootstrap_external as external
import sys
from _thread import get_ident

# These modules import for their caller, as importlib.import_module and pytest.importorskip do: the caller counts.
GO_BETWEENS = frozenset((
    "importlib", "importlib._bootstrap", "importlib._bootstrap_external", "importlib.util", "_frozen_importlib",
    "_frozen_importlib_external", "_pytest.outcomes", "collectbench_tracing", "collectbench_tracing_imports",
))  # fmt: skip
BY_CALL = "*"  # in place of names, if a call imported the module, not a statement


def path_of(name, modules=sys.modules):
    """The file of a module. It is read past the module's own `__getattribute__`, since that may load a lazy module."""
    try:
        return object.__getattribute__(modules[name], "__dict__").get("__file__") or ""
    except (KeyError, AttributeError, TypeError):
        return ""


def holder_of(frame, names):
    """Path and line of the frame with these globals: `frame` or one around it.

    An `__import__` of the tests may lie between. An extension module has no frame: its line is 0.
    """
    while frame is not None and frame.f_globals is not names:
        frame = frame.f_back
    return (names.get("__file__") or "", 0) if frame is None else (frame.f_code.co_filename, frame.f_lineno)


def caller_noter(tracer):
    """A function that notes the line of a call that requests a module."""
    getframe, edges = sys._getframe, tracer.edges

    def note_call(name):
        frame = getframe(2)
        while frame is not None and frame.f_globals.get("__name__") in GO_BETWEENS:
            frame = frame.f_back
        if frame is not None:
            path = frame.f_code.co_filename
            key = (frame.f_globals.get("__name__", ""), name, BY_CALL, 0, path)
            if hash(key) not in edges:
                tracer.note_edge(key, path, frame.f_lineno, "")

    return note_call


def trace_statements(tracer, note_call):
    """Wrap `__import__`, which every import statement calls; return the wrapper."""
    getframe, edges, original = sys._getframe, tracer.edges, builtins.__import__

    def __import__(name, globals=None, locals=None, fromlist=(), level=0):
        # Looking up a frame in each call would cost 10 % on networkx: do it only if the module requests this for the
        # first time.
        try:
            names = fromlist if type(fromlist) is not list else tuple(fromlist)
            key = (globals["__name__"], name, names, level, globals.get("__file__"))  # several conftests share a name
            if hash(key) not in edges:
                tracer.note_edge(key, *holder_of(getframe(1), globals), globals.get("__package__") or "")
        except (TypeError, KeyError):  # a call, not a statement: trace_loading records what it loads
            if globals is None:
                note_call(name)
        return original(name, globals, locals, fromlist, level)

    builtins.__import__ = __import__
    return __import__


def trace_loading(tracer, note_call):
    """Wrap the import machinery, so that loading a module is a frame; return the wrapper of `_find_and_load`."""
    modules, thread = sys.modules, tracer.thread
    find_and_load, gcd_import = bootstrap._find_and_load, bootstrap._gcd_import
    execute, reload = external._LoaderBasics.exec_module, bootstrap._exec

    def _find_and_load(name, by):
        if get_ident() != thread:
            tracer.elsewhere += name not in modules
            return find_and_load(name, by)
        if by is gcd_import:
            note_call(name)
        if name in modules:
            return find_and_load(name, by)
        with tracer.importing(name, lambda: path_of(name)):
            return find_and_load(name, by)

    def exec_module(self, module):
        name = getattr(module, "__name__", "")
        if tracer.is_in(name) or get_ident() != thread:
            return execute(self, module)
        note_call(name)  # a file that the tests load by hand, past `sys.modules`
        with tracer.importing(name, lambda: getattr(self, "path", "")):
            return execute(self, module)

    def _exec(spec, module):
        if get_ident() != thread:
            return reload(spec, module)
        note_call(spec.name)
        with tracer.importing(spec.name, lambda: spec.origin or ""):
            return reload(spec, module)

    bootstrap._find_and_load, bootstrap._exec = _find_and_load, _exec
    external._LoaderBasics.exec_module = exec_module
    return _find_and_load


def trace_parts(tracer):
    """Wrap the parts of an import: finding, reading and compiling."""
    loader = external.SourceLoader
    bootstrap._find_spec = tracer.finding(bootstrap._find_spec)
    loader.get_code = tracer.reading(loader.get_code)
    loader.source_to_code = tracer.compiling(loader.source_to_code, "miss")


def watch(tracer):
    """Begin to record; return a function that tells whether our wrappers are still in place."""
    note_call = caller_noter(tracer)
    statement, entrance = trace_statements(tracer, note_call), trace_loading(tracer, note_call)
    trace_parts(tracer)
    return lambda: builtins.__import__ is statement and bootstrap._find_and_load is entrance
