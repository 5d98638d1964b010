from __future__ import annotations

import pytest

from collectbench.causes.heavy_import import CAUSE as HEAVY_IMPORT
from collectbench.causes.shared_import import CAUSE
from imported_sources import SITE, Project
from made_evidence import findings

HEAVY = {f"{SITE}/heavy.py": "VALUE = 1\n"}
TESTS = tuple(f"tests/test_{letter}.py" for letter in "abcd")


def found(files, cause=CAUSE, **fields):
    project = Project(files={**HEAVY, **files}, cost_s={f"{SITE}/heavy.py": 2.0}, **fields)
    return findings(cause, project.evidence())


def places(finding) -> list[str]:
    return [f"{each.path}:{each.line}" for each in finding.locations]


def test_all_lines_that_import_a_module_are_one_finding_and_none_saves_alone() -> None:
    (finding,) = found(dict.fromkeys(TESTS, "import heavy\n"), tests=TESTS)
    assert places(finding) == [f"{path}:1" for path in TESTS]
    assert finding.estimated_saving_s == pytest.approx(2.0)
    assert finding.saving_alone_s == 0
    assert finding.title == "4 lines import heavy: only changing all of them saves it"


def test_one_line_that_all_lead_to_is_the_place() -> None:
    files = {**dict.fromkeys(TESTS, "import app\n"), "app/__init__.py": "from .low import x\n", "app/low.py": ""}
    files["app/low.py"] = "import heavy\n"
    (finding,) = found(files, tests=TESTS)
    assert places(finding) == ["app/low.py:1"]
    assert finding.title == "one line imports heavy for 4 files"
    assert finding.saving_alone_s is None


def test_a_conftest_and_a_test_share_an_import() -> None:
    files = {"conftest.py": "import heavy\n", TESTS[0]: "import heavy\n"}
    (finding,) = found(files, conftests=("conftest.py",), tests=TESTS[:1])
    assert places(finding) == ["conftest.py:1", f"{TESTS[0]}:1"]


def test_lines_with_different_remedies_have_each_their_own() -> None:
    conftest = "try:\n    import heavy\n    there = True\nexcept ImportError:\n    there = False\n"
    files = {"conftest.py": conftest, TESTS[0]: "import heavy\n\n\ndef test_it():\n    assert heavy\n"}
    (finding,) = found(files, conftests=("conftest.py",), tests=TESTS[:1])
    assert finding.fix == (
        'conftest.py:2: check importlib.util.find_spec("heavy") instead: that does not load it; '
        "tests/test_a.py:1: import heavy in the tests and fixtures that use it"
    )


def test_lines_in_installed_packages_are_not_to_be_changed() -> None:
    files = {**dict.fromkeys(TESTS[:2], "import other\n"), f"{SITE}/other.py": "import heavy\n"}
    (finding,) = found(files, tests=TESTS[:2])
    assert places(finding) == [f"{path}:1" for path in TESTS[:2]]


def test_a_module_that_one_test_imports_is_not_shared() -> None:
    files = {TESTS[0]: "import heavy\n", TESTS[1]: "import os\n"}
    assert found(files, tests=TESTS[:2]) == ()
    assert len(found(files, HEAVY_IMPORT, tests=TESTS[:2])) == 1


def test_a_module_that_a_collected_file_is_costs_what_it_must() -> None:
    files = {TESTS[0]: "import test_b\n", TESTS[1]: ""}
    project = Project(files=files, cost_s={TESTS[1]: 3.0}, tests=TESTS[:2])
    assert findings(CAUSE, project.evidence()) == ()


def test_forty_importers_are_no_fix() -> None:
    tests = tuple(f"tests/test_{number}.py" for number in range(40))
    assert found(dict.fromkeys(tests, "import heavy\n"), tests=tests) == ()


def test_a_package_that_offers_a_name_that_somebody_uses_loads_it_late() -> None:
    files = {**dict.fromkeys(TESTS, "from app import VALUE\n"), "app/__init__.py": "from heavy import VALUE\n"}
    (finding,) = found(files, tests=TESTS)
    assert finding.fix == "load heavy when a name of it is first used: a __getattr__ in this __init__ (PEP 562)"


def test_lines_that_import_different_parts_of_a_package_do_not_need_each_other() -> None:
    """Each of them saves its part alone, so the title does not say that only all of them together save something."""
    names = ("one", "two")
    parts = {f"{SITE}/heavy/{name}.py": "VALUE = 1\n" for name in names}
    tests = {f"tests/test_{name}.py": f"import heavy.{name}\n" for name in names}
    files = {f"{SITE}/heavy/__init__.py": "", **parts, **tests}
    project = Project(files=files, tests=tuple(tests), cost_s=dict.fromkeys(parts, 1.0))
    (finding,) = findings(CAUSE, project.evidence())
    assert finding.saving_alone_s == pytest.approx(1.0)
    assert finding.title == "2 lines import heavy or parts of it"
