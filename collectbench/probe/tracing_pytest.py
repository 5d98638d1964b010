"""pytest in a traced round: its loader, plugins, hooks, collectors, test functions. Only tracing.py loads this file."""

from _thread import get_ident

DEEPEST = 20  # decorators around one hook


def trace_rewriting(tracer):
    """Record pytest's own loader of test modules, conftests and plugins; some bypass the import machinery."""
    from _pytest.assertion import rewrite

    execute = rewrite.AssertionRewritingHook.exec_module

    def exec_module(self, module):
        name = module.__name__
        if tracer.is_in(name) or get_ident() != tracer.thread:
            return execute(self, module)
        with tracer.importing(name, lambda: module.__spec__.origin or ""):
            return execute(self, module)

    rewrite.AssertionRewritingHook.exec_module = exec_module
    rewrite._read_pyc = tracer.reading(rewrite._read_pyc)
    rewrite._rewrite_test = tracer.compiling(rewrite._rewrite_test, "rewritten")


class TimedGenerator:
    """A hook wrapper whose own steps are timed; the time while it waits is not."""

    __slots__ = ("_generator", "_timed")

    def __init__(self, generator, timed):
        self._generator, self._timed = generator, timed

    def __next__(self):
        return self._timed(self._generator.__next__)

    def send(self, value):
        """Resume, as pluggy requests."""
        return self._timed(self._generator.send, value)

    def throw(self, *error):
        """Resume with an exception, as pluggy requests."""
        return self._timed(self._generator.throw, *error)

    def __getattr__(self, name):
        return getattr(self._generator, name)


def name_of(implementation):
    """Return the name of a plugin; its class if pluggy made the name from its address, which differs in each round."""
    name, plugin = implementation.plugin_name, implementation.plugin
    if str(id(plugin)) not in name and hex(id(plugin)) not in name:
        return name
    kind = plugin if isinstance(plugin, type) else type(plugin)
    return f"{kind.__module__}.{kind.__qualname__}"


def place_of(function):
    """Path and first line of a function below its decorators; an empty path and 0 if it is not written in Python."""
    function = getattr(function, "__func__", function)
    for _ in range(DEEPEST):
        inner = getattr(function, "__dict__", {}).get("__wrapped__")
        if inner is None:
            break
        function = getattr(inner, "__func__", inner)
    code = getattr(function, "__code__", None)
    return (code.co_filename, code.co_firstlineno) if type(code) is type(place_of.__code__) else ("", 0)


def trace_hooks(tracer, manager, ours):
    """Time each implementation of each hook, registered now or later; the plugins in `ours` are skipped."""
    register, timer = manager.register, tracer.timer

    def wrap(implementation, hook):
        function = implementation.function
        total = tracer.hook_total(hook, name_of(implementation), *place_of(function))
        if implementation.hookwrapper or getattr(implementation, "wrapper", False):
            step = timer(lambda step, *args: step(*args), total)
            implementation.function = lambda *args: TimedGenerator(function(*args), step)
        else:
            implementation.function = timer(function, total)

    def wrap_all(plugin):
        if plugin in ours:
            return
        for caller in manager.get_hookcallers(plugin) or ():
            for implementation in caller.get_hookimpls():
                if implementation.plugin is plugin:
                    wrap(implementation, caller.name)

    def registering(plugin, name=None):
        result = register(plugin, name)
        if result is not None:
            wrap_all(plugin)
        return result

    for plugin in list(manager.get_plugins()):
        wrap_all(plugin)
    manager.register = registering


def trace_loading(tracer, manager):
    """Record the loading of each plugin and conftest as a frame around its imports."""
    import importlib.metadata

    import_plugin, import_conftest = manager.import_plugin, manager._importconftest
    load = importlib.metadata.EntryPoint.load

    def importing_plugin(modname, *args, **kwargs):
        return tracer.run_frame("P", lambda: import_plugin(modname, *args, **kwargs), "plugin", modname)

    def importing_conftest(conftestpath, *args, **kwargs):
        if manager.get_plugin(str(conftestpath)) is not None:
            return import_conftest(conftestpath, *args, **kwargs)  # it is loaded already
        return tracer.run_frame(
            "P", lambda: import_conftest(conftestpath, *args, **kwargs), "conftest", str(conftestpath)
        )

    def loading(self):
        if self.group != "pytest11" or get_ident() != tracer.thread:
            return load(self)
        return tracer.run_frame("P", lambda: load(self), "plugin", self.name)

    manager.import_plugin, manager._importconftest = importing_plugin, importing_conftest
    importlib.metadata.EntryPoint.load = loading


def make_plugin(pytest, tracer, outcomes):
    """The plugin that records collectors and warnings; `outcomes` is that of tracing_outcomes.py, or None."""
    field = tracer.field

    class CollectbenchTracer:
        @pytest.hookimpl(hookwrapper=True, tryfirst=True)
        def pytest_make_collect_report(self, collector):
            if isinstance(collector, pytest.File):
                tracer.sink.flush()  # if this file crashes the process, the trace holds all that came before
            turn = tracer.begin_turn()
            outcome = yield
            index, parent, *times = tracer.end_turn(turn)
            report = None
            try:
                report = outcome.get_result()
                items = len(report.result)
            except BaseException:
                items = 0
            tracer.sink.put("C", index, parent, field(collector.nodeid), type(collector).__name__, *times, items)
            if outcomes is not None:
                outcomes.collected(index, collector, report)

        def pytest_warning_recorded(self, warning_message):
            message = str(warning_message.message).partition("\n")[0][:200]
            category, path, line = warning_message.category.__name__, warning_message.filename, warning_message.lineno
            tracer.sink.put("W", category, field(message), field(path), line)

    return CollectbenchTracer()


def trace_parametrization(tracer):
    """Time the generation of items from each test function."""
    from _pytest.python import PyCollector

    generate, sink, clock, field = PyCollector._genfunctions, tracer.sink, tracer.clock, tracer.field

    def _genfunctions(self, name, funcobj):
        begin = clock() - tracer.taken_out
        items = list(generate(self, name, funcobj))
        duration_ns = clock() - tracer.taken_out - begin
        if len(items) > 1 or duration_ns > tracer.short_ns:
            sink.put("F", field(f"{self.nodeid}::{name}"), len(items), duration_ns)
        return iter(items)

    PyCollector._genfunctions = _genfunctions


def watch(tracer, pytest, manager, reporter):
    """Record what pytest does from here on; `reporter` is the plugin of every round."""
    ours = [reporter]
    if tracer.ends is not None:
        names = tracer.load("tracing_outcomes.py")
        names["trace_ids"](tracer)
        ours.append(names["make_plugin"](pytest, tracer, tracer.ends))
    ours.append(make_plugin(pytest, tracer, ours[1] if ours[1:] else None))
    trace_rewriting(tracer)
    trace_loading(tracer, manager)
    trace_parametrization(tracer)
    for plugin in ours[1:]:
        manager.register(plugin)
    trace_hooks(tracer, manager, ours)
