"""`--from FILE`: a stored diagnosis or profile is shown again, in any format, and options about rounds are refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from collectbench.cli.app import run
from collectbench.store.documents import DIAGNOSIS as KIND
from collectbench.store.documents import from_document

KEPT = Path(__file__).parents[2] / "old_formats"
DIAGNOSIS, PROFILE = str(KEPT / "diagnosis-1.json"), str(KEPT / "profile-1.json")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["elsewhere/bin/collectbench"])
    return tmp_path


def test_a_stored_diagnosis_is_shown_with_the_commands_that_follow(capsys) -> None:
    assert run(["diagnose", "--from", DIAGNOSIS]) == 0
    text, errors = capsys.readouterr()
    assert "\nsuite: 13.7 s for 1,750 items in 80 files\n" in text
    assert "\n2 more findings: 300 ms\n" in text
    assert f"diagnose --from {DIAGNOSIS} --top 20" in " ".join(text.replace("\\\n", "").split())
    assert errors == ""


@pytest.mark.parametrize(
    ("command", "file", "format_name", "begin"),
    [
        ("diagnose", DIAGNOSIS, "markdown", "<!-- collectbench diagnose -->"),
        ("diagnose", DIAGNOSIS, "github", "::warning file="),
        ("profile", PROFILE, "text", "Python 3.11.9"),
        ("profile", PROFILE, "markdown", "### Where the time of"),
        ("profile", PROFILE, "html", "<!DOCTYPE html>"),
    ],
)
def test_a_stored_document_has_every_format(capsys, command, file, format_name, begin) -> None:
    assert run([command, "--from", file, "--format", format_name]) == 0
    assert capsys.readouterr().out.startswith(begin)


def test_what_is_shown_as_json_is_what_was_stored(capsys) -> None:
    assert run(["diagnose", "--from", DIAGNOSIS, "--format", "json"]) == 0
    stored = from_document(json.loads(Path(DIAGNOSIS).read_text(encoding="utf-8")), KIND)
    assert from_document(json.loads(capsys.readouterr().out), KIND) == stored


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "--from kept.json does not exist; write one with collectbench diagnose --output FILE.json"),
        ("", "--from kept.json is empty"),
        ('{"kind": "collectbench.dia', "--from kept.json is not JSON or was cut off"),
        ('{"kind": "collectbench.profile", "schema": 1}', "this is a collectbench.profile, a collectbench.diagnosis"),
        ('{"kind": "collectbench.diagnosis", "schema": 99}', "schema 99 is newer than this collectbench reads"),
        ('{"kind": "collectbench.diagnosis", "schema": 1}', 'the key "tool" is missing'),
    ],
)
def test_a_file_that_holds_no_diagnosis_ends_with_6(capsys, elsewhere, content, message) -> None:
    if content is not None:
        (elsewhere / "kept.json").write_text(content, encoding="utf-8")
    assert run(["diagnose", "--from", "kept.json"]) == 6
    text, errors = capsys.readouterr()
    assert text == ""
    assert message in errors


def test_a_stored_profile_tells_who_imports_a_module(capsys) -> None:
    assert run(["profile", "--from", PROFILE, "--who", "pandas", "--format", "json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["kind"], answer["name"]) == ("collectbench.who", "pandas")
    (module,) = answer["modules"]
    assert module["importers"]
    assert module["why_no_cut"].endswith("profile-1.json has none")


def test_a_module_that_was_not_imported_has_its_nearest_name(capsys) -> None:
    assert run(["profile", "--from", PROFILE, "--who", "pandsa"]) == 2
    errors = capsys.readouterr().err
    assert errors == "error: --who pandsa: no module of this name was imported; did you mean pandas?\n"


def test_what_does_not_concern_the_answer_about_a_module_is_refused(capsys) -> None:
    assert run(["profile", "--who", "pandas", "--open", "--rounds", "3", "--format", "html"]) == 2
    errors = capsys.readouterr().err
    for option in ("--open", "--rounds", "--format html"):
        assert f"error: {option}: " in errors


def test_a_directory_and_a_file_that_cannot_be_read_end_with_6(capsys, elsewhere) -> None:
    assert run(["diagnose", "--from", "."]) == 6
    assert "--from . is a directory" in capsys.readouterr().err
    (elsewhere / "kept.json").write_bytes(b"\xff\xfe\x00")
    assert run(["profile", "--from", "kept.json"]) == 6
    assert "--from kept.json is not UTF-8 text" in capsys.readouterr().err


def test_options_about_rounds_are_refused_all_at_once(capsys) -> None:
    words = ["tests", "--select", "gc-passes", "--rounds", "2", "--python", "x", "--dry-run"]
    assert run(["diagnose", "--from", DIAGNOSIS, *words, "--", "-x"]) == 2
    errors = capsys.readouterr().err
    for name in ("TARGET", "--select", "--rounds", "--python", "--dry-run", "--"):
        assert f"error: {name}: --from shows a stored file" in errors


def test_options_about_rounds_of_a_profile_are_refused(capsys) -> None:
    assert run(["profile", "tests", "--from", PROFILE, "--no-sampled"]) == 2
    errors = capsys.readouterr().err
    assert "error: TARGET: --from shows a stored file" in errors
    assert "error: --sampled/--no-sampled: --from shows a stored file" in errors
