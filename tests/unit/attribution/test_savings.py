from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.model.trace import GcPass, HookTotal, Trace

TESTS = ("tests.test_a", "tests.test_b")


def test_a_module_that_two_tests_import_is_saved_by_both_lines_and_by_neither_alone(project_of, attributed) -> None:
    attribution = attributed(
        project_of(
            code={
                "tests.test_a": ["import heavy"],
                "tests.test_b": ["import heavy"],
                "heavy": ["import part"],
                "part": [],
            },
            cost_s={"heavy": 5, "part": 2},
            tests=TESTS,
        ).trace()
    )
    assert attribution.joint_s["heavy"] == 7
    assert attribution.alone_s("heavy", "tests.test_a", 1) == 0
    assert attribution.alone_s("heavy", "tests.test_b", 1) == 0


def test_a_module_with_one_importer_is_saved_by_its_line(project_of, attributed) -> None:
    attribution = attributed(
        project_of(
            code={"tests.test_a": ["import light", "import heavy"], "heavy": ["import part"], "part": [], "light": []},
            cost_s={"heavy": 5, "part": 2},
            tests=TESTS[:1],
        ).trace()
    )
    assert attribution.alone_s("heavy", "tests.test_a", 2) == attribution.joint_s["heavy"] == 7
    assert attribution.alone_s("light", "tests.test_a", 1) == attribution.joint_s["light"] == 1


def test_a_module_on_every_path_saves_all_modules_behind_it(project_of, attributed) -> None:
    attribution = attributed(
        project_of(
            code={
                "tests.test_a": ["import ours"],
                "tests.test_b": ["import ours"],
                "ours": ["import left, right"],
                "left": ["import heavy"],
                "right": ["import heavy"],
                "heavy": [],
            },
            cost_s={"heavy": 10},
            tests=TESTS,
        ).trace()
    )
    assert attribution.joint_s == {"tests.test_a": 0, "tests.test_b": 0, "ours": 13, "left": 1, "right": 1, "heavy": 10}
    assert attribution.alone_s("left", "ours", 1) == 1


def test_a_module_that_conftest_and_tests_import_is_not_saved_by_one_of_them(project_of, attributed) -> None:
    attribution = attributed(
        project_of(
            code={
                "conftest": ["import heavy", "import mine"],
                "tests.test_a": ["import heavy"],
                "heavy": [],
                "mine": [],
            },
            conftests=("conftest",),
            tests=TESTS[:1],
        ).trace()
    )
    assert attribution.joint_s == {"conftest": 0, "tests.test_a": 0, "heavy": 1, "mine": 1}
    assert attribution.alone_s("heavy", "conftest", 1) == 0
    assert attribution.alone_s("mine", "conftest", 2) == 1


def test_a_test_module_that_another_imports_is_still_collected_without_that(project_of, attributed) -> None:
    attribution = attributed(
        project_of(
            code={
                "tests": [],
                "tests.test_a": ["from tests import test_b"],
                "tests.test_b": ["import heavy"],
                "heavy": [],
            },
            tests=TESTS,
        ).trace()
    )
    assert attribution.alone_s("tests.test_b", "tests.test_a", 1) == 0
    assert attribution.joint_s == {"tests": 0, "tests.test_a": 0, "tests.test_b": 0, "heavy": 1}


def test_modules_that_pytest_needs_are_the_floor_and_save_nothing(project_of, attributed) -> None:
    attribution = attributed(
        project_of(
            code={
                "pytest": ["import _pytest.config"],
                "_pytest": [],
                "_pytest.config": ["import json", "import iniconfig"],
                "iniconfig": ["import enum"],
                "json": [],
                "enum": [],
                "tests.test_a": ["import json", "import decimal", "import pytest"],
                "decimal": ["import enum"],
            },
            tests=TESTS[:1],
        ).trace()
    )
    assert attribution.floor == {"pytest", "_pytest", "_pytest.config", "iniconfig", "json", "enum"}
    assert {name for name, joint_s in attribution.joint_s.items() if joint_s} == {"decimal"}
    assert attribution.alone_s("json", "tests.test_a", 1) == 0
    assert attribution.alone_s("decimal", "tests.test_a", 2) == 1


