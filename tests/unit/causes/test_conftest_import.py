from __future__ import annotations

from collectbench.causes.conftest_import import CAUSE
from imported_sources import SITE, Project
from made_evidence import findings

HEAVY = {f"{SITE}/heavy.py": "VALUE = 1\n", "tests/test_a.py": ""}
TESTS = ("tests/test_a.py",)


def found(files, **fields):
    project = Project(files={**HEAVY, **files}, cost_s={f"{SITE}/heavy.py": 2.0}, tests=TESTS, **fields)
    return findings(CAUSE, project.evidence())


def test_an_import_that_only_a_conftest_needs_is_found() -> None:
    text = "import pytest\nimport heavy\n\n\n@pytest.fixture\ndef value():\n    return heavy.VALUE\n"
    (finding,) = found({"tests/conftest.py": text}, conftests=("tests/conftest.py",))
    assert (finding.subject, finding.locations[0].path, finding.locations[0].line) == ("heavy", "tests/conftest.py", 2)
    assert finding.fix == "import heavy in the fixtures and hooks that use it"
    assert "+    import heavy" in finding.diff


def test_two_conftests_that_share_an_import_are_one_finding() -> None:
    files = {"conftest.py": "import heavy\n", "tests/conftest.py": "import heavy\n"}
    (finding,) = found(files, conftests=("conftest.py", "tests/conftest.py"))
    assert [each.path for each in finding.locations] == ["conftest.py", "tests/conftest.py"]


def test_a_hook_is_not_told_to_import_in_a_function() -> None:
    text = "def pytest_configure(config):\n    import heavy\n\n    heavy.start()\n"
    (finding,) = found({"conftest.py": text}, conftests=("conftest.py",))
    assert (
        finding.fix == "pytest_configure runs in every collection: load heavy in it only if a collected test needs it"
    )
    assert finding.diff == ""


def test_a_conftest_that_imports_in_a_fixture_is_not_found() -> None:
    text = "import pytest\n\n\n@pytest.fixture\ndef value():\n    import heavy\n\n    return heavy.VALUE\n"
    assert found({"tests/conftest.py": text}, conftests=("tests/conftest.py",)) == ()


def test_the_own_code_of_a_conftest_is_not_an_import() -> None:
    project = Project(
        files={**HEAVY, "conftest.py": ""}, cost_s={"conftest.py": 5.0}, conftests=("conftest.py",), tests=TESTS
    )
    assert findings(CAUSE, project.evidence()) == ()


def test_a_second_line_with_the_same_import_is_a_place_too() -> None:
    """The trace has only the first that ran."""
    text = "def pytest_configure():\n    import heavy\n\n\ndef pytest_unconfigure():\n    import heavy as other\n"
    later = "\n\ndef test_it():\n    import heavy\n"
    (finding,) = found({"conftest.py": text + later}, conftests=("conftest.py",))
    assert [each.line for each in finding.locations] == [2, 6]
    assert finding.diff == ""
