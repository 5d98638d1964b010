from __future__ import annotations

import pytest

from collectbench.causes.failing_file import CAUSE as FAILING_FILE
from collectbench.causes.failing_import_repeated import CAUSE
from imported_sources import Project
from made_evidence import findings

TESTS = tuple(f"tests/test_{letter}.py" for letter in "abc")
IMPORTS = dict.fromkeys(TESTS, "import broken\n")
BROKEN = "import os\n\nimport no_such_module\n"


def found(files, cost_s=None, cause=CAUSE):
    project = Project(files=files, cost_s={"broken.py": 0.3} if cost_s is None else cost_s, tests=TESTS)
    return findings(cause, project.evidence())


def test_a_module_that_each_importer_tries_again_is_found_with_the_line_that_fails() -> None:
    (finding,) = found({**IMPORTS, "broken.py": BROKEN})
    assert finding.subject == "broken"
    assert [(each.path, each.line) for each in finding.locations] == [("broken.py", 3)]
    assert finding.estimated_saving_s == pytest.approx(0.9)
    assert finding.title == "broken fails 3 times: ModuleNotFoundError"


def test_the_innermost_module_that_fails_is_the_origin() -> None:
    files = {**IMPORTS, "broken.py": "import low\n", "low.py": BROKEN}
    (finding,) = found(files, {"broken.py": 0.3, "low.py": 0.2})
    assert finding.subject == "low"
    assert finding.estimated_saving_s == pytest.approx(1.5)


def test_it_is_a_note_if_it_costs_nothing() -> None:
    (finding,) = found({**IMPORTS, "broken.py": BROKEN}, {})
    assert finding.estimated_saving_s == 0


def test_the_files_that_fail_because_of_it_do_not_own_its_time() -> None:
    files = {**IMPORTS, "broken.py": BROKEN}
    assert all(finding.estimated_saving_s < 0.31 for finding in found(files, cause=FAILING_FILE))


def test_a_module_that_fails_once_is_not_repeated() -> None:
    files = {TESTS[0]: "import broken\n", TESTS[1]: "", TESTS[2]: "", "broken.py": BROKEN}
    assert found(files) == ()


def test_a_module_that_is_not_installed_is_no_module_that_fails() -> None:
    """Files ask for optional modules with `try`; there is nothing to execute."""
    assert found(dict.fromkeys(TESTS, "import no_such_module\n")) == ()
