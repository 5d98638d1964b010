from __future__ import annotations

import pytest
from hypothesis import given, settings
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


@settings(deadline=None)
@given(rounds())
def test_phases_and_what_is_unaccounted_add_up_to_the_wall_time(round_) -> None:
    spawn_ns, reaped_ns, stamps = round_
    found = phases(spawn_ns, reaped_ns, stamps)
    assert sum(found.values()) == pytest.approx((reaped_ns - spawn_ns) / 1e9, abs=1e-6)


@settings(deadline=None)
@given(rounds())
def test_phases_come_in_their_order_and_none_is_negative(round_) -> None:
    found = phases(*round_)
    assert list(found) == [name for name in (*PHASES, UNACCOUNTED) if name in found]
    assert all(seconds >= 0 for name, seconds in found.items() if name != UNACCOUNTED)


@pytest.mark.parametrize("last", [name for name in ORDER if name.endswith("-begin") or name == "finish"])
def test_a_process_that_dies_spends_the_rest_in_the_phase_that_it_had_begun(last) -> None:
    stamps = {name: FULL[name] for name in ORDER[: ORDER.index(last) + 1]}
    found = phases(0, 10**9, stamps)
    *_, phase, unaccounted = found
    assert unaccounted == UNACCOUNTED
    assert phase in (last.removesuffix("-begin"), {"configure-begin": "startup", "finish": "teardown"}.get(last))
    assert found[phase] == pytest.approx(1 - FULL[last] / 1e9)


def test_a_process_that_never_reached_the_runner_spent_all_its_time_starting() -> None:
    assert phases(0, 10**9, {}) == {"interpreter": 1.0, UNACCOUNTED: 0.0}


def test_every_phase_has_its_borders() -> None:
    found = phases(0, 130, FULL)
    assert {name: round(seconds * 1e9) for name, seconds in found.items()} == {
        **dict.fromkeys(PHASES, 10),
        "report": 20,
        UNACCOUNTED: 130 - 10 * (len(PHASES) - 1) - 20,
    }


def test_without_conftests_or_items_the_next_stamp_ends_a_phase() -> None:
    without = ("conftest-begin", "conftest-end", "modifyitems-begin", "modifyitems-end")
    found = phases(0, 130, {name: at for name, at in FULL.items() if name not in without})
    nanoseconds = {name: round(seconds * 1e9) for name, seconds in found.items()}
    assert "conftest" not in found
    assert "modifyitems" not in found
    assert nanoseconds["plugins"] == FULL["configure-begin"] - FULL["plugins-begin"]
    assert nanoseconds["collection"] == FULL["collected"] - FULL["collection-begin"]
    assert nanoseconds["report"] == FULL["finish"] - FULL["collected"]
