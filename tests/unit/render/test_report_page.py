"""The data of the page of a report."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.model.comparison import CounterChange, Verdict, WaitLocation, Waits
from collectbench.model.cost import Cost
from collectbench.model.sample import Noise, RoundKind
from collectbench.render.formats import render
from collectbench.render.parts.options import RenderOptions
from collectbench.render.report.page_content import content
from full_reports import (
    ENVIRONMENT,
    empty_report,
    made_history,
    made_report,
    made_run,
    made_sample,
    made_target,
    made_trend,
)
from lint_reports import ordinary_lint
from profiles import make_profile
from verifications import ordinary_verification

OUTCOMES = (
    "31 tests passed; 2 newly failing; 2 missing; "
    "1 target not collected; 1 target undecided; 1 target without a recorded state."
)


def test_an_empty_report_has_a_title_and_no_figure() -> None:
    data = content(empty_report(), most_rows=10)
    assert data["title"] == "State of collection"
    assert (data["verdict"], data["sentences"], data["targets"], data["rounds"]) == (None, [], [], {})
    assert [data[part] for part in ("changes", "history", "lint", "verification")] == [None] * 4


def test_a_profile_alone_gives_the_title_and_the_findings() -> None:
    data = content(empty_report(profiles=(make_profile(),)), most_rows=10)
    assert data["title"] == "tests/api: 1.90 s"
    assert [group["target"] for group in data["findings"]] == ["tests/api"]


def test_the_title_gives_no_change_between_runs_that_are_not_comparable() -> None:
    report = made_report()
    suite = report.handover.suite
    assert suite is not None
    apart = replace(report.handover, suite=replace(suite, verdict=Verdict.INCOMPARABLE))
    assert content(replace(report, handover=apart), most_rows=10)["title"] == "suite: 3.64 s -> 4.00 s (not comparable)"


def test_a_diagnosis_or_a_lint_report_alone_gives_the_title() -> None:
    report = made_report()
    alone = [empty_report(diagnosis=report.diagnosis), empty_report(lint=report.lint, handover=report.handover)]
    alone[1] = replace(alone[1], handover=replace(report.handover, targets=(), suite=None))
    titles = [content(each, most_rows=10)["title"] for each in alone]
    assert titles[0].startswith("suite: 13.7 s for ")
    assert titles[1].startswith(f"{len(report.lint.violations)} violations; ")  # type: ignore[union-attr]


def test_profiles_that_the_page_does_not_hold_are_counted() -> None:
    data = content(empty_report(profiles=(make_profile(),) * 13), most_rows=10)
    assert (len(data["profiles"]), data["more_profiles"]) == (10, 3)


def test_the_answer_tells_limits_changes_findings_rules_tests_and_the_last_step() -> None:
    sentences = [(each["word"], each["text"]) for each in content(made_report(), most_rows=10)["sentences"]]
    assert sentences == [
        ("pass", "4 of 4 budgets held."),
        ("not reached", "0 of 4 goals reached; not reached: tests/api, tests/core, tests/e2e and 1 more."),
        ("fail", "slower: tests/api; 3 of 4 targets within the margin (measured in pairs)."),
        ("", "The first of 7 findings saves 3.21 s (gc-passes), as estimated."),
        ("", "96.0 % of 100 files have no violation of a lint rule."),
        ("error", OUTCOMES),
        ("", sentences[-1][1]),
    ]
    assert sentences[-1][1].startswith(
        "The last lasting change: tests/api: time 1.000 s -> 1.150 s (+15 %), 1,203 modules"
    )


def test_a_history_without_a_step_is_a_pass() -> None:
    flat = made_history("suite")
    flat = replace(flat, trends=tuple(replace(trend, steps=()) for trend in flat.trends))
    sentences = content(empty_report(history=flat), most_rows=10)["sentences"]
    assert sentences == [{"word": "pass", "text": "The history shows no lasting change."}]
    few = replace(made_history(), trends=(replace(made_trend("suite", 9), steps=()),))
    sentences = content(empty_report(history=few), most_rows=10)["sentences"]
    text = "The history shows no lasting change. A step of the time needs 10 runs."
    assert sentences == [{"word": "", "text": text}]
    single = replace(flat, trends=tuple(replace(trend, points=trend.points[:1]) for trend in flat.trends))
    assert content(empty_report(history=single), most_rows=10)["sentences"] == []


@pytest.mark.parametrize(
    ("verdict", "word", "text"),
    [
        (Verdict.INCONCLUSIVE, "inconclusive", "1 undecided; 3 of 4 targets within"),
        (Verdict.INCOMPARABLE, "inconclusive", "1 not comparable; 3 of 4 targets within"),
        (Verdict.PASS, "pass", "4 of 4 targets within"),
    ],
)
def test_doubt_about_a_target_is_in_the_answer(verdict: Verdict, word: str, text: str) -> None:
    report = made_report()
    assert report.comparison is not None
    first, *others = report.comparison.targets
    assert first.change is not None
    changed = replace(first, verdict=verdict, change=replace(first.change, verdict=verdict))
    report = replace(report, comparison=replace(report.comparison, targets=(changed, *others), mode="stored"))
    found = [each for each in content(report, most_rows=10)["sentences"] if "within the margin" in each["text"]]
    assert [each["word"] for each in found] == [word]
    assert found[0]["text"].startswith(text)
    assert found[0]["text"].endswith("(stored runs compared).")


def test_rounds_that_explain_are_not_among_those_that_are_shown() -> None:
    timed, traced = made_sample(1.0), made_sample(3.0, kind=RoundKind.TRACED)
    unknown = replace(timed, waited_s=None, queued_s=None, noise=Noise())
    asleep = replace(timed, noise=Noise(suspended_s=9.0))
    target = made_target("tests", 1.0, samples=(timed, traced, unknown, asleep))
    rounds = content(empty_report(head=made_run(target)), most_rows=10)["rounds"]["tests"]["rounds"]
    assert [each[:2] for each in rounds] == [["timed", 1.0], ["timed", 1.0]]
    assert rounds[0][3:] == [0.05, 0.1, None, 0.12, 0.0, 0.01]
    assert rounds[1][3:] == [None] * 6


def test_a_trend_is_in_reference_seconds_only_if_all_its_points_are() -> None:
    trend = made_trend("suite", 10)
    normal = replace(trend, points=tuple(replace(point, reference_wall_s=2.0) for point in trend.points))
    history = replace(made_history(), trends=(trend, replace(normal, name="normal")))
    (environment,) = content(empty_report(history=history), most_rows=10)["history"]["environments"]
    assert [each["reference"] for each in environment["trends"]] == [False, True]
    assert environment["trends"][1]["ms"] == [2000.0] * 10
    assert len(environment["runs"]) == 10
    assert environment["runs"][5][3] == ["numpy 2.0.0 -> 2.1.0"]
    assert environment["trends"][0]["items"] == [[0, 400]]


def test_a_run_without_a_target_leaves_a_gap() -> None:
    long, short = made_trend("a", 10), made_trend("b", 10)
    short = replace(short, points=short.points[4:], steps=())
    history = replace(made_history(), trends=(long, short))
    (environment,) = content(empty_report(history=history), most_rows=10)["history"]["environments"]
    assert [value is None for value in environment["trends"][1]["ms"]] == [True] * 4 + [False] * 6


def test_a_long_history_keeps_the_latest_runs_and_their_steps() -> None:
    history = made_history("suite", runs=900)
    (environment,) = content(empty_report(history=history), most_rows=5000)["history"]["environments"]
    assert environment["total"] == 900
    assert len(environment["runs"]) == 500
    assert [step["at"] for step in environment["trends"][0]["steps"]] == [50, 50]
    assert environment["trends"][0]["earlier_steps"] == 0


def test_steps_before_the_kept_runs_are_counted() -> None:
    (environment,) = content(empty_report(history=made_history("suite")), most_rows=10)["history"]["environments"]
    assert (len(environment["runs"]), environment["total"]) == (10, 40)
    assert (environment["trends"][0]["steps"], environment["trends"][0]["earlier_steps"]) == ([], 2)


def test_rounds_and_memory_have_a_bound_and_tell_how_many_rounds_are_missing() -> None:
    target = made_target("tests", 1.0, pairs=29)
    entry = content(empty_report(head=made_run(target), base=made_run(target)), most_rows=10)["rounds"]["tests"]
    assert [len(entry[name]) for name in ("rounds", "base_rounds")] == [10, 10]
    assert len(entry["memory"]) <= 10
    assert entry["more_rounds"] == 20


def test_the_largest_growth_is_kept_in_whatever_target_it_is() -> None:
    report = made_report()
    assert report.comparison is not None
    suite = report.comparison.suite
    assert suite is not None
    grown = CounterChange(base=9000, head=1, stable=True)
    wait = WaitLocation(path="tests/conftest.py", line=3, growth_s=9.0)
    waits = Waits(
        base_s=0,
        head_s=9,
        growth_s=9,
        ci95_s=None,
        margin_s=1,
        pairs=9,
        verdict=Verdict.FAIL,
        reason="",
        locations=(wait,),
    )
    suite = replace(suite, counters={"opens": grown}, waits=waits)
    changes = content(replace(report, comparison=replace(report.comparison, suite=suite)), most_rows=1)["changes"]
    assert [row["growth"] for row in changes["counters"]] == [-8999]
    assert [row["seconds"] for row in changes["causes"]] == [9.0]


def test_the_worst_changes_of_tests_are_kept_in_whatever_target_they_are() -> None:
    verification = ordinary_verification(ENVIRONMENT)
    first, *others = verification.targets
    verification = replace(verification, targets=(*others, first))
    full = content(empty_report(verification=verification), most_rows=100)["verification"]
    assert [row["kind"] for row in full["changes"]][:2] == ["newly failing", "newly failing"]
    assert [row["rank"] for row in full["changes"]] == sorted(row["rank"] for row in full["changes"])
    (few,) = content(empty_report(verification=verification), most_rows=1)["verification"]["changes"]
    assert (few["kind"], few["target"]) == ("newly failing", "tests/unit")
    broken = next(row for row in full["targets"] if row["target"] == "tests/broken")
    assert broken["reasons"].startswith("conftest.py: ImportError")
    assert broken["success"] is None


def test_files_that_lint_could_not_check_are_on_the_page() -> None:
    found = content(made_report(), most_rows=1)["lint"]
    report = ordinary_lint()
    assert (len(found["unreadable"]), found["total_unreadable"]) == (1, len(report.unreadable))
    assert found["unreadable"][0]["path"] == report.unreadable[0].path


def test_a_history_alone_gives_the_title() -> None:
    assert (
        content(empty_report(history=made_history("suite")), most_rows=10)["title"]
        == "suite: 1.17 s in the last of 40 runs"
    )
    untimed = replace(made_history("suite"), trends=())
    assert content(empty_report(history=untimed), most_rows=10)["title"] == "State of collection"


def test_steps_of_one_run_are_one_change_with_its_commits() -> None:
    trend = made_trend("suite", 10)
    (environment,) = content(empty_report(history=replace(made_history(), trends=(trend,))), most_rows=10)["history"][
        "environments"
    ]
    assert [(step["label"], step["words"]) for step in environment["trends"][0]["steps"]] == [
        ("time +15 %", "time 1.000 s -> 1.150 s (+15 %)"),
        ("modules +3.1 %", "1,203 modules -> 1,240 (+3.1 %)"),
    ]
    both = "time 1.000 s -> 1.150 s (+15 %), 1,203 modules -> 1,240 (+3.1 %)"
    unknown = replace(trend, steps=(replace(trend.steps[0], base=None, head=None),))
    texts = [
        content(empty_report(history=replace(made_history(), trends=(each,))), most_rows=10)["sentences"][0]["text"]
        for each in (trend, unknown)
    ]
    assert texts == [
        f"The last lasting change: suite: {both}, 0000000..0000000.",
        "The last lasting change: suite: time 1.000 s -> 1.150 s (+15 %).",
    ]


def test_tables_have_a_bound_and_tell_the_full_number() -> None:
    data = content(made_report([f"t{n}" for n in range(30)]), most_rows=7)
    assert (len(data["changes"]["causes"]), data["changes"]["totals"]["causes"]) == (7, 31)
    assert (len(data["lint"]["violations"]), data["lint"]["total"]) == (7, len(made_report().lint.violations))  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["text", "markdown", "json"])
def test_other_formats_show_the_hand_over_of_a_report(name: str) -> None:
    report = made_report()
    assert render(report, name, RenderOptions()) == render(report.handover, name, RenderOptions())


def test_runs_of_one_commit_stay_apart_and_each_trend_keeps_its_order() -> None:
    trend = made_trend("suite", 4)
    same = replace(trend, points=(*trend.points, trend.points[-1]), steps=())
    other = replace(trend, name="new", points=(trend.points[1], replace(trend.points[2], commit="f" * 40)), steps=())
    (environment,) = content(empty_report(history=replace(made_history(), trends=(same, other))), most_rows=10)[
        "history"
    ]["environments"]
    assert [run[1][-1] for run in environment["runs"]] == ["0", "0", "f", "0", "0", "0"]
    assert [value is not None for value in environment["trends"][0]["ms"]] == [True, True, False, True, True, True]
    assert [value is not None for value in environment["trends"][1]["ms"]] == [False, True, True, False, False, False]


def test_what_a_change_costs_is_in_the_answer() -> None:
    cost = Cost(name="suite", run_s=0.8, day_s=2460.0, runs_per_day=3075, workers=1)
    report = made_report()
    assert report.comparison is not None
    trend = replace(made_trend("suite", 10), cost=cost)
    trend = replace(trend, steps=trend.steps[:1])
    report = replace(
        report,
        comparison=replace(report.comparison, costs=(cost,)),
        history=replace(made_history(), trends=(trend,)),
    )
    texts = [each["text"] for each in content(report, most_rows=10)["sentences"]]
    assert texts.count("suite: +800 ms a run = 41 minutes a day (3,075 runs).") == 2
