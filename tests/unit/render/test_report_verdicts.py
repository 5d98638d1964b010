"""The sentences of a report that tell a verdict: never better than what is known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.model.comparison import Budget, TargetComparison, Verdict, Waits
from collectbench.model.full_report import FullReport
from collectbench.model.verification import Verification
from collectbench.render.report.answer import answer
from collectbench.render.report.verdict_sentences import changes, limits, outcomes
from diagnoses import diagnosed, diagnosis, finding
from full_reports import ENVIRONMENT, empty_report, made_report
from verifications import clean_verification, recorded_verification

WAITS = Waits(
    base_s=0.1, head_s=0.9, growth_s=0.8, ci95_s=None, margin_s=0.1, pairs=9, verdict=Verdict.FAIL, reason="longer"
)


def with_second(report: FullReport, **values: object) -> FullReport:
    """The report in which the second of its four targets, which passes, is something else."""
    assert report.comparison is not None
    first, second, *others = report.comparison.targets
    changed: TargetComparison = replace(second, **values)  # type: ignore[arg-type]
    return replace(report, comparison=replace(report.comparison, targets=(first, changed, *others)))


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"verdict": Verdict.FAIL, "waits": WAITS}, "longer waits: tests/core; 2 of 4 targets within the margin"),
        ({"verdict": Verdict.FAIL}, "more work, or lost tests: tests/core; 3 of 4 targets within the margin"),
        (
            {"verdict": Verdict.FAIL, "budget": Budget(verdict=Verdict.FAIL, checks=())},
            "slower: tests/api; 3 of 4 targets within the margin",
        ),
        (
            {"waits": replace(WAITS, verdict=Verdict.INCONCLUSIVE)},
            "slower: tests/api; 1 undecided; 2 of 4 targets within the margin",
        ),
    ],
    ids=["waits", "work", "budget", "unclear-waits"],
)
def test_a_target_that_fails_by_something_but_its_time_is_named(values: dict[str, object], text: str) -> None:
    ((word, found),) = changes(with_second(made_report(), **values).comparison)
    assert (word, found.endswith(f"{text} (measured in pairs).")) == ("fail", True), found


def test_targets_that_are_surely_quicker_are_named_with_their_change() -> None:
    report = made_report()
    assert report.comparison is not None
    change = report.comparison.targets[1].change
    assert change is not None
    surely, perhaps = (
        with_second(report, change=replace(change, ratio=0.64, ci95=(0.6, high))).comparison for high in (0.68, 1.01)
    )
    ((_, found),), ((_, other),) = changes(surely), changes(perhaps)
    assert "; less CPU time: tests/core -36 %; " in found
    assert "less CPU time" not in other


def test_a_limit_that_is_not_a_budget_is_not_called_one() -> None:
    first, *_ = made_report().handover.targets
    budget = first.checks[0]
    few = replace(budget, key="min-items", verdict=Verdict.FAIL)
    assert list(limits([replace(first, checks=(budget, few))])) == [
        ("pass", "1 of 1 budget held."),
        ("fail", "0 of 1 limit held; not met: tests/api."),
    ]


@pytest.mark.parametrize(
    ("verdict", "word", "text"),
    [
        (Verdict.PASS, "reached", "1 of 1 goal reached."),
        (Verdict.FAIL, "not reached", "0 of 1 goal reached; not reached: tests/api."),
        (Verdict.INCONCLUSIVE, "unknown", "0 of 1 goal reached; 1 undecided."),
    ],
)
def test_a_goal_is_reached_or_not_and_decides_nothing(verdict: Verdict, word: str, text: str) -> None:
    first, *_ = made_report().handover.targets
    assert list(limits([replace(first, checks=(replace(first.checks[1], verdict=verdict),))])) == [(word, text)]


def test_a_run_without_a_limit_and_without_an_earlier_one_says_that_only_collection_was_judged() -> None:
    report = made_report()
    assert report.comparison is not None
    bare = [replace(row, change=None, budget=None) for row in report.comparison.rows]
    report = replace(report, comparison=replace(report.comparison, targets=tuple(bare), suite=None))
    texts = [each["text"] for each in answer(report)["sentences"]]
    assert "Only collection was judged: there is neither a limit nor an earlier run." in texts


@pytest.mark.parametrize(
    ("verification", "text"),
    [
        (clean_verification(ENVIRONMENT), "1 test passed; none newly failing or missing."),
        (recorded_verification(ENVIRONMENT), "0 tests passed."),
    ],
    ids=["compared", "recorded"],
)
def test_no_harm_is_said_only_where_outcomes_were_compared(verification: Verification, text: str) -> None:
    assert [found for _, found in outcomes(verification)] == [text]


def test_the_answer_counts_the_findings_of_all_targets_and_says_which_are_proven() -> None:
    many = [finding("heavy-import", f"m{number}", 1.0 - number / 100) for number in range(60)]
    made = diagnosis(ENVIRONMENT, diagnosed(*many), diagnosed(finding("gc-passes", "gc", 0.5), name="tests/api"))
    first = made.targets[0].findings[0]
    report = empty_report(diagnosis=made)
    report = replace(report, handover=replace(report.handover, findings=(first,)))
    assert answer(report)["sentences"] == [
        {"word": "", "text": "The first of 61 findings saves 1.00 s (heavy-import), as estimated."}
    ]
    note = replace(first, estimated_saving_s=0.001)
    report = replace(report, handover=replace(report.handover, findings=(note,)))
    assert answer(report)["sentences"] == []
