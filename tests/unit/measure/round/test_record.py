from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from collectbench.measure.round.record import SEVERITY, agree, target_result
from collectbench.measure.round.round import Round
from collectbench.measure.round.work import Work
from collectbench.model.run import ImportSite
from collectbench.model.sample import Counts, RoundKind, Sample, Status
from collectbench.model.target import Target

TARGET = Target(name="a", paths=("x", "y"))


def round_of(wall_s: float = 1.0, kind: RoundKind = RoundKind.TIMED, items: int | None = 5, **changes) -> Round:
    sample = Sample(
        kind=kind,
        wall_s=wall_s,
        user_s=wall_s / 2,
        system_s=wall_s / 4,
        peak_rss_bytes=int(wall_s * 1000),
        exit_code=0,
        phases={"interpreter": wall_s},
    )
    counts = None if items is None else Counts(items=items, files=1, errors=0, warnings=0, collection_warnings=0)
    values = {
        "sample": sample,
        "status": Status.OK,
        "message": "",
        "counts": counts,
        "nodeids_sha256": None if items is None else f"digest-{items}",
        "timeline": ((0.0, int(wall_s)),),
    }
    return Round(**values | changes)


def test_headline_figures_come_from_timed_rounds_alone() -> None:
    rounds = [
        round_of(9.0, RoundKind.WARMUP),
        round_of(2.0),
        round_of(4.0),
        round_of(3.0),
        round_of(5.0),
        round_of(8.0, RoundKind.COLD),
    ]
    result = target_result(TARGET, rounds)
    assert (result.name, result.paths) == ("a", ("x", "y"))
    assert (result.wall_s.median, result.wall_s.min, result.wall_s.max) == (3.5, 2.0, 5.0)
    assert result.cpu_s.median == pytest.approx(3.5 * 0.75)
    assert result.peak_rss_bytes.max == 5000
    assert result.cold_wall_s.median == 8.0
    assert (result.phases, result.memory_timeline) == ({"interpreter": 3.0}, ((0.0, 3),))  # of the lower median
    assert [sample.wall_s for sample in result.samples] == [9.0, 2.0, 4.0, 3.0, 5.0, 8.0]


def test_without_a_timed_round_there_are_no_figures() -> None:
    result = target_result(TARGET, [round_of(kind=RoundKind.WARMUP)])
    assert (result.wall_s, result.cpu_s, result.peak_rss_bytes, result.cold_wall_s) == (None, None, None, None)
    assert (result.phases, result.memory_timeline) == ({}, ())
    assert result.counts is not None


@pytest.mark.parametrize(("worse", "better"), list(pairwise(SEVERITY)))
def test_a_target_is_as_bad_as_its_worst_round(worse, better) -> None:
    rounds = [round_of(status=better, message="better"), round_of(status=worse, message="worse")]
    result = target_result(TARGET, rounds)
    assert (result.status, result.message) == (worse, "worse")


def test_every_status_has_a_severity() -> None:
    assert set(SEVERITY) == set(Status) - {Status.NOT_MEASURED}  # that is no outcome of a round


def test_counts_are_those_of_the_first_round_that_has_them() -> None:
    result = target_result(TARGET, [round_of(items=None), round_of(items=7), round_of(items=7)])
    assert (result.counts.items, result.nodeids_sha256, result.notes) == (7, "digest-7", ())


def test_a_target_that_was_never_counted_has_no_counts() -> None:
    result = target_result(TARGET, [round_of(items=None)])
    assert (result.counts, result.nodeids_sha256) == (None, None)


@pytest.mark.parametrize(
    ("rounds", "note"),
    [
        (
            [round_of(items=1), round_of(items=2000), round_of(items=1)],
            "1 of 3 rounds collected other node ids than the first (1 to 2,000 items)",
        ),
        (
            [round_of(), round_of(nodeids_sha256="other")],
            "1 of 2 rounds collected other node ids than the first (5 items each time)",
        ),
    ],
)
def test_rounds_that_collect_different_items_are_reported(rounds, note) -> None:
    assert target_result(TARGET, rounds).notes == (note,)


def test_each_note_is_kept_once() -> None:
    rounds = [round_of(notes=("left x",)), round_of(notes=("left x", "left y"))]
    assert target_result(TARGET, rounds, ("remark", "left y")).notes == ("left x", "left y", "remark")


def counted(opens: int = 7, **changes) -> Round:
    values = {
        "counters": {"modules": 3, "opens": opens},
        "imports": (ImportSite(path="a.py", line=opens, modules=("m",)),),
        "loaded_sha256": "d" * 64,
    }
    return round_of(kind=RoundKind.COUNTED, work=Work(**values | changes))


def test_counters_and_imports_are_those_of_the_first_counted_round() -> None:
    result = target_result(TARGET, [round_of(), counted(), counted(opens=8)])
    assert (result.counters, result.unstable) == ({"modules": 3, "opens": 7}, ("opens",))
    assert result.imports == (ImportSite(path="a.py", line=7, modules=("m",)),)
    assert result.loaded_sha256 == "d" * 64
    assert result.notes == ()


def test_notes_on_the_work_follow_those_on_its_round() -> None:
    rounds = [round_of(notes=("left x",)), counted(notes=("uncounted",)), counted(notes=("uncounted",))]
    assert target_result(TARGET, rounds).notes == ("left x", "uncounted")


def test_of_three_counted_rounds_the_last_two_count() -> None:
    rounds = [round_of(), counted(opens=9), counted(), counted()]
    assert [agree(rounds[:count]) for count in (1, 2, 3, 4)] == [True, True, False, True]
    result = target_result(TARGET, rounds)
    assert (result.counters, result.unstable) == ({"modules": 3, "opens": 7}, ())


def test_a_digest_that_differs_between_the_counted_rounds_is_none() -> None:
    assert target_result(TARGET, [counted(), counted(loaded_sha256="e" * 64)]).loaded_sha256 is None


def test_a_counter_that_one_of_the_rounds_lacks_is_unstable() -> None:
    more = counted(counters={"modules": 3, "opens": 7, "function_starts": 5})
    for rounds in ([more, counted()], [counted(), more]):
        assert target_result(TARGET, rounds).unstable == ("function_starts",)


def test_a_single_counted_round_makes_all_counters_unstable() -> None:
    result = target_result(TARGET, [round_of(), counted()])
    assert (result.counters, result.unstable) == ({"modules": 3, "opens": 7}, ("modules", "opens"))
    assert result.notes == ("counters ran only once, so they cannot be judged",)


def test_without_a_counted_round_there_are_no_counters() -> None:
    result = target_result(TARGET, [round_of(), round_of(kind=RoundKind.COUNTED)])
    assert (result.counters, result.unstable, result.imports, result.loaded_sha256) == (None, (), (), None)


@pytest.mark.parametrize(("queued_s", "unqueued_s"), [(0.5, 1.5), (0.05, None), (None, None)])
def test_the_wall_time_without_queueing_is_kept_where_queueing_was_notable(queued_s, unqueued_s) -> None:
    taken = round_of(2.0)
    queued = replace(taken, sample=replace(taken.sample, queued_s=queued_s))
    unqueued = target_result(TARGET, [queued, queued]).unqueued_wall_s
    assert (None if unqueued is None else unqueued.median) == unqueued_s
