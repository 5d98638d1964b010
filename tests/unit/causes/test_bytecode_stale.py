from __future__ import annotations

from collectbench.causes.bytecode_stale import CAUSE
from collectbench.causes.surroundings import Surroundings
from collectbench.model.trace import Trace
from made_evidence import evidence, findings, imported

WARM_UP = Trace(
    complete=True,
    imports=(
        imported(0, -1, "test_a", 2.0, compile_s=1.0, bytecode="rewritten"),
        imported(1, -1, "lib", 2.0, compile_s=9.0, bytecode="miss"),
    ),
)
NOW = (imported(0, -1, "test_a"),)


def test_a_job_that_compiles_the_project_each_time_gets_a_note() -> None:
    fields = {"surroundings": Surroundings(warm_up=WARM_UP), "variables": {"CI": "true"}}
    (found,) = findings(CAUSE, evidence(imports=NOW, fields=fields))
    assert found.estimated_saving_s == 0
    assert found.evidence == ("1 module compiled in the first round, 1 of them with rewritten assertions: 1.00 s",)


def test_the_first_run_on_the_machine_of_a_developer_is_no_news() -> None:
    assert not findings(CAUSE, evidence(imports=NOW, fields={"surroundings": Surroundings(warm_up=WARM_UP)}))


def test_a_job_that_finds_its_bytecode_is_silent() -> None:
    assert not findings(CAUSE, evidence(imports=NOW, fields={"variables": {"CI": "true"}}))
