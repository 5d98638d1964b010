from __future__ import annotations

from collectbench.causes.heavy_import import CAUSE as HEAVY_IMPORT
from collectbench.causes.skipped_import import CAUSE
from imported_sources import SITE, Project
from made_evidence import collected, findings

A, B = "tests/test_a.py", "tests/test_b.py"
HEAVY = {f"{SITE}/heavy.py": ""}
COSTS = {f"{SITE}/heavy.py": 2.0}


def found(*, skipped=(), outcome="passed", items=3, tests=(A,), cause=CAUSE):
    files = dict.fromkeys(tests, "import pytest\nimport heavy\n")
    collectors = [collected(0, -1, path, items=items, outcome=outcome) for path in tests]
    project = Project(files={**HEAVY, **files}, cost_s=COSTS, tests=tests)
    return findings(cause, project.evidence(collectors=collectors, skipped=skipped))


def test_the_imports_of_a_file_whose_tests_are_all_skipped_are_found() -> None:
    (finding,) = found(skipped=((A, 3),))
    assert (finding.subject, finding.locations[0].line) == (A, 2)
    assert finding.title == f"all tests of {A} are skipped, but they still import heavy"
    assert found(skipped=((A, 3),), cause=HEAVY_IMPORT) == ()


def test_the_imports_of_a_file_that_skips_itself_are_found() -> None:
    (finding,) = found(outcome="skipped", items=0)
    assert finding.subject == A


def test_a_file_with_one_test_that_runs_needs_its_imports() -> None:
    assert found(skipped=((A, 2),)) == ()
    assert len(found(skipped=((A, 2),), cause=HEAVY_IMPORT)) == 1


def test_a_module_that_another_file_needs_is_not_saved() -> None:
    assert found(skipped=((A, 3),), tests=(A, B)) == ()
