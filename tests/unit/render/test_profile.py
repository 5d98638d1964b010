"""A profile in the formats for people: its sections, their order, and their number of rows."""

from __future__ import annotations

import html
import re
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import get_args, get_type_hints

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from collectbench.model.costs import (
    CollectorCost,
    EventCount,
    Importer,
    LineCost,
    Origin,
    ParametrizedCost,
    PluginCost,
    Profile,
    Share,
)
from collectbench.model.diagnosis import Experiment, TargetDiagnosis
from collectbench.model.sample import Counts, Status
from collectbench.model.who import WhoImports
from collectbench.render.formats import render
from collectbench.render.parts.layout import display_width
from collectbench.render.parts.options import RenderOptions

SGR = re.compile(r"\x1b\[[\d;]*m")
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)
SECONDS = st.floats(0, 40_000)


def show(document, name="text", **options):
    return render(document, name, RenderOptions(**options))


def section_of(text, title):
    """The cells of the rows of a section, without titles and rules."""
    lines = text.split(f"\n{title}", 1)[1].split("\n\n")[0].splitlines()[3:]
    return [re.split(r"\s{2,}", line.strip()) for line in lines]


def values_of(hint):
    """Any value that a profile may hold: durations from zero up, texts of any kind."""
    simple = {str: ANY_TEXT, float: SECONDS, int: st.integers(0, 10**9), bool: st.booleans(), type(None): st.none()}
    if hint in simple:
        return simple[hint]
    arguments = get_args(hint)
    if getattr(hint, "__origin__", None) is dict:
        return st.dictionaries(ANY_TEXT, SECONDS, max_size=3)
    if getattr(hint, "__origin__", None) is tuple:
        if arguments[-1] is ...:
            return st.lists(values_of(arguments[0]), max_size=3).map(tuple)
        return st.tuples(*map(values_of, arguments))
    if arguments:
        return st.one_of(*map(values_of, arguments))
    if issubclass(hint, Enum):
        return st.sampled_from(hint)
    assert is_dataclass(hint)
    hints = get_type_hints(hint)
    return st.builds(hint, **{field.name: values_of(hints[field.name]) for field in fields(hint)})


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(values_of(Profile), st.integers(80, 200), st.booleans(), st.integers(1, 4))
def test_no_line_is_wider_than_the_terminal_or_steers_it(profile, width, color, top):
    # A command is not cut inside of a word, so that it can be pasted.
    profile = replace(profile, findings=tuple(replace(finding, command="") for finding in profile.findings))
    lines = SGR.sub("", show(profile, width=width, color=color, top=top)).removesuffix("\n").split("\n")
    assert max(map(display_width, lines)) <= width
    assert all(line.isprintable() for line in lines)


def without_command(experiment: Experiment | None) -> Experiment | None:
    return None if experiment is None else replace(experiment, command="")


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(values_of(TargetDiagnosis), st.integers(80, 200), st.booleans(), st.integers(1, 4))
def test_no_line_of_a_diagnosis_is_wider_than_the_terminal_or_steers_it(make, target, width, verbose, top):
    # A command is not cut inside of a word, so that it can be pasted.
    findings = tuple(
        replace(finding, command="", experiment=without_command(finding.experiment)) for finding in target.findings
    )
    tried = tuple(replace(experiment, command="") for experiment in target.experiments)
    target = replace(target, findings=findings, experiments=tried, joint=without_command(target.joint))
    document = make.diagnosis(make.environment, target)
    lines = show(document, width=width, verbose=verbose, top=top).removesuffix("\n").split("\n")
    assert max(map(display_width, lines)) <= width
    assert all(line.isprintable() for line in lines)
    for name in ("markdown", "github", "json"):
        assert show(document, name, top=top).endswith("\n")


@given(values_of(WhoImports), st.integers(80, 200), st.integers(1, 4))
def test_no_line_about_a_module_is_wider_than_the_terminal_or_steers_it(answer, width, top):
    lines = show(answer, width=width, top=top).removesuffix("\n").split("\n")
    assert max(map(display_width, lines)) <= width
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize("name", ["profile", "broken_profile", "empty_profile", "nasty_profile"])
def test_colour_adds_styles_and_nothing_else(name, documents):
    coloured = show(documents[name], color=True)
    assert SGR.sub("", coloured) == show(documents[name])
    assert coloured != show(documents[name])


@pytest.mark.parametrize(("width", "shown"), [(10, "2.31"), (30, "networkx:"), (79, "511 ms")])
def test_a_narrower_terminal_shows_the_columns_that_fit(width, shown, documents):
    assert shown in show(documents["profile"], width=width)


def test_empty_sections_are_omitted(documents):
    stamp, headline = show(documents["empty_profile"]).split("\n\n")
    assert stamp.startswith("Python 3.11.7")
    assert headline == "tests: traced round 0.0 ms\n"


