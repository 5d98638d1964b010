from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.model.comparison import CountsChange, Verdict
from collectbench.model.run import Environment
from collectbench.model.sample import Status
from collectbench.render.formats import render
from collectbench.render.parts.layout import display_width
from collectbench.render.parts.options import RenderOptions

SGR = re.compile(r"\x1b\[[\d;]*m")
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=150)
SECONDS = st.floats(0.0001, 40_000)
WIDTHS = st.integers(80, 200)


def show(document, width=80, **options):
    return render(document, "text", RenderOptions(width=width, **options))


def table_of(text):
    """The cells of the table, line by line, without its rules."""
    return [re.split(r"\s{2,}", line.strip()) for line in text.split("\n\n")[1].splitlines() if line[:2] != "--"]


@pytest.fixture(scope="session")
def reports(make):
    """A strategy for reports with arbitrary names, messages and figures."""
    verdicts = st.sampled_from(Verdict)

    @st.composite
    def draw_report(draw):
        def target(name):
            wall_s = draw(st.none() | SECONDS)
            return make.target(
                name,
                wall_s,
                draw(st.integers(0, 10**8)),
                errors=draw(st.integers(0, 9999)),
                rounds=draw(st.integers(1, 10)),
                cold_wall_s=draw(st.none() | SECONDS.map(make.summary)),
                status=draw(st.sampled_from(Status)),
                message=draw(ANY_TEXT),
                notes=tuple(draw(st.lists(ANY_TEXT, max_size=2))),
            )

        names = draw(st.lists(ANY_TEXT, max_size=4, unique=True))
        budgets = {name: make.budget(draw(verdicts), make.check(draw(verdicts), draw(ANY_TEXT))) for name in names[::2]}
        texts = draw(st.lists(ANY_TEXT, min_size=8, max_size=8))
        environment = Environment(
            python=texts[0],
            implementation=texts[1],
            pytest=texts[2],
            plugins={},
            platform=texts[3],
            cpu_model=texts[4],
            cpu_count=1,
            bytecode="written",
            flags={texts[5]: texts[6]},
        )
        suite = target("suite") if draw(st.booleans()) else None
        run = make.run(*map(target, names), suite=suite, environment=environment, notes=(texts[7],))
        return make.report(run, budgets=budgets, hints=tuple(texts[:1]))

    return draw_report()


@pytest.fixture(scope="session")
def comparisons(make):
    """A strategy for comparisons with arbitrary names, reasons and figures."""
    ratios = st.floats(0.001, 1000)

    @st.composite
    def draw_comparison(draw):
        def judged(name):
            change = make.change(
                draw(st.sampled_from(Verdict)),
                draw(st.none() | ratios),
                (draw(st.none() | SECONDS), draw(SECONDS)),
            )
            return make.judged(
                name,
                draw(st.sampled_from(Verdict)),
                *draw(st.lists(ANY_TEXT, max_size=3)),
                items=(draw(st.none() | st.integers(0, 10**7)), draw(st.none() | st.integers(0, 10**7))),
                change=draw(st.none() | st.just(change)),
                budget=draw(st.none() | st.sampled_from(Verdict).map(make.budget)),
            )

        return make.comparison(
            *map(judged, draw(st.lists(ANY_TEXT, max_size=4))),
            suite=draw(st.none() | st.just(judged("suite"))),
            verdict=draw(st.sampled_from(Verdict)),
            reasons=tuple(draw(st.lists(ANY_TEXT, max_size=2))),
            notes=tuple(draw(st.lists(ANY_TEXT, max_size=2))),
            baseline=draw(st.none() | ANY_TEXT),
        )

    return draw_comparison()


@given(st.data(), WIDTHS, st.booleans())
def test_no_line_of_a_run_is_wider_than_the_terminal_or_steers_it(reports, data, width, color):
    text = show(data.draw(reports), width, color=color)
    lines = SGR.sub("", text).removesuffix("\n").split("\n")
    assert max(map(display_width, lines)) <= width
    assert all(line.isprintable() for line in lines)


@given(st.data(), WIDTHS, st.booleans())
def test_no_line_of_a_comparison_is_wider_than_the_terminal_or_steers_it(comparisons, data, width, verbose):
    text = show(data.draw(comparisons), width, verbose=verbose)
    lines = text.removesuffix("\n").split("\n")
    assert max(map(display_width, lines)) <= width
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize("name", ["run", "broken_run", "comparison", "incomparable", "nasty_run"])
def test_colour_adds_styles_and_nothing_else(name, documents):
    coloured = show(documents[name], color=True)
    assert SGR.sub("", coloured) == show(documents[name])
    assert coloured != show(documents[name])


