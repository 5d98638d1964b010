from __future__ import annotations

import pytest

from collectbench.attribution.parts import Part
from collectbench.attribution.stacks import SampledStack
from collectbench.causes.slow_import_hook import CAUSE
from collectbench.model.registrations import Finder
from made_evidence import IMPORTING, calls, evidence, findings, imported

HOOK = "/venv/site-packages/claws/hook.py"
FIND = "<frozen importlib._bootstrap>:945 _find_spec"


def stack(frame: int, seconds: float, *texts: str, kind: str = "find") -> SampledStack:
    return SampledStack(part=Part(kind, frame), calls=calls(IMPORTING, *texts), seconds=seconds, frame=frame)


def found(finder: str, *stacks: SampledStack):
    about = evidence(
        imports=(imported(0, -1, "test_a", 3.0, find_s=2.0), imported(1, 0, "app", 2.0, find_s=0.5, compile_s=1.0)),
        stacks=stacks,
        finders=(Finder(name="Claw", path=finder, during=0),),
    )
    return findings(CAUSE, about)


def test_the_time_of_a_finder_is_found_over_all_imports() -> None:
    (finding,) = found(HOOK, stack(0, 1.5, FIND, f"{HOOK}:10 find_spec"), stack(1, 0.4, FIND, f"{HOOK}:10 find_spec"))
    assert finding.subject == "Claw"
    assert finding.estimated_saving_s == pytest.approx(1.9)
    assert finding.evidence == ("2 imports sampled in it", "added while test_a was loaded")


def test_code_of_its_package_that_compiles_modules_counts() -> None:
    transforms = stack(1, 0.8, "/venv/site-packages/claws/source.py:5 source_to_code", kind="compile")
    (finding,) = found(HOOK, transforms)
    assert finding.estimated_saving_s == pytest.approx(0.8)


def test_a_finder_of_the_project_is_its_file() -> None:
    (finding,) = found("/project/conftest.py", stack(0, 1.0, FIND, "conftest.py:8 find_spec", "burner.py:4 burn"))
    assert finding.locations[0].path == "conftest.py"


def test_a_finder_that_answers_at_once_is_not_found() -> None:
    assert found(HOOK, stack(0, 1.5, FIND, "<frozen importlib._bootstrap_external>:1500 find_spec")) == ()


def test_the_finder_of_pytest_is_not_found() -> None:
    path = "/venv/site-packages/_pytest/assertion/rewrite.py"
    assert found(path, stack(0, 1.5, FIND, f"{path}:90 find_spec")) == ()


def test_a_module_that_imports_the_package_of_a_finder_does_not_run_in_it() -> None:
    body = stack(1, 1.0, f"{HOOK}:10 find_spec", "app.py:3 <module>", kind="find")
    assert found(HOOK, body) == ()
