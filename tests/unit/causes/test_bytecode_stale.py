from __future__ import annotations

from collectbench.causes.bytecode_stale import CAUSE
from collectbench.causes.surroundings import Surroundings, WarmUp
from collectbench.model.trace import GcPass
from made_evidence import evidence, findings, imported


def warm_up(*passes: GcPass, queued_s: float = 0.0) -> WarmUp:
    frames = (
        imported(0, -1, "test_a", 2.0, compile_s=1.0, bytecode="rewritten", queued_s=queued_s),
        imported(1, -1, "lib", 2.0, compile_s=1.5, bytecode="miss"),
    )
    about = evidence(imports=frames, gc=passes)
    return WarmUp(trace=about.trace, parts=about.parts)


WARM_UP = warm_up()
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


def seconds_of(warm_up: WarmUp) -> str:
    fields = {"surroundings": Surroundings(warm_up=warm_up), "variables": {"CI": "true"}}
    (found,) = findings(CAUSE, evidence(imports=NOW, fields=fields))
    return found.evidence[0].rpartition(": ")[2]


def test_passes_of_the_collector_that_compiling_starts_count_as_well() -> None:
    assert seconds_of(warm_up(GcPass(generation=2, begin_s=0.5, duration_s=0.4))) == "1.20 s"


def test_waiting_for_a_processor_is_not_compiling() -> None:
    assert seconds_of(warm_up(queued_s=1.0)) == "0.50 s"
