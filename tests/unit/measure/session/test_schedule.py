from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.measure.session.schedule import (
    FEWEST,
    LONG_S,
    MOST,
    MOST_LONG,
    MOST_LONG_WITH_BUDGET,
    SHORT_S,
    Policy,
    State,
    lap,
    most_rounds,
    next_kind,
    remark,
    rounds_expected,
    uses_cold_cache,
)
from collectbench.model.sample import RoundKind

POLICIES = st.builds(
    Policy,
    rounds=st.none() | st.integers(1, 12),
    warmup=st.integers(0, 3),
    cold=st.booleans(),
    counted=st.integers(0, 2),
)
WALLS = st.floats(0.01, 100) | st.sampled_from([1.0, 1.01, 29.9, 30.1, 31.0])
EXPLAINING = (RoundKind.TRACED, RoundKind.SAMPLED)
BUDGETS = st.none() | st.floats(0.1, 80)


def play(policy: Policy, state: State, walls: list[float], stop_after: int | None = None) -> list[State]:
    """All states of a target until it needs no more rounds; the wall times are taken in turn."""
    states = [state]
    while (kind := next_kind(policy, state)) is not None:
        done = len(states) - 1
        state = state.after(kind, walls[done % len(walls)], stopped=done == stop_after)
        states.append(state)
        assert len(states) < 100
    return states


def traces(done: State) -> tuple[RoundKind, ...]:
    """The traced rounds of a target of which all else is done."""
    return (RoundKind.TRACED,) * (len(done.walls_s) if max(done.walls_s) <= SHORT_S else 1)


@given(policy=POLICIES, budget_s=BUDGETS, walls=st.lists(WALLS, min_size=1, max_size=20))
def test_a_target_is_never_run_more_often_than_promised(policy, budget_s, walls) -> None:
    states = play(policy, State(name="a", budget_s=budget_s), walls)
    for state in states:
        assert len(state.walls_s) <= most_rounds(policy, state)
    left = [rounds_expected(policy, state) for state in states]
    assert left[-1] == 0
    assert left.count(0) == 1
    if policy.rounds is not None:
        assert left == list(range(len(states) - 1, -1, -1))


@given(policy=POLICIES, budget_s=BUDGETS, walls=st.lists(WALLS, min_size=1, max_size=20))
def test_warm_ups_come_before_what_they_warm(policy, budget_s, walls) -> None:
    states = play(policy, State(name="a", budget_s=budget_s), walls)
    kinds = states[-1].kinds
    counts = Counter(kinds)
    assert kinds[: policy.warmup] == (RoundKind.WARMUP,) * policy.warmup
    assert counts[RoundKind.WARMUP] == policy.warmup + policy.cold
    assert counts[RoundKind.TIMED] >= (policy.rounds or FEWEST)
    assert counts[RoundKind.COLD] == (policy.cold and (policy.rounds or 3))
    assert counts[RoundKind.COUNTED] == policy.counted
    in_cache = [uses_cold_cache(policy, state, kind) for state, kind in zip(states, kinds, strict=False)]
    assert sum(in_cache) == policy.cold * (1 + (policy.rounds or 3))
    order = [
        (RoundKind.WARMUP, False),
        (RoundKind.COUNTED, False),
        (RoundKind.TIMED, False),
        (RoundKind.WARMUP, True),
        (RoundKind.COLD, True),
    ]
    later = list(zip(kinds, in_cache, strict=True))[1:]  # the first round warms the caches, whatever its kind
    assert later == sorted(later, key=order.index)


@given(policy=POLICIES, walls=st.lists(WALLS, min_size=1, max_size=5), stop_after=st.none() | st.integers(0, 2))
def test_rounds_that_explain_come_last_and_only_a_trace_where_collection_failed(policy, walls, stop_after) -> None:
    explaining = replace(policy, extra=EXPLAINING)
    plain, states = (play(some, State(name="a"), walls, stop_after) for some in (policy, explaining))
    usual = plain[-1].kinds
    failed_until_traced = stop_after is not None and stop_after <= len(usual)
    expected = (RoundKind.TRACED,) if failed_until_traced else (*traces(plain[-1]), RoundKind.SAMPLED)
    assert states[-1].kinds == (*usual, *expected)
    left = [rounds_expected(explaining, state) for state in states]
    assert (left[-1], left.count(0)) == (0, 1)


