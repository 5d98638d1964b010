"""The comment on a pull request, read as GitHub reads Markdown: CommonMark with tables and HTML."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from collectbench.model.comparison import Verdict
from collectbench.render.formats import render
from collectbench.render.formats.markdown.comment import MARKER
from collectbench.render.formats.markdown.limit import LIMIT
from collectbench.render.parts.options import RenderOptions

PIECES = ("<b>", "](x)", "-->", "</details>", "https://a.b", "www.a.b", "@me", "#1", "&amp;", *"\\`|<>*_[]()~$&!#@: ")
ANY_TEXT = st.lists(st.characters(exclude_characters="\n\r") | st.sampled_from(PIECES), max_size=30).map("".join)
READER = MarkdownIt("commonmark").enable("table")


def show(document):
    return render(document, "markdown", RenderOptions())


def shape(text):
    """The kinds of all elements without their text; a comment inside a line does not separate elements."""
    tokens = [token for block in READER.parse(text) for token in (block, *(block.children or ()))]
    kinds = [(token.type, token.tag, token.content if token.type.startswith("html") else "") for token in tokens]
    kept = [kind for kind in kinds if kind[2] != "<!-- -->"]
    return [kind for before, kind in zip([None, *kept], kept, strict=False) if not kind == before == ("text", "", "")]


def test_a_bot_finds_its_comment_by_the_first_line(documents):
    lines = show(documents["comparison"]).splitlines()
    assert lines[:2] == [MARKER, "### Collection: fail (2 fail, 1 inconclusive, 2 pass, suite pass)"]


def test_targets_that_pass_are_folded(documents):
    before, _, folded = show(documents["comparison"]).partition("<details><summary>pass: 2 of 5 targets</summary>")
    assert "| networkx/classes |" in before
    assert "| suite |" in before
    assert "| networkx/algorithms |" in folded
    assert "- **pass**: networkx/algorithms: CPU +0.4 %, within the 10 % margin" in folded
    assert "| networkx/algorithms |" not in before


def test_a_comparison_in_which_all_targets_pass_starts_with_the_suite_alone(make):
    text = show(make.comparison(make.judged("a"), suite=make.judged("suite")))
    assert [line[:9] for line in text.splitlines() if line.startswith("| ")] == [
        "| target ", "| :-- | :", "| suite |", "| target ", "| :-- | :", "| a | pas",
    ]  # fmt: skip


def test_without_a_suite_there_is_no_empty_table(make):
    assert show(make.comparison(make.judged("a"))).count("| target |") == 1


def test_a_comment_stays_within_the_limit_of_github_and_counts_omitted_rows(make):
    fails = [make.judged(f"tests/{'x' * 90}/{number}", Verdict.FAIL, f"CPU +{number} %") for number in range(400)]
    passes = [make.judged(f"tests/{number}", Verdict.PASS, f"CPU -{number} %") for number in range(500)]
    text = show(make.comparison(*fails, *passes, suite=make.judged("suite")))
    assert 10_000 < len(text) <= LIMIT
    assert text.startswith(MARKER)
    assert "\n| suite | pass |" in text
    omitted = next(line for line in text.splitlines() if line.startswith("_Omitted"))
    assert "300 rows of targets that do not pass, 300 reasons of theirs, 400 rows of targets that pass" in omitted


def test_even_the_longest_name_leaves_room_for_the_verdict(make):
    row = make.judged("😀" * 40_000, Verdict.FAIL, "slow")
    text = show(make.comparison(row, reasons=("1 fail",)))
    assert text.startswith(f"{MARKER}\n### Collection: pass (1 fail)\n")
    assert "1 row of targets that do not pass, 1 reason of theirs" in text
    assert len(text) < 1000


@settings(max_examples=200)
@given(name=ANY_TEXT, reason=ANY_TEXT, note=ANY_TEXT)
@example(name="</details>", reason="[a](https://b) <!-- -->", note="# x")
def test_nothing_forges_an_element(make, name, reason, note):
    def comparison(*texts):
        name, reason, note = (f"a{text}z" for text in texts)
        rows = make.judged(name, Verdict.FAIL, reason), make.judged(name, Verdict.PASS, reason)
        return make.comparison(*rows, notes=(note,), baseline=note)

    assert shape(show(comparison(name, reason, note))) == shape(show(comparison("b", "c", "d")))


@given(reason=st.text(max_size=60))
def test_messages_of_pytest_stay_in_their_block(make, reason):
    row = make.judged("a", Verdict.ERROR, "first\nsecond" + reason)
    kinds = [kind for kind, _, _ in shape(show(make.comparison(row)))]
    assert (kinds.count("fence"), kinds.count("heading_open"), kinds.count("html_block")) == (1, 1, 3)


def test_nothing_mentions_people_or_issues(make):
    text = show(make.comparison(make.judged("@me #12 https://a.b www.a.b", Verdict.FAIL, "slow")))
    assert "@me" not in text
    assert "#12" not in text
    assert "https:" not in text
    assert "www." not in text
