"""Annotations of GitHub Actions, read as its runner reads them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from collectbench.model.comparison import Verdict, WaitLocation, Waits
from collectbench.model.lint import Unreadable
from collectbench.model.sample import Status
from collectbench.render.formats import FORMATS, render, without_commands
from collectbench.render.parts.escape import defuse, printable
from collectbench.render.parts.options import RenderOptions

ANY_TEXT = st.text(
    st.characters(exclude_categories=()) | st.sampled_from("::##[]%,= \n\r\t") | st.sampled_from("error"), max_size=60
)
COMMAND = re.compile(r"::(?P<name>[^ :]*)(?: (?P<properties>.*?))?::(?P<data>.*)", re.DOTALL)
UNESCAPED = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}


@dataclass(frozen=True)
class Command:
    name: str
    properties: dict[str, str]
    data: str


def commands_of(log: str) -> list[Command]:
    """The commands that the runner obeys, by its ActionCommand.cs; a command in the old syntax is called `##[`."""
    commands = []
    for line in re.split(r"\r\n|\r|\n", log):
        match = COMMAND.fullmatch(line.lstrip())
        if match:
            pairs = (pair.split("=", 1) for pair in (match["properties"] or "").split(",") if "=" in pair)
            properties = {name: unescaped(value) for name, value in pairs}
            commands.append(Command(match["name"], properties, unescaped(match["data"])))
        elif "##[" in line:
            commands.append(Command("##[", {}, line))
    return commands


def unescaped(text: str) -> str:
    return re.sub("%0D|%0A|%3A|%2C|%25", lambda match: UNESCAPED[match[0]], text)


def show(document, **options):
    return render(document, "github", RenderOptions(**options))


def test_a_failing_target_is_an_error_on_the_import_line_that_changed(documents):
    error, warning = commands_of(show(documents["paired"]))
    assert (error.name, error.properties["file"], error.properties["line"]) == ("error", "tests/api/conftest.py", "7")
    assert error.properties["title"] == "collectbench: fail: tests/api"
    assert error.data.splitlines() == list(documents["paired"].targets[0].reasons)
    assert (warning.name, "file" in warning.properties) == ("warning", False)


def test_paths_start_at_the_root_of_the_repository(documents):
    first = commands_of(show(documents["paired"], path_prefix="back end/"))[0]
    assert first.properties["file"] == "back end/tests/api/conftest.py"


def test_a_target_that_passes_with_new_imports_is_a_notice(make):
    row = make.judged("tests/a", Verdict.PASS, "modules: +1", counters=make.new_imports("tests/conftest.py:3"))
    (notice,) = commands_of(show(make.comparison(row)))
    assert (notice.name, notice.properties["line"], notice.data) == ("notice", "3", "modules: +1")


@pytest.mark.parametrize("place", ["<site-packages>/a.py:3", "/usr/lib/a.py:3", ":0"])
def test_a_line_outside_of_the_repository_gets_no_annotation(make, place):
    row = make.judged("tests/a", Verdict.FAIL, "modules: +1", counters=make.new_imports(place))
    (error,) = commands_of(show(make.comparison(row)))
    assert set(error.properties) == {"title"}


def test_the_worst_annotations_come_first(make):
    slower = [make.judged(f"+{ratio}", Verdict.FAIL, "slow", change=make.change(ratio=ratio)) for ratio in (1.2, 1.9)]
    others = [
        make.judged("open", Verdict.INCONCLUSIVE, "doubt"),
        make.judged("gone", Verdict.FAIL, "vanished", change=None),
        make.judged("broken", Verdict.ERROR, "crashed"),
    ]
    titles = [
        command.properties["title"].rpartition(" ")[2]
        for command in commands_of(show(make.comparison(*slower, *others)))
    ]
    assert titles == ["broken", "gone", "+1.9", "+1.2", "open"]


def test_targets_that_one_line_made_slower_share_an_annotation(make):
    counters = make.new_imports("conftest.py:3")
    rows = [make.judged(f"tests/{name}", Verdict.FAIL, "+1 module", "slow", counters=counters) for name in "abcd"]
    other = make.judged("tests/e", Verdict.FAIL, "+1 module", counters=make.new_imports("conftest.py:4"))
    first, second = commands_of(show(make.comparison(*rows, other)))
    assert first.properties["title"] == "collectbench: fail: tests/a, tests/b, tests/c and 1 more"
    assert first.data.splitlines()[:3] == ["tests/a: +1 module", "tests/a: slow", "tests/b: +1 module"]
    assert (second.properties["line"], second.data) == ("4", "+1 module")


def test_ten_annotations_of_each_level_are_written_and_the_others_counted(make):
    fails = [make.judged(f"tests/{number}", Verdict.FAIL, f"slow {number}") for number in range(13)]
    doubts = [make.judged(f"doubts/{number}", Verdict.INCONCLUSIVE, f"open {number}") for number in range(11)]
    text = show(make.comparison(*fails, *doubts, suite=make.judged("suite", Verdict.PASS, "fine")))
    names = [command.name for command in commands_of(text)]
    assert (names.count("error"), names.count("warning"), len(names)) == (10, 10, 20)
    assert (
        "\nnote: GitHub shows at most 10 annotations of each level for a step; omitted: 3 errors, 1 warning\n" in text
    )
    assert all(f"\nfail: tests/{number}: slow {number}\n" in text for number in range(13))


def test_a_reason_of_all_targets_is_one_warning(documents):
    names = [command.name for command in commands_of(show(documents["incomparable"]))]
    assert names == ["warning", "error"]


def test_a_long_message_is_cut(make):
    row = make.judged("tests/a", Verdict.ERROR, "x" * 100_000)
    (error,) = commands_of(show(make.comparison(row)))
    assert len(error.data) == 10_001


def test_a_run_annotates_broken_targets_and_missed_budgets(documents):
    levels = [
        (command.name, command.properties["title"].split(": ")[1])
        for command in commands_of(show(documents["broken_run"]))
    ]
    assert levels == [("warning", "collection-errors"), ("error", "error"), ("error", "error"), ("warning", "empty")]
    (warning,) = commands_of(show(documents["run"]))
    assert warning.properties["title"] == "collectbench: inconclusive: networkx/classes"


@given(name=ANY_TEXT, reason=ANY_TEXT, path=ANY_TEXT, note=ANY_TEXT)
@example(name="::error::a", reason="x\n::error::b\r##[error]c", path="a,line=9::", note=" ::stop-commands::x")
def test_nothing_in_a_comparison_forges_a_command(make, name, reason, path, note):
    row = make.judged(name, Verdict.FAIL, f"r{reason}", counters=make.new_imports(f"p{path}:7"))
    (error,) = commands_of(show(make.comparison(row, notes=(note,), reasons=(reason,))))
    assert error.name == "error"
    assert set(error.properties) == {"file", "line", "title"}
    assert error.properties["line"] == "7"
    assert error.properties["title"] == "collectbench: fail: " + printable(name).replace("##[", r"\x23#[")
    assert error.data == defuse(printable(f"r{reason}", keep_newlines=True))


@given(name=ANY_TEXT, message=ANY_TEXT)
def test_nothing_in_a_run_forges_a_command(make, name, message):
    broken = make.target(name, None, status=Status.CRASHED, message=message, notes=(message,))
    names = [command.name for command in commands_of(show(make.report(make.run(broken), hints=(message,))))]
    assert names == ["error"]


@given(text=ANY_TEXT)
def test_defused_text_has_no_command_and_is_otherwise_unchanged(text):
    assert commands_of(defuse(text)) == []
    assert defuse(text).replace(r"\x23", "#").replace(r"\x3a", ":") == text.replace(r"\x23", "#").replace(r"\x3a", ":")


@pytest.mark.parametrize("format_name", [name for name in FORMATS if name != "github"])
def test_no_other_format_writes_a_command_to_a_log(format_name, documents):
    shown = [
        documents[name]
        for name in ("paired", "nasty_comparison", "nasty_run", "nasty_profile", "nasty_lint", "nasty_verification")
    ]
    for document in shown:
        without_samples = format_name == "pytest-benchmark" and document is documents["nasty_comparison"]
        if type(document) in FORMATS[format_name].renderers and not without_samples:
            text = render(document, format_name, RenderOptions())
            assert commands_of(without_commands(text, format_name)) == []


def test_a_violation_is_an_error_on_its_line(make):
    violation = make.violation("tests/a.py:7", message="app.old does not exist", fix="remove the line")
    (error,) = commands_of(show(make.lint(violation), path_prefix="back end/"))
    assert (error.name, error.properties) == (
        "error",
        {"file": "back end/tests/a.py", "line": "7", "title": "collectbench: missing-module"},
    )
    assert error.data == "app.old does not exist\nfix: remove the line"


def test_copies_share_an_annotation_that_names_all_places(make):
    copies = [make.violation(f"{name}.py:3", "duplicate-class", "class A", group="A") for name in "abc"]
    (error,) = commands_of(show(make.lint(*copies), path_prefix="app/"))
    assert error.properties["file"] == "app/a.py"
    assert error.data == "class A\n2 other places:\napp/b.py:3\napp/c.py:3"


def test_each_rule_gets_an_annotation_before_a_second_one_and_every_violation_a_line(make):
    violations = [make.violation(f"a.py:{line}") for line in range(1, 13)]
    text = show(make.lint(*violations, make.violation("z.py:1", "heavy-import", "slow")))
    commands = commands_of(text)
    assert [command.properties["file"] for command in commands] == ["a.py", "z.py", *["a.py"] * 8]
    assert "\nnote: GitHub shows at most 10 annotations of each level for a step; omitted: 3 errors\n" in text
    assert all(f"\na.py:{line}: missing-module: " in text for line in range(1, 13))
    assert text.endswith("\n13 violations; 100 files checked, 98 comply (98.0 %)\n")


def test_a_file_that_was_not_checked_is_a_warning(make):
    text = show(make.lint(unreadable=(Unreadable(path="a.py", message="line 3: invalid syntax"),)))
    (warning,) = commands_of(text)
    assert (warning.name, warning.properties["file"], warning.data) == ("warning", "a.py", "line 3: invalid syntax")
    assert "\nnote: a.py was not checked: line 3: invalid syntax\n" in text


@given(path=ANY_TEXT, message=ANY_TEXT, fix=ANY_TEXT, rule=ANY_TEXT)
def test_nothing_in_a_lint_report_forges_a_command(make, path, message, fix, rule):
    violations = [make.violation(f"p{path}:7", rule, message, fix=fix, group=group) for group in (None, "a", "a")]
    unreadable = (Unreadable(path=path, message=message),)
    names = [command.name for command in commands_of(show(make.lint(*violations, unreadable=unreadable)))]
    assert names == ["error", "error", "warning"]


def test_a_wait_that_fails_is_annotated_at_its_line(make):
    waits = Waits(
        base_s=0.0,
        head_s=0.2,
        growth_s=0.2,
        ci95_s=(0.1, 0.3),
        margin_s=0.05,
        pairs=10,
        verdict=Verdict.FAIL,
        reason="waits +200 ms",
        locations=(WaitLocation(path="tests/conftest.py", line=3, growth_s=0.2),),
    )
    row = make.judged("tests/a", Verdict.FAIL, waits.reason, waits=waits)
    (command,) = commands_of(show(make.comparison(row, verdict=Verdict.FAIL)))
    assert command.properties["file"] == "tests/conftest.py"
    assert command.properties["line"] == "3"
