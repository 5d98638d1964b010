"""The waterfall: the wall time of the traced round, divided by activity. The parts add up to the whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from posixpath import basename

from collectbench.attribution.imports import Node
from collectbench.attribution.modules import Module
from collectbench.model.costs import Origin, Share
from collectbench.model.sample import UNACCOUNTED, Sample
from collectbench.model.trace import Frame, HookTotal, ImportFrame, Trace

START, TEARDOWN, PYTEST, COLLECTORS = "start of Python", "teardown", "pytest", "collectors"
RECORDING = "recording"
"""The probe gets ready: a plain run has no such time."""
LOADING, FLOOR, GC = "loading of plugins", "imports: pytest", "garbage collection"
SMALLEST_S = 1e-9
"""The trace counts nanoseconds; a smaller share is a rounding error."""

# fmt: off
OF_PYTEST = frozenset((
    # default_plugins and builtin_plugins of _pytest/config/__init__.py, pytest 7.0 to 9.2
    "assertion", "cacheprovider", "capture", "debugging", "doctest", "faulthandler", "fixtures",
    "freeze_support", "helpconfig", "junitxml", "legacypath", "logging", "main", "mark", "monkeypatch", "nose",
    "pastebin", "pytester", "pytester_assertions", "python", "python_path", "recwarn", "reports", "runner",
    "setuponly", "setupplan", "skipping", "stepwise", "subtests", "terminal", "terminalprogress",
    "threadexception", "tmpdir", "unittest", "unraisableexception", "warnings",
    # the names of the objects that they register
    "capturemanager", "funcmanage", "legacypath-pytester", "legacypath-tmpdir", "lfplugin", "logging-plugin",
    "nfplugin", "pdbinvoke", "pdbtrace", "pytestconfig", "session", "stepwiseplugin", "terminalprogress-plugin",
    "terminalreporter",
))
# fmt: on
"""The names of pytest's own plugins."""


def shares_of(
    trace: Trace,
    sample: Sample,
    modules: Mapping[Module, Origin],
    floor: frozenset[Node],
    teardown_waited_s: float = 0.0,
) -> tuple[Share, ...]:
    """The parts of `sample.wall_s`, in the order of `Profile.shares`; parts without time are omitted.

    The self times of a trace add up to its length. It begins with its first frame, the import of pytest; between the
    interpreter's own start and that, the probe gets ready. Teardown is the time after the
    trace, including the writing of it; if the process ended early, that time is unaccounted.
    """
    shares_s = {START: sample.phases.get("interpreter", 0.0)}
    waited_s = defaultdict(float, {START: trace.waited_before_s or 0.0, TEARDOWN: teardown_waited_s})
    for name, seconds, waited in _traced(trace, modules, floor):
        shares_s[name] = shares_s.get(name, 0.0) + seconds
        waited_s[name] += waited
    if trace.complete:
        begin_s = min((frame.begin_s for frame in trace.imports), default=shares_s[START])
        shares_s[TEARDOWN] = sample.wall_s - begin_s - (sum(shares_s.values()) - shares_s[START])
        shares_s[RECORDING] = max(0.0, begin_s - shares_s[START])
    rounding_s = sum(seconds for seconds in shares_s.values() if seconds <= SMALLEST_S)
    unaccounted_s = sample.wall_s - sum(shares_s.values()) + rounding_s
    return (
        *(
            Share(name=name, seconds=seconds, waited_s=min(waited_s[name], seconds))
            for name, seconds in shares_s.items()
            if seconds > SMALLEST_S
        ),
        Share(name=UNACCOUNTED, seconds=unaccounted_s),
    )


def share_of_hooks(plugin: str) -> str:
    """The name of the share for the hooks of a plugin. A plugin that was registered without a name has a number."""
    if basename(plugin) == "conftest.py":
        return "hooks: conftest"
    return "hooks: pytest" if plugin in OF_PYTEST or plugin.isdecimal() else f"hooks: {plugin}"


def _traced(
    trace: Trace, modules: Mapping[Module, Origin], floor: frozenset[Node]
) -> Iterator[tuple[str, float, float]]:
    """The name of each share within the trace, its seconds, and those in which the main thread waited."""
    yield PYTEST, trace.root_self_s, trace.root_waited_s
    by_origin: defaultdict[str, list[ImportFrame]] = defaultdict(list)
    for module, origin in modules.items():
        by_origin[FLOOR if module in floor else f"imports: {origin.value}"] += module.frames
    for name in (FLOOR, *(f"imports: {origin.value}" for origin in Origin)):
        yield name, *_total(by_origin[name])
    yield LOADING, *_total(trace.plugins)
    yield COLLECTORS, *_total(trace.collectors)
    by_plugin: defaultdict[str, list[HookTotal]] = defaultdict(list)
    for hook in trace.hooks:
        by_plugin[share_of_hooks(hook.plugin)].append(hook)
    totals = {name: _total(hooks) for name, hooks in by_plugin.items()}
    for name, total in sorted(totals.items(), key=lambda item: -item[1][0]):
        yield name, *total
    yield GC, sum(gc_pass.duration_s for gc_pass in trace.gc), 0.0


def _total(parts: Sequence[Frame | HookTotal]) -> tuple[float, float]:
    return sum(part.self_s for part in parts), sum(part.waited_s for part in parts)
