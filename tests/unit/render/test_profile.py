"""A profile in the formats for people: what is shown, in what order, and how much of it."""

from __future__ import annotations

import html
import re
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import get_args, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collectbench.model.profile import EventCount, Importer, Origin, Profile, Share
from collectbench.model.sample import Counts, Status
from collectbench.render import render
from collectbench.render.layout import display_width
from collectbench.render.options import RenderOptions

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
    """Whatever a profile may hold: durations from zero up, texts of any kind."""
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


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(values_of(Profile), st.integers(80, 200), st.booleans(), st.integers(1, 4))
def test_no_line_is_wider_than_the_terminal_or_steers_it(profile, width, color, top):
    lines = SGR.sub("", show(profile, width=width, color=color, top=top)).removesuffix("\n").split("\n")
    assert max(map(display_width, lines)) <= width
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize("name", ["profile", "broken_profile", "empty_profile", "nasty_profile"])
def test_colour_adds_styles_and_nothing_else(name, documents):
    coloured = show(documents[name], color=True)
    assert SGR.sub("", coloured) == show(documents[name])
    assert coloured != show(documents[name])


@pytest.mark.parametrize(("width", "shown"), [(10, "2.31"), (30, "networkx:"), (79, "511 ms")])
def test_a_narrower_terminal_gets_what_fits(width, shown, documents):
    assert shown in show(documents["profile"], width=width)


def test_sections_without_anything_to_show_are_left_out(documents):
    stamp, headline = show(documents["empty_profile"]).split("\n\n")
    assert stamp.startswith("Python 3.11.7")
    assert headline == "tests: one traced round 0.0 ms\n"


def test_the_headline_is_the_median_of_timed_rounds_and_never_the_traced_one(documents):
    headline = show(documents["profile"], width=120).split("\n\n")[1]
    assert headline == ("networkx: 2.31 s (median of the timed rounds); one traced round 2.45 s, of which:")


def test_the_import_that_is_worth_most_comes_first_and_what_pytest_needs_last(make):
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
        ["floor", "–", "floor", "–"],
    ]


def test_each_table_shows_the_top_rows_and_says_how_many_there_are(make):
    collectors = tuple(make.collector(f"test_{index}.py", 0.0, 1.0, self_s=index / 10) for index in range(30))
    text = show(make.profile(collectors=collectors), top=2)
    assert "\ncollectors, by own time (2 of 30)\n" in text
    assert [row[0] for row in section_of(text, "collectors")] == ["test_29.py", "test_28.py"]


def test_the_shares_add_up_to_the_traced_round_however_few_are_shown(make):
    shares = make.shares(start=0.1, tiny=0.05, imports=0.5, small=0.15, collectors=0.2)
    text = show(make.profile(shares=shares, traced_wall_s=1.0), top=3)
    rows = [re.split(r"\s{2,}", line) for line in text.split("\n\n")[2].splitlines()]
    assert [row[:3] for row in rows if row[0][0] != "-"] == [
        ["part", "time", "share"],
        ["imports", "0.500 s", "50.0 %"],
        ["small", "0.150 s", "15.0 %"],
        ["collectors", "0.200 s", "20.0 %"],
        ["2 others", "0.150 s", "15.0 %"],
        ["traced round", "1.000 s", "100.0 %"],
    ]


def test_no_share_is_summed_up_alone(make):
    shares = make.shares(a=0.5, b=0.3, c=0.2)
    assert "other" not in show(make.profile(shares=shares, traced_wall_s=1.0), top=2)


@pytest.mark.parametrize(
    ("seconds", "bar"), [(1.0, "█" * 30), (0.5, "█" * 15), (1 / 60, "▌"), (0.0, ""), (-0.2, ""), (2.0, "█" * 30)]
)
def test_a_bar_is_as_long_as_its_share(make, seconds, bar):
    profile = make.profile(shares=(Share(name="part", seconds=seconds),), traced_wall_s=1.0)
    line = next(line for line in show(profile).splitlines() if line.startswith("part  ") and "%" in line)
    assert line.partition("%")[2].strip() == bar


def test_shares_of_nothing_have_no_percentage(make):
    text = show(make.profile(shares=(Share(name="part", seconds=0.0),)))
    assert "%" not in text


def test_an_import_that_failed_names_its_error(make):
    text = show(make.profile(imports=(make.imported("ujson", error="ImportError"),)))
    assert "\nujson (ImportError)  " in text


def test_places_outside_of_any_file_are_dashes(make):
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


def test_counts_memory_and_the_collector_of_garbage_are_told_in_passing(make):
    counts = Counts(items=1, files=1, errors=2, warnings=0, collection_warnings=0)
    timeline = ((0.1, 2**20), (0.2, 3 * 2**20), (0.3, 2**21))
    text = show(make.profile(counts=counts, gc_passes=1, gc_s=0.01, memory_timeline=timeline), width=120)
    assert "1 item in 1 file · 2 errors · garbage collector 10 ms in 1 pass · peak memory 3.0 MiB" in text


def test_a_round_that_ended_early_says_what_was_being_imported(documents):
    text = show(documents["broken_profile"], width=120, top=2)
    assert "tests/odd: one traced round, ended early after 412 ms" in text
    assert "crashed: exit code 3 by os._exit\n  in tests/odd/test_odd.py:7\n" in text
    assert text.endswith("\nimporting: (40 more) > odd.helpers > odd.exits\n")


def test_a_status_without_a_message_names_the_target(make):
    assert show(make.profile("tests/api", status=Status.TIMEOUT)).endswith("\ntimeout: tests/api\n")


def test_markdown_has_the_same_sections_as_tables(documents):
    text, markdown = show(documents["profile"], top=3), show(documents["profile"], "markdown", top=3)
    titles = re.findall(r"^#### (.*)", markdown, re.MULTILINE)
    assert len(titles) == 5
    assert all(f"\n{title}\n" in text for title in titles)
    assert "| networkx | networkx/conftest.py:14 +2 | 511 ms | 2 ms | 511 ms | 128 ms | first-party | hit |" in markdown


@given(ANY_TEXT | st.text("|\\`<>*", max_size=9))
def test_no_text_breaks_out_of_its_cell_in_markdown(make, name):
    cost = make.imported(name, (0.0, 0.0), f"{name}:3", origin=Origin.TEST)
    markdown = show(make.profile(imports=(cost,)), "markdown")
    header, _, row = (line for line in markdown.splitlines() if line.startswith("| "))
    cells = re.split(r"(?<!\\)(?:\\\\)*\|", row)
    assert len(cells) == header.count("|") + 1
    assert "<" not in row
    assert html.unescape(row).isprintable()