def test_the_headline_is_the_median_of_timed_rounds_and_not_the_traced_round(documents):
    (headline,) = (block for block in show(documents["profile"]).split("\n\n") if "traced round 2.45" in block)
    assert headline == "networkx: 2.31 s (median of 3 timed rounds); traced round 2.45 s, of which:"


@pytest.mark.parametrize(
    ("timed_rounds", "basis"),
    [(0, "median of the timed rounds"), (1, "one timed round"), (2, "median of 2 timed rounds")],
)
def test_one_round_is_not_a_median_and_old_files_have_no_number_of_rounds(make, timed_rounds, basis):
    headline = show(make.profile(wall_s=1.5, timed_rounds=timed_rounds)).split("\n\n")[1]
    assert headline == f"tests: 1.50 s ({basis}); traced round 0.0 ms\n"


@pytest.mark.parametrize("name", ["text", "markdown"])
def test_a_profile_of_the_rootdir_is_called_the_whole_rootdir(make, name):
    text = show(make.profile(".", status=Status.TIMEOUT), name)
    assert "the whole rootdir (.): traced round 0.0 ms\n" in text
    assert "timeout" in text
    assert text.count("the whole rootdir (.)") == (3 if name == "markdown" else 2)
    assert "\n.:" not in text


def test_imports_are_sorted_by_joint_saving_and_modules_that_pytest_needs_come_last(make):
    costs = (
        make.imported("floor", inclusive_s=0.5, floor=True),
        make.imported("idle", inclusive_s=0.4),
        make.imported("small", (0.01, 0.01), "a.py:1", inclusive_s=0.3),
        make.imported("large", (0.0, 0.2), "a.py:2", "b.py:3", "c.py:4", inclusive_s=0.2),
    )
    rows = section_of(show(make.profile(imports=costs), width=120), "imports")
    assert [row[:4] for row in rows[:4]] == [
        ["large", "a.py:2 +2", "200 ms", "0 ms"],
        ["small", "a.py:1", "10 ms", "10 ms"],
        ["idle", "–", "0 ms", "0 ms"],
        ["floor", "pytest itself", "floor", "–"],
    ]


def test_of_equal_import_lines_the_profile_shows_the_projects_own(make):
    lines = ("<site-packages>/pandas/__init__.py:1", "tests/test_a.py:7", "tests/test_b.py:8")
    rows = section_of(show(make.profile(imports=(make.imported("numpy", (0.0, 0.2), *lines),))), "imports")
    assert rows[0][:2] == ["numpy", "tests/test_a.py:7 +2"]


def test_the_three_largest_shares_are_never_summed_up(make):
    shares = tuple(Share(name=f"part {number}", seconds=float(number)) for number in range(1, 7))
    text = show(make.profile(shares=shares, traced_wall_s=21.0), top=1)
    assert [f"\npart {number} " in text for number in range(1, 7)] == [False, False, False, True, True, True]
    assert "\n3 others " in text


def test_the_line_that_saves_most_is_shown_even_if_it_is_installed(make):
    cost = make.imported("numpy", (0.1, 0.2), "<site-packages>/pandas/__init__.py:1")
    own = Importer(path="tests/test_a.py", line=7, saving_alone_s=0.0)
    rows = section_of(
        show(make.profile(imports=(replace(cost, importers=(own, *cost.importers)),)), width=160), "imports"
    )
    assert rows[0][1] == "<site-packages>/pandas/__init__.py:1, tests/test_a.py:7"


def test_a_place_that_does_not_fit_is_on_a_line_of_its_own(make):
    deep = "/".join(f"directory_{number}" for number in range(12))
    cost = make.imported("numpy", (0.1, 0.2), f"{deep}/test_a.py:7")
    collector = CollectorCost(
        nodeid=f"{deep[:60]}/test_a.py::TestA", type="Class", self_s=0.1, inclusive_s=0.2, items=3, begin_s=0
    )
    lines = show(make.profile(imports=(cost,), collectors=(collector,)), width=80).splitlines()
    row = next(number for number, line in enumerate(lines) if line.startswith("numpy "))
    assert "".join(line.removeprefix("  ") for line in lines[row + 1 : row + 4]).startswith(f"{deep}/test_a.py:7")
    place = lines.index(collector.nodeid)
    assert lines[place + 1].split() == ["Class", "100", "ms", "200", "ms", "3"]
    assert max(map(len, lines)) <= 80


def test_the_warnings_of_pytest_come_before_the_result(make):
    text = show(make.profile(warnings=(("UserWarning", "old", "a.py", 7),), imports=(make.imported("a", (0.1, 0.1)),)))
    assert text.index("warning: a.py:7: UserWarning: old") < text.index("tests: ") < text.index("imports, by")


