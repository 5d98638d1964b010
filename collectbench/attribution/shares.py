"""The waterfall: the wall time of the traced round, cut by what was done. All parts together are the whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from posixpath import basename

from collectbench.attribution.imports import Node
from collectbench.attribution.modules import Module
from collectbench.model.costs import Origin, Share
from collectbench.model.sample import UNACCOUNTED, Sample
from collectbench.model.trace import Trace

START, TEARDOWN, PYTEST, COLLECTORS = "start of Python", "teardown", "pytest", "collectors"
LOADING, FLOOR, GC = "loading of plugins", "imports: pytest", "garbage collection"
SMALLEST_S = 1e-9
"""The trace counts nanoseconds; what is less is left by adding up."""

# fmt: off
OF_PYTEST = frozenset((
    # default_plugins and builtin_plugins of _pytest/config/__init__.py, pytest 7.0 to 9.2
    "assertion", "cacheprovider", "capture", "debugging", "doctest", "faulthandler", "fixtures",
    "freeze_support", "helpconfig", "junitxml", "legacypath", "logging", "main", "mark", "monkeypatch", "nose",
    "pastebin", "pytester", "pytester_assertions", "python", "python_path", "recwarn", "reports", "runner",
    "setuponly", "setupplan", "skipping", "stepwise", "subtests", "terminal", "terminalprogress",
    "threadexception", "tmpdir", "unittest", "unraisableexception", "warnings",
    # what they call the objects that they register
    "capturemanager", "funcmanage", "legacypath-pytester", "legacypath-tmpdir", "lfplugin", "logging-plugin",
    "nfplugin", "pdbinvoke", "pdbtrace", "pytestconfig", "session", "stepwiseplugin", "terminalprogress-plugin",
    "terminalreporter",
))
# fmt: on
"""The names of pytest's own plugins."""


def shares_of(
    trace: Trace, sample: Sample, modules: Mapping[Module, Origin], floor: frozenset[Node]
) -> tuple[Share, ...]:
    """The parts of `sample.wall_s`, in the order of `Profile.shares`; parts without any time are left out.

    All self times of a trace are its length. It begins with its first frame, the import of pytest; what lies between
    the interpreter's own start and that, the setting up of the trace, is unaccounted. Teardown is what follows the
    trace, the writing of it included; where the process ended early, that is unaccounted.
    """
    found = {START: sample.phases.get("interpreter", 0.0)}
    for name, seconds in _traced(trace, modules, floor):
        found[name] = found.get(name, 0.0) + seconds
    if trace.complete:
        begin_s = min((frame.begin_s for frame in trace.imports), default=found[START])
        found[TEARDOWN] = sample.wall_s - begin_s - (sum(found.values()) - found[START])
    unaccounted_s = sample.wall_s - sum(found.values())
    return (
        *(Share(name=name, seconds=seconds) for name, seconds in found.items() if seconds > SMALLEST_S),
        Share(name=UNACCOUNTED, seconds=unaccounted_s + sum(one for one in found.values() if one <= SMALLEST_S)),
    )


def hooks_of(plugin: str) -> str:
    """The share that a plugin's hooks are part of. An object that was registered without a name has a number."""
    if basename(plugin) == "conftest.py":
        return "hooks: conftest"
    return "hooks: pytest" if plugin in OF_PYTEST or plugin.isdecimal() else f"hooks: {plugin}"


def _traced(trace: Trace, modules: Mapping[Module, Origin], floor: frozenset[Node]) -> Iterator[tuple[str, float]]:
    yield PYTEST, trace.root_self_s
    by_origin: defaultdict[str, float] = defaultdict(float)
    for module, origin in modules.items():
        name = FLOOR if module in floor else f"imports: {origin.value}"
        by_origin[name] += sum(frame.self_s for frame in module.frames)
    yield from ((name, by_origin[name]) for name in (FLOOR, *(f"imports: {origin.value}" for origin in Origin)))
    yield LOADING, sum(frame.self_s for frame in trace.plugins)
    yield COLLECTORS, sum(frame.self_s for frame in trace.collectors)
    by_plugin: defaultdict[str, float] = defaultdict(float)
    for hook in trace.hooks:
        by_plugin[hooks_of(hook.plugin)] += hook.self_s
    yield from sorted(by_plugin.items(), key=lambda item: -item[1])
    yield GC, sum(one.duration_s for one in trace.gc)
