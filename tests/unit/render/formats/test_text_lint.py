"""A lint report for a terminal: places that a click opens, remedies once, a summary."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from collectbench.model.lint import Unreadable
from collectbench.render.formats import render
from collectbench.render.parts.escape import printable
from collectbench.render.parts.layout import display_width
from collectbench.render.parts.options import RenderOptions

SGR = re.compile(r"\x1b\[[\d;]*m")
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=150)


def show(report, width=80, **options):
    return render(report, "text", RenderOptions(width=width, **options))


def test_without_a_violation_there_is_one_line(documents):
    assert show(documents["clean_lint"]) == "10,000 files checked, no violation\n"


def test_every_place_is_whole_on_one_line_at_any_width(documents):
    report = documents["lint"]
    for width in (20, 80, 120):
        lines = [line.strip() for line in show(report, width).splitlines()]
        for violation in report.violations:
            place = f"{violation.path}:{violation.line}"
            assert any(line == place or line.startswith(f"{place}:") for line in lines)


def test_a_violation_has_its_place_its_rule_and_its_fix(make):
    text = show(make.lint(make.violation("tests/a.py:7", message="it is wrong", fix="make it right")))
    assert text.startswith("tests/a.py:7: missing-module  it is wrong\n  fix: make it right\n\n")


def test_a_fix_of_many_lines_is_shown_once(make):
    violations = [make.violation(f"tests/{index}.py:7", fix="remove the line") for index in range(500)]
    other = make.violation("tests/x.py:1", "heavy-import", "slow", fix="another")
    text = show(make.lint(*violations, other, files=900))
    assert text.count("remove the line") == 1
    assert "\nfix: missing-module: remove the line (500 lines)\n" in text
    assert "tests/x.py:1: heavy-import  slow\n  fix: another\n" in text


def test_all_of_many_violations_are_shown(make):
    violations = [make.violation(f"tests/{index}.py:{line}") for index in range(300) for line in (3, 9)]
    places = re.findall(r"^tests/\d+\.py:\d: missing-module", show(make.lint(*violations, files=900)), re.MULTILINE)
    assert len(places) == 600


def test_the_places_of_a_group_are_one_block(make):
    copies = [make.violation(f"tests/{name}.py:7", "duplicate-class", "class A", group="x", fix="one") for name in "ab"]
    text = show(make.lint(copies[0], make.violation("tests/aa.py:1", message="other"), copies[1]))
    first, block, _ = text.split("\n\n", 2)
    assert first == "tests/aa.py:1: missing-module  other"
    assert block == "duplicate-class  class A\n  tests/a.py:7\n  tests/b.py:7\n  fix: one"


def test_lines_of_a_group_that_differ_have_their_own_texts(make):
    near = [
        make.violation("a.py:1", "duplicate-class", "81 % like b", group="class A, 2 near copies", fix="use b"),
        make.violation("c.py:2", "duplicate-class", "92 % like b", group="class A, 2 near copies", fix="use d"),
    ]
    block = show(make.lint(*near)).split("\n\n")[0]
    assert block.splitlines() == [
        "duplicate-class  class A, 2 near copies",
        "  a.py:1: 81 % like b; use b",
        "  c.py:2: 92 % like b; use d",
    ]


def test_one_line_of_a_group_is_shown_like_any_other(make):
    text = show(make.lint(make.violation("a.py:1", message="class A", group="copies of A")))
    assert text.startswith("a.py:1: missing-module  class A\n")


def test_the_table_counts_violations_and_files_by_rule_the_most_first(make):
    missing = (make.violation(place) for place in ("a.py:2", "a.py:3", "b.py:3"))
    report = make.lint(make.violation("a.py:1", "heavy-import"), *missing)
    table = show(report).split("\n\n")[1].splitlines()
    assert [line.split()[-3:] for line in table if line[:2] != "--"] == [
        ["rule", "violations", "files"],
        ["missing-module", "3", "2"],
        ["heavy-import", "1", "1"],
        ["rules", "4", "2"],
    ]
    assert "unused-ignore" not in show(report)
    assert re.search(r"^unused-ignore +0 +0$", show(report, verbose=True), re.MULTILINE)


def test_the_last_line_is_the_summary(make):
    report = make.lint(make.violation("a.py:1"), make.violation("b.py:1"), files=3)
    assert show(report).splitlines()[-1] == "2 violations; 3 files checked, 1 complies (33.3 %)"


def test_known_violations_are_a_note_and_all_others_are_new(documents, make):
    lines = show(documents["known_lint"]).splitlines()
    assert lines[-3:] == [
        "note: 840 known violations omitted",
        "",
        "1 new violation; 1 file checked, 0 comply (0.0 %)",
    ]
    assert show(make.lint(known=1)) == "note: 1 known violation omitted\n\n100 files checked, no new violation\n"


def test_the_first_files_that_were_not_checked_are_named_and_all_of_them_with_verbose(make):
    files = tuple(Unreadable(path=f"{index}.py", message="line 1: invalid syntax") for index in range(14))
    report = make.lint(unreadable=files)
    assert show(report).startswith("note: 14 files were not checked\n  0.py: line 1: invalid syntax\n")
    assert "\n  9.py: line 1: invalid syntax\n  and 4 more\n" in show(report)
    assert "\n  13.py: line 1: invalid syntax\n\n" in show(report, verbose=True)
    assert show(make.lint(unreadable=files[:1])).startswith("note: 1 file was not checked\n  0.py")


def test_colour_adds_styles_and_nothing_else(documents):
    for name in ("lint", "clean_lint", "nasty_lint"):
        coloured = show(documents[name], color=True)
        assert SGR.sub("", coloured) == show(documents[name])
    assert "\x1b[1mtests/test_a.py:1\x1b[0m: \x1b[31mheavy-import\x1b[0m  pandas" in show(documents["lint"], color=True)
    assert show(documents["clean_lint"], color=True).startswith("\x1b[1;32m10,000")


@given(st.data(), st.integers(80, 200), st.booleans())
def test_no_line_is_wider_than_the_terminal_except_for_a_place_or_steers_it(make, data, width, verbose):
    texts = st.lists(ANY_TEXT, min_size=4, max_size=4)
    violations = [
        make.violation(f"{path}:{line}", rule, message, fix=fix, group=group)
        for (path, rule, message, fix), line, group in data.draw(
            st.lists(st.tuples(texts, st.integers(1, 10**6), st.none() | st.sampled_from("ab")), max_size=4)
        )
    ]
    unreadable = tuple(Unreadable(path=path, message=text) for path, text, *_ in data.draw(st.lists(texts, max_size=2)))
    text = show(make.lint(*violations, unreadable=unreadable), width, verbose=verbose)
    heads = [f"{printable(violation.path)}:{violation.line}" for violation in violations]
    heads += [printable(violation.rule) for violation in violations if violation.group]
    for line in text.removesuffix("\n").split("\n"):
        assert line.isprintable()
        assert display_width(line) <= width or any(head in line for head in heads if head)
