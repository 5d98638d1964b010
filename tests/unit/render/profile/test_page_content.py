"""The HTML page of a profile as text: bounded, in ASCII, inert data. A functional test runs it in a browser."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.model.costs import EventCount, Importer, LineCost, ParametrizedCost, PluginCost
from collectbench.render.formats import html, render
from collectbench.render.page import MOST_BYTES
from collectbench.render.parts.escape import printable
from collectbench.render.parts.options import RenderOptions
from collectbench.render.profile.page_content import MOST_IMPORTERS, content
from collectbench.render.profile.page_values import MOST_CHARACTERS

FRAME = {"file_path": "/p/api.py", "file_path_short": "api.py", "line_no": 3, "is_application_code": True}


def page_of(profile):
    return render(profile, "html", RenderOptions())


def data_of(page):
    """The data that the script of the page reads."""
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page)[1])


def call(name, seconds, *children):
    return {"function": name, "time": seconds, "children": list(children), **FRAME}


def calls_of(make, root, most_rows):
    text = json.dumps({"duration": 1.0, "sample_count": 9, "root_frame": root})
    return content(make.profile(calls=text), most_rows=most_rows)["calls"]


@given(name=st.text(max_size=50))
def test_any_name_stays_within_the_data(make, name):
    page = page_of(make.profile(name, notes=(name,)))
    assert page.isascii()
    assert page.count("<script") == page.count("</script") == 3
    assert data_of(page)["notes"] == [printable(name)]


def test_a_table_has_the_largest_rows_in_their_order_and_their_total(make):
    imports = tuple(make.imported(f"m{n}", inclusive_s=[0.3, 0.1, 0.2, 0.4][n]) for n in range(4))
    data = content(make.profile(imports=imports), most_rows=2)
    assert [row["module"] for row in data["imports"]] == ["m0", "m3"]
    assert data["totals"]["imports"] == 4


def test_lines_test_functions_and_plugins_reach_the_page(make):
    profile = make.profile(
        lines=tuple(LineCost(path="a.py", line=n, function="f", sampled_s=n / 10) for n in range(3)),
        parametrized=(ParametrizedCost(nodeid="a.py::t", items=7, inclusive_s=0.25),),
        plugins=(PluginCost(name="cov", kind="plugin", load_s=0.5, hooks_s=0.25, saving_s=0.125),),
    )
    data = content(profile, most_rows=2)
    assert [row["line"] for row in data["lines"]] == [1, 2]
    assert data["lines"][1] == {"path": "a.py", "line": 2, "function": "f", "sampled_s": 0.2, "waited_s": 0.0}
    assert data["parametrized"] == [{"nodeid": "a.py::t", "items": 7, "inclusive_s": 0.25}]
    assert data["plugins"][0]["saving_s"] == 0.125
    assert (data["totals"]["lines"], data["totals"]["parametrized"]) == (3, 1)


def test_a_share_of_imports_or_conftests_has_the_kind_that_colours_it(make):
    shares = make.shares(**{"imports: third-party": 0.5, "hooks: conftest": 0.3, "hooks: conftest-plugin": 0.2})
    data = content(make.profile(shares=shares), most_rows=9)
    assert [share["kind"] for share in data["shares"]] == ["third-party", "conftest", None]


def test_a_page_of_the_rootdir_is_called_the_whole_rootdir(make):
    page = page_of(make.profile("."))
    assert "<title>the whole rootdir (.) &#8211; collectbench profile</title>" in page
    assert data_of(page)["title"] == "the whole rootdir (.)"


def test_a_module_has_the_import_lines_that_save_most(make):
    importers = tuple(Importer(path=f"a{n % 2}.py", line=n, saving_alone_s=n / 1000) for n in range(100))
    data = content(make.profile(imports=(make.imported("m", importers=importers),)), most_rows=9)
    (row,) = data["imports"]
    assert row["lines"] == 100
    assert len(row["importers"]) == MOST_IMPORTERS
    assert row["importers"][0] == [0, 99, 0.099]
    assert data["paths"] == ["a1.py", "a0.py"]


def test_long_names_keep_both_ends(make):
    event = EventCount(kind="open", detail="a" * 1000 + "z" * 1000, path="p.py", line=1, count=1)
    (row,) = content(make.profile(events=(event,)), most_rows=9)["events"]
    assert row["detail"].startswith("aa")
    assert row["detail"].endswith("zz")
    assert len(row["detail"]) == MOST_CHARACTERS + 1


def test_a_page_that_would_be_too_large_has_fewer_rows(make):
    name = "\U0001f600" * 400  # each takes twelve characters in JSON
    imports = tuple(make.imported(f"{n}{name}", inclusive_s=0.1) for n in range(5000))
    page = page_of(make.profile(imports=imports))
    assert len(page) <= MOST_BYTES
    data = data_of(page)
    assert len(data["imports"]) == html.ROW_LIMITS[1]
    assert data["totals"]["imports"] == 5000


def test_the_highest_memory_is_kept_when_the_timeline_is_thinned(make):
    timeline = [(n / 100, 1000) for n in range(50_000)]
    timeline[33_333] = (333.33, 9000)
    data = content(make.profile(memory_timeline=tuple(timeline)), most_rows=9)
    assert len(data["memory_timeline"]) <= 2000
    assert (333.33, 9000) in data["memory_timeline"]


def test_calls_lie_side_by_side_inside_their_caller(make):
    root = call("main", 1.0, call("a", 0.3, call("b", 0.1)), call("c", 0.6))
    frames = calls_of(make, root, 9)["frames"]
    assert sorted((depth, name, begin, seconds) for depth, name, _, _, begin, seconds in frames) == [
        (0, "main", 0.0, 1.0),
        (1, "a", 0.0, 0.3),
        (1, "c", 0.3, 0.6),
        (2, "b", 0.0, 0.1),
    ]


def test_frames_of_the_probe_are_replaced_by_their_callees(make):
    probe = {"file_path": "/opt/lib/collectbench/probe/runner.py"}
    inner = call("perform_collect", 0.6, call("collect", 0.3), call("load", 0.2)) | probe
    root = call("run", 1.0, call("main", 0.9, inner, call("report", 0.2))) | probe
    data = calls_of(make, root, 9)
    assert sorted((depth, name, begin, seconds) for depth, name, _, _, begin, seconds in data["frames"]) == [
        (0, "main", 0.0, 0.9),
        (1, "collect", 0.0, 0.3),
        (1, "load", 0.3, 0.2),
        (1, "report", 0.6, 0.2),
    ]
    assert data["total"] == 4


@pytest.mark.parametrize(
    ("path", "own"),
    [("/p/tests/test_a.py", True), ("/env/site-packages/numpy/a.py", False), ("/usr/dist-packages/a.py", False)],
)
def test_installed_code_is_not_the_projects_code(make, path, own):
    frame = call("f", 1.0) | {"file_path": path, "is_application_code": True}
    assert calls_of(make, frame, 9)["frames"][0][3] is own


@given(most=st.integers(1, 12), seconds=st.lists(st.floats(0.001, 1), min_size=8, max_size=8))
def test_no_call_is_shown_without_its_caller(make, most, seconds):
    chains = [
        call(f"{n}", s, call(f"{n}.child", s / 2, call(f"{n}.child.child", s / 2))) for n, s in enumerate(seconds)
    ]
    data = calls_of(make, call("", sum(seconds), *chains), most)
    names = {frame[1] for frame in data["frames"]}
    assert len(names) == most
    assert all(name.rpartition(".")[0] in names for name in names)
    assert data["total"] > len(names) or most > 24


@pytest.mark.parametrize(
    ("calls", "problem"),
    [
        ('{"duration": 0.1, "sample_count": 0, "root_frame": null}', "The call tree has no samples."),
        ("[" * 100_000, "The call tree is nested too deeply to be read."),
    ],
)
def test_a_call_tree_without_frames_gives_the_reason(make, calls, problem):
    data = content(make.profile(calls=calls), most_rows=9)["calls"]
    assert data["frames"] == []
    assert data["problem"] == problem
