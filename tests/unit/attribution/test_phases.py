from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.attribution.phases import phases
from collectbench.model.sample import PHASES, UNACCOUNTED

ORDER = (
    "runner",
    "pytest-import-begin",
    "pytest-import-end",
    "plugins-begin",
    "conftest-begin",
    "conftest-end",
    "configure-begin",
    "collection-begin",
    "modifyitems-begin",
    "modifyitems-end",
    "collected",
    "finish",
)
FULL = {name: 10 * number for number, name in enumerate(ORDER, 1)}


@st.composite
def rounds(draw: st.DrawFn) -> tuple[int, int, dict[str, int]]:
    """A spawn, an end, and the stamps of some of the moments in between, in their order."""
    times = sorted(draw(st.lists(st.integers(0, 10**15), min_size=len(ORDER) + 2, max_size=len(ORDER) + 2)))
    reached = draw(st.sets(st.sampled_from(ORDER)))
    stamps = {name: at for name, at in zip(ORDER, times[1:-1], strict=True) if name in reached}
    return times[0], times[-1], stamps


@given(rounds())
def test_phases_and_unaccounted_time_add_up_to_the_wall_time(round_) -> None:
    spawn_ns, reaped_ns, stamps = round_
    phases_s = phases(spawn_ns, reaped_ns, stamps)
    assert sum(phases_s.values()) == pytest.approx((reaped_ns - spawn_ns) / 1e9, abs=1e-6)


@given(rounds())
def test_phases_are_in_order_and_not_negative(round_) -> None:
    phases_s = phases(*round_)
    assert list(phases_s) == [name for name in (*PHASES, UNACCOUNTED) if name in phases_s]
    assert all(seconds >= 0 for name, seconds in phases_s.items() if name != UNACCOUNTED)


@pytest.mark.parametrize("last", [name for name in ORDER if name.endswith("-begin") or name == "finish"])
def test_a_process_that_dies_spends_the_rest_in_the_phase_that_it_had_begun(last) -> None:
    stamps = {name: FULL[name] for name in ORDER[: ORDER.index(last) + 1]}
    phases_s = phases(0, 10**9, stamps)
    *_, phase, unaccounted = phases_s
    assert unaccounted == UNACCOUNTED
    assert phase in (last.removesuffix("-begin"), {"configure-begin": "startup", "finish": "teardown"}.get(last))
    assert phases_s[phase] == pytest.approx(1 - FULL[last] / 1e9)


def test_a_process_that_never_reached_the_runner_spent_all_its_time_starting() -> None:
    assert phases(0, 10**9, {}) == {"interpreter": 1.0, UNACCOUNTED: 0.0}


def test_every_phase_has_its_borders() -> None:
    phases_s = phases(0, 130, FULL)
    assert {name: round(seconds * 1e9) for name, seconds in phases_s.items()} == {
        **dict.fromkeys(PHASES, 10),
        "report": 20,
        UNACCOUNTED: 130 - 10 * (len(PHASES) - 1) - 20,
    }


def test_without_conftests_or_items_the_next_stamp_ends_a_phase() -> None:
    without = ("conftest-begin", "conftest-end", "modifyitems-begin", "modifyitems-end")
    phases_s = phases(0, 130, {name: at for name, at in FULL.items() if name not in without})
    nanoseconds = {name: round(seconds * 1e9) for name, seconds in phases_s.items()}
    assert "conftest" not in phases_s
    assert "modifyitems" not in phases_s
    assert nanoseconds["plugins"] == FULL["configure-begin"] - FULL["plugins-begin"]
    assert nanoseconds["collection"] == FULL["collected"] - FULL["collection-begin"]
    assert nanoseconds["report"] == FULL["finish"] - FULL["collected"]
