"""How collectors end, and which items do not run, in a traced round. Only tracing_pytest.py loads this file."""

import os
import sys

LONGEST = 200  # characters of a message


class Places:
    """Tells where an exception comes from; code of pytest itself is no answer."""

    def __init__(self, pytest):
        self.collect_error = pytest.Collector.CollectError
        names = ("pytest", "_pytest", "pluggy")
        files = [getattr(sys.modules.get(name), "__file__", None) for name in names]
        self.passed_over = ("<frozen ", *(os.path.dirname(file) + "/" for file in files if file))

    def origin(self, error, home):
        """The exception that pytest reports as `error`, and the file that was executed: `home`, or a conftest."""
        for _ in range(10):
            cause = error.__cause__ if isinstance(error, self.collect_error) else None
            if type(error).__name__ == "ConftestImportFailure":
                home, excinfo = str(error.path), getattr(error, "excinfo", None)  # pytest 7
                cause = getattr(error, "cause", None) or (excinfo[1] if isinstance(excinfo, tuple) else None)
            if cause is None:
                break
            error = cause
        return error, home

    def line_of(self, error, home):
        """Path and line of the innermost call in `home`, else where Python could not parse, else outside of pytest."""
        at_home = elsewhere = None
        traceback = error.__traceback__
        while traceback is not None:
            path, line = traceback.tb_frame.f_code.co_filename, traceback.tb_lineno or 0
            if path == home:
                at_home = path, line
            elif not path.startswith(self.passed_over):
                elsewhere = path, line
            traceback = traceback.tb_next
        if at_home is None and isinstance(error, SyntaxError) and type(error.filename) is str:
            return error.filename, error.lineno or 0
        return at_home or elsewhere or ("", 0)


def first_line(error):
    """The first line of a message, cut off; empty if the exception cannot make its text."""
    try:
        return str(error).strip().partition("\n")[0][:LONGEST]
    except Exception:
        return ""


def file_of(item):
    """The file of an item, as node ids begin with it."""
    return item.nodeid.partition("::")[0]


def is_skipping(mark):
    """Whether a mark skips in any case; conditions that are text would have to run."""
    if mark.name == "skip":
        return True
    if mark.name != "skipif":
        return False
    conditions = (mark.kwargs["condition"],) if "condition" in mark.kwargs else mark.args
    return any(condition is True for condition in conditions)


def count_skipped(items):
    """The number of items by file that a mark of their own or of a node around them skips."""
    known, counts = {}, {}

    def is_skipped(node):
        if node is None:
            return False
        skipped = known.get(node)
        if skipped is None:
            skipped = known[node] = any(map(is_skipping, node.own_markers)) or is_skipped(node.parent)
        return skipped

    for item in items:
        if any(map(is_skipping, item.own_markers)) or is_skipped(item.parent):
            file = file_of(item)
            counts[file] = counts.get(file, 0) + 1
    return counts


def make_plugin(pytest, tracer, ends):
    """The plugin that records outcomes; `ends` notes new finders."""
    put, field, places = tracer.sink.put, tracer.field, Places(pytest)
    deselected = {}

    def put_counts(key, counts):
        for file, count in counts.items():
            put(key, field(file), count)

    class CollectbenchOutcomes:
        def collected(self, index, collector, report):
            """Write the class and the outcome of a collector, called with its frame's number and pytest's report."""
            kind = type(collector)
            path = "" if kind.__module__.startswith("_pytest.") else ends.class_of(kind)[1]
            outcome = getattr(report, "outcome", "failed")
            if not path and outcome == "passed":
                return
            error, message, place = "", "", ("", 0)
            excinfo = getattr(getattr(report, "call", None), "excinfo", None)
            if excinfo is not None:
                home = str(getattr(collector, "path", ""))
                origin, home = places.origin(excinfo.value, home)
                error, message, place = type(origin).__name__, first_line(origin), places.line_of(origin, home)
            put("O", index, field(path), outcome, field(error), field(message), field(place[0]), place[1])

        def pytest_plugin_registered(self):
            ends.look()

        def pytest_deselected(self, items):
            for item in items:
                file = file_of(item)
                deselected[file] = deselected.get(file, 0) + 1

        @pytest.hookimpl(trylast=True)
        def pytest_collection_finish(self, session):
            put_counts("D", deselected)
            put_counts("K", count_skipped(session.items))

        @pytest.hookimpl(hookwrapper=True, tryfirst=True)
        def pytest_sessionfinish(self):
            put("J", "finish", tracer.clock())
            yield

    return CollectbenchOutcomes()


def trace_ids(tracer):
    """Note parametrizations with equal ids; pytest before 7.1 is not watched."""
    import _pytest.python

    maker = getattr(_pytest.python, "IdMaker", None)
    if not hasattr(maker, "_resolve_ids"):
        return
    resolve, put, field = maker._resolve_ids, tracer.sink.put, tracer.field

    def _resolve_ids(self):
        ids = list(resolve(self))
        if len(set(ids)) != len(ids):
            counts = {}
            for name in ids:
                counts[name] = counts.get(name, 0) + 1
            repeated = {name: count for name, count in counts.items() if count > 1}
            nodeid = getattr(self, "nodeid", None) or ""
            example = max(repeated, key=repeated.__getitem__)
            put("U", field(nodeid), len(ids), sum(repeated.values()), field(str(example)[:LONGEST]))
        return ids

    maker._resolve_ids = _resolve_ids
