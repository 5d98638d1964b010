from __future__ import annotations

import pytest

from collectbench.attribution.line_graph import ImportLine
from collectbench.causes.conftest_import import CAUSE as CONFTEST
from collectbench.causes.heavy_import import CAUSE
from collectbench.causes.import_remedy import remedy
from collectbench.causes.shared_import import CAUSE as SHARED
from imported_sources import SITE, Project
from made_evidence import ROOT, findings

USES = "import os\nimport heavy\n\n\ndef test_it():\n    assert heavy.VALUE and os.sep\n"
HEAVY = {f"{SITE}/heavy.py": "VALUE = 1\n"}


def found(files, cause=CAUSE, **fields):
    project = Project(files={**HEAVY, **files}, cost_s={f"{SITE}/heavy.py": 2.0, **fields.pop("cost_s", {})}, **fields)
    return findings(cause, project.evidence())


def places(finding) -> list[str]:
    return [f"{each.path}:{each.line}" for each in finding.locations]


def test_a_line_that_alone_loads_something_slow_is_found() -> None:
    (finding,) = found({"tests/test_a.py": USES}, tests=("tests/test_a.py",))
    assert (finding.cause, finding.subject, places(finding)) == ("heavy-import", "heavy", ["tests/test_a.py:2"])
    assert finding.estimated_saving_s == pytest.approx(2.0)
    assert finding.saving_alone_s is None
    assert finding.fix == "import heavy in the tests and fixtures that use it"


def test_the_diff_moves_the_import_into_the_test() -> None:
    (finding,) = found({"tests/test_a.py": USES}, tests=("tests/test_a.py",))
    assert finding.diff.splitlines()[3:] == [
        " import os",
        "-import heavy",
        " ",
        "@@ -5,2 +4,3 @@",
        " def test_it():",
        "+    import heavy",
        "     assert heavy.VALUE and os.sep",
    ]


def test_two_lines_of_one_file_are_one_finding() -> None:
    text = "import heavy\nfrom heavy import VALUE\n"
    (finding,) = found({"tests/test_a.py": text}, tests=("tests/test_a.py",))
    assert places(finding) == ["tests/test_a.py:1", "tests/test_a.py:2"]
    assert finding.saving_alone_s == 0


def test_the_line_may_stand_in_a_module_that_only_this_test_imports() -> None:
    files = {"tests/test_a.py": "from support import help\n", "tests/support.py": "import heavy\n"}
    (finding,) = found(files, tests=("tests/test_a.py",))
    assert places(finding) == ["tests/support.py:1"]


def test_the_innermost_module_that_holds_the_cost_is_named() -> None:
    files = {
        "tests/test_a.py": "from lib.deep.heavy import VALUE\n",
        "lib/__init__.py": "",
        "lib/deep/__init__.py": "",
        "lib/deep/heavy.py": "VALUE = 1\n",
    }
    (finding,) = found(files, tests=("tests/test_a.py",), cost_s={"lib/deep/heavy.py": 3.0})
    assert finding.subject == "lib.deep.heavy"


def test_a_name_that_is_used_while_the_file_is_imported_has_to_move_as_well() -> None:
    text = "import heavy\n\n\n@heavy.mark\ndef test_it():\n    pass\n"
    (finding,) = found({"tests/test_a.py": text}, tests=("tests/test_a.py",))
    assert "line 4 uses it while the file is imported" in finding.fix
    assert finding.diff == ""


@pytest.mark.parametrize(
    "text",
    [
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import heavy\n",
        "def test_it():\n    import heavy\n\n    assert heavy\n",
    ],
    ids=["for types", "in the test"],
)
def test_an_import_that_does_not_run_is_not_found(text: str) -> None:
    assert found({"tests/test_a.py": text}, tests=("tests/test_a.py",)) == ()


def test_an_import_of_what_others_need_anyway_is_not_heavy() -> None:
    files = {f"tests/test_{letter}.py": USES for letter in "abc"}
    assert found(files, tests=tuple(files)) == ()
    assert len(found(files, SHARED, tests=tuple(files))) == 1


def test_an_import_of_a_conftest_is_not_that_of_a_test() -> None:
    files = {"tests/conftest.py": "import heavy\n", "tests/test_a.py": ""}
    fields = {"conftests": ("tests/conftest.py",), "tests": ("tests/test_a.py",)}
    assert found(files, **fields) == ()
    assert len(found(files, CONFTEST, **fields)) == 1


KIT = {"tests/test_a.py": "import kit\n\n\ndef test_it():\n    assert kit\n"}


@pytest.mark.parametrize(
    "init",
    [
        'from heavy import VALUE\n\n__all__ = ["VALUE"]\n',
        "from heavy import *\n",
        "from heavy import VALUE\n",
    ],
)
def test_a_package_that_only_passes_names_on_is_told_to_load_them_later(init: str) -> None:
    line = remedy_in("kit/__init__.py", {**KIT, "kit/__init__.py": init})
    assert line == "load heavy when a name of it is first used: a __getattr__ in this __init__ (PEP 562)"


def test_a_package_whose_functions_use_the_import_moves_it_into_them() -> None:
    init = 'import heavy\n\n__all__ = ["heavy"]\n\n\ndef work():\n    return heavy.VALUE\n'
    line = remedy_in("kit/__init__.py", {**KIT, "kit/__init__.py": init})
    assert line == "import heavy in the functions that use it"


def test_a_line_that_leads_to_the_subject_is_told_to_move_what_it_imports() -> None:
    text = "from mid.way import go\n\n\ndef test_it():\n    assert go\n"
    files = {"tests/test_a.py": text, f"{SITE}/mid/__init__.py": "", f"{SITE}/mid/way.py": "import heavy\ngo = 1\n"}
    assert remedy_in("tests/test_a.py", files) == "import mid.way in the tests and fixtures that use it"


def remedy_in(path: str, files) -> str:
    """The remedy for the first import line of a file, which loads `heavy`."""
    heavy = {f"{SITE}/heavy.py": "VALUE = 1\n"}
    project = Project(files={**heavy, **files}, cost_s={f"{SITE}/heavy.py": 2.0}, tests=("tests/test_a.py",))
    evidence = project.evidence()
    lines = {each for group in evidence.import_lines.after.values() for each in group if isinstance(each, ImportLine)}
    (line,) = (each for each in lines if each.path == f"{ROOT}/{path}" and each.line == 1)
    return remedy(evidence, line, "heavy")
