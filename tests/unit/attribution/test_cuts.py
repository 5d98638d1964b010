from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.attribution.cuts import best_cuts, cut_of
from collectbench.attribution.imports import Start
from collectbench.attribution.line_graph import line_graph

TESTS = tuple(f"tests.test_{letter}" for letter in "abcdef")


def is_ours(path: str) -> bool:
    return path.startswith("/p/")


def cuts_of(attribution, noise_s: float = 0.5) -> list[tuple[str, list[tuple[str, int]], float]]:
    """The module, the places and the saving of each cut; the place of a plugin is its name with line 0."""
    cuts = best_cuts(line_graph(attribution.graph, is_ours), attribution.graph, attribution.savings, noise_s)
    return [(cut.module.name, sorted(map(place, cut.changes)), cut.saving_s) for cut in cuts]


def place(change) -> tuple[str, int]:
    return (change.name, 0) if isinstance(change, Start) else (change.path.removeprefix("/p/"), change.line)


def test_one_line_that_all_others_lead_to_is_the_one_to_change(project_of, attributed) -> None:
    attribution = attributed(
        project_of(
            code={
                **{name: ["import ours"] for name in TESTS},
                "ours": ["import ours.low"],
                "ours.low": ["import heavy"],
                "heavy": ["import part"],
                "part": [],
            },
            cost_s={"heavy": 30, "part": 20, "ours": 0.1, "ours.low": 0.1},
            tests=TESTS,
        ).trace()
    )
    assert cuts_of(attribution) == [("heavy", [("ours/low.py", 1)], 50)]


def test_all_lines_that_lead_to_a_module_are_one_cut(project_of, attributed) -> None:
    attribution = attributed(
        project_of(
            code={**{name: ["import heavy"] for name in TESTS}, "heavy": []}, cost_s={"heavy": 5}, tests=TESTS
        ).trace()
    )
    assert cuts_of(attribution) == [("heavy", [(f"tests/test_{letter}.py", 1) for letter in "abcdef"], 5)]


def test_lines_in_installed_packages_are_not_the_users(project_of, attributed) -> None:
    attribution = attributed(
        project_of(
            code={"tests.test_a": ["import other"], "other": ["import heavy"], "heavy": []},
            cost_s={"heavy": 5},
            tests=TESTS[:1],
        ).trace()
    )
    assert cuts_of(attribution) == [("other", [("tests/test_a.py", 1)], 6)]


def test_the_larger_saving_counts_where_several_smallest_cuts_exist(project_of, attributed) -> None:
    attribution = attributed(
        project_of(
            code={"tests.test_a": ["import ours"], "ours": ["import heavy"], "heavy": []},
            cost_s={"heavy": 5, "ours": 4},
            tests=TESTS[:1],
        ).trace()
    )
    assert cuts_of(attribution) == [("ours", [("tests/test_a.py", 1)], 9)]


def test_after_a_cut_the_next_importer_pays(project_of, attributed) -> None:
    """`left` and `right` both need `heavy`, which no cut of one of them saves."""
    attribution = attributed(
        project_of(
            code={
                "tests.test_a": ["import left"],
                "tests.test_b": ["import right"],
                "left": ["import heavy"],
                "right": ["import heavy"],
                "heavy": [],
            },
            cost_s={"heavy": 5, "left": 12, "right": 1},
            tests=TESTS[:2],
        ).trace()
    )
    assert cuts_of(attribution) == [
        ("left", [("tests/test_a.py", 1)], 12),
        ("heavy", [("tests/test_b.py", 1)], 6),
    ]


def test_a_few_lines_come_before_the_many_that_include_them(project_of, attributed) -> None:
    importers = {name: ["import low"] for name in TESTS[2:]}
    attribution = attributed(
        project_of(
            code={"tests.test_a": ["import high"], "tests.test_b": ["import high"], **importers, "high": ["import low"],
                  "low": []},
            cost_s={"high": 5, "low": 2},
            tests=TESTS,
        ).trace()
    )  # fmt: skip
    assert [(name, len(lines), saving_s) for name, lines, saving_s in cuts_of(attribution)] == [
        ("high", 2, 5),
        ("low", 4, 2),
    ]


def test_a_module_with_too_many_importers_is_cut_above_if_they_meet_there(project_of, attributed) -> None:
    many = {f"ours.part_{number}": ["import heavy"] for number in range(40)}
    project = project_of(
        code={
            "tests.test_a": ["import ours"],
            "ours": [f"import {name}" for name in many],
            **many,
            "heavy": [],
        },
        cost_s={**dict.fromkeys(many, 0.0), "ours": 0.0, "heavy": 9},
        tests=TESTS[:1],
    )
    assert cuts_of(attributed(project.trace())) == [("ours", [("tests/test_a.py", 1)], 9)]
    several = replace(project, code={**project.code, **{name: [f"import {part}" for part in many] for name in TESTS}})
    assert cuts_of(attributed(several.trace())) == []  # 40 lines are no fix that anybody makes