def test_a_plugin_is_saved_with_the_modules_that_only_it_needs(project_of, attributed) -> None:
    attribution = attributed(
        project_of(
            code={
                "plug": [],
                "plug.hooks": ["import heavy", "import shared"],
                "heavy": [],
                "shared": [],
                "tests.test_a": ["import shared"],
            },
            plugins=("plug.hooks",),
            tests=TESTS[:1],
        ).trace()
    )
    assert attribution.joint_s == {"plug": 3, "plug.hooks": 2, "heavy": 1, "shared": 1, "tests.test_a": 0}


def test_a_package_goes_with_the_modules_below_it(project_of, attributed) -> None:
    """The lines that import `big.core` also import `big`; without them, no part of it is loaded."""
    attribution = attributed(
        project_of(
            code={
                "tests.test_a": ["import big"],
                "tests.test_b": ["from big.core import thing"],
                "big": ["from big import other"],
                "big.core": ["import big.low"],
                "big.low": [],
                "big.other": [],
            },
            cost_s={"big": 2, "big.core": 3, "big.low": 4, "big.other": 5},
            tests=TESTS,
        ).trace()
    )
    assert attribution.joint_s["big"] == 14
    assert attribution.joint_s["big.core"] == 7
    assert attribution.alone_s("big", "tests.test_a", 1) == 0
    assert attribution.alone_s("big.core", "tests.test_b", 1) == 7


def test_a_packages_own_modules_are_not_its_importers(project_of, attributed) -> None:
    attribution = attributed(
        project_of(
            code={"tests.test_a": ["import big.core"], "big": ["import big.core"], "big.core": ["import big"]},
            tests=TESTS[:1],
        ).trace()
    )
    assert list(attribution.lines["big"]) == [("/p/tests/test_a.py", 1)]


def test_of_two_statements_in_one_line_the_larger_saving_counts(project_of, attributed) -> None:
    attribution = attributed(
        project_of(
            code={"tests.test_a": ["import big.much, big.little"], "big": [], "big.much": [], "big.little": []},
            cost_s={"big.much": 5},
            tests=TESTS[:1],
        ).trace()
    )
    assert attribution.alone_s("big", "tests.test_a", 1) == 5
    assert attribution.alone_s("big.little", "tests.test_a", 1) == 1


def test_modules_that_import_each_other_go_together(project_of, attributed) -> None:
    attribution = attributed(
        project_of(
            code={
                "tests.test_a": ["import one"],
                "one": ["import two"],
                "two": ["import one", "import three"],
                "three": [],
            },
            tests=TESTS[:1],
        ).trace()
    )
    assert attribution.joint_s == {"tests.test_a": 0, "one": 3, "two": 2, "three": 1}
    assert attribution.alone_s("two", "one", 1) == 2
    assert attribution.alone_s("one", "two", 1) == 0


def test_each_importer_of_a_module_that_fails_pays_for_it(project_of, attributed) -> None:
    attribution = attributed(
        project_of(
            code={
                "tests.test_a": ["import broken"],
                "tests.test_b": ["import broken"],
                "broken": ["import part"],
                "part": [],
            },
            cost_s={"broken": 3},
            fails=frozenset({"broken"}),
            tests=TESTS,
        ).trace()
    )
    assert attribution.joint_s["broken"] == 7
    assert attribution.alone_s("broken", "tests.test_a", 1) == 3
    assert attribution.alone_s("broken", "tests.test_b", 1) == 3


def test_without_any_import_nothing_is_saved(project_of, attributed) -> None:
    assert attributed(project_of(code={}).trace()).joint_s == {}


def gc_pass(begin_s: float, duration_s: float) -> GcPass:
    return GcPass(generation=1, begin_s=begin_s, duration_s=duration_s)


@pytest.fixture
def three_imports(made) -> Trace:
    """A test module, at the second 1 to 10, that imports `heavy` (2 to 5), which imports `part` (3 to 4)."""
    return Trace(
        complete=True,
        imports=(
            made.import_frame(1, 0, "tests.test_a", end_s=10.0),
            made.import_frame(2, 1, "heavy", end_s=5.0),
            made.import_frame(3, 2, "part", end_s=4.0),
        ),
        collectors=(made.collector_frame(0, -1, "tests/test_a.py", end_s=11.0),),
        edges=(made.edge("tests.test_a", "heavy", 1), made.edge("heavy", "part", 2)),
    )


