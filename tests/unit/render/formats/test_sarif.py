"""SARIF, checked against the published schema."""

from __future__ import annotations

import json
import re
from urllib.parse import unquote

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.lint import RULES
from collectbench.model.lint import Unreadable
from collectbench.render.formats import render, without_commands
from collectbench.render.formats.sarif import FINGERPRINT
from collectbench.render.parts.escape import printable
from collectbench.render.parts.options import RenderOptions
from environments import ROOT

SCHEMA = json.loads((ROOT / "tests" / "schemas" / "sarif-2.1.0.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
ANY_TEXT = st.text(st.characters(exclude_categories=()) | st.sampled_from("{}[]()0%/: \n"), max_size=40)
URI = re.compile(r"(?:[\w.~/-]|%[0-9A-F]{2})+", re.ASCII)
"""A path of unreserved characters (RFC 3986)."""


def run_of(report, **options):
    text = render(report, "sarif", RenderOptions(**options))
    log = json.loads(text)
    VALIDATOR.validate(log)
    assert json.loads(without_commands(text, "sarif")) == log
    (run,) = log["runs"]
    return run


@pytest.mark.parametrize("name", ["lint", "clean_lint", "known_lint", "nasty_lint"])
def test_the_published_schema_accepts_it(name, documents):
    assert len(run_of(documents[name])["results"]) == len(documents[name].violations)


def test_a_result_has_its_rule_its_place_and_its_fix(make):
    violation = make.violation("tests/my file.py:7", message="app.old does not exist", fix="remove the line")
    run = run_of(make.lint(violation), path_prefix="app/")
    (result,) = run["results"]
    assert result["message"]["text"] == "app.old does not exist; fix: remove the line"
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "missing-module"
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "app/tests/my%20file.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 7},
    }
    assert "%SRCROOT%" in run["originalUriBaseIds"]


def test_each_rule_that_was_checked_has_the_texts_that_github_shows(documents):
    rules = run_of(documents["clean_lint"])["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(documents["clean_lint"].summary.by_rule)
    assert all(rule[name]["text"] for rule in rules for name in ("shortDescription", "fullDescription", "help"))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_help_of_a_rule_is_its_page(make, rule):
    (described,) = run_of(make.lint(rules=(rule.id,)))["tool"]["driver"]["rules"]
    assert described["shortDescription"]["text"] == rule.title.replace("{", "{{").replace("}", "}}")
    assert "\nFix:\n" in described["help"]["text"]


def test_a_fingerprint_stays_if_lines_move_and_is_unique(make):
    def fingerprints(*lines):
        run = run_of(make.lint(*(make.violation(f"a.py:{line}", subject="app.old") for line in lines)))
        return [result["partialFingerprints"][FINGERPRINT] for result in run["results"]]

    assert fingerprints(1, 2, 3) == fingerprints(10, 20, 30)
    assert len(set(fingerprints(1, 2, 3))) == 3


def test_a_file_that_was_not_checked_is_a_notification(make):
    run = run_of(make.lint(unreadable=(Unreadable(path="a.py", message="line 3: invalid syntax"),)))
    (invocation,) = run["invocations"]
    (notification,) = invocation["toolExecutionNotifications"]
    assert invocation["executionSuccessful"]
    assert notification["message"]["text"] == "line 3: invalid syntax"
    assert notification["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a.py"


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("a set {0} of {names}", "a set {{0}} of {{names}}"),
        ("click [here](https://example.org)", r"click \[here\](https://example.org)"),
        ("list[int]", "list[int]"),
    ],
)
def test_a_message_has_neither_placeholders_nor_links(make, message, text):
    (result,) = run_of(make.lint(make.violation("a.py:1", message=message)))["results"]
    assert result["message"]["text"] == text


@pytest.mark.parametrize(
    ("path", "uri"),
    [("a\udcff.py", "a%FF.py"), ("a\ud800", "a%ED%A0%80"), ("c:a.py", "c%3Aa.py"), ("#?%.py", "%23%3F%25.py")],
)
def test_a_path_is_a_uri(make, path, uri):
    (result,) = run_of(make.lint(make.violation(f"{path}:1")))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


@given(path=ANY_TEXT, rule=ANY_TEXT, message=ANY_TEXT, fix=ANY_TEXT)
def test_any_text_follows_the_schema(make, path, rule, message, fix):
    report = make.lint(
        make.violation(f"p{path}:3", rule, message, fix=fix), unreadable=(Unreadable(path=path, message=message),)
    )
    (result,) = run_of(report)["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert URI.fullmatch(uri)
    assert unquote(uri).startswith("p") or ".." in path
    assert result["ruleId"] == printable(rule)
    assert "](" not in result["message"]["text"].replace("\\](", "")
