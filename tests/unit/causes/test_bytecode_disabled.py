from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.causes.bytecode_disabled import CAUSE
from collectbench.model.trace import GcPass
from made_evidence import ENVIRONMENT, evidence, file_of, findings, imported

DISABLED = replace(ENVIRONMENT, bytecode="disabled")
BY_VARIABLE = {"variables": {"PYTHONDONTWRITEBYTECODE": "1"}}


def test_the_time_to_compile_is_saved_and_not_that_of_the_body() -> None:
    frames = (
        imported(0, -1, "test_a", 3.0, compile_s=2.0, bytecode="rewritten"),
        imported(1, -1, "app", 1.0, compile_s=0.5, bytecode="miss"),
    )
    (found,) = findings(CAUSE, evidence(imports=frames, environment=DISABLED, fields=BY_VARIABLE))
    assert found.subject == "PYTHONDONTWRITEBYTECODE"
    assert found.estimated_saving_s == pytest.approx(2.5 * 0.98)
    assert found.evidence == ("2 modules compiled in this round, 1 of them with rewritten assertions",)


def test_passes_of_the_collector_that_compiling_starts_are_saved_as_well() -> None:
    frames = (imported(0, -1, "test_a", 2.0, compile_s=1.0, bytecode="rewritten"),)
    passes = (GcPass(generation=2, begin_s=0.5, duration_s=0.4), GcPass(generation=2, begin_s=5.0, duration_s=0.4))
    (found,) = findings(CAUSE, evidence(imports=frames, gc=passes, environment=DISABLED, fields=BY_VARIABLE))
    assert found.estimated_saving_s == pytest.approx(0.98 + 0.2)


def test_an_option_of_python_is_named_if_there_is_no_variable() -> None:
    frames = (imported(0, -1, "test_a", 1.0, compile_s=0.5, bytecode="rewritten"),)
    assert [each.subject for each in findings(CAUSE, evidence(imports=frames, environment=DISABLED))] == ["-B"]


def test_a_conftest_that_switches_bytecode_off_is_the_place() -> None:
    frames = (
        imported(0, -1, "conftest", 0.1),
        imported(1, -1, "test_a", 1.0, compile_s=0.5, bytecode="rewritten"),
    )
    files = {file_of("conftest"): "import sys\n\nsys.dont_write_bytecode = True\n"}
    (found,) = findings(CAUSE, evidence(imports=frames, files=files))
    assert [(each.path, each.line) for each in found.locations] == [("tests/conftest.py", 3)]


def test_modules_that_are_compiled_already_cost_nothing() -> None:
    assert not findings(CAUSE, evidence(imports=(imported(0, -1, "test_a"),), environment=DISABLED, fields=BY_VARIABLE))


def test_a_module_that_is_always_compiled_is_another_cause_if_bytecode_is_written() -> None:
    frames = (imported(0, -1, "test_a", 1.0, compile_s=0.5, bytecode="rewritten"),)
    assert not findings(CAUSE, evidence(imports=frames))
