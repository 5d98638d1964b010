from __future__ import annotations

import pytest

from collectbench.causes.pkg_resources import CAUSE
from imported_sources import SITE, Project
from made_evidence import findings

A, B = "tests/test_a.py", "tests/test_b.py"
FILES = {f"{SITE}/pkg_resources/__init__.py": "import platform_details\n", f"{SITE}/platform_details.py": ""}
COSTS = {f"{SITE}/pkg_resources/__init__.py": 0.3, f"{SITE}/platform_details.py": 0.1}


def found(**files: str):
    tests = tuple(path for path in files if path.startswith("tests/"))
    return findings(CAUSE, Project(files={**FILES, **files}, cost_s=COSTS, tests=tests).evidence())


def test_the_lines_of_the_project_that_import_it_are_found() -> None:
    (finding,) = found(**{A: "import pkg_resources\n", B: "\nfrom pkg_resources import parse_version\n"})
    assert [(each.path, each.line) for each in finding.locations] == [(A, 1), (B, 2)]
    assert finding.estimated_saving_s == pytest.approx(0.4)
    assert finding.saving_alone_s == 0
    assert finding.fix == "use importlib.metadata and importlib.resources instead"


def test_an_installed_package_that_imports_it_is_to_be_upgraded() -> None:
    (finding,) = found(**{A: "import old\n", f"{SITE}/old.py": "import pkg_resources\n"})
    assert finding.fix.startswith("upgrade the package that imports it")
    assert finding.evidence == ("imported by <site-packages>/old.py",)


def test_an_import_within_a_test_does_not_run_and_is_not_found() -> None:
    assert found(**{A: "def test_it():\n    import pkg_resources\n"}) == ()


def test_a_module_of_another_name_is_not_found() -> None:
    assert found(**{A: "import my_pkg_resources\n", "my_pkg_resources.py": ""}) == ()