def test_a_module_saves_its_part_of_garbage_collection_and_teardown_by_the_number_of_passes(
    three_imports, attributed
) -> None:
    """Four passes of 0.5 s, a teardown of 2 s: each pass that falls into a module is a second of it, long or short."""
    passes = (gc_pass(2.5, 0.05), gc_pass(3.5, 0.15), gc_pass(4.5, 0.25), gc_pass(10.5, 1.55))
    attribution = attributed(replace(three_imports, gc=passes), teardown_s=2.0)
    assert attribution.joint_s == {"tests.test_a": 0, "heavy": 1 + 2 + 1 + 1, "part": 1 + 1}
    assert attribution.alone_s("part", "heavy", 1) == 2
    assert sum(attribution.graph.cost_s.values()) == 3 + 3  # no module pays for the pass outside of all modules


def test_without_passes_no_module_pays_for_the_teardown(three_imports, attributed) -> None:
    assert attributed(three_imports, teardown_s=2.0).joint_s == attributed(three_imports).joint_s
    assert attributed(three_imports).joint_s == {"tests.test_a": 0, "heavy": 2, "part": 1}


def test_the_overhead_of_tracing_is_subtracted_where_it_arose(three_imports, attributed) -> None:
    """Three imports weigh 4 each, two statements 1, ten calls of a hook 0.4: 18 together."""
    hooks = (HookTotal(hook="pytest_configure", plugin="terminal", calls=10, self_s=1.0),)
    attribution = attributed(replace(three_imports, hooks=hooks), overhead_s=1.8)
    assert attribution.graph.cost_s == {
        node: pytest.approx(1 - (0.5 if node.name in ("tests.test_a", "heavy") else 0.4))
        for node in attribution.graph.cost_s
    }


def test_no_saving_is_negative(three_imports, attributed) -> None:
    """If the machine was busy in the traced round, not all of the difference is overhead."""
    assert attributed(three_imports, overhead_s=100.0).joint_s == {"tests.test_a": 0, "heavy": 0, "part": 0}


def test_each_attempt_to_import_a_module_pays_for_the_passes_during_it(made, attributed) -> None:
    trace = Trace(
        complete=True,
        imports=(
            made.import_frame(1, 0, "tests.test_a", end_s=9.0),
            made.import_frame(2, 1, "broken", error="ImportError"),
            made.import_frame(4, 1, "broken", error="ImportError"),
        ),
        collectors=(made.collector_frame(0, -1, "tests/test_a.py", end_s=10.0),),
        edges=(made.edge("tests.test_a", "broken", 1),),
        gc=(gc_pass(4.5, 1.0),),
    )
    attribution = attributed(trace, teardown_s=1.0)
    assert attribution.joint_s["broken"] == (1 + 0) + (1 + 2)


def test_plugins_and_conftests_save_the_modules_that_only_they_import(project_of, attributed) -> None:
    attribution = attributed(
        project_of(
            code={
                "plug": ["import heavy, shared"],
                "other": ["import shared"],
                "conftest": ["import mine"],
                "heavy": [],
                "shared": [],
                "mine": [],
                "tests.test_a": [],
            },
            cost_s={"heavy": 5, "shared": 7, "mine": 3},
            plugins=("plug", "other"),
            conftests=("conftest",),
            tests=TESTS[:1],
        ).trace()
    )
    assert attribution.starts_s == {"plug": 6, "other": 1, "/p/conftest.py": 4}


def test_a_plugin_that_a_test_also_imports_does_not_save_its_module(project_of, attributed) -> None:
    attribution = attributed(
        project_of(
            code={"plug": ["import heavy"], "heavy": [], "tests.test_a": ["import plug"]},
            plugins=("plug",),
            tests=TESTS[:1],
        ).trace()
    )
    assert attribution.starts_s == {"plug": 0}


