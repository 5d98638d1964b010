"""How an experiment is judged by its rounds, without any process."""

from __future__ import annotations

import runpy

from collectbench.measure.round.round import Round
from collectbench.model.diagnosis import JOINT
from collectbench.model.probe_files import PROBE
from collectbench.model.sample import Counts, RoundKind, Sample, Status
from collectbench.usecases.proving.effects import NAMES
from collectbench.usecases.proving.experiments import USUAL_ENDS, _same_collections, _same_ends, doubt_of


def finished(ids: str = "a", errors: int = 0, exit_code: int = 0, effects: tuple[tuple[str, int], ...] = ()) -> Round:
    sample = Sample(kind=RoundKind.TIMED, wall_s=1.0, user_s=1.0, system_s=0.0, peak_rss_bytes=1, exit_code=exit_code)
    counts = Counts(items=1, files=1, errors=errors, warnings=0, collection_warnings=0)
    return Round(sample=sample, status=Status.OK, message="", counts=counts, nodeids_sha256=ids, effects=effects)


def test_timed_rounds_that_collect_other_ids_or_errors_refute() -> None:
    assert _same_collections([finished()], [finished()]) is None
    other = _same_collections([finished("b")], [finished("a")])
    assert other is not None
    assert not other.nodeids
    failing = _same_collections([finished(errors=1)], [finished()])
    assert failing is not None
    assert not failing.errors


def test_ids_that_differ_from_round_to_round_are_not_held_against_it() -> None:
    assert _same_collections([finished("a"), finished("b")], [finished("c"), finished("d")]) is None


def test_another_exit_code_refutes_with_the_number_of_rounds() -> None:
    assert _same_ends([finished()], [finished()]) is None
    other = _same_ends([finished(), finished(exit_code=-11)], [finished()])
    assert other is not None
    assert other.reason == "it changes how pytest ends: exit code -11 instead of 0, in 1 of 2 rounds"


def test_a_code_that_only_says_that_errors_are_gone_may_differ_where_they_may_go() -> None:
    gone, crashed = [finished()], [finished(exit_code=-11)]
    assert _same_ends(gone, [finished(exit_code=1)]) is not None
    assert _same_ends(gone, [finished(exit_code=1)], USUAL_ENDS) is None
    assert _same_ends(crashed, [finished(exit_code=1)], USUAL_ENDS) is not None


def test_each_action_of_the_probe_has_a_sentence_on_its_having_no_effect() -> None:
    actions = runpy.run_path(str(PROBE / "intervention.py"))["ACTIONS"]
    assert set(NAMES) == set(actions)


def test_an_intervention_without_effect_is_doubt() -> None:
    assert doubt_of("one", [finished(effects=(("serve", 2),))]) == ""
    assert "none of the changed files was loaded" in doubt_of("one", [finished(effects=(("serve", 0),))])


def test_in_the_joint_experiment_an_action_may_leave_nothing_for_another_but_a_block_must_hold() -> None:
    without_lazy = finished(effects=(("serve", 2), ("module-lazy", 0)))
    assert doubt_of(JOINT, [without_lazy]) == ""
    assert doubt_of("one", [without_lazy])
    assert doubt_of(JOINT, [finished(effects=(("serve", 0), ("module-lazy", 0)))])
    assert "still loaded" in doubt_of(JOINT, [finished(effects=(("serve", 2), ("absent", 0)))])
