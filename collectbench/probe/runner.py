"""Runs pytest exactly as `python -m pytest` would, and reports the time of each step.

Started by path in the interpreter that owns the tests: `python runner.py DIR MODE SIGNAL ARG...`.
Standard library only, Python 3.9 syntax, nothing of collectbench. PROTOCOL.md describes what it writes to DIR.
"""

from time import CLOCK_MONOTONIC, clock_gettime_ns

STARTED = clock_gettime_ns(CLOCK_MONOTONIC)

# Import only modules that every interpreter has loaded before its first line, or that are compiled in. Any other
# import would hide a module of the same name in the user's directory, which `python -m pytest` finds.
import faulthandler  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402

AS_MACHINERY = "<frozen importlib._bootstrap> of collectbench"  # see tracing.py
CHANGED = "-changed"  # what the modes of rounds of an experiment end with
STACK_FD = 200  # far from the low numbers that tests may look at; below macOS's limit of 256

# The files that each mode loads before pytest, in this order; the file that is loaded last is finished first.
# `install` of such a file returns None or an object with two methods: `watch(pytest, config, reporter)`, called with
# the first config that pytest makes, and `finish()`, called when pytest has ended.
EXTRAS = {
    "timed": (),
    "guarded": ("guard.py", "collected_with.py"),
    "traced": ("tracing.py",),
    "guarded-traced": ("guard.py", "collected_with.py", "tracing.py"),
    "counted": ("guard.py", "tracing.py", "tracing_counts.py"),
    "sampled": ("sampling.py",),
    "outcomes": ("outcomes.py",),
    "guarded-outcomes": ("guard.py", "collected_with.py", "outcomes.py"),
    "inspect": ("inspection.py",),
}


def make_recorder(directory):
    """Two functions, `record` and `stamp`. Each appends one line to the report.

    They hold all that they need in this closure, since freezegun and others replace attributes of modules. They open
    the file for each line: no descriptor stays open in the user's process, and a crash loses nothing.
    """
    path = os.path.join(directory, "report")
    open_, write, close, getpid, mine = os.open, os.write, os.close, os.getpid, os.getpid()
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
    clock, monotonic = clock_gettime_ns, CLOCK_MONOTONIC

    def record(key, value):
        if getpid() != mine:
            return  # a fork that continues is not the measured process
        line = f"{key} {value!a}\n".encode("ascii")
        descriptor = open_(path, flags, 0o600)
        try:
            write(descriptor, line)
        finally:
            close(descriptor)

    def stamp(name):
        record("stamp." + name, clock(monotonic))

    return record, stamp


