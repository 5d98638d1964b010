from __future__ import annotations

import html
import re

from hypothesis import example, given
from hypothesis import strategies as st

from collectbench.model.sample import Status
from collectbench.render.formats import render
from collectbench.render.parts.escape import printable
from collectbench.render.parts.options import RenderOptions

ANY_TEXT = st.text(st.characters(exclude_categories=()) | st.sampled_from("\\`|<>*_[]~$&\n"), max_size=60)
CELL_END = re.compile(r"(?<!\\)(?:\\\\)*\|")
MARKUP = re.compile(r"(?<!\\)(?:\\\\)*[`*_~\[\]|<>]")
NOTHING = "<!-- -->"


def show(document, **options):
    return render(document, "markdown", RenderOptions(color=True, **options))


def rows_of(text):
    return [line for line in text.splitlines() if line.startswith("|")]


@given(name=ANY_TEXT)
@example(name="@me #1 <!-- -->")
def test_no_name_breaks_out_of_its_cell(make, name):
    header, _, row = rows_of(show(make.report(make.run(make.target(name)))))
    assert len(CELL_END.findall(row)) == len(CELL_END.findall(header))
    cell = row.removeprefix("| ").partition(" | 100 |")[0].replace(NOTHING, "")
    assert not MARKUP.search(cell)
    assert html.unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", cell)) == printable(name)


@given(message=ANY_TEXT)
def test_no_message_ends_its_block_early(make, message):
    message = "first\nsecond" + message
    text = show(make.report(make.run(make.target("tests", None, status=Status.CRASHED, message=message))))
    opening = next(line for line in text.splitlines() if line.endswith("text"))
    fence = opening.removesuffix("text")
    assert [line for line in text.splitlines() if line.startswith(fence)] == [opening, fence]


def test_markdown_ignores_colour(documents):
    assert "\x1b" not in show(documents["comparison"])


def test_a_run_without_phases_has_no_line_of_phases(make):
    assert "phases" not in show(make.report(make.run(make.target("tests", None))))


def test_verbose_markdown_shows_the_work_of_a_target(make):
    report = make.report(make.run(make.target("tests/api", counters={"modules": 1849, "opens": 1})))
    line = "work of tests/api: 1,849 modules · 1 opened file\n"
    assert line in show(report, verbose=True)
    assert line not in show(report)
