"""What is left of a saving once tests run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.judge.net import Remaining, TestRuns, net_of, slowed_test, unmeasured, with_one_file
from collectbench.judge.paired.panel import Decision, Pair, Trial
from collectbench.model.diagnosis import INCONCLUSIVE, PROVEN, Experiment
from collectbench.model.sample import Noise, RoundKind, Sample
from collectbench.model.verification import Case, Outcome

EXPERIMENT = Experiment(
    intervention="imports-deferred=heavy",
    pairs=7,
    saving_s=0.6,
    ci95=(0.58, 0.62),
    same_nodeids=True,
    same_errors=True,
    verdict=PROVEN,
    base_walls_s=(0.4,) * 7,
    head_walls_s=(1.0,) * 7,
)


def cases_of(**durations_s: float) -> tuple[Case, ...]:
    return tuple(Case(nodeid=name, outcome=Outcome.PASSED, duration_s=each) for name, each in durations_s.items())


def runs(saved_s: float, decided: Decision | None, *, count: int = 7, **changes) -> TestRuns:
    pairs = tuple(Pair(base=2.0 - saved_s, head=2.0) for _ in range(count))
    durations_s = {"first": 0.6 - saved_s, "second": 0.01, "third": 0.01}
    return TestRuns(
        **{
            "trial": Trial(name="x", pairs=pairs, decided=decided),
            "seed": 1,
            "base": (cases_of(**durations_s),) * count,
            "head": (cases_of(first=0.0, second=0.01, third=0.01),) * count,
            **changes,
        }
    )


def test_what_is_left_is_saved_and_the_rest_is_moved_into_the_test_that_takes_longer() -> None:
    net = net_of(EXPERIMENT, runs(0.4, Decision.OVER), is_paid_again=True)
    assert (net.verdict, net.reason, net.tests, net.pairs) == ("saved", "", 3, 7)
    assert net.full_run_s == pytest.approx(0.4)
    assert net.moved_s == pytest.approx(0.2)
    assert net.moved_into == "first"
    assert net.ci95 == pytest.approx((0.4, 0.4))
    assert net.head_walls_s == (2.0,) * 7


def test_less_than_half_left_is_moved() -> None:
    net = net_of(EXPERIMENT, runs(0.0, Decision.UNDER), is_paid_again=True)
    assert net.verdict == "moved"
    assert net.moved_s == pytest.approx(0.6)


def test_a_difference_of_two_experiments_that_nobody_notices_is_not_moved() -> None:
    net = net_of(EXPERIMENT, runs(0.58, Decision.OVER), is_paid_again=True)
    assert (net.moved_s, net.moved_into) == (0.0, "")


def test_a_difference_within_the_interval_of_the_experiment_is_not_moved() -> None:
    wide = replace(EXPERIMENT, ci95=(0.3, 0.9))
    assert net_of(wide, runs(0.4, Decision.OVER), is_paid_again=True).moved_s == 0.0
    assert net_of(wide, runs(0.2, Decision.UNDER), is_paid_again=True).moved_s == pytest.approx(0.4)
    unknown = replace(EXPERIMENT, ci95=None)
    assert net_of(unknown, runs(0.4, Decision.OVER), is_paid_again=True).moved_s == pytest.approx(0.2)


def test_tests_that_take_less_as_well_move_less_than_nothing() -> None:
    net = net_of(EXPERIMENT, runs(0.9, Decision.OVER), is_paid_again=False)
    assert net.moved_s == pytest.approx(-0.3)
    # each of them saves its collection, and all of them together what the tests take less
    assert [each.least_s for each in net.workers] == pytest.approx([1.5, 2.7, 5.1])


def test_each_worker_saves_its_collection_and_pays_again_if_it_runs_a_test_that_uses_it() -> None:
    net = net_of(EXPERIMENT, runs(0.4, Decision.OVER), is_paid_again=True)
    assert [each.workers for each in net.workers] == [2, 4, 8]
    # 0.6 s for each worker, less 0.2 s for each that pays: three tests ran, so no more than three of them can
    assert [each.least_s for each in net.workers] == pytest.approx([1.2 - 0.4, 2.4 - 0.6, 4.8 - 0.6])
    assert [each.most_s for each in net.workers] == pytest.approx([1.2 - 0.2, 2.4 - 0.2, 4.8 - 0.2])


def test_what_no_worker_pays_again_is_paid_once() -> None:
    net = net_of(EXPERIMENT, runs(0.4, Decision.OVER), is_paid_again=False)
    assert [each.least_s for each in net.workers] == [each.most_s for each in net.workers]


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (runs(0.3, None), "indistinguishable from half of 600 ms"),
        (runs(0.3, None, out_of_time=True), "the time limit was reached after 7 pairs"),
        (runs(0.3, None, count=0, out_of_time=True), "no time was left for its first pair"),
        (runs(0.3, None, count=0), "no pair was measured"),
    ],
    ids=["undecided", "out of time", "no time", "no pairs"],
)
def test_what_is_inconclusive_has_a_reason_and_moves_nothing(found: TestRuns, reason: str) -> None:
    net = net_of(EXPERIMENT, found, is_paid_again=True)
    assert (net.verdict, net.reason) == (INCONCLUSIVE, reason)
    assert (net.moved_s, net.moved_into, net.workers) == (None, "", ())


def test_few_pairs_have_no_interval() -> None:
    assert net_of(EXPERIMENT, runs(0.4, None, count=5), is_paid_again=True).ci95 is None


def test_a_run_of_one_file_is_told_beside_the_full_one() -> None:
    net = net_of(EXPERIMENT, runs(0.0, Decision.UNDER), is_paid_again=True)
    both = with_one_file(net, "test_b.py", runs(0.55, Decision.OVER))
    assert (both.file, both.one_file_pairs, both.verdict) == ("test_b.py", 7, "moved")
    assert both.one_file_s == pytest.approx(0.55)
    assert both.one_file_ci95 == pytest.approx((0.55, 0.55))


def test_a_run_of_one_file_without_a_pair_has_a_reason() -> None:
    net = with_one_file(unmeasured("no"), "test_b.py", runs(0.5, None, count=0, out_of_time=True))
    assert (net.file, net.one_file_s, net.one_file_reason) == ("test_b.py", None, "no time was left for its first pair")


def test_no_test_is_named_if_many_take_a_little_longer() -> None:
    base, head = cases_of(a=0.2, b=0.2, new=9.0), cases_of(a=0.1, b=0.1)
    assert slowed_test([base], [head], 0.05) == "a"
    assert not slowed_test([base], [head], 0.15)
    assert not slowed_test([], [], 0.1)


def test_one_slow_run_of_a_test_names_it_not() -> None:
    steady, once = cases_of(a=0.1, b=0.3), cases_of(a=9.0, b=0.3)
    head = cases_of(a=0.1, b=0.1)
    assert slowed_test([steady, once, steady], [head] * 3, 0.1) == "b"


def sample(wall_s: float, noise: Noise | None = None) -> Sample:
    return Sample(
        kind=RoundKind.OUTCOMES,
        wall_s=wall_s,
        user_s=0,
        system_s=0,
        peak_rss_bytes=0,
        exit_code=0,
        queued_s=0.1,
        threads_or_children=False,
        noise=noise or Noise(),
    )


def test_the_question_is_whether_more_than_half_of_the_saving_is_left_however_long_the_tests_take() -> None:
    figure = Remaining(collected_s=0.6)
    assert figure.panel(seed=1, share=1.0).margin([Pair(base=99.0, head=100.0)]) == pytest.approx(0.3)
    pair = figure.pair(sample(1.1), sample(1.6))
    assert pair is not None
    assert (pair.base, pair.head) == pytest.approx((1.0, 1.5))
    assert figure.pair(sample(1.1, Noise(suspended_s=1)), sample(1.6)) is None
