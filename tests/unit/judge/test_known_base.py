"""What a stored result tells about base without a round."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.judge.known_base import known_base, seems_decided
from collectbench.model.sample import RoundKind

MARGIN = 0.1


@pytest.fixture
def stored(result, sample):
    """A result with times, and with counters of two rounds."""
    counted = tuple(sample(1.0, kind=RoundKind.COUNTED) for _ in range(2))
    timed = tuple(sample(1.0) for _ in range(3))
    return result(
        counters={"modules": 300, "function_starts": 9},
        loaded_sha256="8",
        nodeids_sha256="9",
        samples=(*timed, *counted),
        phases={"conftest": 1.0},
    )


@pytest.fixture
def head(stored):
    """Makes heads of one counted round, of which no counter is known to repeat."""

    def make(**changes):
        counted = next(sample for sample in stored.samples if sample.kind is RoundKind.COUNTED)
        return replace(stored, samples=(counted,), unstable=tuple(stored.counters), **changes)

    return make


def test_only_what_neither_the_day_nor_the_place_changes_is_known(stored) -> None:
    known = known_base(stored, note="from the baseline")
    assert known.counters == {"modules": 300}
    assert (known.wall_s, known.cpu_s, known.peak_rss_bytes, known.phases) == (None, None, None, {})
    assert {sample.kind for sample in known.samples} == {RoundKind.COUNTED}
    assert (known.from_earlier_run, known.notes[-1]) == (True, "from the baseline")


def test_a_head_that_fails_by_its_counters_decides_unless_each_target_is_to_be_timed(stored, head) -> None:
    known = known_base(stored, note="")
    grown = head(counters={"modules": 400, "function_starts": 9})
    assert seems_decided(known, grown, MARGIN)
    assert not seems_decided(known, grown, None)
    assert not seems_decided(known, head(counters={"modules": 310, "function_starts": 9}), MARGIN)


def test_a_head_that_is_the_same_decides_if_function_starts_are_not_counted(stored, head) -> None:
    assert not seems_decided(known_base(stored, note=""), head(), MARGIN)
    without = replace(stored, counters={"modules": 300})
    assert seems_decided(known_base(without, note=""), head(counters={"modules": 300}), None)
