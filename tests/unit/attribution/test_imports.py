"""Imports that run on behalf of another module than the one that holds them, and incomplete traces."""

from __future__ import annotations

from collectbench.attribution.imports import PROCESS, PYTEST
from collectbench.model.trace import Trace

BY_CALL = ("*",)


def test_a_module_that_importorskip_imports_is_requested_by_the_test_module(made, attributed) -> None:
    """The import statement is in pytest, which is loaded anyway; the caller needs the module."""
    trace = Trace(
        complete=True,
        imports=(
            made.import_frame(0, -1, "pytest"),
            made.import_frame(1, 0, "_pytest"),
            made.import_frame(2, 0, "_pytest.outcomes"),
            made.import_frame(4, 3, "tests.test_a"),
            made.import_frame(5, 4, "heavy"),
        ),
        collectors=(made.collector_frame(3, -1, "tests/test_a.py"),),
        edges=(
            made.edge("pytest", "_pytest.outcomes", 0),
            made.edge("_pytest.outcomes", "heavy", 4, line=264, fromlist=BY_CALL),
        ),
    )
    attribution = attributed(trace)
    assert "heavy" not in attribution.floor
    assert attribution.joint_s["heavy"] == 1
    assert attribution.alone_s("heavy", "_pytest.outcomes", 264) == 1


def test_late_imports_of_a_lazy_package_go_with_the_package(made, attributed) -> None:
    trace = Trace(
        complete=True,
        imports=(
            made.import_frame(1, 0, "tests.test_a"),
            made.import_frame(2, 1, "lazy"),
            made.import_frame(3, 1, "lazy.part"),
            made.import_frame(4, 1, "heavy"),
        ),
        collectors=(made.collector_frame(0, -1, "tests/test_a.py"),),
        edges=(
            made.edge("tests.test_a", "lazy", 1),
            made.edge("lazy", "lazy.part", 1, line=5, fromlist=BY_CALL),
            made.edge("lazy", "heavy", 1, line=6, fromlist=BY_CALL),
        ),
    )
    attribution = attributed(trace)
    assert attribution.joint_s == {"tests.test_a": 0, "lazy": 3, "lazy.part": 1, "heavy": 1}
    assert attribution.alone_s("heavy", "lazy", 6) == 1


def test_imports_of_a_called_standard_library_function_are_requested_by_the_caller(made, attributed) -> None:
    trace = Trace(
        complete=True,
        imports=(
            made.import_frame(1, 0, "tests.test_a"),
            made.import_frame(2, 1, "ours"),
            made.import_frame(3, 1, "json"),
            made.import_frame(4, 2, "decimal"),
        ),
        collectors=(made.collector_frame(0, -1, "tests/test_a.py"),),
        edges=(
            made.edge("tests.test_a", "json", 1),
            made.edge("tests.test_a", "ours", 1, line=2),
            made.edge("json", "decimal", 2, line=9),
        ),
    )
    attribution = attributed(trace)
    assert attribution.joint_s == {"tests.test_a": 0, "ours": 2, "json": 1, "decimal": 1}


def test_pytests_own_imports_are_its_own_and_imports_by_a_given_name_are_the_projects(made, attributed) -> None:
    """The floor holds neither test modules, although pytest imports them, nor plugins that `-p` names."""
    trace = Trace(
        complete=True,
        imports=(
            made.import_frame(0, -1, "pytest"),
            made.import_frame(1, 0, "_pytest.pathlib"),
            made.import_frame(2, -1, "pygments"),
            made.import_frame(3, -1, "enum"),
            made.import_frame(4, -1, "ours"),
            made.import_frame(6, 5, "tests.test_a"),
        ),
        collectors=(made.collector_frame(5, -1, "tests/test_a.py"),),
        edges=(
            made.edge("__main__", "pytest", -1, path="/tool/runner.py"),
            made.edge("pytest", "_pytest.pathlib", 0),
            made.edge("_pytest.pathlib", "pygments", -1, line=2),
            made.edge("_pytest.pathlib", "enum", -1, line=3, fromlist=BY_CALL),
            made.edge("_pytest.pathlib", "ours", -1, line=3, fromlist=BY_CALL),
            made.edge("_pytest.pathlib", "tests.test_a", 5, line=3, fromlist=BY_CALL),
        ),
    )
    attribution = attributed(trace)
    assert attribution.floor == {"pytest", "_pytest.pathlib", "pygments", "enum"}
    assert PYTEST in attribution.graph.floor
    assert PROCESS not in attribution.graph.floor
    assert set(attribution.joint_s.values()) == {0.0}


def test_a_conftest_that_a_plugin_imported_first_saves_nothing(made, attributed) -> None:
    trace = Trace(
        complete=True,
        imports=(made.import_frame(1, 0, "plug"), made.import_frame(2, 1, "conftest")),
        plugins=(
            made.plugin_frame(0, -1, "plugin", "plug"),
            made.plugin_frame(3, -1, "conftest", made.file_of("conftest")),
        ),
        edges=(made.edge("plug", "conftest", 1),),
    )
    assert attributed(trace).joint_s == {"plug": 1, "conftest": 0}


def test_each_importer_of_a_module_that_removed_itself_pays_for_it(made, attributed) -> None:
    trace = Trace(
        complete=True,
        imports=(
            made.import_frame(1, 0, "tests.test_a"),
            made.import_frame(2, 1, "shy", self_s=3.0),
            made.import_frame(3, 2, "part"),
            made.import_frame(5, 4, "tests.test_b"),
            made.import_frame(6, 5, "shy", self_s=2.0),
        ),
        collectors=(made.collector_frame(0, -1, "tests/test_a.py"), made.collector_frame(4, -1, "tests/test_b.py")),
        edges=(
            made.edge("tests.test_a", "shy", 1),
            made.edge("shy", "part", 2),
            made.edge("tests.test_b", "shy", 5),
        ),
    )
    attribution = attributed(trace)
    assert attribution.joint_s["shy"] == 6
    assert attribution.alone_s("shy", "tests.test_a", 1) == 3
    assert attribution.alone_s("shy", "tests.test_b", 1) == 2


def test_a_trace_that_ended_early_has_costs_and_nothing_to_save(made, attributed) -> None:
    """The statements are written at the end, and the frames around those that ended are missing."""
    trace = Trace(complete=False, imports=(made.import_frame(7, 6, "heavy"), made.import_frame(8, 7, "heavy.part")))
    attribution = attributed(trace)
    assert attribution.joint_s == {"heavy": 0, "heavy.part": 1}
    assert attribution.lines == {"heavy": {}, "heavy.part": {}}


def test_statements_outside_of_modules_belong_to_the_module_that_was_being_imported(made, attributed) -> None:
    """`exec` with its own globals: no module has that name."""
    trace = Trace(
        complete=True,
        imports=(made.import_frame(1, 0, "tests.test_a"), made.import_frame(2, 1, "heavy")),
        collectors=(made.collector_frame(0, -1, "tests/test_a.py"),),
        edges=(made.edge("made_up", "heavy", 1, path="<string>", line=3),),
    )
    assert attributed(trace).lines["heavy"] == {("<string>", 3): 1.0}
