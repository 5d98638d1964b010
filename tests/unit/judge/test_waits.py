"""The waits of two stored results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from collectbench.judge.waits import judge_waits, wait_margin_s, why_not_judged, withheld
from collectbench.model.comparison import Verdict
from collectbench.model.run import TargetResult, WaitSite
from collectbench.model.sample import Noise, Sample, Status
from collectbench.usecases.wording import word

SPREAD = (0.0, 0.002, 0.001, 0.003, 0.001, 0.002, 0.004)
QUIET, BUSY = Noise(cpu_pressure=0.1), Noise(cpu_pressure=0.9)


@pytest.fixture
def waiting(result, sample):
    """Builds a result that works for 0.5 s and waits for `waited_s`, a little more in some rounds."""

    def build(waited_s: float | None, spread: Sequence[float] = SPREAD, **changes: Any) -> TargetResult:
        sites = changes.pop("waits", ())
        samples = tuple(_sample(sample, waited_s, more_s, changes) for more_s in spread)
        return replace(result(), samples=samples, waits=sites)

    return build


def _sample(sample, waited_s: float | None, more_s: float, changes: dict[str, Any]) -> Sample:
    known = None if waited_s is None else waited_s + more_s
    values = {"user_s": 0.4, "system_s": 0.1, "waited_s": known, "queued_s": None if waited_s is None else 0.0}
    return sample(0.5 + (waited_s or 0.0) + more_s, **values | changes)


def judged(base: TargetResult, head: TargetResult, margin_floor: float = 0.1):
    return judge_waits(base, head, word, margin_floor)


def test_a_wait_over_the_margin_fails_and_names_its_line(waiting) -> None:
    site = WaitSite(path="tests/conftest.py", line=3, waited_s=0.2)
    waits = judged(waiting(0.0), waiting(0.2, waits=(site,)))
    assert waits.verdict is Verdict.FAIL
    assert waits.reason.startswith("waits +200 ms, over the margin of 50 ms (")
    assert waits.reason.endswith(": +200 ms at tests/conftest.py:3")
    assert (waits.base_s, waits.head_s) == (pytest.approx(0.002), pytest.approx(0.202))
    assert waits.ci95_s[0] < 0.2 < waits.ci95_s[1]


def test_an_operation_is_named_with_its_line(waiting) -> None:
    site = WaitSite(path="tests/conftest.py", line=3, waited_s=0.2, operation="subprocess: git rev-parse", count=1)
    reason = judged(waiting(0.0), waiting(0.2, waits=(site,))).reason
    assert reason.endswith(": +200 ms at tests/conftest.py:3 (subprocess: git rev-parse)")


@pytest.mark.parametrize(("before_s", "now_s"), [(0.0, 0.0), (0.3, 0.31), (0.3, 0.0), (-0.05, -0.04)])
def test_waits_within_the_margin_pass(before_s, now_s, waiting) -> None:
    waits = judged(waiting(before_s), waiting(now_s))
    assert waits.verdict is Verdict.PASS
    assert "within the margin of" in waits.reason


def test_waits_that_vary_across_the_margin_are_inconclusive(waiting) -> None:
    waits = judged(waiting(0.0), waiting(0.0, (0.0, 0.2) * 4))
    assert waits.verdict is Verdict.INCONCLUSIVE
    assert "indistinguishable from the margin of 50 ms" in waits.reason


def test_the_full_range_counts_where_there_are_too_few_rounds_for_an_interval(waiting) -> None:
    assert judged(waiting(0.0, SPREAD[:3]), waiting(0.2, SPREAD[:3])).ci95_s is None
    assert judged(waiting(0.0, SPREAD[:2]), waiting(0.2)) is None, "too few rounds: the judgement on CPU time says so"


@pytest.mark.parametrize(("wall_s", "margin_s"), [(0.1, 0.05), (0.5, 0.05), (2.0, 0.2)])
def test_the_margin_is_a_tenth_of_the_wall_time_but_at_least_50_ms(wall_s, margin_s) -> None:
    assert wait_margin_s(wall_s, 0.1) == pytest.approx(margin_s)


def test_a_busy_machine_does_not_widen_the_margin(waiting) -> None:
    queued = waiting(0.0, queued_s=1.5, user_s=1.9)
    base = replace(queued, samples=tuple(replace(one, wall_s=one.wall_s + 1.5) for one in queued.samples))
    assert judged(base, waiting(0.2)).verdict is Verdict.FAIL


def test_the_margin_that_is_the_least_that_counts_is_explained(waiting) -> None:
    short = waiting(0.0, queued_s=0.2)
    assert "within the margin of 50 ms, the least that counts" in judged(short, waiting(0.0)).reason


@pytest.mark.parametrize(
    ("base", "head"), [({"threads_or_children": True, "noise": QUIET}, {"threads_or_children": True, "noise": BUSY})]
)
def test_the_queueing_of_children_that_the_main_thread_waits_for_is_no_wait(base, head, waiting) -> None:
    waits = judged(waiting(0.05, **base), waiting(0.3, **head))
    assert waits.verdict is Verdict.INCONCLUSIVE
    assert "but the machine withheld that much more of the CPU" in waits.reason


def test_stolen_time_looks_like_waiting_and_fails_nothing(waiting) -> None:
    waits = judged(waiting(0.0), waiting(0.2, noise=Noise(steal_s=0.25)))
    assert waits.verdict is Verdict.INCONCLUSIVE


def test_pressure_excuses_no_process_that_runs_alone(sample) -> None:
    assert withheld(sample(1.0, noise=BUSY, threads_or_children=False)) == 0
    assert withheld(sample(1.0, noise=BUSY, threads_or_children=True)) == pytest.approx(0.9)
    assert withheld(sample(0.0, noise=BUSY, threads_or_children=True)) == 0


@pytest.mark.parametrize(
    ("growth_s", "verdict"), [(0.0, Verdict.PASS), (0.3, Verdict.INCONCLUSIVE)], ids=["pass", "never fail"]
)
def test_a_system_that_does_not_tell_queueing_bounds_the_waits(growth_s, verdict, waiting) -> None:
    base, head = (
        replace(one, samples=tuple(replace(sample, wall_s=sample.wall_s + more_s) for sample in one.samples))
        for one, more_s in ((waiting(None), 0.0), (waiting(None), growth_s))
    )
    waits = judged(base, head)
    assert (waits.verdict, waits.exact) == (verdict, False)
    assert waits.reason.startswith("waits and queueing +")


def test_a_baseline_without_waits_is_not_compared_and_a_note_says_so(waiting) -> None:
    old, now = waiting(None), waiting(0.2)
    assert judged(old, now) is None
    assert why_not_judged((old,), (now,)) == (
        "waits were not compared, since the baseline does not hold them: record it again"
    )
    assert why_not_judged((now,), (now,)) is None
    assert why_not_judged((old,), (old,)) is None, "a system that does not tell them has a bound on both sides"


@pytest.mark.parametrize("changes", [{"comparable": False}])
def test_rounds_that_ran_at_the_same_time_are_not_judged(changes, waiting) -> None:
    assert judged(waiting(0.0, **changes), waiting(0.2)) is None


def test_a_side_that_was_not_collected_is_not_judged(waiting) -> None:
    failed = replace(waiting(0.0), status=Status.FAILED, counts=None)
    assert judged(failed, waiting(0.2)) is None


def test_lines_that_explain_little_beside_the_first_one_are_not_named(waiting) -> None:
    sites = tuple(
        WaitSite(path="tests/test_a.py", line=line, waited_s=s) for line, s in ((1, 0.2), (2, 0.03), (3, 0.05))
    )
    waits = judged(waiting(0.0), waiting(0.2, waits=sites))
    assert waits.reason.endswith(": +200 ms at tests/test_a.py:1; +50 ms at tests/test_a.py:3")
    assert len(waits.locations) == 3


def test_a_line_that_hardly_waits_longer_is_not_named_as_the_place_of_a_growth(waiting) -> None:
    call = WaitSite(path="tests/test_a.py", line=1, waited_s=0.001, operation="subprocess: true", count=1)
    reason = judged(waiting(0.0), waiting(0.2, waits=(call,))).reason
    assert "test_a.py" not in reason