@given(policy=POLICIES, failing=st.sampled_from(EXPLAINING))
def test_a_round_that_explains_and_fails_is_the_last(policy, failing) -> None:
    explaining = replace(policy, extra=EXPLAINING)
    plain = play(policy, State(name="a"), [1.0])[-1]
    expected = (
        *plain.kinds,
        *((RoundKind.TRACED,) if failing is RoundKind.TRACED else (*traces(plain), RoundKind.SAMPLED)),
    )
    assert play(explaining, State(name="a"), [1.0], stop_after=len(expected) - 1)[-1].kinds == expected


@pytest.mark.parametrize(
    ("walls", "times"),
    [([1.0, 1.0, 1.0], 3), ([SHORT_S, 1.0, 1.0], 3), ([SHORT_S + 0.1, 1.0, 1.0], 1), ([1.0], 1)],
    ids=["short", "just short", "one is not", "a single one"],
)
def test_short_targets_are_traced_as_often_as_timed_and_sampled_once(walls, times) -> None:
    policy = Policy(rounds=len(walls), warmup=0, extra=EXPLAINING)
    kinds = play(policy, State(name="a"), walls)[-1].kinds
    assert kinds == (*[RoundKind.TIMED] * len(walls), *[RoundKind.TRACED] * times, RoundKind.SAMPLED)


@given(policy=POLICIES, walls=st.lists(WALLS, min_size=1, max_size=5), stop_after=st.integers(0, 2))
def test_a_target_that_cannot_be_collected_gets_no_more_rounds(policy, walls, stop_after) -> None:
    states = play(policy, State(name="a"), walls, stop_after)
    assert len(states) == min(stop_after + 2, len(play(policy, State(name="a"), walls)))
    assert rounds_expected(policy, states[-1]) == 0


@pytest.mark.parametrize(
    ("budget_s", "walls", "rounds"),
    [
        (None, [1.0], FEWEST),  # as tight as can be
        (None, [1.0, 2.0, 1.5], MOST),  # never tight
        (None, [LONG_S + 1, LONG_S + 20], MOST_LONG),
        (None, [LONG_S + 1, 1.0, 1.0], MOST),  # one slow round does not make a long target
        (10.0, [1.0], FEWEST),
        (1.1, [1.0], 7),  # near the budget: seven have to agree
        (40.0, [LONG_S + 1], MOST_LONG_WITH_BUDGET),
        (1.0, [0.99, 1.01, 0.99], FEWEST),  # on both sides of the budget: more rounds cannot decide
    ],
)
def test_auto_stops_when_more_rounds_would_tell_little(budget_s, walls, rounds) -> None:
    last = play(Policy(warmup=0), State(name="a", budget_s=budget_s), walls)[-1]
    assert len(last.walls_s) == rounds


def test_a_lap_has_one_round_of_each_target_in_an_order_that_the_seed_decides() -> None:
    states = [State(name=name) for name in "abcdefgh"]
    orders = [lap(Policy(), states, random.Random(seed)) for seed in (1, 1, 2)]
    assert orders[0] == orders[1] != orders[2]
    assert {name for name, _ in orders[0]} == {*"abcdefgh"}
    assert {kind for _, kind in orders[0]} == {RoundKind.WARMUP}


def test_targets_that_have_enough_are_not_in_a_lap() -> None:
    done = State(name="a", kinds=(RoundKind.TIMED,), walls_s=(1.0,))
    assert lap(Policy(rounds=1, warmup=0), [done, State(name="b")], random.Random(0)) == [("b", RoundKind.TIMED)]


