from __future__ import annotations

import pytest

from collectbench.causes.double_import import CAUSE
from imported_sources import Project
from made_evidence import findings

A, B = "tests/test_a.py", "tests/test_b.py"
APP = {"src/app/__init__.py": "", "src/app/models.py": "VALUE = 1\n", "src/app/views.py": "VALUE = 2\n"}
COSTS = {"src/app/models.py": 0.6, "src/app/views.py": 0.2}


def found(first: str, second: str):
    project = Project(
        files={**APP, A: first, B: second}, cost_s=COSTS, tests=(A, B), roots=("", "src/", "tests/")
    )  # fmt: skip
    return findings(CAUSE, project.evidence())


def test_a_file_that_runs_under_two_names_costs_its_second_run() -> None:
    (finding,) = found("import app.models\n", "import src.app.models\n")
    assert finding.subject == "app.models = src.app.models"
    assert finding.estimated_saving_s == pytest.approx(0.6, abs=0.01)
    assert finding.evidence == (
        "tests/test_a.py:1 imports it as app.models",
        "tests/test_b.py:1 imports it as src.app.models",
    )


def test_files_whose_names_differ_in_the_same_way_are_one_finding() -> None:
    (finding,) = found("import app.models, app.views\n", "import src.app.models, src.app.views\n")
    assert finding.estimated_saving_s == pytest.approx(0.8, abs=0.01)
    assert [each.path for each in finding.locations[:2]] == ["src/app/models.py", "src/app/views.py"]
    assert finding.title == "src/app/models.py and 2 more files run as app.models and as src.app.models"


def test_the_run_that_pytest_needs_stays() -> None:
    """A test file that another imports under a second name: only the other name can go."""
    project = Project(
        files={A: "from tests.test_b import help\n", B: ""}, cost_s={B: 0.6}, tests=(A, B), roots=("",)
    )  # fmt: skip
    (finding,) = findings(CAUSE, project.evidence())
    assert finding.subject == "test_b = tests.test_b"
    assert finding.evidence[1] == "tests/test_a.py:1 imports it as tests.test_b"


def test_two_files_of_one_name_are_not_the_same_file() -> None:
    files = {"conftest.py": "", "tests/conftest.py": "", A: ""}
    conftests = ("conftest.py", "tests/conftest.py")
    project = Project(files=files, cost_s=dict.fromkeys(files, 0.6), conftests=conftests, tests=(A,))
    assert findings(CAUSE, project.evidence()) == ()


def test_one_name_for_all_importers_is_not_found() -> None:
    assert found("import app.models\n", "from app import models\n") == ()


def test_a_cheap_file_that_runs_twice_is_not_found() -> None:
    project = Project(files={**APP, A: "import app, src.app\n"}, tests=(A,), roots=("", "src/", "tests/"))
    assert findings(CAUSE, project.evidence()) == ()
