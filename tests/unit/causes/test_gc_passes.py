from __future__ import annotations

import pytest

from collectbench.causes.gc_passes import CAUSE
from collectbench.model.registrations import LastMoments
from collectbench.model.trace import GcPass
from made_evidence import ROOT, collected, evidence, findings, loaded

CONFTEST = f"{ROOT}/tests/conftest.py"
PASSES = tuple(GcPass(generation=number % 3, begin_s=float(number), duration_s=0.1) for number in range(1, 7))


def found_with(source: str | None):
    files = {} if source is None else {CONFTEST: source}
    plugins = () if source is None else (loaded(0, "conftest", CONFTEST),)
    session = collected(1, -1, "", begin_s=1.5, end_s=5.0)
    last = LastMoments(finish_s=5.5)
    (found,) = findings(CAUSE, evidence(files=files, plugins=plugins, collectors=(session,), gc=PASSES, last=last))
    return found


def test_passes_from_the_begin_of_collection_until_the_session_finishes_are_found() -> None:
    found = found_with(None)
    assert found.estimated_saving_s == pytest.approx(0.4)
    assert found.evidence == ("4 passes during collection, 2 of them over all objects",)
    assert found.fix.endswith("in conftest.py")


def test_the_first_conftest_gets_the_hook_and_the_imports_that_it_lacks() -> None:
    found = found_with("import pytest\n\nVALUE = 1\n")
    assert found.fix.endswith("in tests/conftest.py")
    assert found.diff.startswith("+import gc\n+\n+@pytest.hookimpl(wrapper=True)\n+def pytest_collection(session):\n")
    assert "+import pytest" not in found.diff


def test_a_conftest_with_all_imports_gets_the_hook_alone() -> None:
    assert found_with("import gc\nimport pytest\n").diff.startswith("+@pytest.hookimpl(wrapper=True)\n")


def test_a_conftest_that_has_such_a_hook_gets_no_second_one() -> None:
    assert found_with("def pytest_collection(session):\n    return None\n").diff == ""


def test_passes_before_collection_are_not_saved_by_a_hook_of_collection() -> None:
    assert not findings(CAUSE, evidence(gc=PASSES, collectors=(collected(1, -1, "", begin_s=9.0),)))
    assert not findings(CAUSE, evidence(gc=PASSES))


def test_without_passes_there_is_nothing_to_save() -> None:
    assert not findings(CAUSE, evidence())
