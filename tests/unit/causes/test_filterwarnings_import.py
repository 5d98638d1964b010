from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from collectbench.causes.filterwarnings_import import CAUSE
from made_evidence import INSPECTION, ROOT, evidence, findings, imported, statement

INI = f"{ROOT}/pytest.ini"
PYTEST = "/venv/site-packages/_pytest/config/__init__.py"


def found(ini: str, *, arguments=(), others=()):
    """pytest imports `loud`, which loads `loud_core`; `others` are statements of test modules."""
    about = evidence(
        imports=(
            imported(0, -1, "_pytest.config", 0.1, path=PYTEST),
            imported(1, -1, "loud", 1.0),
            imported(2, 1, "loud_core", 2.0),
            imported(3, -1, "test_a", 0.1),
        ),
        edges=(
            statement("_pytest.config", "loud", -1, 1800, path=PYTEST, fromlist=("*",)),
            statement("loud", "loud_core", 1),
            *others,
        ),
        files={INI: ini},
        inspection=replace(INSPECTION, inifile=Path(INI)),
        fields={"arguments": arguments},
    )
    return findings(CAUSE, about)


@pytest.mark.parametrize(
    "text", ["error::loud.LoudWarning", 'ignore:old name:loud.LoudWarning"', "default::loud.X:tests.a:3"]
)
def test_a_filter_with_a_category_of_a_module_is_found_with_its_place(text: str) -> None:
    (finding,) = found(f"[pytest]\nfilterwarnings =\n    error\n    {text}\n")
    assert finding.subject == "loud"
    assert [(each.path, each.line) for each in finding.locations] == [("pytest.ini", 4)]
    assert finding.estimated_saving_s == pytest.approx(3.0)


def test_a_filter_among_the_arguments_is_found() -> None:
    (finding,) = found("", arguments=("-W", "error::loud.LoudWarning"))
    assert (finding.subject, finding.locations) == ("loud", ())


@pytest.mark.parametrize("text", ["error:loud:UserWarning", "ignore::DeprecationWarning", "ignore:loud.Thing is old"])
def test_a_filter_by_message_or_with_a_category_of_python_is_not_found(text: str) -> None:
    assert found(f"[pytest]\nfilterwarnings = {text}\n") == ()


def test_a_module_that_a_test_imports_anyway_is_not_found() -> None:
    from made_evidence import collected

    about = evidence(
        imports=(imported(1, -1, "loud"), imported(3, 0, "test_a")),
        edges=(
            statement("_pytest.config", "loud", -1, 1800, path=PYTEST, fromlist=("*",)),
            statement("test_a", "loud", 3),
        ),
        collectors=(collected(0, -1, "tests/test_a.py"),),
        files={INI: "filterwarnings = error::loud.LoudWarning"},
        inspection=replace(INSPECTION, inifile=Path(INI)),
    )
    assert findings(CAUSE, about) == ()


def test_the_packages_of_a_category_are_saved_with_it() -> None:
    about = evidence(
        imports=(
            imported(0, -1, "_pytest.config", 0.1, path=PYTEST),
            imported(1, -1, "loud", 2.0),
            imported(2, 1, "loud.errors", 1.0),
        ),
        edges=(statement("_pytest.config", "loud.errors", -1, 1800, path=PYTEST, fromlist=("*",)),),
        fields={"arguments": ("-W", "ignore::loud.errors.LoudWarning")},
    )
    assert [each.estimated_saving_s for each in findings(CAUSE, about)] == [pytest.approx(3.0)]