def test_a_plugin_module_has_a_joint_saving_without_importer_lines(made, attributed) -> None:
    """pytest's own statement requests every plugin: no line of the project can be changed."""
    trace = Trace(
        complete=True,
        imports=(
            made.import_frame(0, -1, "pytest"),
            made.import_frame(1, 0, "_pytest"),
            made.import_frame(2, 0, "_pytest.config"),
            made.import_frame(4, 3, "plug"),
            made.import_frame(5, 4, "heavy"),
        ),
        plugins=(made.plugin_frame(3, -1, "plugin", "plug", end_s=8.0),),
        edges=(
            made.edge("pytest", "_pytest.config", 0),
            made.edge("_pytest.config", "plug", 3, line=850, fromlist=("*",)),
            made.edge("plug", "heavy", 4, line=2),
        ),
    )
    attribution = attributed(trace)
    assert attribution.lines.get("plug", {}) == {}
    assert attribution.joint_s["plug"] == 2
    assert attribution.lines["heavy"] == {(found_file("plug"), 2): 1}
    assert attribution.starts_s == {"plug": 2}


def found_file(module: str) -> str:
    return f"/env/lib/python3.11/site-packages/{module}.py"


NAMES = ("a", "a.b", "a.c", "a.c.d", "e", "f", "f.g", "h", "ours", "json", "broken", "tests.help")
ROOTS = ("pytest", "plug", "conftest", "tests", *TESTS)


@st.composite
def projects(draw: st.DrawFn, project_of) -> object:
    code = {"broken": []}
    for name in (*ROOTS, *NAMES):
        if name != "broken":
            wanted = draw(st.lists(st.sampled_from([*NAMES, *TESTS]), max_size=4, unique=True))
            code[name] = [
                draw(st.sampled_from(statements(one))) for one in wanted if name != "pytest" or one in ("h", "json")
            ]
    cost_s = {name: float(draw(st.integers(1, 1000))) for name in code}
    return project_of(
        code=code,
        cost_s=cost_s,
        fails=frozenset({"broken"}),
        plugins=("plug",),
        conftests=("conftest",),
        tests=TESTS,
    )


def statements(name: str) -> list[str]:
    package, _, last = name.rpartition(".")
    return (
        [f"import {name}", f"from {package} import {last}"] if package else [f"import {name}", f"from {name} import x"]
    )


@given(data=st.data())
def test_a_joint_saving_is_the_difference_to_a_run_without_all_importers(data, project_of, attributed) -> None:
    project = data.draw(projects(project_of))
    attribution, total_s = attributed(project.trace()), project.total_s()
    rest = attribution.floor - project.fails  # of a module that fails, pytest's own attempt does not spare the others
    assert {attribution.joint_s[module] for module in rest} <= {0.0}
    for module in set(attribution.joint_s) - rest:

        def keeps(importer: str, _line: int, wanted: str, module: str = module) -> bool:
            return importer in attribution.floor or within(importer, module) or not within(wanted, module)

        without = project if module != "plug" else replace(project, plugins=())
        assert attribution.joint_s[module] == pytest.approx(total_s - without.total_s(keeps)), module


@given(data=st.data())
def test_the_saving_of_a_line_is_the_difference_to_a_run_without_it(data, project_of, attributed) -> None:
    project = data.draw(projects(project_of))
    attribution, total_s = attributed(project.trace()), project.total_s()
    listed = {
        line: alone_s for module in attribution.lines for line, alone_s in attribution.lines[module].items() if alone_s
    }
    for importer in set(project.code) - attribution.floor:
        for line in range(1, len(project.code[importer]) + 1):

            def keeps(other: str, number: int, _wanted: str, taken: tuple[str, int] = (importer, line)) -> bool:
                return (other, number) != taken

            alone_s = listed.get((attribution.file_of(importer), line), 0.0)
            assert alone_s == pytest.approx(total_s - project.total_s(keeps)), (importer, line)


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def test_a_collected_file_that_runs_under_a_second_name_as_well_saves_that_run(project_of, attributed) -> None:
    trace = project_of(
        code={"tests.test_a": ["import test_b"], "tests.test_b": [], "test_b": []}, tests=TESTS
    ).trace()  # fmt: skip
    path = "/p/tests/test_b.py"
    imports = tuple(replace(frame, path=path) if frame.module == "test_b" else frame for frame in trace.imports)
    attribution = attributed(replace(trace, imports=imports))
    assert attribution.joint_s == {"tests.test_a": 0, "tests.test_b": 0, "test_b": 1}
