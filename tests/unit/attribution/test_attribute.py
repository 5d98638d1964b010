from __future__ import annotations

import gc
from dataclasses import replace

import pytest

from collectbench.attribution.attribute import Subject, profile
from collectbench.attribution.frame_costs import Calibration
from collectbench.attribution.tables import collectors
from collectbench.model.costs import (
    EventCount,
    HookCost,
    Importer,
    LineCost,
    Origin,
    ParametrizedCost,
    PluginCost,
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
def found(trace, places):
    return profile(trace, sample=SAMPLE, subject=SUBJECT, places=places)


def test_imports_come_with_the_longest_first(found) -> None:
    assert [cost.module for cost in found.imports] == ["tests.test_a", "heavy", "cupy", "pytest", "conftest"]


def test_an_import_says_what_it_took_and_what_its_lines_would_save(found) -> None:
    heavy = next(cost for cost in found.imports if cost.module == "heavy")
    assert (heavy.path, heavy.origin) == ("<site-packages>/heavy.py", Origin.THIRD_PARTY)
    assert (heavy.self_s, heavy.inclusive_s, heavy.find_s, heavy.compile_s) == (1.5, 2.0, 0.25, 0.5)
    assert (heavy.bytecode, heavy.error, heavy.begin_s, heavy.floor) == ("miss", "", 5.0, False)
    assert heavy.importers == (Importer(path="tests/test_a.py", line=3, saving_alone_s=2.0),)
    assert heavy.saving_alone_s == heavy.saving_joint_s == 2.0


def test_several_attempts_at_a_module_are_one_cost(found) -> None:
    cupy = next(cost for cost in found.imports if cost.module == "cupy")
    assert (cupy.self_s, cupy.inclusive_s, cupy.error) == (0.75, 2.0, "ModuleNotFoundError")
    assert (cupy.saving_alone_s, cupy.saving_joint_s) == (0.5, 0.75)
    assert [importer.saving_alone_s for importer in cupy.importers] == [0.5, 0.25]


def test_pytest_is_the_floor(found) -> None:
    assert [cost.module for cost in found.imports if cost.floor] == ["pytest"]


def test_collectors_plugins_hooks_and_events_come_with_the_largest_first(found) -> None:
    assert [cost.nodeid for cost in found.collectors] == ["tests/test_a.py", "tests/test_a.py::Test"]
    assert found.plugins == (
        PluginCost(name="conftest.py", kind="conftest", load_s=2.5, hooks_s=2.0, saving_s=4.0),
        PluginCost(name="plug", kind="plugin", load_s=0.25, hooks_s=0.25, saving_s=0.75),
    )
    assert found.hooks[0] == HookCost(hook="pytest_collect_file", plugin="conftest.py", calls=4, self_s=2.0)
    assert found.events == (
        EventCount(kind="socket.connect", detail="db:5432", path="ours.py", line=9, count=5),
        EventCount(kind="open", detail="data.json", path="conftest.py", line=4, count=3),
    )


def test_the_rest_is_handed_on(found) -> None:
    assert (found.target, found.wall_s, found.traced_wall_s) == ("tests", 10.0, 12.0)
    assert (found.complete, found.phases) == (True, {"interpreter": 0.5})
    assert (found.gc_s, found.gc_passes) == (0.375, 2)
    assert found.warnings == (("UserWarning", "old", "<site-packages>/heavy.py", 3),)
    assert found.notes == ("an earlier note", "threads imported")
    assert found.memory_timeline == SUBJECT.memory_timeline
    assert sum(share.seconds for share in found.shares) == pytest.approx(12.0)


def test_what_was_being_imported_when_it_crashed_is_in_the_profile(trace, places) -> None:
    crashed = replace(trace, complete=False, importing=("heavy",), edges=())
    found = profile(crashed, sample=SAMPLE, subject=replace(SUBJECT, status=Status.CRASHED), places=places)
    assert (found.complete, found.importing, found.status) == (False, ("heavy",), Status.CRASHED)


@pytest.mark.parametrize("enabled", [True, False])
def test_the_garbage_collector_is_left_as_it_was(trace, places, enabled) -> None:
    was_enabled = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        profile(trace, sample=SAMPLE, subject=SUBJECT, places=places)
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if was_enabled else gc.disable)()


def test_a_pass_of_the_garbage_collector_is_not_the_time_of_the_collector_that_it_interrupts(made) -> None:
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
    own = {cost.nodeid: cost.self_s for cost in collectors(trace)}
    assert own == {"tests/test_a.py": pytest.approx(5.0), "tests/test_a.py::TestA": pytest.approx(1.5)}


def test_parametrized_functions_and_sampled_lines_come_with_the_longest_first_and_short_paths(trace, places) -> None:
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
    found = profile(replace(trace, parametrizations=functions), sample=SAMPLE, subject=subject, places=places)
    assert found.parametrized == (
        ParametrizedCost(nodeid="tests/test_a.py::test_many", items=900, inclusive_s=1.5),
        ParametrizedCost(nodeid="tests/test_a.py::test_few", items=2, inclusive_s=0.25),
    )
    assert found.lines == (
        LineCost(path="tests/test_a.py", line=7, function="<listcomp>", sampled_s=1.0),
        LineCost(path="conftest.py", line=3, function="<module>", sampled_s=0.25),
    )
    assert found.timed_rounds == 4


def test_pytests_own_plugins_save_nothing_and_others_what_loading_and_hooks_take(made, places) -> None:
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
    saving_s = {
        cost.name: cost.saving_s for cost in profile(trace, sample=SAMPLE, subject=SUBJECT, places=places).plugins
    }
    assert saving_s == {"terminal": 0.0, "plug": 0.5 + 1.0 + 0.125, "conftest.py": 0.5 + 1.0 + 2.0}


def test_the_teardown_of_timed_rounds_is_shared_out_by_the_passes(trace, places) -> None:
    """One of two passes falls into the import of `cupy` by `heavy`: half of 1 s of teardown and of 0.5 s of passes."""
    there = replace(trace, gc=(GcPass(generation=2, begin_s=6.9, duration_s=0.25), trace.gc[0]))
    found = profile(
        there, sample=SAMPLE, subject=replace(SUBJECT, calibration=Calibration(teardown_s=1.0)), places=places
    )
    saving_s = {cost.module: cost.saving_joint_s for cost in found.imports}
    assert (saving_s["cupy"], saving_s["heavy"]) == (0.75 + 0.75, 2.0 + 0.75)
