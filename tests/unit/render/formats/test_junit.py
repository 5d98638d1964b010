"""JUnit XML, checked against the schema of the Jenkins plugin that reads it."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st

from collectbench.model.comparison import Verdict
from collectbench.model.lint import Unreadable
from collectbench.render.formats import render, without_commands
from collectbench.render.parts.escape import printable
from collectbench.render.parts.options import RenderOptions
from environments import ROOT

SCHEMA = ROOT / "tests" / "schemas" / "junit-10.xsd"
ANY_TEXT = st.text(st.characters(exclude_categories=()) | st.sampled_from("<>&\"']]>\n\0\ufffe"), max_size=60)


def show(document):
    return render(document, "junit", RenderOptions())


@pytest.fixture(scope="module")
def schema():
    return xmlschema.XMLSchema(SCHEMA)


DOCUMENTS = ["comparison", "incomparable", "paired", "nasty_comparison"]
REPORTS = ["lint", "clean_lint", "known_lint", "nasty_lint"]
VERIFICATIONS = ["verification", "clean_verification", "recorded_verification", "nasty_verification"]


@pytest.mark.parametrize("name", [*DOCUMENTS, *REPORTS, *VERIFICATIONS])
def test_the_published_schema_accepts_it(name, documents, schema):
    schema.validate(show(documents[name]))
    schema.validate(without_commands(show(documents[name]), "junit"))


def test_a_rule_and_a_file_are_one_case_and_other_rules_pass(make):
    violations = [make.violation("a.py:3", fix="remove it"), make.violation("a.py:9"), make.violation("b.py:1")]
    rules = ("missing-module", "heavy-import")
    unreadable = (Unreadable(path="c.py", message="line 3: invalid syntax"),)
    suite = ET.fromstring(show(make.lint(*violations, rules=rules, unreadable=unreadable))).find("testsuite")
    cases = {(case.get("classname"), case.get("name")): [element.tag for element in case] for case in suite[1:]}
    assert cases == {
        ("collectbench.missing-module", "a.py"): ["failure"],
        ("collectbench.missing-module", "b.py"): ["failure"],
        ("collectbench.heavy-import", "all files"): [],
        ("collectbench.not-checked", "c.py"): ["skipped"],
    }
    first, second, *_ = suite.iter("failure")
    assert (first.get("message"), second.get("message")) == ("2 violations", "the module app.old does not exist")
    assert first.text.splitlines() == [
        "a.py:3: the module app.old does not exist",
        "  fix: remove it",
        "a.py:9: the module app.old does not exist",
    ]
    assert {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "4",
        "failures": "2",
        "errors": "0",
        "skipped": "1",
    }


@given(path=ANY_TEXT, rule=ANY_TEXT, message=ANY_TEXT, fix=ANY_TEXT)
def test_nothing_in_a_lint_report_forges_an_element(make, schema, path, rule, message, fix):
    report = make.lint(
        make.violation(f"{path}:3", rule, message, fix=f"a{fix}"),
        rules=(),
        unreadable=(Unreadable(path=path, message=message),),
    )
    suite = ET.fromstring(show(report).encode("utf-8")).find("testsuite")
    assert [element.tag for element in suite] == ["properties", "testcase", "testcase"]
    assert suite[1].get("name") == printable(path)
    assert suite[1][0].text == f"{printable(path)}:3: {printable(message)}\n  fix: a{printable(fix)}"
    schema.validate(show(report))


def test_each_verdict_has_its_own_element(make):
    rows = [make.judged(verdict.value, verdict, "first\nsecond", "third") for verdict in Verdict]
    suite = ET.fromstring(show(make.comparison(*rows))).find("testsuite")
    elements = {case.get("name"): [(element.tag, element.text) for element in case] for case in suite.iter("testcase")}
    text = "first\nsecond\nthird"
    assert elements == {
        "pass": [("system-out", text)],
        "fail": [("failure", text)],
        "inconclusive": [("skipped", text)],
        "incomparable": [("skipped", text)],
        "error": [("error", text)],
    }
    assert {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "5",
        "failures": "1",
        "errors": "1",
        "skipped": "2",
    }


def test_a_case_has_the_seconds_of_head_if_head_was_timed(make):
    timed = make.judged("a", change=make.change(wall_s=(1.0, 1234.5678)))
    cases = ET.fromstring(show(make.comparison(timed, make.judged("b", change=None)))).iter("testcase")
    assert [case.get("time") for case in cases] == ["1234.568", None]


def test_a_case_with_only_a_budget_has_its_time(make):
    head = make.run(make.target("a", 2.5), make.target("b", None), suite=make.target("suite", 3.0))
    rows = [make.judged(name, change=None) for name in "ab"]
    compared = make.comparison(*rows, suite=make.judged("suite", change=None), baseline=None, head_run=head)
    root = ET.fromstring(show(compared))
    assert [case.get("time") for case in root.iter("testcase")] == ["2.500", None, "3.000"]
    assert root.find("testsuite").get("time") == "5.500"


def test_a_target_without_a_reason_is_an_empty_case(make):
    (case,) = ET.fromstring(show(make.comparison(make.judged("a")))).iter("testcase")
    assert list(case) == []


@given(name=ANY_TEXT, reason=ANY_TEXT, note=ANY_TEXT)
def test_nothing_forges_an_element(make, schema, name, reason, note):
    text = show(make.comparison(make.judged(name, Verdict.FAIL, f"r{reason}"), notes=(note,), baseline=note))
    suite = ET.fromstring(text.encode("utf-8")).find("testsuite")
    assert [element.tag for element in suite] == ["properties", "testcase"]
    case = suite.find("testcase")
    assert case.get("name") == printable(name)
    assert [element.tag for element in case] == ["failure"]
    assert case[0].text == printable(f"r{reason}", keep_newlines=True)
    schema.validate(text)


def test_each_test_is_a_case_and_only_what_fails_is_a_failure(documents):
    suites = ET.fromstring(show(documents["verification"])).findall("testsuite")
    unit = {case.get("name"): [element.get("type") for element in case] for case in suites[0].findall("testcase")}
    assert {name: types for name, types in unit.items() if types} == {
        "b": ["failed"],
        "d": ["skipped"],
        "f": ["crashed"],
        "g": ["xfailed"],
        "h": ["failed"],
        "gone": ["missing"],
        "lost": ["missing"],
    }
    assert unit["e"] == []  # flaky
    assert [suite.get("errors") for suite in suites] == ["0", "0", "1", "1", "0", "0"]
