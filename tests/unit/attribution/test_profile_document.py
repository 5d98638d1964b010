from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import replace

import pytest

from collectbench.attribution.attribute import attribute
from collectbench.attribution.frame_costs import NO_CALIBRATION, Calibration
from collectbench.attribution.profile_document import Subject, profile
from collectbench.attribution.tables import collectors
from collectbench.model.costs import (
    EventCount,
    HookCost,
    Importer,
    LineCost,
    Origin,
    ParametrizedCost,
    PluginCost,
    Profile,
)
from collectbench.model.run import Environment, Tool
from collectbench.model.sample import Counts, RoundKind, Sample, Status
from collectbench.model.trace import Event, GcPass, HookTotal, Parametrization, Trace

SITE = "/env/lib/python3.11/site-packages"
SAMPLE = Sample(
    kind=RoundKind.TRACED,
    wall_s=12.0,
    user_s=0,
    system_s=0,
    peak_rss_bytes=0,
    exit_code=0,
    phases={"interpreter": 0.5},
)
SUBJECT = Subject(
    tool=Tool(name="collectbench", version="0"),
    created="2026-01-02T03:04:05Z",
    environment=Environment(
        python="3.11.7",
        implementation="cpython",
        pytest="9.0.1",
        plugins={},
        platform="Linux",
        cpu_model="A processor",
        cpu_count=2,
        bytecode="written",
        flags={},
    ),
    target="tests",
    status=Status.OK,
    message="",
    wall_s=10.0,
    counts=Counts(items=3, files=1, errors=0, warnings=0, collection_warnings=0),
    memory_timeline=((0.1, 10**6),),
    notes=("an earlier note",),
)


@pytest.fixture
def trace(made) -> Trace:
    return Trace(
        complete=True,
        imports=(
            made.import_frame(0, -1, "pytest"),
            made.import_frame(2, 1, "conftest"),
            made.import_frame(4, 3, "tests.test_a", end_s=8.0, bytecode="rewritten"),
            made.import_frame(5, 4, "heavy", end_s=7.0, self_s=1.5, find_s=0.25, compile_s=0.5, bytecode="miss"),
            made.import_frame(6, 5, "cupy", path="", error="ModuleNotFoundError", self_s=0.5),
            made.import_frame(7, 4, "cupy", path="", error="ModuleNotFoundError", self_s=0.25),
        ),
        plugins=(
            made.plugin_frame(1, -1, "conftest", made.file_of("conftest")),
            made.plugin_frame(8, -1, "conftest", made.file_of("conftest"), end_s=8.5),
            made.plugin_frame(9, -1, "plugin", "plug", end_s=9.25),
        ),
        collectors=(
            made.collector_frame(10, 3, "tests/test_a.py::Test", type="Class"),
            made.collector_frame(3, -1, "tests/test_a.py", end_s=9.0),
        ),
        edges=(
            made.edge("tests.test_a", "heavy", 4, line=3),
            made.edge("tests.test_a", "cupy", 4, line=4),
            made.edge("heavy", "cupy", 5, line=2),
        ),
        hooks=(
            HookTotal(hook="pytest_configure", plugin="plug", calls=1, self_s=0.25),
            HookTotal(hook="pytest_collect_file", plugin=made.file_of("conftest"), calls=4, self_s=2.0),
        ),
        events=(
            Event(kind="open", detail="/p/data.json", path="/p/conftest.py", line=4, count=1, during=2),
            Event(kind="open", detail="/p/data.json", path="/p/conftest.py", line=4, count=2, during=-1),
            Event(kind="socket.connect", detail="db:5432", path="/p/ours.py", line=9, count=5, during=2),
        ),
        gc=(GcPass(generation=2, begin_s=3.0, duration_s=0.25), GcPass(generation=0, begin_s=4.0, duration_s=0.125)),
        warnings=(("UserWarning", "old", f"{SITE}/heavy.py", 3),),
        lost=("threads imported",),
    )


