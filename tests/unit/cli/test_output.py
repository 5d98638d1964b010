"""Which formats and files a command takes, and what it writes to them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from collectbench.cli.outlets import parse_outlets
from collectbench.cli.output import Outlets, Sink
from collectbench.model.comparison import Comparison, CountsChange, TargetComparison, Verdict
from collectbench.model.costs import CollectorCost, Profile
from collectbench.model.errors import UsageError
from collectbench.model.report import RunReport
from collectbench.model.run import Environment, Run, Settings, TargetResult, Tool
from collectbench.model.sample import Status
from collectbench.model.target import TargetList

OF_RUNS = "text, json, markdown, github, openmetrics, pytest-benchmark, github-action-benchmark"
TOOL = Tool(name="collectbench", version="0.1.0")
ENVIRONMENT = Environment(
    python="3.12.4", implementation="CPython", pytest="8.3.2", plugins={}, platform="Linux", cpu_model="",
    cpu_count=2, bytecode="written", flags={},
)  # fmt: skip


@pytest.fixture
def profile():
    names = ("tests/test_a.py", "tests/test_b.py")
    collectors = tuple(
        CollectorCost(nodeid=name, type="Module", self_s=0.1, inclusive_s=0.2, items=1, begin_s=0.0) for name in names
    )
    nothing = dict.fromkeys(("shares", "imports", "plugins", "hooks", "events"), ())
    return Profile(
        tool=TOOL, created="2026-01-01T00:00:00Z", environment=ENVIRONMENT,
        target="tests", status=Status.OK, message="", complete=True, wall_s=1.0, traced_wall_s=1.1, counts=None,
        phases={}, collectors=collectors, gc_s=0.0, gc_passes=0, **nothing,
    )  # fmt: skip


def parse(format_name="text", *outputs, document_type=Profile):
    return parse_outlets(format_name, outputs, document_type, verbose=False)


@pytest.mark.parametrize("name", ["text", "json", "markdown", "speedscope", "html"])
def test_a_profile_has_every_format(name):
    assert parse(name).format == name


@pytest.mark.parametrize(("name", "commands"), [("speedscope", "profile"), ("html", "profile and report")])
def test_formats_of_few_documents_are_refused_for_others(name, commands, tmp_path):
    output = f"{name}={tmp_path / 'file'}"
    with pytest.raises(UsageError) as caught:
        parse(name, output, document_type=RunReport)
    assert caught.value.mistakes == (
        f"--format {name}: only for collectbench {commands}; there are {OF_RUNS}",
        f"--output {output}: format {name}: only for collectbench {commands}; there are {OF_RUNS}",
    )


def test_a_format_of_several_documents_names_the_commands_that_have_them():
    with pytest.raises(
        UsageError, match="openmetrics: only for collectbench baseline, compare, lint and history; there"
    ):
        parse("openmetrics", document_type=TargetList)


def test_a_format_of_comparisons_is_refused_for_a_run_by_its_files_name(tmp_path):
    with pytest.raises(
        UsageError, match=r"a\.xml: format junit: only for collectbench compare, lint and verify; there are text"
    ):
        parse("text", str(tmp_path / "a.xml"), document_type=RunReport)


def test_an_unknown_format_names_those_that_the_command_has(tmp_path):
    output = f"yaml={tmp_path / 'file'}"
    with pytest.raises(UsageError) as caught:
        parse("yml", output, document_type=RunReport)
    assert caught.value.mistakes == (
        f"--format yml: unknown; there are {OF_RUNS}",
        f"--output {output}: format yaml: unknown; there are {OF_RUNS}",
    )


@pytest.mark.parametrize(
    ("name", "format_name"),
    [
        ("a.json", "json"),
        ("a.md", "markdown"),
        ("a.markdown", "markdown"),
        ("a.txt", "text"),
        ("a.html", "html"),
        ("a.speedscope.json", "speedscope"),
        ("a.unknown", "markdown"),
        ("json=a.txt", "json"),
    ],
)
def test_a_file_without_a_format_tells_it_by_its_name(name, format_name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert parse("markdown", name).sinks == (Sink(format=format_name, path=Path(name.removeprefix("json="))),)


@pytest.mark.parametrize(
    ("name", "format_name"),
    [
        ("report.xml", "junit"),
        ("node.prom", "openmetrics"),
        ("gitlab=gl-code-quality-report.json", "gitlab"),
        ("pytest-benchmark=0001_run.json", "pytest-benchmark"),
        ("github=a=b.txt", "github"),
    ],
)
def test_the_files_of_a_comparison_have_formats_of_their_own(name, format_name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = name.removeprefix(f"{format_name}=")
    assert parse("text", name, document_type=Comparison).sinks == (Sink(format=format_name, path=Path(path)),)


def test_a_file_in_a_missing_directory_is_refused(tmp_path):
    with pytest.raises(UsageError, match="give a file in a directory that exists"):
        parse("text", f"{tmp_path}/none/a.txt")


def test_the_result_goes_to_stdout_and_to_every_file(profile, tmp_path, capsys):
    files = {"text": tmp_path / "a.txt", "speedscope": tmp_path / "a.speedscope.json", "html": tmp_path / "a.html"}
    parse("json", *map(str, files.values())).write(profile)
    assert json.loads(capsys.readouterr().out)["kind"] == "collectbench.profile"
    assert "collectors, by own time" in files["text"].read_text("utf-8")
    assert json.loads(files["speedscope"].read_text("utf-8"))["name"] == "tests"
    assert files["html"].read_text("utf-8").lower().startswith("<!doctype html>")


def test_the_rows_that_are_asked_for_reach_the_renderer(profile, capsys):
    parse_outlets("text", None, Profile, verbose=False, top=1).write(profile)
    assert "collectors, by own time (1 of 2)" in capsys.readouterr().out


def test_a_file_that_cannot_be_written_is_told_after_all_others_were(profile, tmp_path, capsys):
    kept = tmp_path / "kept.txt"
    sinks = (Sink(format="text", path=tmp_path / "none" / "a.txt"), Sink(format="text", path=kept))
    with pytest.raises(UsageError, match="cannot be written"):
        Outlets(format="text", sinks=sinks).write(profile)
    assert kept.read_text("utf-8").startswith("Python 3.12.4")
    assert capsys.readouterr().out


# Where a CI service reads along


@pytest.fixture
def head():
    """The run that the comparison judges: one target that was not timed."""
    result = TargetResult(name="::error::a", paths=("tests/a",), status=Status.OK)
    return Run(
        tool=TOOL, created="", environment=ENVIRONMENT, commit=None, dirty=None, config=Settings(), targets=(result,),
        suite=None,
    )  # fmt: skip


@pytest.fixture
def comparison():
    """One target that fails, whose name would be a workflow command."""
    nothing = CountsChange(base=None, head=None, same_nodeids=None)
    row = TargetComparison(
        name="::error::a", verdict=Verdict.FAIL, reasons=("it ##[error] fails",), budget=None, change=None,
        counters=None, counts=nothing,
    )  # fmt: skip
    return Comparison(
        tool=TOOL, created="2026-01-01T00:00:00Z", mode="stored", verdict=Verdict.FAIL, reasons=("1 fail",),
        baseline="main", environment=ENVIRONMENT, targets=(row,), suite=None,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def on_a_machine_of_ones_own(monkeypatch):
    """Whatever runs these tests."""
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)


def test_the_summary_of_the_job_gets_markdown_below_what_it_has(comparison, tmp_path, monkeypatch, capsys):
    summary = tmp_path / "summary.md"
    summary.write_text("# before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    Outlets(format="github").write(comparison)
    assert summary.read_text("utf-8").startswith("# before\n<!-- collectbench -->\n### Collection: fail")
    assert capsys.readouterr().out.startswith("::error title=collectbench%3A fail%3A %3A%3Aerror%3A%3Aa::it \\x23#[")


@pytest.mark.parametrize("format_name", ["text", "markdown", "json"])
def test_no_other_format_touches_the_summary(format_name, comparison, tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    Outlets(format=format_name).write(comparison)
    assert not (tmp_path / "summary.md").exists()


def test_a_summary_that_cannot_be_written_loses_no_result(comparison, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    kept = tmp_path / "kept.md"
    Outlets(format="github", sinks=(Sink(format="markdown", path=kept),)).write(comparison)
    out, err = capsys.readouterr()
    assert err.startswith(f"warning: GITHUB_STEP_SUMMARY {tmp_path}: cannot be written: ")
    assert out.startswith("::error")
    assert kept.read_text("utf-8").startswith("<!-- collectbench -->")


@pytest.mark.parametrize("format_name", ["text", "markdown", "json", "gitlab", "junit", "openmetrics"])
def test_nothing_on_stdout_is_a_command_in_github_actions(format_name, comparison, monkeypatch, capsys):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    Outlets(format=format_name).write(comparison)
    lines = capsys.readouterr().out.splitlines()
    assert not [line for line in lines if line.lstrip().startswith("::") or "##[" in line]


def test_elsewhere_names_are_shown_as_they_are(comparison, capsys):
    Outlets(format="text").write(comparison)
    assert "\n::error::a  fail" in capsys.readouterr().out


def test_json_in_a_log_of_github_actions_is_the_same_document(comparison, monkeypatch, capsys):
    Outlets(format="json").write(comparison)
    elsewhere = capsys.readouterr().out
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    Outlets(format="json").write(comparison)
    there = capsys.readouterr().out
    assert there != elsewhere
    assert json.loads(there) == json.loads(elsewhere)


@pytest.mark.parametrize("variable", ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"])
def test_paths_lead_from_the_checkout(variable, comparison, head, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv(variable, str(tmp_path))
    Outlets(format="gitlab").write(comparison, head=head, root=tmp_path / "back" / "end")
    (entry,) = json.loads(capsys.readouterr().out)
    assert entry["location"]["path"] == "back/end/tests/a"


def test_the_stored_document_holds_no_samples_though_others_get_them(comparison, head, capsys):
    Outlets(format="json").write(comparison, head=head)
    assert json.loads(capsys.readouterr().out)["head_run"] is None
    Outlets(format="pytest-benchmark").write(comparison, head=head)
    assert json.loads(capsys.readouterr().out)["benchmarks"] == []