def test_pass_is_green_and_fail_is_red(documents):
    text = show(documents["comparison"], color=True)
    assert "\x1b[31mfail\x1b[0m" in text
    assert "\x1b[32mpass\x1b[0m" in text
    assert "\x1b[33minconclusive\x1b[0m" in text
    assert "\x1b[1;31mverdict: fail (" in text


@pytest.mark.parametrize("width", [10, 30, 79])
def test_a_narrower_terminal_shows_the_columns_that_fit(width, documents):
    assert "fail" in show(documents["comparison"], width)


def test_omitted_columns_are_named(documents):
    narrow, wide = show(documents["run"], 80), show(documents["run"], 120)
    assert "omitted at this width: CPU, rounds" in narrow
    assert "omitted" not in wide


def test_one_target_has_no_sum(make):
    assert "sum of" not in show(make.report(make.run(make.target("tests", 1.0))))


def test_the_sum_skips_targets_without_figures(make):
    text = show(
        make.report(
            make.run(make.target("a", 1.0), make.target("b", 2.0), make.target("c", 4.0, status=Status.CRASHED))
        )
    )
    assert ["sum of 2 of 3", "200", "3.000 s", "2.850 s"] in table_of(text)
    assert ["c", "100", "crashed", "–", "–", "–", "7"] in table_of(text)


def test_a_target_with_few_rounds_shows_its_range_and_a_footnote(make):
    text = show(make.report(make.run(make.target("tests", 2.0, rounds=3))))
    assert table_of(text)[0] == ["target", "items", "wall", "min – max", "CPU", "peak RSS", "rounds"]
    assert "1.940 – 2.100 s" in text
    assert "*" not in text


def test_a_clean_commit_is_not_called_dirty(make):
    text = show(make.report(make.run(make.target("tests"), dirty=False)))
    assert "commit abc1234\n" in text


def test_a_run_without_targets_has_no_table_and_no_phases(make):
    text = show(make.report(make.run()))
    assert "target" not in text
    assert "phases" not in text


def test_the_phases_are_those_of_the_slowest_target_without_a_suite(make):
    text = show(
        make.report(make.run(make.target("fast", 1.0), make.target("slow", 3.0), make.target("idle", 9.0, phases={})))
    )
    assert "phases of slow (3.000 s):" in text


def test_the_phases_are_not_those_of_a_suite_without_figures(make):
    text = show(
        make.report(make.run(make.target("tests", 1.0), suite=make.target("suite", 2.0, status=Status.TIMEOUT)))
    )
    assert "phases of tests (1.000 s):" in text
    assert ["suite", "100", "timeout", "–", "–", "–", "7"] in table_of(text)


def test_verbose_text_gives_the_reasons_of_passing_targets(documents):
    assert "within the 10 % margin" not in show(documents["comparison"])
    assert "pass: networkx/algorithms: CPU +0.4 %, within the 10 % margin" in show(
        documents["comparison"], verbose=True
    )


def test_a_reason_that_many_targets_share_appears_once(make):
    rows = [make.judged(name, Verdict.INCONCLUSIVE, "too few rounds") for name in "abcde"]
    text = show(make.comparison(*rows, verdict=Verdict.INCONCLUSIVE))
    assert text.count("too few rounds") == 1
    assert "inconclusive: all targets: too few rounds" in text


def test_a_comparison_ends_with_its_verdict(documents):
    last = show(documents["comparison"]).splitlines()[-1]
    assert last == "verdict: fail (2 fail, 1 inconclusive, 2 pass, suite pass)"


def test_a_comparison_without_targets_gives_the_reason(make):
    text = show(make.comparison(verdict=Verdict.INCONCLUSIVE, reasons=("no target was measured",), baseline=None))
    assert "no baseline" in text
    assert text.endswith("verdict: inconclusive (no target was measured)\n")


def test_a_target_without_a_base_time_shows_its_head_time(make):
    text = show(make.comparison(make.judged("tests", change=make.change(wall_s=(None, 1.5)))))
    assert table_of(text)[1][:4] == ["tests", "pass", "100", "1.500 s"]


def test_a_target_without_any_time_shows_a_dash(make):
    row = make.judged("tests", change=make.change(ratio=None, wall_s=(1.0, None)))
    counts = CountsChange(base=None, head=None, same_nodeids=None)
    uncounted = make.judged("other", change=None, counts=counts)
    measured = make.judged("third", change=make.change())
    assert [line[:6] for line in table_of(show(make.comparison(row, uncounted, measured)))[1:3]] == [
        ["tests", "pass", "100", "–", "–", "–"],
        ["other", "pass", "–", "–", "–", "–"],
    ]


def test_columns_without_any_figure_are_omitted(make):
    row = make.judged("tests", change=make.change(ratio=None, wall_s=(1.0, None)))
    assert table_of(show(make.comparison(row))) == [["target", "verdict", "items"], ["tests", "pass", "100"]]