@pytest.fixture
def profile_of(places) -> Callable[..., Profile]:
    """The profile of a trace."""

    def make(trace: Trace, subject: Subject = SUBJECT, calibration: Calibration = NO_CALIBRATION) -> Profile:
        return profile(attribute(trace, sample=SAMPLE, places=places, calibration=calibration), subject)

    return make


@pytest.fixture
def document(trace, profile_of) -> Profile:
    return profile_of(trace)


def test_the_longest_import_comes_first(document) -> None:
    assert [cost.module for cost in document.imports] == ["tests.test_a", "heavy", "cupy", "pytest", "conftest"]


def test_an_import_has_its_times_and_the_savings_of_its_lines(document) -> None:
    heavy = next(cost for cost in document.imports if cost.module == "heavy")
    assert (heavy.path, heavy.origin) == ("<site-packages>/heavy.py", Origin.THIRD_PARTY)
    assert (heavy.self_s, heavy.inclusive_s, heavy.find_s, heavy.compile_s) == (1.5, 2.0, 0.25, 0.5)
    assert (heavy.bytecode, heavy.error, heavy.begin_s, heavy.floor) == ("miss", "", 5.0, False)
    assert heavy.importers == (Importer(path="tests/test_a.py", line=3, saving_alone_s=2.0),)
    assert heavy.saving_alone_s == heavy.saving_joint_s == 2.0


def test_several_attempts_to_import_a_module_are_one_cost(document) -> None:
    cupy = next(cost for cost in document.imports if cost.module == "cupy")
    assert (cupy.self_s, cupy.inclusive_s, cupy.error) == (0.75, 2.0, "ModuleNotFoundError")
    assert (cupy.saving_alone_s, cupy.saving_joint_s) == (0.5, 0.75)
    assert [importer.saving_alone_s for importer in cupy.importers] == [0.5, 0.25]


def test_pytest_is_the_floor(document) -> None:
    assert [cost.module for cost in document.imports if cost.floor] == ["pytest"]


def test_the_largest_collectors_plugins_hooks_and_events_come_first(document) -> None:
    assert [cost.nodeid for cost in document.collectors] == ["tests/test_a.py", "tests/test_a.py::Test"]
    assert document.plugins == (
        PluginCost(name="conftest.py", kind="conftest", load_s=2.5, hooks_s=2.0, saving_s=4.0),
        PluginCost(name="plug", kind="plugin", load_s=0.25, hooks_s=0.25, saving_s=0.75),
    )
    assert document.hooks[0] == HookCost(hook="pytest_collect_file", plugin="conftest.py", calls=4, self_s=2.0)
    assert document.events == (
        EventCount(kind="socket.connect", detail="db:5432", path="ours.py", line=9, count=5),
        EventCount(kind="open", detail="data.json", path="conftest.py", line=4, count=3),
    )


def test_the_profile_has_the_facts_of_its_subject_and_its_trace(document) -> None:
    assert (document.target, document.wall_s, document.traced_wall_s) == ("tests", 10.0, 12.0)
    assert (document.complete, document.phases) == (True, {"interpreter": 0.5})
    assert (document.gc_s, document.gc_passes) == (0.375, 2)
    assert document.warnings == (("UserWarning", "old", "<site-packages>/heavy.py", 3),)
    assert document.notes == ("an earlier note", "threads imported")
    assert document.memory_timeline == SUBJECT.memory_timeline
    assert sum(share.seconds for share in document.shares) == pytest.approx(12.0)


def test_after_a_crash_the_profile_names_the_modules_that_were_being_imported(trace, profile_of) -> None:
    crashed = replace(trace, complete=False, importing=("heavy",), edges=())
    document = profile_of(crashed, replace(SUBJECT, status=Status.CRASHED))
    assert (document.complete, document.importing, document.status) == (False, ("heavy",), Status.CRASHED)


@pytest.mark.parametrize("enabled", [True, False])
def test_assembling_a_profile_leaves_the_garbage_collector_as_it_was(trace, places, enabled) -> None:
    attribution = attribute(trace, sample=SAMPLE, places=places)
    was_enabled = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        profile(attribution, SUBJECT)
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if was_enabled else gc.disable)()


