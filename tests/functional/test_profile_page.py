"""The HTML page of a profile in a real browser: it shows the figures, its controls work, it loads nothing."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest

from collectbench.model.costs import (
    EventCount,
    HookCost,
    Importer,
    LineCost,
    Origin,
    ParametrizedCost,
    PluginCost,
    Share,
)
from collectbench.model.sample import PHASES, Counts, Status
from collectbench.render.formats.html import render
from collectbench.render.page import MOST_BYTES
from collectbench.render.parts.options import RenderOptions
from diagnoses import nasty_findings, ordinary_findings
from nasty_texts import NASTY, shown
from pages import OVERLAPS, Page
from profiles import make_calls, make_collector, make_import, make_profile

TABLES = ("imports", "lines", "collectors", "parametrized", "plugins", "hooks", "events", "warnings")


def make_profile_of_pandas_size():
    """3,000 modules nested up to 40 deep with 30,000 import lines, 4,000 collectors, 200 hooks, 20,000 calls."""
    chance = random.Random(3)
    imports = []
    for number in range(3000):
        depth = number % 40
        imports.append(
            make_import(
                f"package_{number // 200}.sub_{number // 20}.module_{number}",
                origin=list(Origin)[number % 6],
                begin_s=(number - depth) * 0.001 + depth * 0.0001,
                inclusive_s=0.04 - depth * 0.0008,
                self_s=0.001 + chance.random() * 0.01,
                importers=tuple(
                    Importer(path=f"package/file_{chance.randrange(900)}.py", line=line, saving_alone_s=0.001)
                    for line in range(1, 11)
                ),
            )
        )
    frame = {"file_path": "/p/x.py", "file_path_short": "x.py", "line_no": 1, "is_application_code": False}
    calls = [{"function": f"call_{n}", "time": chance.random(), "children": [], **frame} for n in range(20_000)]
    root = {"function": "<module>", "time": sum(call["time"] for call in calls), "children": calls, **frame}
    return make_profile(
        imports=tuple(imports),
        collectors=tuple(
            make_collector(
                f"tests/part_{n // 40}/test_{n}.py::TestClass[{n}]", begin_s=4 + n * 0.002, inclusive_s=0.002
            )
            for n in range(4000)
        ),
        hooks=tuple(
            HookCost(hook=f"pytest_{n}", plugin=f"plugin{n % 9}", calls=n, self_s=n * 1e-5) for n in range(200)
        ),
        lines=tuple(
            LineCost(path=f"package/file_{n % 900}.py", line=n, function="<module>", sampled_s=n * 1e-5)
            for n in range(3000)
        ),
        parametrized=tuple(
            ParametrizedCost(nodeid=f"tests/part_{n // 40}/test_{n}.py::TestClass::test", items=n, inclusive_s=n * 1e-6)
            for n in range(20_000)
        ),
        memory_timeline=tuple((n * 0.02, 10**7 + n * 10**5) for n in range(600)),
        calls=json.dumps({"duration": root["time"], "sample_count": 20_000, "root_frame": root}),
    )


def test_the_page_shows_headline_figures_charts_and_imports(open_page):
    page = open_page(make_profile())
    assert page.texts("h1") == ["tests/api"]
    assert page.texts(".card span")[0] == "wall, median of 3 timed rounds"
    assert page.texts(".card b") == ["1.900 s", "2.000 s", "120", "4", "85.8 MiB", "50.0 ms", "0"]
    for chart in ("phases", "shares", "memory", "imports-chart", "calls-chart"):
        assert page.ask("document.getElementById(arguments[0]).querySelector('canvas').width > 100", chart), chart
    assert page.column(1)[0] == "pandas"
    assert page.column(4)[0] == "720.0"  # joint saving, in milliseconds


def test_the_findings_are_at_the_top_and_the_first_ones_are_open(open_page):
    page = open_page(make_profile(traced_wall_s=14.9, findings=ordinary_findings()))
    assert page.texts("#findings-note") == [
        "7 findings: 8.620 s of the 14.90 s that the traced round took without queueing"
    ]
    assert page.texts(".finding .amount")[:2] == ["3.21 s (22 %)", "2.50 s (17 %)"]
    assert page.texts(".finding[open] .cause") == [
        "gc-passes", "shared-import", "final-gc", "expensive-argvalues", "plugin-import"
    ]  # fmt: skip
    assert page.texts(".finding .place")[1] == "tests/support/frames.py:4"
    assert "+    gc.disable()\n" in page.texts(".finding .added")
    headline = "document.getElementById('findings-panel').offsetTop < document.getElementById('waterfalls').offsetTop"
    assert page.ask(headline)


def test_each_noun_agrees_with_its_number(open_page):
    several = open_page(make_profile()).texts(".card span")
    assert several[2:4] == ["items in 12 files", "imported modules"]
    assert several[5:] == ["garbage collection, 12 passes", "errors, 2 warnings"]
    counts = Counts(items=1, files=1, errors=1, warnings=1, collection_warnings=0)
    single = open_page(make_profile(counts=counts, gc_passes=1, imports=(make_import("api"),))).texts(".card span")
    assert single[2:4] == ["item in 1 file", "imported module"]
    assert single[5:] == ["garbage collection, 1 pass", "error, 1 warning"]


def test_a_page_of_pandas_size_is_small_and_draws_only_visible_rows(open_page):
    profile = make_profile_of_pandas_size()
    assert len(render(profile, RenderOptions())) < MOST_BYTES
    page = open_page(profile)
    assert page.texts("#table-range") == ["1–20 of 3,000"]
    assert len(page.column(1)) == 20  # later pages are made when the user opens them
    assert page.texts("#calls-note") == ["the 5,000 largest of 20,001 frames"]
    page.click("#table-next")
    assert page.texts("#table-range") == ["21–40 of 3,000"]


def test_the_policy_blocks_requests_of_the_page(chromium, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(render(make_profile(), RenderOptions()))
    Page(chromium, path, "light")
    blocked = chromium.execute_async_script(
        "const done = arguments[0];"
        "document.addEventListener('securitypolicyviolation', e => done(e.blockedURI));"
        "fetch('http://127.0.0.1:9/').catch(() => 0);"
    )
    assert blocked.startswith("http://127.0.0.1:9")


def test_a_click_on_a_column_sorts_the_rows(open_page):
    page = open_page(make_profile())
    page.sort_by("self")
    assert page.column(6) == ["300.0", "300.0", "200.0", "100.0"]
    page.sort_by("self")
    assert page.column(6) == ["100.0", "200.0", "300.0", "300.0"]
    assert page.texts("th[aria-sort=ascending]") == ["self, ms ↑"]
    page.sort_by("module")
    assert page.column(1) == ["api", "numpy", "numpy.linalg", "pandas"]


def test_rows_can_be_filtered_by_words_and_shown_page_by_page(open_page):
    page = open_page(make_profile(collectors=tuple(make_collector(f"test_{n}.py") for n in range(50))))
    page.find("#table-filter").send_keys("NUMPY third")
    assert sorted(page.column(1)) == ["numpy", "numpy.linalg"]
    page.click("#tab-collectors")
    assert page.texts("#table-range") == ["1–20 of 50"]
    page.find("#table-filter").send_keys("test_4")
    assert page.texts("#table-range") == ["1–11 of 11"]
    page.find("#table-filter").send_keys("nowhere")
    assert page.texts("#table-range") == ["no rows"]


@pytest.mark.parametrize(
    ("table", "first"),
    [
        ("imports", "pandas"),
        ("lines", "api/tables.py"),
        ("collectors", "tests/api/test_0.py"),
        ("parametrized", "tests/api/test_1.py::test_all"),
        ("plugins", "cov"),
        ("hooks", "pytest_configure"),
        ("events", "open"),
        ("warnings", "DeprecationWarning"),
    ],
)
def test_each_table_starts_with_its_most_expensive_row(open_page, table, first):
    page = open_page(make_profile())
    page.click(f"#tab-{table}")
    assert page.column(1)[0] == first
    assert len(page.texts("#table-note")[0]) > 20


def test_lines_can_be_sorted_and_found_by_path_and_line(open_page):
    page = open_page(make_profile())
    page.click("#tab-lines")
    assert page.column(2) == ["1207", "12", "8"]  # a line number has no thousands separator
    assert page.column(4) == ["300.0", "100.0", "20.0"]
    page.sort_by("line")
    page.sort_by("line")
    assert page.column(2) == ["8", "12", "1207"]
    page.find("#table-filter").send_keys("tables.py:12")
    assert page.column(2) == ["12", "1207"]
    page.find("#table-filter").send_keys("07 <module>")
    assert page.column(2) == ["1207"]


def test_a_click_sorts_test_functions_and_plugins(open_page):
    page = open_page(make_profile())
    page.click("#tab-parametrized")
    page.sort_by("items")
    assert page.column(2) == ["4,000", "3"]
    page.sort_by("test function")
    assert page.column(2) == ["3", "4,000"]
    page.click("#tab-plugins")
    assert page.column(3) == ["70.0", "10.0"]  # saving
    page.sort_by("load")
    assert page.column(1) == ["django", "cov"]


def test_a_module_opens_to_its_import_lines(open_page):
    page = open_page(make_profile())
    assert page.column(11)[0] == "tests/test_a.py:7"
    page.click(".opens")
    assert page.texts(".details li") == ["tests/test_a.py:7 – 20.0 ms alone"]
    page.click(".opens")
    assert page.texts(".details li") == []


def test_a_module_that_no_line_imports_says_how_pytest_loads_it(open_page):
    page = open_page(make_profile(imports=(make_import("django_plugin", importers=(), origin=Origin.PLUGIN),)))
    assert page.column(11) == ["a plugin"]
    page.click(".opens")
    assert page.texts(".details td > div")[1] == "pytest loads it as a plugin"


@pytest.mark.parametrize(
    ("chart", "query", "matches", "at", "stretch"),
    [
        ("imports", "linalg", "1 match", (0.45, 1.5), (0.2, 0.7)),
        ("calls", "pars", "1 match", (0.5, 1.5), (0.0, 0.6)),
    ],
)
def test_flame_graphs_can_be_searched_zoomed_and_reset(open_page, chart, query, matches, at, stretch):
    page = open_page(make_profile())
    canvas = f"#{chart}-chart"
    everything = page.window(canvas)
    page.point_at(canvas, at, click=True)
    assert stretch == page.window(canvas)
    page.find(f"#{chart}-search").send_keys(query)
    assert page.texts(f"#{chart}-matches") == [matches]
    page.find(f"#{chart}-search").send_keys("\n")
    assert stretch != page.window(canvas)  # Enter goes to the first match
    page.click(f"#{chart}-reset")
    assert page.texts(f"#{chart}-matches") == [""]
    assert everything.expected == page.window(canvas)


def test_a_search_dims_all_frames_without_a_match(open_page):
    page = open_page(make_profile())
    bright = (
        "echarts.getInstanceByDom(document.getElementById('imports-chart')).getZr().storage.getDisplayList()"
        ".filter(e => e.type === 'rect' && Math.round(e.shape.height) === 17 && e.style.opacity === 1).length"
    )
    assert page.ask(bright) == 7
    page.find("#imports-search").send_keys("numpy")
    assert page.ask(bright) == 2


def test_the_treemap_can_be_searched_zoomed_and_reset(open_page):
    page = open_page(make_profile(imports=tuple(make_import(f"big.part.m{n}", self_s=0.1) for n in range(3))))
    root = (
        "echarts.getInstanceByDom(document.getElementById('imports-chart'))"
        ".getModel().getSeriesByIndex(0).getViewRoot().name"
    )
    page.click("#as-treemap")
    assert page.ask(root) == "all imports"
    page.point_at("#imports-chart", (500, 250, "px"), click=True)
    assert page.ask(root) == "big.part"
    page.click("#imports-reset")
    assert page.ask(root) == "all imports"
    page.find("#imports-search").send_keys("m1")
    assert page.texts("#imports-matches") == ["1 match"]
    page.click("#as-flame")
    assert page.texts("#imports-matches") == ["1 match"]


def test_names_with_markup_stay_text(open_page):
    page = open_page(
        make_profile(
            target=NASTY[0],
            message="\n".join(NASTY),
            status=Status.COLLECTION_ERRORS,
            notes=NASTY,
            complete=False,
            importing=NASTY,
            shares=tuple(Share(name=name, seconds=0.1) for name in NASTY),
            imports=tuple(
                make_import(
                    name,
                    path=name,
                    error=name,
                    importers=(Importer(path=name, line=1, saving_alone_s=0.1),),
                    begin_s=n,
                    inclusive_s=0.9,
                )
                for n, name in enumerate(NASTY)
            ),
            collectors=tuple(make_collector(name, begin_s=20 + n) for n, name in enumerate(NASTY)),
            lines=tuple(LineCost(path=name, line=1, function=name, sampled_s=0.1) for name in NASTY),
            parametrized=tuple(ParametrizedCost(nodeid=name, items=2, inclusive_s=0.1) for name in NASTY),
            plugins=tuple(
                PluginCost(name=name, kind="plugin", load_s=0.1, hooks_s=0.1, saving_s=0.1) for name in NASTY
            ),
            hooks=tuple(HookCost(hook=name, plugin=name, calls=1, self_s=0.1) for name in NASTY),
            events=tuple(EventCount(kind=name, detail=name, path=name, line=1, count=1) for name in NASTY),
            warnings=tuple((name, name, name, 1) for name in NASTY),
            calls=make_calls(NASTY[0]),
            findings=nasty_findings(NASTY),
        )
    )
    assert page.texts("h1") == [NASTY[0]]
    assert page.ask("document.title").startswith(NASTY[0])
    assert set(page.texts("#notes li")) == shown()
    for part in (".cause", ".subject"):
        assert set(page.texts(f".finding {part}")) == shown()
    for table in TABLES:
        page.click(f"#tab-{table}")
        assert set(page.column(1)) == shown()
    page.click("#tab-imports")
    page.click(".opens")
    page.point_at("#imports-chart", (0.45, 0.5))
    assert page.texts(".tip b") == [NASTY[0]]
    page.point_at("#calls-chart", (0.5, 1.5))
    assert NASTY[0] in page.texts(".tip b")
    page.click("#as-treemap")
    page.point_at("#imports-chart", (300, 200, "px"))
    assert page.ask("window.owned") is None
    assert page.ask("Object.keys(Object.prototype)") == []
    assert page.ask("document.scripts.length") == 3
    assert page.ask("document.images.length") == 0


def test_the_theme_follows_the_system_and_can_be_switched(open_page):
    page = open_page(make_profile(), theme="dark")
    background = "getComputedStyle(document.body).backgroundColor"
    dark = page.ask(background)
    page.click("#theme")
    light = page.ask(background)
    assert dark != light
    assert open_page(make_profile(), theme="light").ask(background) == light


def test_a_page_fits_into_a_narrow_window(open_page, chromium):
    size = {"width": 800, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        page = open_page(make_profile())
        assert page.ask("innerWidth") == 800
        assert page.ask("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    finally:
        chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_an_early_end_names_the_running_imports(open_page):
    page = open_page(make_profile(complete=False, importing=("conftest", "numpy"), status=Status.CRASHED))
    assert page.texts(".alert") == [
        "Status: crashed",
        "The process ended early while it imported conftest, then numpy. All figures end at that moment.",
    ]


def test_missing_measurements_leave_no_empty_panel(open_page):
    empty = dict.fromkeys((*TABLES, "shares"), ())
    page = open_page(
        replace(make_profile(), **empty, phases={}, memory_timeline=(), calls=None, wall_s=None, counts=None)
    )
    hidden = page.ask("[...document.querySelectorAll('section[hidden]')].map(e => e.id)")
    assert hidden == ["findings-panel", "waterfalls", "imports-panel", "tables-panel", "memory-panel", "calls-panel"]


def test_a_call_tree_without_samples_says_so(open_page):
    empty = json.dumps({"duration": 0.1, "sample_count": 0, "root_frame": None})
    assert open_page(make_profile(calls=empty)).texts("#calls-note") == ["The call tree has no samples."]


def test_the_title_names_the_project(open_page):
    page = open_page(make_profile(project="shop"))
    assert page.texts("h1") == ["shop: tests/api"]
    assert page.driver.title == "shop: tests/api \u2013 collectbench profile"


def test_the_calls_open_where_the_projects_code_is_also_if_it_is_installed(open_page):
    page = open_page(make_profile(calls=calls_below_pytest(), project_directories=("/env/site-packages/shop",)))
    assert page.window("#calls-chart") == (0.5, 0.9)
    top, bottom = page.ask(
        "(host => [host.scrollTop / 18, (host.scrollTop + host.clientHeight) / 18])"
        "(document.getElementById('calls-chart').parentElement)"
    )
    assert top < 40
    assert bottom > 42
    fills = page.ask(
        "echarts.getInstanceByDom(document.getElementById('calls-chart')).getZr().storage.getDisplayList()"
        ".filter(shape => shape.type === 'rect' && shape.getTextContent()).map(shape =>"
        " [shape.getTextContent().style.text, shape.style.fill])"
    )
    blue = page.ask("'#74a9e6'")
    assert [name for name, fill in fills if fill == blue] == ["shop/api.py:3", "price"]
    page.click("#calls-reset")
    assert page.window("#calls-chart") == (0, 1)


def calls_below_pytest():
    """40 calls of pytest, and in the innermost, from 0.5 s to 0.9 s, a module of `shop` that calls a function."""

    def call(function, path, time_s, *children):
        short = path.partition("site-packages/")[2]
        place = {"file_path": path, "file_path_short": short, "line_no": 3, "is_application_code": False}
        return {"function": function, "time": time_s, "children": list(children), **place}

    module = call("<module>", "/env/site-packages/shop/api.py", 0.4, call("price", "/env/site-packages/shop/p.py", 0.3))
    frames = [call("compile", "/env/site-packages/_pytest/rewrite.py", 0.5), module]
    for number in range(40):
        frames = [call(f"call{number}", "/env/site-packages/_pytest/main.py", 1.0, *frames)]
    return json.dumps({"duration": 1.0, "sample_count": 1000, "root_frame": frames[0]})


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize("wall_s", [0.45, 12.0])
def test_on_a_telephone_no_texts_of_charts_overlap(open_page, wall_s):
    seconds = dict(zip(PHASES, (0.005, 0.08, 0.02, 0.38, 0.01, 0.18, 0.01, 0.005, 0.31), strict=True))
    page = open_page(
        make_profile(
            phases={name: share * wall_s for name, share in seconds.items()},
            shares=tuple(Share(name=f"imports: {name}", seconds=share * wall_s) for name, share in seconds.items()),
            memory_timeline=tuple((n / 100 * wall_s, 10**8 + n * 10**7) for n in range(101)),
        )
    )
    assert page.ask("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    for chart in ("phases", "shares", "memory"):
        assert page.ask(OVERLAPS, chart) == [], chart


@pytest.mark.usefixtures("narrow")
def test_on_a_telephone_the_sorted_column_is_in_view_beside_the_first_one(open_page):
    page = open_page(make_profile())
    for title in ("joint", "compile", "alone"):
        if title != "joint":  # by which the rows are sorted at first
            page.ask(
                "[...document.querySelectorAll('#table th button')].find(e => e.textContent.startsWith(arguments[0]))"
                ".click()",
                title,
            )
        left, right = page.ask(
            "(cell => [cell.left, cell.right])(document.querySelector('th[aria-sort]').getBoundingClientRect())"
        )
        first = page.ask("document.querySelector('#table th').getBoundingClientRect()")
        assert first["left"] >= 0
        assert first["right"] <= left + 1, title
        assert right <= 390, title