def test_long_messages_keep_their_lines_and_their_indentation(make):
    message = "E   first\n        second " + "x" * 100
    text = show(make.report(make.run(make.target("tests", None, status=Status.FAILED, message=message))))
    assert "failed: tests\n  E   first\n          second " in text


def test_wide_names_do_not_shift_the_columns(make):
    text = show(make.report(make.run(make.target("tests/日本語", 1.0), make.target("tests/abc", 1.0))))
    wide, narrow = text.split("\n\n")[1].splitlines()[2:4]
    assert display_width(wide) == display_width(narrow)


def test_reference_seconds_are_a_column_that_a_narrow_terminal_omits_first(make):
    report = make.report(
        make.run(make.target("a", 2.0, reference_wall_s=1.84), make.target("b", 1.0)), machine_speed=0.9167
    )
    wide = table_of(show(report, 120))
    assert "ref. wall" in wide[0]
    assert "1.840 s" in wide[1]
    assert "–" in wide[2]
    assert "· machine speed 0.92 · commit" in show(report, 200)
    assert "omitted at this width: ref. wall" in show(report, 75)
    assert "machine speed" not in show(make.report(make.run(make.target("a", 2.0))))


def test_a_comparison_shows_both_wall_times_in_reference_seconds(make):
    change = make.change(wall_s=(1.0, 1.5), base_reference_wall_s=0.9, head_reference_wall_s=1.2)
    table = table_of(show(make.comparison(make.judged("a", change=change), make.judged("b")), 120))
    assert "ref. wall" in table[0]
    assert "0.900 → 1.200 s" in table[1]


@pytest.mark.parametrize("verdict", [Verdict.PASS, Verdict.FAIL])
def test_a_warning_of_a_check_is_shown_with_any_verdict(verdict, make):
    budget = make.budget(verdict, make.check(verdict, "the reason", warning="only because this machine is quick"))
    warning = "warning: a: only because this machine is quick"
    assert warning in show(make.report(make.run(make.target("a", 1.0)), budgets={"a": budget}), 100)
    assert warning in show(make.comparison(make.judged("a", verdict, budget=budget)), 100)


COUNTERS = {"modules": 1849, "compiled": 0, "sockets": 1, "function_starts": 2_000_000}


def test_verbose_text_shows_the_work_of_each_target(make):
    result = make.target("tests/api", counters=COUNTERS, unstable=("function_starts",))
    report = make.report(make.run(result, make.target("tests/new"), suite=make.target("suite", counters=COUNTERS)))
    text = show(report, 120, verbose=True)
    amounts = "1,849 modules · 0 compiled files · 1 use of sockets · 2,000,000 function starts"
    assert f"work of tests/api:\n  {amounts} (differs from round to round)\n" in text
    assert "work of the suite:\n" in text
    assert "work of tests/new" not in text
    assert "work of" not in show(report, 120)


def test_work_that_changed_is_a_note_of_its_target_with_any_verdict(make):
    remark = "+41 modules (1,849 -> 1,890), imported at tests/api/conftest.py:7 (pandas)"
    passing, failing = make.judged("a", remarks=(remark,)), make.judged("b", Verdict.FAIL, remarks=(remark,))
    text = show(make.comparison(passing, failing), 120)
    assert f"note: a, b: {remark}\n" in text


def test_a_checkup_of_the_machine_alone_does_not_mention_a_target(make):
    text = show(make.checkup())
    assert text.splitlines()[3].startswith("warning: load: 2.10 on 2 CPUs")
    assert "A/A" not in text


def test_an_empty_target_is_not_compared_with_itself(make):
    comparison = make.self_comparison(
        status=Status.EMPTY,
        wall_s=None,
        margin=None,
        relabellings=0,
        sights=(),
        advice=(),
        spread=None,
        reference_spread=None,
    )
    text = show(make.checkup(comparison))
    assert "A/A: tests/api could not be compared with itself" in text
    assert "empty: no test was collected in tests/api" in text


def test_missing_figures_are_not_facts(make):
    text = show(make.checkup(make.self_comparison(spread=None, reference_spread=None, margin=None)))
    assert "1 false alarm, 46 inconclusive, 153 pass\n" in text


def test_the_wall_time_without_queueing_is_shown_where_queueing_was_notable(make):
    queued = make.target("a", 2.0, unqueued_wall_s=make.summary(1.2))
    text = show(make.report(make.run(queued, make.target("b", 1.0))), 120)
    assert "unqueued" in table_of(text)[0]
    assert "1.200 s" in text
    assert "unqueued: the wall time without queueing for a CPU, as on an idle machine" in text
    assert "unqueued" not in show(make.report(make.run(make.target("b", 1.0))), 120)
