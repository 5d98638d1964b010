from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.causes.bytecode_unwritable import CAUSE
from collectbench.causes.surroundings import Surroundings
from made_evidence import ENVIRONMENT, evidence, findings, imported

FRAMES = (
    imported(0, -1, "test_a", 2.0, compile_s=1.0, bytecode="rewritten"),
    imported(1, -1, "app", 1.0, compile_s=0.5, bytecode="miss"),
)


def test_a_directory_that_cannot_be_written_is_named() -> None:
    around = Surroundings(unwritable=frozenset({"/project/tests"}))
    (found,) = findings(CAUSE, evidence(imports=FRAMES, fields={"surroundings": around}))
    assert (found.subject, found.estimated_saving_s) == ("tests", pytest.approx(0.98))


def test_everything_counts_if_no_bytecode_can_be_written() -> None:
    environment = replace(ENVIRONMENT, bytecode="unwritable")
    (found,) = findings(CAUSE, evidence(imports=FRAMES, environment=environment))
    assert (found.subject, found.estimated_saving_s) == ("__pycache__", pytest.approx(1.5 * 0.98))


def test_a_directory_that_can_be_written_is_another_cause() -> None:
    assert not findings(CAUSE, evidence(imports=FRAMES))


def test_it_does_not_matter_whether_bytecode_can_be_written_if_it_is_disabled() -> None:
    around = Surroundings(unwritable=frozenset({"/project/tests"}))
    environment = replace(ENVIRONMENT, bytecode="disabled")
    assert not findings(CAUSE, evidence(imports=FRAMES, environment=environment, fields={"surroundings": around}))
