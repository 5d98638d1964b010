"""Writes what pytest collects and what becomes of each test: ids, collection errors, warnings, starts, phases, ends.

Only runner.py loads this file. PROTOCOL.md describes `collected` and `outcomes`, which it writes, and the files that
the parent may write: `only` (the tests to keep) and `stop-on` (the tests whose failure ends the session).
"""

import os

LONGEST = 1000  # characters of a message


def make_writer(directory):
    """Two functions: `put` appends a line to the file `outcomes`, `put_ids` writes the file `collected`.

    Tests replace functions, close descriptors and fork: all that is needed is in this closure, the file is opened for
    each line, and a fork writes nothing. On a full disk the log ends; its missing last line tells that.
    """
    open_, write, close, getpid, mine = os.open, os.write, os.close, os.getpid, os.getpid()
    outcomes, collected = os.path.join(directory, "outcomes"), os.path.join(directory, "collected")
    append = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
    anew = os.O_WRONLY | os.O_TRUNC | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
    is_broken = False

    def write_all(path, flags, data):
        nonlocal is_broken
        if is_broken or getpid() != mine:
            return
        try:
            descriptor = open_(path, flags, 0o600)
            try:
                rest = memoryview(data)
                while rest:
                    rest = rest[write(descriptor, rest) :]
            finally:
                close(descriptor)
        except OSError:
            is_broken = True

    def put(key, value):
        write_all(outcomes, append, f"{key} {value!a}\n".encode("ascii"))

    def put_ids(ids):
        write_all(collected, anew, "".join([str(nodeid) + "\0" for nodeid in ids]).encode("utf-8", "surrogatepass"))

    return put, put_ids


def read_ids(directory, name):
    """The node ids that the parent wrote into a file, a NUL after each; None if there is no such file."""
    try:
        with open(os.path.join(directory, name), "rb") as file:
            return frozenset(file.read().decode("utf-8", "surrogatepass").split("\0")[:-1])
    except FileNotFoundError:
        return None


def text_of(value):
    """The text of any object, cut off; empty if it cannot make one."""
    try:
        return str(value)[:LONGEST]
    except Exception:
        return ""


def reason_of(longrepr):
    """One line that tells why a report is not `passed`: the error, or the reason of the skip."""
    if longrepr is None:
        return ""
    if isinstance(longrepr, tuple) and len(longrepr) == 3:
        return text_of(longrepr[2]).partition("\n")[0].replace("Skipped: ", "", 1)
    crash = getattr(longrepr, "reprcrash", None)
    message = getattr(crash, "message", None)
    if message:
        return text_of(message).strip().partition("\n")[0]
    try:
        lines = [line for line in str(longrepr).splitlines() if line.strip()]
    except Exception:
        return ""
    marked = [line[1:] for line in lines if line.startswith("E  ")]
    return (marked or lines or [""])[-1].strip()[:LONGEST]


def outcome_of(report):
    """The outcome of a phase as pytest has it, or `xfailed` and `xpassed`, and one line about it."""
    outcome, message = str(report.outcome), reason_of(report.longrepr)
    if hasattr(report, "wasxfail"):
        message = text_of(report.wasxfail).partition("\n")[0] or message
        outcome = {"skipped": "xfailed", "passed": "xpassed"}.get(outcome, outcome)
    return outcome, message


class Outcomes:
    """The extra of a round that records outcomes."""

    def __init__(self, directory):
        self.put, self.put_ids = make_writer(directory)
        self.only, self.stop_on = read_ids(directory, "only"), read_ids(directory, "stop-on") or ()

    def watch(self, pytest, config, reporter):
        """Register the plugin with the first config."""
        config.pluginmanager.register(make_plugin(pytest, config, self))

    def finish(self):
        """Nothing is left to write."""


def make_plugin(pytest, config, log):
    """The plugin that writes the lines. Under xdist it hears the controller, which gets the reports of all workers."""
    put, put_ids, only, stop_on = log.put, log.put_ids, log.only, log.stop_on

    class CollectbenchOutcomes:
        session = None

        def pytest_sessionstart(self, session):
            self.session = session
            put("rootdir", str(getattr(config, "rootpath", "")))

        @pytest.hookimpl(trylast=True)
        def pytest_collection_modifyitems(self, items):
            if only is None:
                return
            dropped = [item for item in items if item.nodeid not in only]
            if dropped:
                items[:] = [item for item in items if item.nodeid in only]
                config.hook.pytest_deselected(items=dropped)

        @pytest.hookimpl(trylast=True)
        def pytest_collection_finish(self, session):
            put_ids([item.nodeid for item in session.items])

        @pytest.hookimpl(optionalhook=True)
        def pytest_xdist_node_collection_finished(self, node, ids):
            put_ids(ids)

        def pytest_collectreport(self, report):
            if report.outcome == "failed":
                put("collect-error", (str(report.nodeid), reason_of(report.longrepr)))

        def pytest_warning_recorded(self, warning_message, when, nodeid):
            if when != "runtest":
                name = getattr(warning_message.category, "__name__", "")
                place = str(warning_message.filename), int(warning_message.lineno or 0)
                put("warning", (str(name), text_of(warning_message.message), *place, str(nodeid or "")))

        def pytest_runtest_logstart(self, nodeid):
            put("start", str(nodeid))

        def pytest_runtest_logreport(self, report):
            outcome, message = outcome_of(report)
            seconds = float(getattr(report, "duration", 0.0) or 0.0)
            put("phase", (str(report.nodeid), str(report.when), outcome, seconds, message))
            if outcome == "failed" and report.nodeid in stop_on:
                self.stop(str(report.nodeid))

        def stop(self, nodeid):
            put("stopped", nodeid)
            for each in (self.session, config.pluginmanager.get_plugin("dsession")):  # xdist has a loop of its own
                if each is not None:
                    each.shouldstop = f"{nodeid} fails"

        def pytest_runtest_logfinish(self, nodeid):
            put("end", str(nodeid))

        @pytest.hookimpl(hookwrapper=True, tryfirst=True)
        def pytest_sessionfinish(self, exitstatus):
            yield
            put("finished", int(exitstatus))

    return CollectbenchOutcomes()


def install(directory, **_):
    """The extra of a round that records outcomes."""
    return Outcomes(directory)
