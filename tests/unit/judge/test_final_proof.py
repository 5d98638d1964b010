"""What a comparison in worktrees says about the proven fixes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.judge.final_proof import final_proof
from collectbench.model.comparison import Change, CountsChange, TargetComparison, Verdict
from collectbench.model.sample import Counts

COUNTS = Counts(items=9, files=3, errors=0, warnings=0, collection_warnings=0)
CHANGE = Change(
    ratio=0.6,
    ci95=(0.5, 0.7),
    margin=0.1,
    pairs=10,
    p_value=1.0,
    minimum_detectable_effect=0.1,
    verdict=Verdict.PASS,
    reason="",
    base_wall_s=2.0,
    head_wall_s=1.2,
)
COMPARED = TargetComparison(
    name="tests",
    verdict=Verdict.PASS,
    reasons=("because",),
    budget=None,
    change=CHANGE,
    counters=None,
    counts=CountsChange(base=COUNTS, head=COUNTS, same_nodeids=True),
)


def counts(**changes) -> CountsChange:
    return replace(COMPARED.counts, **changes)


def test_an_interval_below_one_is_a_proof() -> None:
    proof = final_proof(COMPARED, ["a.py"])
    assert (proof.verdict, proof.reasons, proof.files) == ("proven", (), ("a.py",))
    assert (proof.ratio, proof.ci95, proof.pairs) == (0.6, (0.5, 0.7), 10)
    assert (proof.base_wall_s, proof.head_wall_s, proof.same_nodeids) == (2.0, 1.2, True)


@pytest.mark.parametrize(
    ("changes", "verdict", "reason"),
    [
        ({"counts": counts(same_nodeids=False)}, "refuted", "other tests are collected"),
        ({"counts": counts(head=replace(COUNTS, errors=2))}, "refuted", "collection errors: 0 -> 2"),
        ({"change": replace(CHANGE, ci95=(1.1, 1.2))}, "refuted", "it takes more CPU time"),
        ({"change": replace(CHANGE, ci95=(0.9, 1.1))}, "inconclusive", "indistinguishable"),
        ({"change": replace(CHANGE, ci95=None)}, "inconclusive", "because"),
        ({"change": None}, "inconclusive", "because"),
        ({"counts": counts(same_nodeids=None)}, "inconclusive", "because"),
    ],
    ids=["other ids", "errors", "slower", "undecided", "one pair", "not timed", "not collected"],
)
def test_anything_else_is_none_and_says_why(changes, verdict, reason) -> None:
    proof = final_proof(replace(COMPARED, **changes), ["a.py"])
    assert proof.verdict == verdict
    assert reason in proof.reasons[0]
