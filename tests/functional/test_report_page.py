"""The HTML page of a report in a real browser: it shows the figures, its controls work, it loads nothing."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from collectbench.model.sample import Status
from collectbench.render.formats import render
from collectbench.render.page import MOST_BYTES
from collectbench.render.parts.options import RenderOptions
from full_reports import empty_report, large_report, made_report, made_trend, nasty_report
from nasty_texts import NASTY, shown
from pages import OVERLAPS
from profiles import make_profile

CHARTS = ("targets-chart", "rounds", "rounds-phases", "rounds-memory", "forest", "trend")


@pytest.fixture
def report_page(open_page):
    """Opens the page of a report, whose main table is that of the targets."""
    return lambda report=None, **options: open_page(report or made_report(), table="targets", **options)


def test_the_answer_stands_first_in_words(report_page):
    page = report_page()
    assert page.texts("h1") == ["suite: 3.64 s -> 4.00 s (+10 %)"]
    assert page.texts("#sentences li")[0] == "fail all targets together"
    assert "fail slower: tests/api; 3 of 4 targets within the margin (measured in pairs)." in page.texts(
        "#sentences li"
    )
    assert page.texts("#contents a") == [
        "What to change", "Targets", "Rounds", "Changes", "History", "Lint", "Tests", "Rewrites", "Environment"
    ]  # fmt: skip
    assert page.ask("document.getElementById('answer-panel').offsetTop < innerHeight")


def test_every_chart_is_drawn(report_page):
    page = report_page(replace(made_report(), profiles=(make_profile(),)))
    for chart in (*CHARTS, "phases", "shares", "memory", "imports-chart", "calls-chart"):
        assert page.ask("document.getElementById(arguments[0]).querySelector('canvas').width > 100", chart), chart


def test_parts_without_data_are_hidden(report_page):
    page = report_page(empty_report())
    assert page.ask("[...document.querySelectorAll('section')].filter(part => part.offsetHeight).length") == 0
    assert page.ask("document.getElementById('contents').hidden")


def test_a_click_on_a_target_shows_its_rounds(report_page):
    page = report_page()
    page.click("#targets tbody tr:nth-child(3) button")
    name = page.texts("#targets tbody tr:nth-child(3) button")[0]
    assert page.ask("document.querySelector('#rounds-target').selectedOptions[0].textContent") == name
    assert page.ask("document.activeElement.id") == "rounds-target"


def test_targets_can_be_sorted_and_filtered(report_page):
    page = report_page()
    assert page.column(1) == ["suite", "tests/e2e", "tests/core", "tests/api"]
    page.sort_by("wall")
    assert page.column(1) == ["tests/api", "tests/core", "tests/e2e", "suite"]
    page.find("#targets-filter").send_keys("core")
    assert page.column(1) == ["tests/core"]
    assert page.texts("#targets-range") == ["1–1 of 1"]


def test_a_pair_shows_both_of_its_rounds(report_page):
    page = report_page()
    dots = page.ask(
        "echarts.getInstanceByDom(document.getElementById('rounds')).getOption()"
        ".series.map(series => [series.name, series.data.length])"
    )
    assert [each for each in dots if each[0] in ("before", "after")] == [["before", 10], ["after", 10]]
    page.point_at("#rounds", (0, 4.0))
    assert page.texts(".tip b")


def test_the_history_of_each_target_can_be_chosen(report_page):
    page = report_page()
    assert page.texts("#history-note")[0].startswith("tests/api: 40 runs.")
    page.ask("(s => { s.value = 1; s.dispatchEvent(new Event('change')); })(document.getElementById('history-target'))")
    assert page.texts("#history-note")[0].startswith("tests/core: 40 runs.")
    assert page.texts("#trends tbody td:nth-last-child(2)")[0] == (
        "time 1.000 s -> 1.150 s (+15 %), 1,203 modules -> 1,240 (+3.1 %)"
    )


def test_the_level_and_the_last_step_of_a_long_history_are_in_view(report_page):
    report = made_report()
    old, recent = (replace(each, steps=each.steps[:1]) for each in (made_trend("suite", 300), made_trend("late", 300)))
    recent = replace(recent, steps=(replace(recent.steps[0], index=290),))
    page = report_page(replace(report, history=replace(report.history, trends=(old, recent))))
    view = (
        "(chart => [chart.getOption().dataZoom[0].startValue, chart.getZr().storage.getDisplayList()"
        ".filter(shape => shape.type === 'ec-polyline').map(shape => shape.shape.points.length > 2)])"
        "(echarts.getInstanceByDom(document.getElementById('trend')))"
    )
    start, drawn = page.ask(view)
    assert start in (129, 130, 131)
    assert drawn.count(True) == 2
    page.ask("(s => { s.value = 1; s.dispatchEvent(new Event('change')); })(document.getElementById('history-target'))")
    start, drawn = page.ask(view)
    assert start in (199, 200, 201)
    assert drawn.count(True) == 2


def test_buttons_move_the_view_of_a_long_history(report_page):
    trend = replace(made_trend("suite", 400), steps=())
    page = report_page(replace(made_report(), history=replace(made_report().history, trends=(trend,))))
    view = (
        "(zoom => [zoom.start, zoom.end].map(Math.round))"
        "(echarts.getInstanceByDom(document.getElementById('trend')).getOption().dataZoom[0])"
    )
    seen = [page.ask(view)]
    for button in ("#trend-later", "#trend-earlier", *("#trend-earlier",) * 6):
        page.click(button)
        seen.append(page.ask(view))
    assert seen[:4] == [[75, 100], [75, 100], [63, 88], [50, 75]]
    assert seen[-1] == [0, 25]


def test_a_short_history_has_no_buttons(report_page):
    assert report_page().ask("document.getElementById('trend-bar').offsetHeight") == 0


@pytest.mark.usefixtures("narrow")
def test_names_that_begin_alike_differ_on_a_telephone(report_page):
    page = report_page(large_report(30, 10))
    texts = page.ask(
        "echarts.getInstanceByDom(document.getElementById(arguments[0])).getZr().storage.getDisplayList()"
        ".filter(shape => shape.type === 'tspan').map(shape => shape.style.text)",
        "targets-chart",
    )
    assert len({text for text in texts if "group_" in text}) == 24


def test_one_of_several_profiles_is_shown(report_page):
    other = make_profile(target="tests/core", imports=())
    page = report_page(replace(made_report(), profiles=(make_profile(), other)))
    assert page.texts("#imports-panel:not([hidden]) h2") == ["Imports"]
    page.ask("(s => { s.value = 1; s.dispatchEvent(new Event('change')); })(document.getElementById('profile-target'))")
    assert page.texts("#profile-note")[0].startswith("tests/core: ")
    assert page.texts("#tab-collectors") == ["collectors 3"]
    assert not page.texts("#tab-imports")


def test_names_with_markup_stay_text(report_page):
    page = report_page(nasty_report(NASTY))
    assert set(page.texts("#notes li")) == shown()
    assert set(page.texts("#targets tbody button")) >= shown()
    assert set(page.texts(".finding .cause")) == shown()
    for option in ("rounds-target", "history-target"):
        assert {text.strip() for text in page.texts(f"#{option} option")} >= {each.strip() for each in shown()}
    page.point_at("#forest", (1.0, 0))
    assert page.ask("window.owned") is None
    assert page.ask("Object.keys(Object.prototype)") == []
    assert page.ask("document.scripts.length") == 3
    assert page.ask("document.images.length") == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_serious_fault(report_page, theme):
    page = report_page(replace(made_report(), profiles=(make_profile(),)), theme=theme)
    assert page.faults() == []


def test_axe_finds_no_serious_fault_in_a_profile(open_page):
    assert open_page(make_profile()).faults() == []


def test_the_keyboard_reaches_every_control(report_page):
    page = report_page()
    unreachable = page.ask(
        "[...document.querySelectorAll('button, input, select, a, summary')].filter(e => e.tabIndex < 0).length"
    )
    assert unreachable == 0
    page.ask("document.querySelector('#targets th:nth-child(1) button').focus()")
    page.ask("document.activeElement.click()")
    assert page.texts("#targets th[aria-sort]") == ["target ↑"]


def test_the_keyboard_stays_where_it_was_after_a_sort_a_page_and_a_detail(report_page):
    page = report_page(replace(large_report(25, 10), profiles=(make_profile(),)))
    focused = "document.activeElement.textContent"
    page.ask("document.querySelector('#targets th:nth-child(3) button').focus()")
    page.ask("document.activeElement.click()")
    assert page.ask(focused) == "wall ↑"
    page.ask("document.querySelector('#targets-next').focus()")
    page.ask("document.activeElement.click()")
    assert page.ask(focused) == "Previous"
    page.ask("document.querySelector('#table .opens').focus()")
    name = page.ask(focused)
    page.ask("document.activeElement.click()")
    assert (page.ask(focused), page.ask("document.activeElement.ariaExpanded")) == (name, "true")


def test_each_chart_tells_its_main_figures_to_a_screen_reader(report_page):
    page = report_page()
    labels = [page.ask("document.getElementById(arguments[0]).getAttribute('aria-label')", each) for each in CHARTS]
    assert labels[0].startswith("Wall time of 4 targets, the slowest first: suite 4.000 s, pass; ")
    assert labels[1].startswith("Wall time of 10 before and 10 after rounds, from 3.636 s to 4.160 s")
    assert labels[2].startswith("Waterfall of phases of this target: interpreter 400.0 ms, ")
    assert labels[3] == "Memory of this target over time: at most 70.0 MiB, at the end 70.0 MiB"
    assert "tests/api +20.0 %, fail" in labels[4]
    assert labels[5].endswith("Steps: time 1.000 s -> 1.150 s (+15 %), 0000000..0000000; "
                              "1,203 modules -> 1,240 (+3.1 %), 0000000..0000000.")  # fmt: skip


def test_each_side_of_a_pair_has_its_own_strip(report_page):
    page = report_page()
    cells = page.ask(
        "echarts.getInstanceByDom(document.getElementById('rounds')).getZr().storage.getDisplayList()"
        ".filter(shape => shape.type === 'rect' && shape.shape.height === 12)"
        ".map(({shape}) => [shape.x, shape.y, shape.width])"
    )
    assert len(cells) == 2 * 10 * 5
    rows = [sorted((x, width) for x, y, width in cells if y == top) for top in {y for _, y, _ in cells}]
    assert all(x + width < after for row in rows for (x, width), (after, _) in pairwise(row))


def test_a_target_that_failed_without_a_round_opens_and_one_that_is_gone_does_not(report_page):
    report = made_report()
    failed = replace(
        report.head.targets[0], status=Status.TIMEOUT, message="", samples=(), phases={}, memory_timeline=()
    )
    head = replace(report.head, targets=(failed, report.head.targets[2]))
    page = report_page(replace(report, head=head))
    assert page.texts("#targets tbody button") == ["suite", "tests/e2e", "tests/api"]
    page.click("#targets tbody tr:last-child button")
    assert page.texts("#rounds-alert") == ["Status: timeout"]
    assert page.texts("#rounds-legend") == ["No round was taken."]


def test_the_reasons_of_a_target_and_the_notes_of_a_history_are_beside_their_charts(report_page):
    report = made_report()
    history = replace(report.history, notes=("1 file could not be read",))
    page = report_page(replace(report, history=history))
    assert page.texts("#history-notes li") == ["1 file could not be read"]
    page.click("#targets tbody tr:last-child button")
    assert page.texts("#rounds-reasons li") == ["CPU 1.2"]


def test_a_profile_that_ended_early_says_so(report_page):
    profile = make_profile(complete=False, status=Status.CRASHED, message="boom", importing=("a", "b"))
    page = report_page(replace(made_report(), profiles=(profile,)))
    assert page.texts("#profile-alerts .alert") == [
        "Status: crashedboom", "The process ended early while it imported a, then b. All figures end at that moment."
    ]  # fmt: skip


def test_the_page_says_which_targets_and_files_its_figures_leave_out(report_page):
    report = made_report()
    untimed = replace(report.handover.targets[0], after=None)
    handover = replace(report.handover, targets=(untimed, *report.handover.targets[1:]))
    page = report_page(replace(report, handover=handover))
    assert page.texts("#targets-about")[0].startswith(
        "Grey: before. 1 target without a time: only in the table. Blue: pass."
    )
    assert "more could not be checked." in page.texts("#lint-about")[0]


def test_paper_is_white_and_no_chart_is_wider_than_it(report_page):
    page = report_page(theme="dark")
    widths = "[...document.querySelectorAll('.chart canvas')].map(canvas => canvas.offsetWidth)"
    before = page.ask(widths)
    page.ask("dispatchEvent(new Event('beforeprint'))")
    assert page.ask("document.documentElement.dataset.theme") == "light"
    assert set(page.ask(widths)) == {660}
    page.ask("dispatchEvent(new Event('afterprint'))")
    assert page.ask("document.documentElement.dataset.theme") == "dark"
    assert page.ask(widths) == before


@pytest.mark.usefixtures("narrow")
def test_on_a_telephone_nothing_is_cut_or_overlaps(report_page):
    page = report_page(replace(made_report(), profiles=(make_profile(),)))
    assert page.ask("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    for chart in CHARTS:
        assert page.ask(OVERLAPS, chart) == [], chart


def test_a_page_of_300_targets_with_500_runs_of_history_is_small(report_page):
    report = large_report(300, 500)
    assert len(render(report, "html", RenderOptions())) < MOST_BYTES
    page = report_page(report)
    assert page.texts("#targets-range") == ["1–20 of 301"]
    assert page.texts("#trends-range, #history-range") == ["1–20 of 301"]