def write_ids(directory, ids, open_=os.open, write=os.write, close=os.close):
    """Write the node ids, each followed by a NUL (which neither a path nor an id can hold)."""
    data = memoryview("".join([nodeid + "\0" for nodeid in ids]).encode("utf-8", "surrogatepass"))
    descriptor = open_(os.path.join(directory, "ids"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        while data:
            data = data[write(descriptor, data) :]
    finally:
        close(descriptor)


def active_tools(settrace, setprofile, monitoring):
    """The trace and profile functions and the tools of sys.monitoring that run now: their kind and their package."""
    found = []
    for kind, function in (("sys.settrace", settrace()), ("sys.setprofile", setprofile())):
        if function is not None:
            module = getattr(function, "__module__", None) or type(function).__module__
            found.append((kind, str(module).partition(".")[0]))
    if monitoring is not None:  # Python 3.12
        found += [("sys.monitoring", str(name)) for name in map(monitoring.get_tool, range(6)) if name]
    return found


def describe(error):
    """The class of an error and the first line of its message; of a ConftestImportFailure, those of its cause."""
    excinfo = getattr(error, "excinfo", None)  # pytest 7
    cause = getattr(error, "cause", None) or (excinfo[1] if isinstance(excinfo, tuple) else None) or error
    try:
        text = str(cause).strip().partition("\n")[0]
    except Exception:  # an error class of the user's whose own `__str__` fails
        text = ""
    return f"{type(cause).__name__}: {text}" if text else type(cause).__name__


def make_plugin(pytest, directory, record, stamp):
    """The reporter: the hooks of a timed round, as many for one item as for a million."""
    getpid, mine = os.getpid, os.getpid()
    tools_of = sys.gettrace, sys.getprofile, getattr(sys, "monitoring", None)

    class CollectbenchReporter:
        warnings = 0
        collection_warnings = 0
        finishing = None  # the session, from the begin of its end until it is counted
        is_counted = False

        def pytest_sessionstart(self, session):
            collect = session.perform_collect

            def perform_collect(*args, **kwargs):
                del session.perform_collect
                tools = active_tools(*tools_of)
                if tools:
                    record("tools", tools)
                stamp("collection-begin")
                items = collect(*args, **kwargs)
                stamp("collected")
                return items

            session.perform_collect = perform_collect

        @pytest.hookimpl(hookwrapper=True, tryfirst=True)
        def pytest_collection_modifyitems(self):
            stamp("modifyitems-begin")
            yield
            stamp("modifyitems-end")

        def pytest_warning_recorded(self, warning_message):
            self.warnings += 1
            if issubclass(warning_message.category, pytest.PytestCollectionWarning):
                self.collection_warnings += 1

        @pytest.hookimpl(hookwrapper=True, tryfirst=True)
        def pytest_sessionfinish(self, session):
            stamp("finish")
            self.finishing = session
            yield
            self.count()

        def count(self):
            session, self.finishing = self.finishing, None
            if session is None or getpid() != mine:
                return
            try:
                write_ids(directory, [item.nodeid for item in getattr(session, "items", ())])
            except OSError as error:  # a full disk is no fault of the tests
                record("unwritten", describe(error))
                return
            record("counts", (int(session.testsfailed), self.warnings, self.collection_warnings))
            self.is_counted = True

    return CollectbenchReporter()


def watch_config(config, record, stamp, skipped):
    """Stamp the loading of conftests and the start of configuration, on this one config only."""
    manager = config.pluginmanager
    load, import_conftest, configure = (
        manager._set_initial_conftests,
        manager._importconftest,
        config._do_configure,
    )

    def set_initial_conftests(*args, **kwargs):
        stamp("conftest-begin")
        result = load(*args, **kwargs)
        stamp("conftest-end")
        return result

    def importconftest(conftestpath, *args, **kwargs):
        try:
            return import_conftest(conftestpath, *args, **kwargs)
        except BaseException as error:
            if not isinstance(error, skipped):  # importorskip in a conftest skips its directory: not a failure
                record("conftest-failed", (str(conftestpath), describe(error)))
            raise

    def do_configure():
        stamp("configure-begin")
        return configure()

    manager._set_initial_conftests, manager._importconftest = set_initial_conftests, importconftest
    config._do_configure = do_configure


def attach(directory, record, stamp, extras, reporters):
    """Register a reporter and the extras with the first config that pytest makes; leave all others alone.

    The reporter is also added to the list `reporters`.
    """
    import _pytest.config
    import pytest

    get_config = _pytest.config.get_config

    def get_watched_config(*args, **kwargs):
        _pytest.config.get_config = get_config
        config = get_config(*args, **kwargs)
        watch_config(config, record, stamp, pytest.skip.Exception)
        reporter = make_plugin(pytest, directory, record, stamp)
        reporters.append(reporter)
        config.pluginmanager.register(reporter)
        for extra in extras:
            extra.watch(pytest, config, reporter)
        return config

    _pytest.config.get_config = get_watched_config


def load_sibling(name):
    """The globals of another file of this directory, run without touching `sys.path` or `sys.modules`.

    The files of the tracer are compiled under the name AS_MACHINERY.
    """
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    names = {"__name__": "collectbench_" + name[:-3], "__file__": path}
    shown_as = AS_MACHINERY if name.startswith("tracing") else path
    with open(path, "rb") as source:
        exec(compile(source.read(), shown_as, "exec"), names)  # noqa: S102 - our own file, beside this one
    return names


def project_root(directory):
    """The directory that holds the project: the parent names it unless it is the current one."""
    try:
        with open(os.path.join(directory, "project"), "rb") as file:
            return os.fsdecode(file.read())
    except FileNotFoundError:
        return os.getcwd()


def install_extras(directory, mode, record):
    """The extras of a mode, in the order in which they were installed."""
    extras = []
    mode, is_changed, _ = mode.partition(CHANGED)
    given = {"directory": directory, "mode": mode, "record": record, "load": load_sibling, "installed": extras}
    for name in (*EXTRAS[mode], *(("intervention.py",) if is_changed else ())):
        extra = load_sibling(name)["install"](**given, root=project_root(directory))
        if extra is not None:
            extras.append(extra)
    return extras


def watch_the_ways_out(directory, mode, number, record, extras):
    """Report `os._exit` and the exec functions; returns the list for the reporter, whose counts are written first.

    leaving.py is loaded when one of them is called: most processes end in the usual way.
    """
    reporters, getpid, mine = [], os.getpid, os.getpid()

    def finish():
        for reporter in reporters:
            reporter.count()
            if reporter.is_counted:  # else collection did not come to its end, and nothing else must look whole
                record("peak-rss", peak_rss_bytes())
                for extra in reversed(extras):
                    extra.finish()

    def watched(name, *details):
        real = getattr(os, name)

        def act(*arguments, **named):
            try:
                report = None if getpid() != mine else load_sibling("leaving.py")[name]
            except Exception:  # tests replace `open`, for example
                report = None
            return report(real, record, *details, arguments, named) if report else real(*arguments, **named)

        act.__name__, act.__doc__ = name, real.__doc__
        setattr(os, name, act)

    watched("_exit", finish)
    for name in ("execv", "execve"):
        watched(name, os.path.abspath(__file__), (directory, mode, number))
    return reporters


def become_pytest(arguments, script_directory):
    """Give this process the `sys.argv`, `sys.path` and `__main__` of `python -m pytest ARGUMENTS`.

    `script_directory` is that of pytest's `__main__.py` if the process stands for one that was started by its path.
    """
    sys.argv[:] = ["-m", *arguments]
    if not (getattr(sys.flags, "safe_path", False) or sys.flags.isolated):
        sys.path[0] = script_directory or os.getcwd()
    main = type(sys)("__main__")
    main.__dict__.update(__builtins__=__builtins__, __annotations__={})
    sys.modules["__main__"] = main


def peak_rss_bytes(open_=os.open, read=os.read, close=os.close):
    """The largest resident size since exec; 0 without /proc, since getrusage also counts the parent's size."""
    try:
        descriptor = open_("/proc/self/status", os.O_RDONLY)
    except OSError:  # pragma: no cover - macOS
        return 0
    try:
        status = read(descriptor, 8192)
    finally:
        close(descriptor)
    _, _, rest = status.partition(b"VmHWM:")
    return int(rest.split(None, 1)[0]) * 1024 if rest else 0


def write_stack_on(number, directory):
    """Write the stacks of all threads, that of the main one last, into a file when the signal `number` arrives."""
    descriptor = os.open(os.path.join(directory, "stack"), os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.dup2(descriptor, STACK_FD, inheritable=False)
        faulthandler.register(number, file=STACK_FD, all_threads=True)
    except OSError:
        pass  # the limit of descriptors is lower than that: after a timeout, nothing says where pytest hung
    os.close(descriptor)


def run():
    """Take our parameters out of argv and run pytest; report its end, also after an exception."""
    directory, mode, number = sys.argv[1:4]
    mode, _, script_directory = mode.partition(":")
    record, stamp = make_recorder(directory)
    record("stamp.runner", STARTED)
    if int(number):
        write_stack_on(int(number), directory)
    extras = install_extras(directory, mode, record)
    reporters = watch_the_ways_out(directory, mode, number, record, extras)
    become_pytest(sys.argv[4:], script_directory)
    try:
        stamp("pytest-import-begin")
        try:
            import pytest  # noqa: I001 - first, since its import is what is timed
            import runpy
        finally:
            stamp("pytest-import-end")
        record("pytest", (getattr(pytest, "__version__", ""), getattr(pytest, "__file__", None) or ""))
        if hasattr(pytest, "__path__"):  # else it is a pytest.py of the user's: we run it, and the parent reports it
            attach(directory, record, stamp, extras, reporters)
        stamp("plugins-begin")
        runpy._run_module_as_main("pytest")
    except SystemExit as error:
        record("peak-rss", peak_rss_bytes())
        record("done", int(error.code) if isinstance(error.code, int) else 1 if error.code else 0)
        raise
    except BaseException as error:
        record("raised", describe(error))
        raise
    else:
        record("done", 0)
    finally:
        for extra in reversed(extras):
            extra.finish()


run()