@pytest.mark.parametrize(
    ("origin", "words"),
    [
        (Origin.PLUGIN, "a plugin"),
        (Origin.CONFTEST, "a conftest"),
        (Origin.TEST, "a test module"),
        (Origin.THIRD_PARTY, "–"),
    ],
)
def test_a_module_that_pytest_loads_is_named_by_its_kind(make, origin, words):
    text = show(make.profile(imports=(make.imported("loaded", origin=origin),)))
    assert section_of(text, "imports")[0][:2] == ["loaded", words]


def test_submodules_that_go_with_their_package_have_no_row(make):
    installed = "<site-packages>/numpy/__init__.py:20"
    costs = (
        make.imported("numpy", (0.0, 0.3), "tests/test_a.py:1"),
        make.imported("numpy.linalg", (0.2, 0.2), installed),
        make.imported("numpy.random", (0.1, 0.1), installed, "tests/test_b.py:2"),
        make.imported("api", (0.0, 0.0), "tests/test_a.py:2"),
        make.imported("api.records", (0.1, 0.1), "<site-packages>/plugin.py:3"),
    )
    text = show(make.profile(imports=costs), width=160)
    assert "\nimports, by the time that their removal saves (4 of 5)\n" in text
    assert [row[0] for row in section_of(text, "imports")[:4]] == ["numpy", "numpy.random", "api.records", "api"]


def test_a_number_stays_with_its_unit(make):
    profile = make.profile("t" * 60, wall_s=1.5, timed_rounds=1)
    lines = show(profile).splitlines()
    assert any("1.50 s (" in line for line in lines)
    assert not any(line.strip().startswith("s ") for line in lines)


def test_floor_is_explained_only_if_a_row_shows_it(make):
    costs = (make.imported("a", (0.01, 0.01), "a.py:1"), make.imported("floor", inclusive_s=0.5, floor=True))
    assert "\nfloor: pytest needs it anyway\n" in show(make.profile(imports=costs), top=2)
    assert "floor" not in show(make.profile(imports=costs), top=1)


def test_lines_that_ran_follow_the_imports_sorted_by_time(make):
    lines = tuple(
        LineCost(path=f"{name}.py", line=1200, function="<module>", sampled_s=seconds)
        for name, seconds in (("short", 0.01), ("long", 0.5), ("middle", 0.1))
    )
    collectors = (make.collector("test_a.py", 0.0, 1.0),)
    text = show(make.profile(imports=(make.imported("a"),), lines=lines, collectors=collectors), top=2)
    titles = [line for line in text.splitlines() if line.startswith(("imports, ", "lines ", "collectors, "))]
    assert titles[1] == "lines of the project that ran, by sampled time (2 of 3)"
    assert len(titles) == 3
    assert section_of(text, "lines of the project")[:2] == [
        ["long.py:1200", "<module>", "500 ms"],
        ["middle.py:1200", "<module>", "100 ms"],
    ]


def test_test_functions_are_sorted_by_the_time_to_make_their_items(make):
    costs = (
        ParametrizedCost(nodeid="test_a.py::test_many", items=4000, inclusive_s=0.1),
        ParametrizedCost(nodeid="test_a.py::test_slow", items=1, inclusive_s=1.5),
    )
    assert section_of(show(make.profile(parametrized=costs)), "test functions")[:2] == [
        ["test_a.py::test_slow", "1", "1.500 s"],
        ["test_a.py::test_many", "4,000", "0.100 s"],
    ]


def test_plugins_are_sorted_by_saving_and_then_by_cost(make):
    plugins = tuple(
        PluginCost(name=name, kind="plugin", load_s=load_s, hooks_s=0.1, saving_s=saving_s)
        for name, load_s, saving_s in (("shared", 0.3, 0.1), ("own", 0.2, 0.3), ("shared too", 0.4, 0.1))
    )
    assert section_of(show(make.profile(plugins=plugins)), "plugins")[:3] == [
        ["own", "plugin", "300 ms", "200 ms", "100 ms"],
        ["shared too", "plugin", "100 ms", "400 ms", "100 ms"],
        ["shared", "plugin", "100 ms", "300 ms", "100 ms"],
    ]


def test_each_table_shows_the_top_rows_and_their_total(make):
    collectors = tuple(make.collector(f"test_{index}.py", 0.0, 1.0, self_s=index / 10) for index in range(30))
    text = show(make.profile(collectors=collectors), top=2)
    assert "\ncollectors, by own time (2 of 30)\n" in text
    assert [row[0] for row in section_of(text, "collectors")[:2]] == ["test_29.py", "test_28.py"]


