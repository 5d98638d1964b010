"""Imports in a traced round: who asks for what at which line, and how long each takes. For tracing.py alone."""

import builtins
import importlib._bootstrap as bootstrap
import importlib._bootstrap_external as external
import sys
from _thread import get_ident

# Whoever called one of these is meant: importlib.import_module, pytest.importorskip.
GO_BETWEENS = frozenset((
    "importlib", "importlib._bootstrap", "importlib._bootstrap_external", "importlib.util", "_frozen_importlib",
    "_frozen_importlib_external", "_pytest.outcomes", "collectbench_tracing", "collectbench_tracing_imports",
))  # fmt: skip
BY_CALL = "*"  # in place of the names: the module was imported by a call, not by a statement


def path_of(name, modules=sys.modules):
    """Where a module came from, without asking the module itself: it may be a lazy one."""
    try:
        return object.__getattribute__(modules[name], "__dict__").get("__file__") or ""
    except (KeyError, AttributeError, TypeError):
        return ""


def holder_of(frame, names):
    """Path and line of the frame at or around `frame` with these globals: a test's own `__import__` may stand between.

    An extension module has no frame, hence no line.
    """
    while frame is not None and frame.f_globals is not names:
        frame = frame.f_back
    return (names.get("__file__") or "", 0) if frame is None else (frame.f_code.co_filename, frame.f_lineno)


def caller_noter(tracer):
    """A function that notes whoever asks for a module by a call."""
    getframe, edges = sys._getframe, tracer.edges

    def note_call(name):
        frame = getframe(2)
        while frame is not None and frame.f_globals.get("__name__") in GO_BETWEENS:
            frame = frame.f_back
        if frame is not None:
            key = (frame.f_globals.get("__name__", ""), name, BY_CALL, 0)
            if hash(key) not in edges:
                tracer.note_edge(key, frame.f_code.co_filename, frame.f_lineno, "")

    return note_call


def trace_statements(tracer, note_call):
    """Wrap what every import statement goes through; returns the wrapper."""
    getframe, edges, original = sys._getframe, tracer.edges, builtins.__import__

    def __import__(name, globals=None, locals=None, fromlist=(), level=0):
        # A frame for every call would cost 10 % on networkx: so only the first time that a module asks for this.
        try:
            key = (globals["__name__"], name, fromlist if type(fromlist) is not list else tuple(fromlist), level)
            if hash(key) not in edges:
                tracer.note_edge(key, *holder_of(getframe(1), globals), globals.get("__package__") or "")
        except (TypeError, KeyError):  # a call, not a statement: what it loads is seen below
            if globals is None:
                note_call(name)
        return original(name, globals, locals, fromlist, level)

    builtins.__import__ = __import__
    return __import__


def trace_loading(tracer, note_call):
    """Wrap the import machinery: what loads a module is a frame; returns the wrapper of its entrance."""
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
        note_call(name)  # a file that is loaded by hand, past `sys.modules`
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
    """Wrap the parts of an import: to find it, to read it, to compile it."""
    loader = external.SourceLoader
    bootstrap._find_spec = tracer.finding(bootstrap._find_spec)
    loader.get_code = tracer.reading(loader.get_code)
    loader.source_to_code = tracer.compiling(loader.source_to_code, "miss")


def watch(tracer):
    """Begin to record; returns a function that tells whether all is still in place."""
    note_call = caller_noter(tracer)
    statement, entrance = trace_statements(tracer, note_call), trace_loading(tracer, note_call)
    trace_parts(tracer)
    return lambda: builtins.__import__ is statement and bootstrap._find_and_load is entrance
