"""scripts/cause_projects: what scripts/causes.py plants."""

from __future__ import annotations

import pytest

from cause_projects import PROJECTS, Planted
from cause_projects.proofs import proof_of
from collectbench.causes import CAUSES


def test_each_cause_is_planted() -> None:
    assert {each.cause for each in PROJECTS} == {cause.id for cause in CAUSES}


@pytest.mark.parametrize("planted", PROJECTS, ids=lambda planted: planted.cause)
def test_a_look_alike_differs_from_the_project(planted) -> None:
    pairs = [
        (planted.files, planted.alike),
        *((getattr(planted, name), getattr(planted, f"alike_{name}")) for name in ("ini", "env", "launcher")),
    ]
    is_changed = any(other is not None and each != other for each, other in pairs)
    assert is_changed or planted.runs_alike_before


def test_a_project_is_written_with_its_configuration_and_without_that_of_the_look_alike(tmp_path) -> None:
    planted = next(each for each in PROJECTS if each.cause == "xdist-multiplied")
    planted.write(tmp_path / "project", alike=False)
    planted.write(tmp_path / "alike", alike=True)
    texts = [(tmp_path / name / "pyproject.toml").read_text() for name in ("project", "alike")]
    assert ["-n 4" in text for text in texts] == [True, False]


def target(*findings: dict[str, object]) -> dict[str, object]:
    usual = {"subject": "", "estimated_saving_s": 0.5, "experiment": None}
    return {"findings": [{**usual, **each} for each in findings]}


def experiment(verdict: str) -> dict[str, object]:
    return {"intervention": "kind=x", "verdict": verdict, "saving_s": 0.4, "bound": True, "reason": "why"}


def test_a_proof_is_that_of_the_planted_finding() -> None:
    planted = Planted(cause="heavy-import", subject="lib")
    others = [{"cause": "gc-passes", "experiment": experiment("refuted")}, {"cause": "heavy-import", "subject": "x"}]
    mine = {"cause": "heavy-import", "subject": "lib", "experiment": experiment("proven")}
    proof = proof_of(planted, target(*others, mine))
    assert proof.holds
    assert proof.row.split() == ["ok", "heavy-import", "kind=x", "proven", "0.500", "s", "<=", "0.400", "s", "why"]
    assert not proof_of(planted, target(*others)).holds
    assert proof_of(planted, target(*others)).reason == "the cause is not found"


def test_a_cause_that_is_not_proven_holds_if_none_can_prove_it_here() -> None:
    mine = {"cause": "heavy-import", "experiment": experiment("inconclusive")}
    assert not proof_of(Planted(cause="heavy-import"), target(mine)).holds
    excused = proof_of(Planted(cause="heavy-import", unproven="no reason"), target(mine))
    assert excused.holds
    assert "no reason" in excused.row
    assert proof_of(Planted(cause="shadowed-config"), target({"cause": "shadowed-config"})).holds