def test_the_shares_add_up_to_the_traced_round_however_few_are_shown(make):
    shares = make.shares(start=0.1, tiny=0.05, imports=0.5, small=0.15, collectors=0.2)
    text = show(make.profile(shares=shares, traced_wall_s=1.0), top=3)
    rows = [re.split(r"\s{2,}", line) for line in text.split("\n\n")[2].splitlines()[:-1]]
    assert [row[:3] for row in rows if row[0][0] != "-"] == [
        ["part", "time", "share"],
        ["imports", "0.500 s", "50.0 %"],
        ["small", "0.150 s", "15.0 %"],
        ["collectors", "0.200 s", "20.0 %"],
        ["2 others", "0.150 s", "15.0 %"],
        ["traced round", "1.000 s", "100.0 %"],
    ]


def test_a_single_small_share_keeps_its_name(make):
    shares = make.shares(a=0.5, b=0.3, c=0.2)
    assert "other" not in show(make.profile(shares=shares, traced_wall_s=1.0), top=2)


@pytest.mark.parametrize(
    ("seconds", "bar"), [(1.0, "█" * 30), (0.5, "█" * 15), (1 / 60, "▌"), (0.0, ""), (-0.2, ""), (2.0, "█" * 30)]
)
def test_the_length_of_a_bar_is_its_share(make, seconds, bar):
    profile = make.profile(shares=(Share(name="part", seconds=seconds),), traced_wall_s=1.0)
    line = next(line for line in show(profile).splitlines() if line.startswith("part  ") and "%" in line)
    assert line.partition("%")[2].strip() == bar


def test_shares_of_zero_seconds_have_no_percentage(make):
    text = show(make.profile(shares=(Share(name="part", seconds=0.0),)))
    assert "%" not in text


def test_an_import_that_failed_names_its_error(make):
    text = show(make.profile(imports=(make.imported("ujson", error="ImportError"),)))
    assert "\nujson (ImportError)  " in text


def test_places_without_a_file_are_dashes(make):
    cost = replace(make.imported("a"), importers=(Importer(path="", line=0, saving_alone_s=0.0),))
    event = EventCount(kind="open", detail="x", path="", line=0, count=1)
    text = show(make.profile(imports=(cost,), events=(event,), warnings=(("W", "m", "", 0),)))
    assert ":0" not in text
    assert "warning: W: m" in text


def test_warnings_beyond_the_top_ones_are_counted(make):
    warnings = tuple(("UserWarning", f"number {index}\nmore", "a.py", 7) for index in range(12))
    text = show(make.profile(warnings=warnings), top=3)
    assert text.count("warning: a.py:7: UserWarning: number ") == 3
    assert "more\n" not in text
    assert "note: and 9 more warnings" in text


def test_counts_memory_and_garbage_collection_are_facts(make):
    counts = Counts(items=1, files=1, errors=2, warnings=0, collection_warnings=0)
    timeline = ((0.1, 2**20), (0.2, 3 * 2**20), (0.3, 2**21))
    text = show(make.profile(counts=counts, gc_passes=1, gc_s=0.01, memory_timeline=timeline), width=120)
    assert "1 item in 1 file · 2 errors · garbage collection 10 ms in 1 pass · peak memory 3.0 MiB" in text


def test_a_round_that_ended_early_names_the_running_imports(documents):
    text = show(documents["broken_profile"], width=120, top=2)
    assert "tests/odd: traced round ended early after 412 ms" in text
    assert "crashed: exit code 3 by os._exit\n  in tests/odd/test_odd.py:7\n" in text
    assert text.endswith("\nimporting: (40 more) > odd.helpers > odd.exits\n")


def test_a_status_without_a_message_names_the_target(make):
    assert show(make.profile("tests/api", status=Status.TIMEOUT)).endswith("\ntimeout: tests/api\n")


def test_markdown_has_the_same_sections_as_tables(documents):
    text, markdown = show(documents["profile"], top=3), show(documents["profile"], "markdown", top=3)
    titles = re.findall(r"^#### (.*)", markdown, re.MULTILINE)
    assert len(titles) == 9
    assert all(f"\n{title}\n" in text for title in titles)
    assert "| networkx | networkx/conftest.py:14 +2 | 511 ms | 2 ms | 511 ms | 128 ms | first-party | hit |" in markdown


@given(ANY_TEXT | st.text("|\\`<>*", max_size=9))
@example("@me #1 <!-- -->")
def test_no_text_breaks_out_of_its_cell_in_markdown(make, name):
    cost = make.imported(name, (0.0, 0.0), f"{name}:3", origin=Origin.TEST)
    markdown = show(make.profile(imports=(cost,)), "markdown")
    header, _, row = (line for line in markdown.splitlines() if line.startswith("| "))
    cells = re.split(r"(?<!\\)(?:\\\\)*\|", row)
    assert len(cells) == header.count("|") + 1
    assert "<" not in row.replace("<!-- -->", "")  # our own comment, which prevents a mention
    assert html.unescape(row).isprintable()
