from __future__ import annotations

from types import SimpleNamespace

import pytest

from collectbench.attribution.who import who_imports

TESTS = tuple(f"tests.test_{letter}" for letter in "abc")


@pytest.fixture
def asked(project_of, attributed, places):
    """Who imports `name` in a project."""

    def ask(name: str, code, **fields):
        made = attributed(project_of(code=code, **fields).trace())
        attribution = SimpleNamespace(
            modules=made.modules, places=places, graph=made.graph, savings=made.savings, origins=made.origins
        )
        return who_imports(attribution, name)

    return ask


def lines(importers) -> list[tuple[str, int, float]]:
    return [(each.path, each.line, each.saving_alone_s) for each in importers]


CODE = {
    "tests.test_a": ["import heavy"],
    "tests.test_b": ["import other"],
    "other": ["import heavy"],
    "heavy": ["import heavy.low"],
    "heavy.low": [],
}


def test_the_lines_that_import_a_module_and_those_to_change_are_told(asked) -> None:
    (answer,) = asked("heavy", CODE, cost_s={"heavy": 5}, tests=TESTS[:2]).modules
    assert answer.path == "<site-packages>/heavy.py"
    assert answer.saving_joint_s == 6
    assert lines(answer.importers) == [("<site-packages>/other.py", 1, 0), ("tests/test_a.py", 1, 0)]
    assert lines(answer.cut) == [("tests/test_b.py", 1, 1), ("tests/test_a.py", 1, 0)]
    assert answer.cut_saving_s == 7
    assert answer.why_no_cut == ""


def test_a_name_before_the_dots_means_the_modules_below_it(asked) -> None:
    code = {"tests.test_a": ["import space.one, space.two.deep"], "space.one": [], "space.two.deep": []}
    found = asked("space", code, tests=TESTS[:1]).modules
    assert [answer.module for answer in found] == ["space.one"]


def test_a_module_that_was_not_imported_gets_the_nearest_names(asked) -> None:
    answer = asked("haevy", CODE, tests=TESTS[:2])
    assert answer.modules == ()
    assert answer.nearest[0] == "heavy"


def test_a_plugin_is_in_the_cut_under_its_name(asked) -> None:
    (answer,) = asked("heavy", {"plug": ["import heavy"], "heavy": []}, plugins=("plug",)).modules
    assert lines(answer.cut) == [("plug", 0, 2)]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("json", "pytest needs it"),
        ("tests.test_a", "pytest loads it, or a module that needs it"),
        ("tests", "pytest loads it, or a module that needs it"),
    ],
)
def test_why_no_line_keeps_a_module_from_being_loaded(name: str, why: str, asked) -> None:
    code = {"pytest": ["import json"], "json": [], "tests": [], "tests.test_a": []}
    (answer,) = asked(name, code, tests=TESTS[:1]).modules
    assert (answer.cut, answer.why_no_cut) == ((), why)


def test_too_many_lines_are_no_cut(asked) -> None:
    names = tuple(f"tests.test_{number}" for number in range(21))
    code = {**{name: ["import heavy"] for name in names}, "heavy": []}
    (answer,) = asked("heavy", code, tests=names).modules
    assert answer.why_no_cut == "more than 20 lines of the project would have to change"
    assert len(answer.importers) == 21