def test_a_garbage_collection_is_not_part_of_the_self_time_of_the_collector_that_it_interrupts(made) -> None:
    trace = Trace(
        complete=True,
        collectors=(
            made.collector_frame(1, -1, "tests/test_a.py", begin_s=1.0, end_s=9.0),
            made.collector_frame(2, 1, "tests/test_a.py::TestA", begin_s=2.0, end_s=4.0),
        ),
        gc=(
            GcPass(generation=2, begin_s=3.0, duration_s=0.5),
            GcPass(generation=2, begin_s=5.0, duration_s=1.0),
            GcPass(generation=0, begin_s=20.0, duration_s=1.0),
        ),
    )
    self_s = {cost.nodeid: cost.self_s for cost in collectors(trace)}
    assert self_s == {"tests/test_a.py": pytest.approx(5.0), "tests/test_a.py::TestA": pytest.approx(1.5)}


def test_parametrized_functions_and_sampled_lines_are_sorted_by_time_and_have_short_paths(trace, profile_of) -> None:
    functions = (
        Parametrization(nodeid="tests/test_a.py::test_few", items=2, inclusive_s=0.25),
        Parametrization(nodeid="tests/test_a.py::test_many", items=900, inclusive_s=1.5),
    )
    lines = (
        LineCost(path="/p/conftest.py", line=3, function="<module>", sampled_s=0.25),
        LineCost(path="/p/tests/test_a.py", line=7, function="<listcomp>", sampled_s=1.0),
        LineCost(path=f"{SITE}/heavy.py", line=3, function="<module>", sampled_s=2.0),  # not the project's
    )
    subject = replace(SUBJECT, lines=lines, timed_rounds=4)
    document = profile_of(replace(trace, parametrizations=functions), subject)
    assert document.parametrized == (
        ParametrizedCost(nodeid="tests/test_a.py::test_many", items=900, inclusive_s=1.5),
        ParametrizedCost(nodeid="tests/test_a.py::test_few", items=2, inclusive_s=0.25),
    )
    assert document.lines == (
        LineCost(path="tests/test_a.py", line=7, function="<listcomp>", sampled_s=1.0),
        LineCost(path="conftest.py", line=3, function="<module>", sampled_s=0.25),
    )
    assert document.timed_rounds == 4


def test_pytests_own_plugins_save_nothing_and_others_save_their_loading_and_hooks(made, profile_of) -> None:
    trace = Trace(
        complete=True,
        imports=(
            made.import_frame(1, 0, "_pytest.terminal"),
            made.import_frame(3, 2, "plug"),
            made.import_frame(5, 4, "conftest"),
        ),
        plugins=(
            made.plugin_frame(0, -1, "plugin", "terminal"),
            made.plugin_frame(2, -1, "plugin", "plug"),
            made.plugin_frame(4, -1, "conftest", made.file_of("conftest")),
        ),
        hooks=(
            HookTotal(hook="pytest_configure", plugin="terminal", calls=1, self_s=0.25),
            HookTotal(hook="pytest_configure", plugin="plug", calls=1, self_s=0.125),
            HookTotal(hook="pytest_configure", plugin=made.file_of("conftest"), calls=1, self_s=2.0),
        ),
    )
    saving_s = {cost.name: cost.saving_s for cost in profile_of(trace).plugins}
    assert saving_s == {"terminal": 0.0, "plug": 0.5 + 1.0 + 0.125, "conftest.py": 0.5 + 1.0 + 2.0}


def test_the_teardown_of_timed_rounds_is_divided_by_the_passes_in_each_module(trace, profile_of) -> None:
    """`heavy` imports `cupy`. One of two passes falls into that: half of 1 s of teardown and of 0.5 s of passes."""
    passes = (GcPass(generation=2, begin_s=6.9, duration_s=0.25), trace.gc[0])
    document = profile_of(replace(trace, gc=passes), calibration=Calibration(teardown_s=1.0))
    saving_s = {cost.module: cost.saving_joint_s for cost in document.imports}
    assert (saving_s["cupy"], saving_s["heavy"]) == (0.75 + 0.75, 2.0 + 0.75)