@pytest.mark.parametrize(
    ("policy", "state", "text"),
    [
        (Policy(), State(name="a"), ""),
        (Policy(rounds=2), State(name="a", walls_s=(1.0,)), ""),
        (Policy(), State(name="a", walls_s=(1.0, 1.0)), "only 2 timed rounds: time limit reached"),
        (Policy(), State(name="a", walls_s=(1.0,), stopped=True), ""),
        (Policy(), State(name="a", walls_s=(1.0,) * 3), ""),
        (Policy(), State(name="a", walls_s=(1.0,) * 10), ""),
        (
            Policy(),
            State(name="a", walls_s=(31.0,) * 3),
            "only 3 rounds, since most take over 30.0 s and their number was not fixed",
        ),
    ],
)
def test_a_remark_says_why_there_are_few_rounds(policy, state, text) -> None:
    assert remark(policy, state) == text


@pytest.mark.parametrize(
    ("warmup", "kinds"),
    [
        (1, (RoundKind.WARMUP, RoundKind.COUNTED, RoundKind.COUNTED, RoundKind.TIMED, RoundKind.TIMED)),
        (
            0,
            (RoundKind.TIMED, RoundKind.COUNTED, RoundKind.COUNTED, RoundKind.TIMED),
        ),  # the first warms the caches, and is guarded
    ],
)
def test_counted_rounds_come_right_after_the_first_one(warmup, kinds) -> None:
    states = play(Policy(rounds=2, warmup=warmup, counted=2), State(name="a"), [1.0])
    assert states[-1].kinds == kinds


def test_where_two_counted_rounds_disagree_there_is_one_more_and_no_fourth() -> None:
    policy, state = Policy(rounds=1, counted=2), State(name="a")
    for agree, left in ((True, 4), (True, 3), (False, 2), (False, 2)):
        assert rounds_expected(policy, state) >= left
        state = state.after(next_kind(policy, state), 1.0, stopped=False, agree=agree)
    assert state.kinds == (RoundKind.WARMUP, RoundKind.COUNTED, RoundKind.COUNTED, RoundKind.COUNTED)
    assert (next_kind(policy, state), rounds_expected(policy, state)) == (RoundKind.TIMED, 1)


def test_a_target_that_failed_is_not_counted() -> None:
    states = play(Policy(rounds=2, counted=2), State(name="a"), [1.0], stop_after=0)
    assert states[-1].kinds == (RoundKind.WARMUP,)


def rounds_that_explain_first(*, compiles: int, rounds: int = 1, wall_s: float = 1.0) -> list[str]:
    """The kinds of rounds of a target whose first `compiles` rounds compile modules."""
    policy = Policy(rounds=rounds, warmup=0, explains_first=True, extra=(RoundKind.TRACED,))
    state = State(name="a")
    while (kind := next_kind(policy, state)) is not None:
        assert rounds_expected(policy, state) >= 1
        state = state.after(kind, wall_s, stopped=False, compiled=len(state.kinds) < compiles)
    return [kind.value for kind in state.kinds]


def test_a_round_that_explains_comes_first_and_again_if_it_was_the_warm_up() -> None:
    assert rounds_that_explain_first(compiles=0) == ["traced", "timed"]
    assert rounds_that_explain_first(compiles=1) == ["traced", "traced", "timed"]


def test_short_rounds_are_explained_as_often_as_timed() -> None:
    assert rounds_that_explain_first(compiles=0, rounds=3) == ["traced", *["timed"] * 3, *["traced"] * 2]
    assert rounds_that_explain_first(compiles=1, rounds=3) == ["traced", "traced", *["timed"] * 3, "traced"]
    assert rounds_that_explain_first(compiles=0, rounds=3, wall_s=SHORT_S + 1) == ["traced", *["timed"] * 3]


def test_a_suite_that_compiles_in_each_round_is_not_traced_forever() -> None:
    assert rounds_that_explain_first(compiles=9) == ["traced", "traced", "timed"]


def test_a_target_that_fails_is_explained_by_one_round() -> None:
    policy = Policy(rounds=1, warmup=0, explains_first=True)
    failed = State(name="a").after(RoundKind.TRACED, 1.0, stopped=True, compiled=True)
    assert next_kind(policy, failed) is None
