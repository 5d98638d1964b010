"""The last sentence of `doctor`: fit or not, and why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.judge.fitness import conclude
from collectbench.model.doctor import Checkup, Condition, Examination, SelfComparison, Sight
from collectbench.model.run import Environment, Tool
from collectbench.model.sample import Status

ENVIRONMENT = Environment(
    python="3.11.9", implementation="CPython", pytest="9.0.0", plugins={}, platform="Linux", cpu_model="A",
    cpu_count=2, bytecode="written", flags={},
)  # fmt: skip
CALM = SelfComparison(
    target="tests/api",
    status=Status.OK,
    pairs=10,
    margin=0.1,
    relabellings=200,
    passed=190,
    failed=2,
    inconclusive=8,
    sights=(Sight(pairs=10, growth=0.3, margin=None), Sight(pairs=15, growth=0.2, margin=0.09)),
)
NOISY = replace(CALM, sights=(Sight(pairs=10, growth=None, margin=None), Sight(pairs=20, growth=0.5, margin=0.3)))
LOADED = Examination(name="load", condition=Condition.WARNING, finding="2.10 on 2 CPUs", remedy="stop other programs")
FINE = Examination(name="bytecode", condition=Condition.OK, finding="written and kept")


def checkup(compared: SelfComparison | None, *examinations: Examination) -> Checkup:
    return Checkup(
        tool=Tool(name="collectbench", version="1"),
        created="2026-01-01T00:00:00Z",
        environment=ENVIRONMENT,
        examinations=examinations,
        self_comparison=compared,
    )


@pytest.mark.parametrize(
    ("compared", "examinations", "sentence"),
    [
        (
            CALM,
            (FINE,),
            "This machine is fit to measure: with 15 pairs, an unchanged target passes the 10 % margin in four of",
        ),
        (CALM, (FINE, LOADED), "comparisons; but see the warnings (load)."),
        (
            NOISY,
            (LOADED,),
            "inconclusive in more than one of five comparisons, perhaps because of load.",
        ),
        (
            replace(CALM, failed=30),
            (),
            "This machine is not fit to measure: 30 of 200 comparisons of a target with itself fail.",
        ),
        (None, (LOADED,), "no target was compared with itself; see the warnings (load)."),
        (replace(CALM, message="could not be collected (failed)"), (), "tests/api could not be collected; no check"),
        (replace(CALM, status=Status.EMPTY), (), "there is no test in tests/api"),
        (replace(CALM, relabellings=0, pairs=2), (), "It is unknown whether this machine is fit to measure: 2 pairs"),
    ],
)
def test_one_sentence_says_whether_the_machine_is_fit_and_why(compared, examinations, sentence) -> None:
    conclusion = conclude(checkup(compared, *examinations))
    assert sentence in conclusion
    assert conclusion.count(".") == 1
