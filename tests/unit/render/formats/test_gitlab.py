from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.model.comparison import Verdict
from collectbench.render.formats import render
from collectbench.render.parts.options import RenderOptions
from environments import ROOT

SCHEMA = json.loads((ROOT / "tests" / "schemas" / "gitlab-code-quality.json").read_text("utf-8"))
ANY_NAME = st.text(st.characters(exclude_categories=()), min_size=1, max_size=30)


def entries(document, **options):
    report = json.loads(render(document, "gitlab", RenderOptions(**options)))
    jsonschema.validate(report, SCHEMA)
    return report


@pytest.mark.parametrize("name", ["comparison", "incomparable", "paired", "nasty_comparison"])
def test_a_comparison_follows_the_format(name, documents):
    assert len(entries(documents[name])) == sum(row.verdict is not Verdict.PASS for row in documents[name].targets)


@pytest.mark.parametrize("name", ["lint", "clean_lint", "known_lint", "nasty_lint"])
def test_a_lint_report_follows_the_format(name, documents):
    assert len(entries(documents[name])) == len(documents[name].violations)


def test_an_entry_names_the_rule_the_place_and_the_fix(make):
    report = make.lint(make.violation("tests/a.py:7", message="app.old does not exist", fix="remove the line"))
    (entry,) = entries(report, path_prefix="app/")
    assert entry["location"] == {"path": "app/tests/a.py", "lines": {"begin": 7}}
    assert entry["check_name"] == "collectbench: missing-module"
    assert entry["description"] == "missing-module: app.old does not exist; fix: remove the line"
    assert entry["severity"] == "major"


def test_a_fingerprint_of_a_violation_stays_if_lines_move(make):
    def fingerprints(*lines):
        violations = [make.violation(f"a.py:{line}", subject="app.old") for line in lines]
        return [entry["fingerprint"] for entry in entries(make.lint(*violations))]

    assert fingerprints(1, 2, 3) == fingerprints(10, 20, 30)
    assert fingerprints(1, 2) == fingerprints(1, 2, 3)[:2]
    assert len(set(fingerprints(1, 2, 3))) == 3


@given(
    st.lists(st.tuples(*[st.sampled_from(["a", "a\0", "", "\ud800", "b"])] * 3), max_size=8),
    st.sampled_from(["", "app/"]),
)
def test_fingerprints_of_violations_are_unique(make, parts, prefix):
    violations = [make.violation(f"{path}:1", rule, subject=subject) for path, rule, subject in parts]
    report = json.loads(render(make.lint(*violations), "gitlab", RenderOptions(path_prefix=prefix)))
    assert len({entry["fingerprint"] for entry in report}) == len(parts)


def test_an_entry_points_to_the_import_line_or_else_to_the_directory_of_the_target(documents):
    places = [
        (entry["location"]["path"], entry["location"]["lines"]["begin"]) for entry in entries(documents["paired"])
    ]
    assert places == [("tests/api/conftest.py", 7), ("tests/web", 1)]


def test_a_configured_name_is_replaced_by_the_paths_behind_it(make):
    head = make.run(make.target("critical", paths=("/outside", "./tests/critical", "tests/more")))
    compared = make.comparison(make.judged("critical", Verdict.FAIL, "slow"), head_run=head)
    assert entries(compared)[0]["location"]["path"] == "tests/critical"
    assert entries(compared, path_prefix="app/")[0]["location"]["path"] == "app/tests/critical"


@pytest.mark.parametrize(("prefix", "path"), [("", "."), ("app/", "app")])
def test_the_suite_and_a_target_of_the_rootdir_point_to_the_rootdir(make, prefix, path):
    head = make.run(make.target("all", paths=(".",)))
    row, suite = make.judged("all", Verdict.FAIL, "slow"), make.judged("suite", Verdict.FAIL, "slow")
    report = entries(make.comparison(row, suite=suite, head_run=head), path_prefix=prefix)
    assert [entry["location"]["path"] for entry in report] == [path, path]


def test_severities_follow_the_verdicts(make):
    rows = [make.judged(verdict.value, verdict, "why") for verdict in Verdict]
    assert [entry["severity"] for entry in entries(make.comparison(*rows))] == ["major", "minor", "info", "critical"]


def test_a_fingerprint_does_not_depend_on_figures(make):
    row = make.judged("a", Verdict.FAIL, "CPU +31 %", counters=make.new_imports("tests/a.py:3"))
    later = replace(row, verdict=Verdict.INCONCLUSIVE, reasons=("CPU +9 %",), counters=make.new_imports("tests/a.py:9"))
    first, second = (entries(make.comparison(version))[0]["fingerprint"] for version in (row, later))
    assert first == second


@given(names=st.lists(ANY_NAME, min_size=2, max_size=4, unique=True))
def test_fingerprints_are_unique_even_if_a_target_has_the_name_of_the_suite(make, names):
    rows = [make.judged(name, Verdict.FAIL, f"{name} is slow") for name in (*names, "suite")]
    compared = make.comparison(*rows, suite=make.judged("suite", Verdict.FAIL, "slow"))
    report = json.loads(render(compared, "gitlab", RenderOptions()))
    assert len({entry["fingerprint"] for entry in report}) == len(rows) + 1 - ("suite" in names)
