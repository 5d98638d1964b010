"""How targets are timed, by the results of their first rounds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.measure.round.request import RoundRequest
from collectbench.measure.session.paired_target import (
    Arm,
    PairedPolicy,
    PairedTarget,
    Side,
    Timing,
    timing_of,
    wants_round_for_limits,
)
from collectbench.model.run import TargetResult
from collectbench.model.sample import Counts, Status
from collectbench.model.target import Limits, Target

BASE, HEAD = Side
FIVE = Counts(items=5, files=1, errors=0, warnings=0, collection_warnings=0)
CHANGED = TargetResult(
    name="a",
    paths=("a",),
    status=Status.OK,
    counts=FIVE,
    counters={"modules": 3},
    loaded_sha256="1",
    nodeids_sha256="2",
)
SAME = replace(CHANGED, loaded_sha256="0")
EMPTY = replace(CHANGED, status=Status.EMPTY, counts=replace(FIVE, items=0))
FAILED = replace(CHANGED, status=Status.FAILED, message="no")
ONLY_ERRORS = replace(CHANGED, status=Status.COLLECTION_ERRORS, counts=replace(FIVE, items=0, errors=2))
LIMITED = Limits(budget_s=1.0)


@pytest.fixture
def paired(bench):
    """Builds a target that these sides have."""

    def build(*sides: Side, limits: Limits = LIMITED) -> PairedTarget:
        request = RoundRequest(target=Target(name="a", paths=("a",), limits=limits))
        return PairedTarget(name="a", arms=dict.fromkeys(sides, Arm(bench=bench, request=request)))

    return build


@pytest.mark.parametrize(
    ("base", "head", "expected"),
    [
        (SAME, CHANGED, Timing.PAIRS),
        (SAME, SAME, Timing.HEAD),
        (SAME, EMPTY, Timing.HEAD),
        (FAILED, CHANGED, Timing.HEAD),
        (ONLY_ERRORS, CHANGED, Timing.HEAD),
        (SAME, FAILED, Timing.NONE),
        (SAME, ONLY_ERRORS, Timing.NONE),
        (FAILED, FAILED, Timing.NONE),
    ],
)
def test_pairs_are_for_targets_that_both_sides_collect_and_that_may_have_changed(base, head, expected, paired) -> None:
    results = {BASE: base, HEAD: head}
    assert timing_of(paired(BASE, HEAD), results, PairedPolicy()) is expected
    # Without limits the head alone is of no use.
    alone = Timing.NONE if expected is Timing.HEAD else expected
    assert timing_of(paired(BASE, HEAD, limits=Limits()), results, PairedPolicy()) is alone


def test_an_unchanged_target_is_timed_on_request(paired) -> None:
    assert timing_of(paired(BASE, HEAD), {BASE: SAME, HEAD: SAME}, PairedPolicy(full=True)) is Timing.PAIRS
    assert timing_of(paired(BASE, HEAD), {BASE: EMPTY, HEAD: EMPTY}, PairedPolicy(full=True)) is Timing.HEAD


def test_a_target_that_its_counters_fail_is_timed_only_on_request(paired) -> None:
    grown = {BASE: CHANGED, HEAD: replace(CHANGED, counters={"modules": 300})}
    assert timing_of(paired(BASE, HEAD), grown, PairedPolicy()) is Timing.HEAD
    assert timing_of(paired(BASE, HEAD), grown, PairedPolicy(full=True)) is Timing.PAIRS
    assert timing_of(paired(BASE, HEAD), grown, PairedPolicy(pairs=7)) is Timing.PAIRS
    assert timing_of(paired(BASE, HEAD), grown, PairedPolicy(margin_floor=100.0)) is Timing.PAIRS


def test_sides_of_which_nothing_is_known_yet_are_timed(paired) -> None:
    assert timing_of(paired(BASE, HEAD), {}, PairedPolicy()) is Timing.PAIRS
    assert timing_of(paired(BASE, HEAD), {BASE: SAME}, PairedPolicy()) is Timing.PAIRS
    assert timing_of(paired(BASE, HEAD), {BASE: FAILED}, PairedPolicy()) is Timing.HEAD
    assert timing_of(paired(BASE), {}, PairedPolicy()) is Timing.NONE


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (Limits(), Timing.NONE),
        (Limits(max_warnings=0, max_errors=0, min_items=1), Timing.NONE),
        (Limits(budget_s=1.0), Timing.HEAD),
        (Limits(goal_s=1.0), Timing.HEAD),
        (Limits(goal_reduction=0.5), Timing.HEAD),
        (Limits(memory_budget_bytes=1), Timing.HEAD),
    ],
)
def test_a_target_of_the_head_alone_is_timed_for_limits_that_need_it(limits, expected, paired) -> None:
    assert timing_of(paired(HEAD, limits=limits), {HEAD: CHANGED}, PairedPolicy(full=True)) is expected


def test_a_target_of_the_base_alone_has_no_limits(paired) -> None:
    assert paired(BASE).limits == Limits()
    assert timing_of(paired(BASE), {BASE: CHANGED}, PairedPolicy(full=True)) is Timing.NONE


@pytest.mark.parametrize(
    ("walls_s", "budget_s", "wanted"),
    [
        ((), None, True),
        ((1.0, 1.0), None, True),
        ((1.0, 1.0, 1.0), None, False),
        ((1.0,), 10.0, True),
        ((1.0, 1.0), 10.0, False),
        ((0.9, 0.9, 0.9), 1.0, True),
        ((0.9,) * 7, 1.0, False),
        ((0.9, 1.1, 0.9), 1.0, False),
    ],
)
def test_a_head_alone_is_timed_until_its_budget_is_decided(walls_s, budget_s, wanted) -> None:
    assert wants_round_for_limits(walls_s, budget_s) is wanted
