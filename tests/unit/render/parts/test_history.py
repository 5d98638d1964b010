from __future__ import annotations

from dataclasses import replace

from collectbench.model.history import Bisection
from collectbench.render.parts.history import history_stamp, history_statements, step_text, trend_table
from histories import commit_of, counter_step, history, ordinary_history, points, time_step, trend

FOUND = Bisection(
    target="tests/api", figure="modules", before=80, after=1200, commits=8, measured=((commit_of(4), 80),),
    commit=commit_of(5), parent=commit_of(4), subject="change\x1b 5", low=80, high=1200,
)  # fmt: skip


def first_statement(search):
    return next(history_statements(replace(ordinary_history(), bisection=search), verbose=False))


def test_a_commit_that_was_found_comes_first() -> None:
    statement = first_statement(FOUND)
    assert (statement.word, statement.text) == (
        "found", "tests/api: 0000005 (change\\x1b 5): modules 80 -> 1,200 (1 of 8 commits measured)",
    )  # fmt: skip
    doubtful = first_statement(replace(FOUND, low=None, reason="it made a part"))
    assert doubtful.text.endswith("modules unknown -> 1,200; it made a part (1 of 8 commits measured)")


def test_a_commit_that_was_not_found_has_its_reason() -> None:
    statement = first_statement(replace(FOUND, commit=None, commits=1, measured=(), reason="no counter changed"))
    assert (statement.word, statement.text) == (
        "not found", "tests/api: no counter changed (the only commit between two runs)",
    )  # fmt: skip


def test_all_steps_are_told_on_request() -> None:
    shown = history(trend("suite", [1.0] * 9, *(time_step(index, 1.0, 2.0) for index in range(1, 8))))
    assert [each.word for each in history_statements(shown, verbose=True)] == ["step"] * 7
    assert [each.word for each in history_statements(shown, verbose=False)] == ["step"] * 3 + ["note"]


def test_a_step_in_reference_seconds_says_so() -> None:
    step = replace(time_step(1, 1.0, 2.0), figure="reference_wall_s")
    assert step_text(step) == "time in reference seconds 1.000 s -> 2.000 s (+100 %)"
    assert step_text(counter_step(1, "unheard_of", 4, 3)) == "4 unheard_of -> 3 (-25 %)"


def test_the_bars_are_of_wall_times_if_some_have_no_reference_seconds() -> None:
    slower = trend("suite", [1.0, 1.0, 2.0, 2.0])
    uneven = [replace(point, reference_wall_s=ref) for point, ref in zip(slower.points, (2, 2, 1, None), strict=True)]
    assert trend_table([replace(slower, points=tuple(uneven))]).columns[0].cells == ("▁▁██",)
    even = [replace(point, reference_wall_s=ref) for point, ref in zip(slower.points, (2, 2, 1, 1), strict=True)]
    assert trend_table([replace(slower, points=tuple(even))]).columns[0].cells == ("██▁▁",)


def test_a_history_of_one_day_has_one_date() -> None:
    assert history_stamp(history(trend("suite", [1.0]))) == ["history", "1 run", "2026-01-01"]
    assert history_stamp(history()) == ["history", "0 runs"]
    assert points([1.0] * 30)[-1].created == "2026-01-02T05:00:00Z"
