from __future__ import annotations

import pytest

from collectbench.attribution.sites import sites_of
from collectbench.model.trace import Trace

PROBE = "/collectbench/probe"


@pytest.fixture
def sites_by_line(places):
    """The modules of each site of a trace, by `path:line`."""

    def sites(trace: Trace) -> dict[str, tuple[str, ...]]:
        return {f"{site.path}:{site.line}": site.modules for site in sites_of(trace, places, PROBE).all}

    return sites


def test_the_innermost_line_of_the_project_that_led_to_a_module_is_its_site(project_of, sites_by_line) -> None:
    project = project_of(
        code={
            "tests.test_a": ["import ours", "import json"],
            "ours": ["import enum", "import pandas"],
            "pandas": ["import pandas.core", "import numpy"],
            "pandas.core": ["import decimal"],
            "numpy": [],
            "decimal": [],
            "json": [],
        },
        tests=("tests.test_a",),
    )
    assert sites_by_line(project.trace()) == {
        "ours.py:2": ("decimal", "numpy", "pandas", "pandas.core"),
        ":0": ("tests.test_a",),  # pytest loads it, not a line of the project
        "tests/test_a.py:1": ("ours",),
        "tests/test_a.py:2": ("json",),
    }


def test_without_a_line_of_the_project_the_outermost_one_outside_of_pytest_counts(project_of, sites_by_line) -> None:
    project = project_of(
        code={
            "pytest": ["import _pytest"],
            "_pytest": ["import json"],
            "plug": ["import coverage"],
            "coverage": ["import decimal"],
            "json": ["import enum"],
            "decimal": [],
            "enum": [],
        },
        plugins=("plug",),
    )
    assert sites_by_line(project.trace()) == {
        ":0": ("_pytest", "json", "plug", "pytest"),
        "<site-packages>/plug.py:1": ("coverage", "decimal"),
        "<stdlib>/json.py:1": ("enum",),
    }


def test_the_sites_with_the_most_modules_come_first(project_of, places) -> None:
    code = {"tests.test_a": ["import one", "import two"], "one": [], "two": ["import three"], "three": []}
    sites = sites_of(project_of(code=code, tests=("tests.test_a",)).trace(), places, PROBE).all
    assert [(len(site.modules), site.path, site.line) for site in sites] == [
        (2, "tests/test_a.py", 2),
        (1, "", 0),
        (1, "tests/test_a.py", 1),
    ]


def test_a_module_whose_import_failed_has_no_site(project_of, sites_by_line) -> None:
    code = {"tests.test_a": ["import broken"], "broken": ["import json"], "json": []}
    project = project_of(code=code, fails=frozenset(("broken",)), tests=("tests.test_a",))
    assert sites_by_line(project.trace()) == {":0": ("tests.test_a",), "tests/test_a.py:1": ("json",)}


def test_lines_of_the_probe_and_of_the_import_machinery_are_not_sites(made, sites_by_line) -> None:
    trace = Trace(
        complete=True,
        imports=(
            made.import_frame(0, -1, "pytest"),
            made.import_frame(1, -1, "plug"),
            made.import_frame(2, -1, "ours"),
        ),
        edges=(
            made.edge("__main__", "pytest", -1, path=f"{PROBE}/runner.py", line=200),
            made.edge("importlib.metadata", "plug", -1, path="/usr/lib/python3.11/importlib/metadata/__init__.py"),
            made.edge("", "ours", -1, path="<frozen importlib._bootstrap>"),
        ),
    )
    assert sites_by_line(trace) == {":0": ("ours", "plug", "pytest")}


def test_a_chain_of_requests_continues_outside_of_the_loading_of_a_conftest(made, sites_by_line) -> None:
    trace = Trace(
        complete=True,
        imports=(
            made.import_frame(0, -1, "tests.runs"),
            made.import_frame(2, 1, "tests.inner", path="/elsewhere/inner.py"),
        ),
        plugins=(made.plugin_frame(1, 0, "conftest", "/elsewhere/conftest.py"),),
        edges=(made.edge("tests.outer", "tests.runs", -1, line=4),),
    )
    assert sites_by_line(trace) == {"tests/outer.py:4": ("tests.inner", "tests.runs")}


def test_a_line_has_the_time_of_all_modules_that_only_it_loads(project_of, places) -> None:
    code = {"tests.test_a": ["import heavy", "import light"], "heavy": ["import part"], "part": [], "light": []}
    costs = {"heavy": 0.5, "part": 0.25, "light": 0.001}
    times = sites_of(project_of(code=code, cost_s=costs, tests=("tests.test_a",)).trace(), places, PROBE).times
    assert {(time.path, time.line): time.seconds for time in times} == {
        ("tests/test_a.py", 1): pytest.approx(0.75),
        ("", 0): pytest.approx(1.0),
    }
