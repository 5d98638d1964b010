"""The comment of lint on a pull request, read as GitHub reads Markdown: CommonMark with tables and HTML."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from collectbench.model.lint import Unreadable
from collectbench.render.formats import render
from collectbench.render.formats.markdown.limit import LIMIT
from collectbench.render.formats.markdown.lint_comment import MARKER
from collectbench.render.parts.options import RenderOptions

PIECES = ("<b>", "](x)", "-->", "</details>", "https://a.b", "www.a.b", "@me", "#1", "&amp;", *"\\`|<>*_[]()~$&!#@: ")
ANY_TEXT = st.lists(st.characters(exclude_characters="\n\r") | st.sampled_from(PIECES), max_size=30).map("".join)
READER = MarkdownIt("commonmark").enable("table")


def show(report):
    return render(report, "markdown", RenderOptions())


def shape(text):
    """The kinds of all elements without their text; a comment inside a line does not separate elements."""
    tokens = [token for block in READER.parse(text) for token in (block, *(block.children or ()))]
    kinds = [(token.type, token.tag, token.content if token.type.startswith("html") else "") for token in tokens]
    kept = [kind for kind in kinds if kind[2] != "<!-- -->"]
    return [kind for before, kind in zip([None, *kept], kept, strict=False) if not kind == before == ("text", "", "")]


def test_the_summary_comes_first_then_the_violations(documents):
    text = show(documents["lint"])
    assert text.startswith(f"{MARKER}\n### Lint: 11 violations; 10,000 files checked, 9,990 comply (99.9 %)\n")
    order = ("| all rules | 11 | 10 |", "<details open>", "- tests/api/conftest.py:3")
    assert text.index(order[0]) < text.index(order[1]) < text.index(order[2])


def test_many_violations_are_folded(make):
    assert "<details><summary>" in show(make.lint(*(make.violation(f"a.py:{line}") for line in range(30))))


def test_without_a_violation_there_is_only_the_heading(documents):
    assert show(documents["clean_lint"]).splitlines() == [
        MARKER, "### Lint: 10,000 files checked, no violation", "", "<sub>collectbench 1.2.3</sub>"
    ]  # fmt: skip


def test_a_comment_stays_within_the_limit_of_github_and_counts_omitted_violations(make):
    alone = [make.violation(f"tests/{'x' * 90}/{number}.py:{number}") for number in range(900)]
    copies = [make.violation(f"tests/{number}.py:1", "copied", "class A", group="copies") for number in range(700)]
    text = show(make.lint(*copies, *alone, files=2000))
    assert 10_000 < len(text) <= LIMIT
    assert text.startswith(f"{MARKER}\n### Lint: 1,600 violations")
    assert "| all rules | 1,600 |" in text
    assert "  - and 400 more\n" in text
    assert f"_Omitted, since a comment holds {LIMIT:,} characters: 1,001 of 1,600 violations._" in text


def test_even_the_longest_path_leaves_room_for_the_summary(make):
    violations = [make.violation(f"{'😀' * 40_000}:{line}", fix="remove it") for line in (1, 2)]
    text = show(make.lint(*violations))
    assert text.startswith(f"{MARKER}\n### Lint: 2 violations")
    assert "2 of 2 violations, 1 fix, the table by rule._" in text
    assert len(text) < 1000


@settings(max_examples=200)
@given(path=ANY_TEXT, message=ANY_TEXT, fix=ANY_TEXT)
@example(path="</details>", message="[a](https://b) <!-- -->", fix="# x")
def test_nothing_forges_an_element(make, path, message, fix):
    def report(*texts):
        path, message, fix = (f"a{text}z" for text in texts)
        alone = make.violation(f"{path}:1", path, message, fix=fix)
        copies = [make.violation(f"{path}:{line}", "x", message + line, group=fix, fix=message) for line in "23"]
        return make.lint(alone, *copies, unreadable=(Unreadable(path=path, message=message),))

    assert shape(show(report(path, message, fix))) == shape(show(report("b", "c", "d")))
