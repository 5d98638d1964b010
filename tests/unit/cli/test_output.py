"""Which formats and files a command takes, and what it writes to them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from collectbench.cli.output import Outlets, Sink, parse_outlets
from collectbench.model.errors import UsageError
from collectbench.model.profile import CollectorCost, Profile
from collectbench.model.report import RunReport
from collectbench.model.run import Environment, Tool
from collectbench.model.sample import Status


@pytest.fixture
def profile():
    environment = Environment(
        python="3.12.4", implementation="CPython", pytest="8.3.2", plugins={}, platform="Linux", cpu_model="",
        cpu_count=2, bytecode="written", flags={},
    )  # fmt: skip
    names = ("tests/test_a.py", "tests/test_b.py")
    collectors = tuple(
        CollectorCost(nodeid=name, type="Module", self_s=0.1, inclusive_s=0.2, items=1, begin_s=0.0) for name in names
    )
    nothing = dict.fromkeys(("shares", "imports", "plugins", "hooks", "events"), ())
    return Profile(
        tool=Tool(name="collectbench", version="0.1.0"), created="2026-01-01T00:00:00Z", environment=environment,
        target="tests", status=Status.OK, message="", complete=True, wall_s=1.0, traced_wall_s=1.1, counts=None,
        phases={}, collectors=collectors, gc_s=0.0, gc_passes=0, **nothing,
    )  # fmt: skip


def parse(format_name="text", *outputs, document_type=Profile):
    return parse_outlets(format_name, outputs, document_type, verbose=False)


@pytest.mark.parametrize("name", ["text", "json", "markdown", "speedscope", "html"])
def test_a_profile_has_every_format(name):
    assert parse(name).format == name


@pytest.mark.parametrize("name", ["speedscope", "html"])
def test_formats_of_profiles_alone_are_refused_for_others(name, tmp_path):
    output = f"{name}={tmp_path / 'file'}"
    with pytest.raises(UsageError) as caught:
        parse(name, output, document_type=RunReport)
    assert caught.value.mistakes == (
        f"--format {name}: only for collectbench profile",
        f"--output {output}: format {name}: only for collectbench profile",
    )


def test_an_unknown_format_names_those_that_the_command_has(tmp_path):
    output = f"yaml={tmp_path / 'file'}"
    with pytest.raises(UsageError) as caught:
        parse("yml", output, document_type=RunReport)
    assert caught.value.mistakes == (
        "--format yml: unknown; there are text, json, markdown",
        f"--output {output}: format yaml: unknown; there are text, json, markdown",
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


def test_a_file_in_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(UsageError, match="give a file in a folder that exists"):
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
