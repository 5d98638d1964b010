"""The verdict of an experiment."""

from __future__ import annotations

import pytest

from collectbench.judge.collected import unstable_parts
from collectbench.judge.paired.panel import Decision, Pair, Trial
from collectbench.judge.paired.saving import Saving
from collectbench.judge.proof import Measured, Sameness, chance_note, judged, sameness
from collectbench.model.collected_state import CollectedState, CollectError
from collectbench.model.diagnosis import INCONCLUSIVE, PROVEN, REFUTED
from collectbench.model.fixes import Effect, Permit
from collectbench.model.sample import Status


def state(*nodeids: str, error: str = "", status: Status = Status.OK) -> CollectedState:
    errors = (CollectError(nodeid="test_e.py", path="test_e.py", message=error),) if error else ()
    return CollectedState(nodeids=nodeids, errors=errors, warnings=(), status=status, message="no", exit_code=0)


def measured(decided: Decision | None = None, count: int = 7, **changes) -> Measured:
    pairs = tuple(Pair(base=1.0 + number / 100, head=1.5) for number in range(count))
    trial = Trial(name="plugin-off=x", pairs=pairs, decided=decided)
    panel = Saving().panel(seed=1, share=1.0)
    return Measured(
        **{"intervention": "plugin-off=x", "trial": trial, "panel": panel, "same": Sameness(), **changes}  # type: ignore[arg-type]
    )


def test_a_proven_saving_is_the_difference_of_the_lower_half_means_and_keeps_all_samples() -> None:
    experiment = judged(measured(Decision.OVER))
    assert (experiment.verdict, experiment.reason) == (PROVEN, "")
    assert experiment.saving_s == pytest.approx(1.5 - (1.0 + 1.01 + 1.02 + 1.03) / 4)
    assert experiment.ci95 is not None
    assert experiment.ci95[0] <= experiment.saving_s <= experiment.ci95[1]
    assert experiment.head_walls_s == (1.5,) * 7
    assert experiment.base_walls_s[0] == 1.0


def test_few_pairs_have_no_interval() -> None:
    assert judged(measured(count=5)).ci95 is None


@pytest.mark.parametrize(
    ("changes", "verdict", "reason"),
    [
        ({"decided": Decision.UNDER}, REFUTED, "the saving is less than 30 ms"),
        ({}, INCONCLUSIVE, "the saving is indistinguishable from 30 ms"),
        ({"count": 0}, INCONCLUSIVE, "no pair was measured"),
        ({"decided": Decision.OVER, "doubt": "it had no effect"}, INCONCLUSIVE, "it had no effect"),
        ({"decided": Decision.OVER, "same": Sameness(nodeids=False, reason="lost")}, REFUTED, "lost"),
    ],
    ids=["too small", "undecided", "no pairs", "without effect", "other ids"],
)
def test_what_is_not_proven_has_a_reason(changes, verdict, reason) -> None:
    experiment = judged(measured(**changes))
    assert experiment.verdict == verdict
    assert reason in experiment.reason


def test_other_ids_and_errors_are_a_difference_and_other_warnings_are_none() -> None:
    assert sameness(state("a::t"), state("a::t")).holds
    lost = sameness(state("a::t", "a::u"), state())
    assert (lost.nodeids, lost.errors) == (False, True)
    assert lost.reason == "it changes what is collected: lost id: a::t, and 1 more"
    failing = sameness(state(), state(error="ImportError: x"))
    assert (failing.nodeids, failing.errors) == (True, False)


def test_an_error_that_the_intervention_is_meant_to_remove_may_go() -> None:
    permit = Permit(effect=Effect.ERROR_GONE, path="test_e.py")
    assert sameness(state(error="ImportError: x"), state(), [permit]).holds
    assert not sameness(state(error="ImportError: x"), state()).holds


def test_an_intervention_with_which_nothing_is_collected_says_why() -> None:
    same = sameness(state("a::t"), state(status=Status.FAILED))
    assert same.reason == "nothing is collected with it: no"
    assert not same.holds


def test_ids_that_differ_from_run_to_run_are_not_its_doing() -> None:
    head, again, base = state("a::t[1]"), state("a::t[2]"), state("a::t[3]")
    assert not sameness(head, base).holds
    assert sameness(head, base, (), unstable_parts(head, again)).holds


def test_the_false_proofs_to_expect_of_several_experiments_are_said() -> None:
    one, without_pairs = judged(measured(Decision.OVER)), judged(measured(None, count=0))
    assert chance_note([one, None, without_pairs]) == ""
    assert chance_note([one, one, one, without_pairs]) == (
        "each of the 3 experiments proves what is not there with a chance of 1 % at most: at most "
        "0.03 false proofs are to be expected"
    )
