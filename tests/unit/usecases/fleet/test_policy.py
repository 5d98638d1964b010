"""Which target goes to which worker: nothing is lost and nothing is measured twice, whoever dies."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from collectbench.discovery import SUITE
from collectbench.usecases.fleet.policy import MOST_DEATHS, MOST_FAILURES, Board, new_board


def test_the_longest_target_comes_first_and_one_of_unknown_length_counts_as_the_median() -> None:
    board = new_board(("a", "b", "c", "new"), {"a": 1.0, "b": 9.0, "c": 3.0, "gone": 100.0})
    assert board.waiting == ("b", "c", "new", "a")


def test_without_known_lengths_the_suite_comes_first_and_the_others_keep_their_order() -> None:
    assert new_board(("b", "a", SUITE), {}).waiting == (SUITE, "b", "a")


def test_a_free_worker_gets_the_next_target_and_a_busy_one_gets_none() -> None:
    board = new_board(("a", "b", "c"), {}).assigned(["one"])
    assert board.running == {"a": "one"}
    board = board.assigned(["one", "two"])
    assert board.running == {"a": "one", "b": "two"}
    assert board.waiting == ("c",)
    assert board.target_of("two") == "b"
    assert board.target_of("three") is None


def test_the_target_of_a_worker_that_dies_is_the_next_one() -> None:
    board = new_board(("a", "b"), {}).assigned(["one"]).died("a", "one on host")
    assert board.waiting == ("a", "b")
    assert board.deaths == {"a": ("one on host",)}
    assert not board.running


def test_a_target_that_three_workers_died_of_is_given_up() -> None:
    board = new_board(("a", "b"), {})
    for number in range(MOST_DEATHS):
        assert board.crashed == ()
        board = board.assigned([f"w{number}"]).died("a", f"w{number}")
    assert board.crashed == ("a",)
    assert board.waiting == ("b",)
    assert board.deaths["a"] == ("w0", "w1", "w2")


def test_a_target_that_no_worker_can_measure_is_named() -> None:
    board = new_board(("a",), {})
    for number in range(MOST_FAILURES):
        assert board.hopeless == ()
        board = board.assigned([f"w{number}"]).failed("a", f"w{number}: no space")
    assert board.hopeless == ("a",)


def test_after_the_time_limit_no_target_begins_and_those_that_run_go_on() -> None:
    board = new_board(("a", "b"), {}).assigned(["one"]).abandoned()
    assert not board.is_over
    assert board.measured("a").is_over


def test_an_answer_for_a_target_that_does_not_run_any_more_changes_nothing() -> None:
    board = new_board(("a", "b"), {}).assigned(["one"]).measured("a")
    assert board.finished == ("a",)
    assert _unchanged_by_strays(board, "a") is board


EVENTS = st.lists(st.tuples(st.sampled_from(["assign", "measure", "die", "fail", "late"]), st.integers(0, 3)))


@given(st.integers(1, 6), EVENTS)
def test_each_target_is_always_in_exactly_one_place(number: int, events: list[tuple[str, int]]) -> None:
    names = tuple(f"t{index}" for index in range(number))
    board = new_board(names, {})
    measured: list[str] = []
    for event, index in events:
        worker = f"w{index}"
        target = board.target_of(worker)
        if event == "assign":
            board = board.assigned([worker])
        elif event == "late":  # an answer for a target that does not run there any more
            board = _unchanged_by_strays(board, names[index % number])
        elif target is not None and event == "measure":
            board, measured = board.measured(target), [*measured, target]
        elif target is not None and event == "die":
            board = board.died(target, worker)
        elif target is not None:
            board = board.failed(target, "why")
        places = [*board.waiting, *board.running, *board.finished, *board.crashed]
        assert sorted(places) == sorted(names)
        assert len(set(board.running.values())) == len(board.running)
        assert all(len(labels) <= MOST_DEATHS for labels in board.deaths.values())
    assert list(board.finished) == measured


def _unchanged_by_strays(board: Board, target: str) -> Board:
    if target not in board.running:
        assert board.measured(target) is board
        assert board.died(target, "w") is board
        assert board.failed(target, "w") is board
    return board
