from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.causes.collection_errors import CAUSE as ERRORS
from collectbench.causes.failing_file import CAUSE
from imported_sources import SITE, Project
from made_evidence import ROOT, findings

HEAVY = {f"{SITE}/heavy.py": "", f"{SITE}/other.py": ""}
COSTS = {f"{SITE}/heavy.py": 2.0, f"{SITE}/other.py": 1.0}
FAILS = "import os\nimport heavy\nimport no_such_module\n"
A, B = "tests/test_a.py", "tests/test_b.py"


def project(files, **fields) -> Project:
    tests = tuple(path for path in files if path.startswith("tests/"))
    return Project(files={**HEAVY, **files}, cost_s=COSTS, tests=tests, **fields)


def places(finding) -> list[str]:
    return [f"{each.path}:{each.line}" for each in finding.locations]


def test_a_file_that_fails_after_an_expensive_import_is_found_with_that_line() -> None:
    (finding,) = findings(CAUSE, project({A: FAILS}).evidence())
    assert finding.subject == A
    assert places(finding)[0] == f"{A}:2"
    assert finding.estimated_saving_s == pytest.approx(2.0, abs=0.01)
    assert finding.title == f"{A} pays for imports and then fails: ModuleNotFoundError"


def failing_at(line: int):
    """A file whose first line loads something slow; `line` is the one that fails, 0 if unknown."""
    files = {A: "import broken\n", f"{SITE}/broken.py": "import heavy\nimport no_such_module\n"}
    made = project(files).evidence()
    (failed,) = (frame for frame in made.trace.collectors if frame.outcome == "failed")
    failed = replace(failed, error_path=f"{ROOT}/{A}" if line else "", error_line=line)
    trace = replace(made.trace, collectors=(failed,))
    return replace(made, attribution=replace(made.attribution, trace=trace))


@pytest.mark.parametrize("line", [0, 1])
def test_a_file_is_named_once_if_its_expensive_line_is_the_one_that_fails(line: int) -> None:
    (finding,) = findings(CAUSE, failing_at(line))
    assert places(finding) == [f"{A}:1"]


def test_files_that_fail_and_share_an_import_are_one_finding() -> None:
    (finding,) = findings(CAUSE, project({A: FAILS, B: FAILS}).evidence())
    assert finding.subject == "2 files"
    assert places(finding) == [f"{A}:0", f"{B}:0"]
    assert finding.estimated_saving_s == pytest.approx(2.0, abs=0.01)


def test_what_a_failing_file_needs_alone_is_its_own_beside_what_they_share() -> None:
    files = {A: f"import other\n{FAILS}", B: FAILS}
    evidence = project(files).evidence()
    assert {finding.subject: round(finding.estimated_saving_s, 1) for finding in findings(CAUSE, evidence)} == {
        "2 files": 2.0,
        A: 1.0,
    }


def test_a_file_that_fails_before_the_expensive_import_is_not_found() -> None:
    assert findings(CAUSE, project({A: "import no_such_module\nimport heavy\n"}).evidence()) == ()


def test_a_file_that_fails_after_importing_what_others_need_is_not_found() -> None:
    assert findings(CAUSE, project({A: FAILS, B: "import heavy\n"}).evidence()) == ()


def test_a_file_that_works_is_not_found() -> None:
    assert findings(CAUSE, project({A: "import heavy\n"}).evidence()) == ()


def test_files_with_the_same_error_are_one_note_that_saves_nothing() -> None:
    (finding,) = findings(ERRORS, project({A: FAILS, B: FAILS}).evidence())
    assert (finding.subject, finding.estimated_saving_s) == ("2 files", 0.0)
    assert finding.title == "2 files fail: ModuleNotFoundError: none"