def test_a_plugin_is_cut_by_switching_it_off(project_of, attributed) -> None:
    attribution = attributed(
        project_of(
            code={"plug": ["import heavy"], "heavy": [], "terminal": []},
            cost_s={"heavy": 5, "terminal": 5},
            plugins=("plug", "terminal"),
        ).trace()
    )
    assert cuts_of(attribution) == [("plug", [("plug", 0)], 6)]  # pytest does not run without `terminal`


def test_a_plugin_whose_module_a_test_imports_is_not_switched_off(project_of, attributed) -> None:
    attribution = attributed(
        project_of(
            code={"plug": ["import heavy"], "heavy": [], "tests.test_a": ["import plug"]},
            cost_s={"heavy": 5},
            plugins=("plug",),
            tests=TESTS[:1],
        ).trace()
    )
    assert cuts_of(attribution) == []


def test_a_conftest_stays_and_its_lines_can_go(project_of, attributed) -> None:
    attribution = attributed(
        project_of(
            code={"conftest": ["import heavy"], "heavy": []}, cost_s={"conftest": 9}, conftests=("conftest",)
        ).trace()
    )
    assert cuts_of(attribution) == [("heavy", [("conftest.py", 1)], 1)]


def test_cuts_below_the_noise_are_not_chosen(project_of, attributed) -> None:
    project = project_of(code={"tests.test_a": ["import light"], "light": []}, tests=TESTS[:1])
    assert cuts_of(attributed(project.trace()), noise_s=1.1) == []


def test_the_saving_of_each_line_alone_is_told(project_of, attributed) -> None:
    attribution = attributed(
        project_of(
            code={
                "tests.test_a": ["import heavy.extra"],
                "tests.test_b": ["import heavy"],
                "heavy": [],
                "heavy.extra": [],
            },
            cost_s={"heavy": 5},
            tests=TESTS[:2],
        ).trace()
    )
    (cut,) = best_cuts(line_graph(attribution.graph, is_ours), attribution.graph, attribution.savings, 0.5)
    assert list(map(place, cut.changes)) == [("tests/test_a.py", 1), ("tests/test_b.py", 1)]
    assert cut.alone_s == (1, 0)


def test_the_cut_of_a_module_that_pytest_collects_does_not_exist(project_of, attributed) -> None:
    attribution = attributed(project_of(code={"tests.test_a": []}, tests=TESTS[:1]).trace())
    (module,) = attribution.modules.all
    assert cut_of(line_graph(attribution.graph, is_ours), module) is None


NAMES = ("a", "a.b", "c", "ours", "ours.x", "tests.help")


@st.composite
def projects(draw: st.DrawFn, project_of) -> object:
    code: dict[str, list[str]] = {"pytest": []}
    for name in ("plug", "conftest", *NAMES, *TESTS[:3]):
        code[name] = [f"import {one}" for one in draw(st.lists(st.sampled_from(NAMES), max_size=3, unique=True))]
    cost_s = {name: float(draw(st.integers(1, 1000))) for name in code}
    return project_of(code=code, cost_s=cost_s, plugins=("plug",), conftests=("conftest",), tests=TESTS[:3])


def without(project, places: set[tuple[str, int]], file_of):
    """The project without lines and plugins, and a function that tells which lines stay."""
    plugins = tuple(name for name in project.plugins if (name, 0) not in places)
    gone = {(path, line) for path, line in places if line}
    return (
        replace(project, plugins=plugins),
        lambda importer, line, _wanted: (file_of(importer).removeprefix("/p/"), line) not in gone,
    )


@given(data=st.data())
def test_cuts_save_together_the_difference_to_a_run_without_them(data, project_of, attributed) -> None:
    project = data.draw(projects(project_of))
    attribution = attributed(project.trace())
    gone: set[tuple[str, int]] = set()
    before_s = project.total_s()
    for _, places, saving_s in cuts_of(attribution):
        gone |= set(places)
        rest, keeps = without(project, gone, attribution.file_of)
        assert saving_s == pytest.approx(before_s - rest.total_s(keeps))
        before_s -= saving_s


@given(data=st.data())
def test_no_set_of_fewer_lines_keeps_a_module_from_being_loaded(data, project_of, attributed) -> None:
    project = data.draw(projects(project_of))
    attribution = attributed(project.trace())
    graph = line_graph(attribution.graph, is_ours)
    places = [place(change) for change in graph.exits]
    module = data.draw(st.sampled_from([module for module in attribution.modules.all if module.name != "pytest"]))

    def is_loaded(gone: tuple[tuple[str, int], ...]) -> bool:
        rest, keeps = without(project, set(gone), attribution.file_of)
        return any(frame.module == module.name for frame in rest.trace(keeps).imports)

    cut = cut_of(graph, module, most=2)
    if cut is not None:
        assert not is_loaded(tuple(map(place, cut.changes)))
    for size in range(len(cut.changes) if cut else 2):
        assert all(map(is_loaded, combinations(places, size)))
