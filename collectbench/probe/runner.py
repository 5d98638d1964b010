"""Runs pytest exactly as `python -m pytest` would, and reports when things happened.

Started by path in the interpreter that owns the tests: `python runner.py DIR MODE SIGNAL ARG...`.
Standard library only, Python 3.9 syntax, nothing of collectbench. What it writes into DIR stands in PROTOCOL.md.
"""

from time import CLOCK_MONOTONIC, clock_gettime_ns

STARTED = clock_gettime_ns(CLOCK_MONOTONIC)

# Only modules that every interpreter has loaded before its first line, or that are compiled in: another import
# would hide a module of the same name in the user's folder, which `python -m pytest` finds.
import faulthandler  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402

AS_MACHINERY = "<frozen importlib._bootstrap> of collectbench"  # see tracing.py
STACK_FD = 200  # far from the low numbers that tests may look at; below macOS's limit of 256


def make_recorder(folder):
    """A function that appends one line to the report, whatever the tests do to the modules that it needs.

    Everything is held in this closure, since freezegun and others replace module attributes. The file is
    opened anew for each line: no descriptor stays open in the user's process, and a crash loses nothing.
    """
    path = os.path.join(folder, "report")
    open_, write, close, getpid, mine = os.open, os.write, os.close, os.getpid, os.getpid()
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
    clock, monotonic = clock_gettime_ns, CLOCK_MONOTONIC

    def record(key, value):
        if getpid() != mine:
            return  # a fork that went on: it is not the process that is measured
        line = f"{key} {value!a}\n".encode("ascii")
        descriptor = open_(path, flags, 0o600)
        try:
            write(descriptor, line)
        finally:
            close(descriptor)

    def stamp(name):
        record("stamp." + name, clock(monotonic))

    return record, stamp


def write_ids(folder, ids, open_=os.open, write=os.write, close=os.close):
    """The node ids, each followed by a NUL (which neither a path nor an id can hold)."""
    data = memoryview("".join([nodeid + "\0" for nodeid in ids]).encode("utf-8", "surrogatepass"))
    descriptor = open_(os.path.join(folder, "ids"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        while data:
            data = data[write(descriptor, data) :]
    finally:
        close(descriptor)


def describe(error):
    """The class and first line of what went wrong; of a ConftestImportFailure, what caused it."""
    excinfo = getattr(error, "excinfo", None)  # pytest 7
    cause = getattr(error, "cause", None) or (excinfo[1] if isinstance(excinfo, tuple) else None) or error
    try:
        text = str(cause).strip().partition("\n")[0]
    except Exception:  # an error of the user's that cannot even say what it is
        text = ""
    return f"{type(cause).__name__}: {text}" if text else type(cause).__name__


def make_plugin(pytest, folder, record, stamp):
    """The hooks of a timed round: as many for one item as for a million."""
    getpid, mine = os.getpid, os.getpid()

    class CollectbenchReporter:
        warnings = 0
        collection_warnings = 0

        def pytest_sessionstart(self, session):
            collect = session.perform_collect

            def perform_collect(*args, **kwargs):
                del session.perform_collect
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
            yield
            if getpid() == mine:
                write_ids(folder, [item.nodeid for item in getattr(session, "items", ())])
                counts = (int(session.testsfailed), self.warnings, self.collection_warnings)
                record("counts", counts)

    return CollectbenchReporter()


def watch_config(config, record, stamp, skipped):
    """Stamp the loading of conftests and the start of configuration, on this one config alone."""
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
            if not isinstance(error, skipped):  # importorskip in a conftest: its folder is skipped, which is no failure
                record("conftest-failed", (str(conftestpath), describe(error)))
            raise

    def do_configure():
        stamp("configure-begin")
        return configure()

    manager._set_initial_conftests, manager._importconftest = set_initial_conftests, importconftest
    config._do_configure = do_configure


def attach(folder, mode, record, stamp, tracing):
    """Have the first config that pytest makes report to us, then step out of the way."""
    import _pytest.config
    import pytest

    get_config = _pytest.config.get_config

    def get_watched_config(*args, **kwargs):
        _pytest.config.get_config = get_config
        config = get_config(*args, **kwargs)
        if mode == "inspect":
            load_sibling("inspection.py")["watch"](config, record)
        else:
            watch_config(config, record, stamp, pytest.skip.Exception)
            plugin = make_plugin(pytest, folder, record, stamp)
            config.pluginmanager.register(plugin)
            if tracing is not None:
                tracing.watch(pytest, config, plugin)
        return config

    _pytest.config.get_config = get_watched_config


def load_sibling(name, shown_as=None):
    """The globals of another file of this folder, run without touching `sys.path` or `sys.modules`."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    names = {"__name__": "collectbench_" + name[:-3], "__file__": path}
    with open(path, "rb") as source:
        exec(compile(source.read(), shown_as or path, "exec"), names)  # noqa: S102 - our own file, beside this one
    return names


def become_pytest(arguments):
    """Give this process the face of `python -m pytest ARGUMENTS` before pytest is imported."""
    sys.argv[:] = ["-m", *arguments]
    if not (getattr(sys.flags, "safe_path", False) or sys.flags.isolated):
        sys.path[0] = os.getcwd()
    main = type(sys)("__main__")
    main.__dict__.update(__builtins__=__builtins__, __annotations__={})
    sys.modules["__main__"] = main


def peak_rss_bytes(open_=os.open, read=os.read, close=os.close):
    """The largest resident size since exec; 0 where only getrusage tells, which counts the parent's as well."""
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


def install_extras(folder, mode, record):
    """What a round loads besides: the tracer, if there is one, and all that is to be finished, in that order."""
    if mode == "sampled":
        return None, [load_sibling("sampling.py")["install"](folder, record)]
    if mode not in ("traced", "counted"):
        return None, []
    tracing = load_sibling("tracing.py", AS_MACHINERY)["install"](folder, load_sibling)
    if mode == "traced":
        return tracing, [tracing]
    counts = load_sibling("tracing_counts.py", AS_MACHINERY)
    return tracing, [counts["install"](folder, record, tracing, AS_MACHINERY, run.__code__.co_filename), tracing]


def run():
    """Take our parameters out of argv, run pytest, and report also when it ends in an exception."""
    folder, mode, number = sys.argv[1:4]
    record, stamp = make_recorder(folder)
    record("stamp.runner", STARTED)
    if mode == "inspect":
        record("python", (sys.version.split()[0], sys.implementation.name, sys.executable))
    if int(number):
        descriptor = os.open(os.path.join(folder, "stack"), os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.dup2(descriptor, STACK_FD, inheritable=False)
            faulthandler.register(int(number), file=STACK_FD, all_threads=False)
        except OSError:
            pass  # fewer descriptors than that are allowed: a timeout will not say where it hung
        os.close(descriptor)
    if mode == "guarded":
        load_sibling("guard.py")["install"](folder, os.getcwd(), record)
    tracing, extras = install_extras(folder, mode, record)
    become_pytest(sys.argv[4:])
    try:
        stamp("pytest-import-begin")
        try:
            import pytest  # noqa: I001 - first, since its import is what is timed
            import runpy
        finally:
            stamp("pytest-import-end")
        record("pytest", (getattr(pytest, "__version__", ""), getattr(pytest, "__file__", None) or ""))
        if hasattr(pytest, "__path__"):  # a pytest.py of the user's is run as it would be, and reported by the parent
            attach(folder, mode, record, stamp, tracing)
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
        for extra in extras:
            extra.finish()


run()
