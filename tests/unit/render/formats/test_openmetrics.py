"""OpenMetrics text, read by both parsers of the Prometheus client: of this format and of the older one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import parser as classic
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from collectbench.model.comparison import Verdict
from collectbench.render.formats import render, without_commands
from collectbench.render.parts.escape import printable
from collectbench.render.parts.options import RenderOptions

ANY_TEXT = st.text(st.characters(exclude_categories=()) | st.sampled_from('"\\{}=,#\n '), max_size=40)

DOCUMENTS = ["comparison", "incomparable", "paired", "nasty_comparison", "run", "broken_run", "lint", "nasty_lint"]
NAME = "collectbench_[a-z_]+"
LABEL = r'[a-z_]+="(?:[^"\\]|\\[\\"n])*"'
CLASSIC = re.compile(
    rf"# TYPE {NAME} (?:counter|gauge|histogram|summary|untyped)|# HELP {NAME} [^\\]+|# UNIT {NAME} [a-z]+|# EOF"
    rf"|{NAME}(?:{{{LABEL}(?:,{LABEL})*}})? -?[0-9][0-9.e+-]*"
)
"""A valid line of the older text format, where UNIT and EOF are comments."""


def read(document, *, in_a_log=False):
    """Families by name, as in a scrape; the parser refuses text that breaks a rule of the format."""
    text = render(document, "openmetrics", RenderOptions())
    shown = without_commands(text, "openmetrics") if in_a_log else text
    return {family.name: family for family in text_string_to_metric_families(shown)}


def values(families, name, **labels):
    samples = families[f"collectbench_{name}"].samples
    return {sample.labels.get("target"): sample.value for sample in samples if labels.items() <= sample.labels.items()}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_parser_accepts_it_and_every_name_ends_in_its_unit(name, documents):
    families = read(documents[name])
    assert read(documents[name], in_a_log=True).keys() == families.keys()
    assert all(family.name.endswith(f"_{family.unit}") for family in families.values() if family.unit)
    assert all(family.documentation.endswith(".") and family.type == "gauge" for family in families.values())


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_reader_of_the_older_format_gets_the_same_samples(name, documents):
    text = render(documents[name], "openmetrics", RenderOptions())
    lines = text.splitlines()
    assert not [line for line in lines if not CLASSIC.fullmatch(line)]
    families = list(classic.text_string_to_metric_families(text))
    assert {family.name: (family.type, family.documentation, family.samples) for family in families} == {
        family.name: (family.type, family.documentation, family.samples) for family in read(documents[name]).values()
    }
    typed = [line.split()[2] for line in lines if line.startswith("# TYPE ")]
    assert typed == [family.name for family in families]  # each once, and no sample without a type
    assert all(sample.name == family.name for family in families for sample in family.samples)


def test_a_run_shows_its_medians(documents):
    families = read(documents["run"])
    assert values(families, "wall_seconds")["networkx/algorithms"] == 2.31
    assert values(families, "items")["suite"] == 5765
    assert values(families, "rounds")["networkx/drawing"] == 5
    assert values(families, "phase_seconds", phase="collection")["networkx/classes"] == pytest.approx(0.774 * 0.83)
    assert values(families, "budget_verdict", verdict="inconclusive") == {
        "networkx/algorithms": 0,
        "networkx/classes": 1,
        "suite": 0,
    }
    assert families["collectbench_environment_info"].samples[0].labels["commit"] == "abc1234def5678"
    assert families["collectbench_recorded_timestamp_seconds"].samples[0].value == 1762164000


def test_a_lint_report_shows_violations_by_rule_and_files(documents):
    families = read(documents["lint"])
    samples = families["collectbench_lint_violations"].samples
    assert {sample.labels["rule"]: sample.value for sample in samples} == documents["lint"].summary.by_rule
    names = ("known_violations", "files", "compliant_files", "unreadable_files")
    assert [values(families, f"lint_{name}")[None] for name in names] == [0, 10_000, 9_990, 13]


def test_a_target_that_cannot_be_collected_has_a_status_and_no_time(documents):
    families = read(documents["broken_run"])
    assert values(families, "status", status="failed")["tests/db"] == 1
    assert values(families, "status", status="ok")["tests/db"] == 0
    assert "tests/db" not in values(families, "wall_seconds")
    assert values(families, "cold_wall_seconds") == {"tests/api": 21.9}


def test_a_comparison_shows_both_sides_and_the_change(documents):
    families = read(documents["paired"])
    assert values(families, "wall_seconds")["tests/api"] == 2.0
    assert values(families, "base_wall_seconds")["tests/api"] == 1.53
    assert values(families, "cpu_ratio") == {"tests/api": 1.31, "tests/web": 1.12, "suite": 1.02}
    low, high = (values(families, f"cpu_{end}_ratio")["tests/api"] for end in ("low", "high"))
    assert (low, high) == pytest.approx((1.31 * 0.98, 1.31 * 1.02))
    assert values(families, "detectable_growth_ratio") == {"tests/api": 0.22}
    assert values(families, "pairs")["tests/core"] == 0
    assert values(families, "verdict", verdict="fail") == {"tests/api": 1, "tests/core": 0, "tests/web": 0, "suite": 0}
    assert values(families, "comparison_verdict", verdict="fail") == {None: 1}


def test_reference_seconds_stand_beside_raw_ones(make):
    families = read(make.report(make.run(make.target("a", 2.0, reference_wall_s=1.5))))
    assert values(families, "reference_wall_seconds") == {"a": 1.5}
    change = make.change(base_reference_wall_s=1.1, head_reference_wall_s=1.2)
    families = read(make.comparison(make.judged("a", change=change)))
    assert values(families, "base_reference_wall_seconds") == {"a": 1.1}
    assert values(families, "reference_wall_seconds") == {"a": 1.2}


def test_a_target_with_only_a_budget_has_a_time(make):
    head = make.run(make.target("a", 2.5))
    families = read(make.comparison(make.judged("a", change=None), baseline=None, head_run=head))
    assert values(families, "wall_seconds") == {"a": 2.5}


def test_counters_that_do_not_repeat_are_omitted(documents, make):
    families = read(documents["paired"])
    assert values(families, "work")["tests/api"] == 853
    assert values(families, "base_work")["tests/api"] == 812
    assert {sample.labels["counter"] for sample in families["collectbench_work"].samples} == {"modules"}
    result = make.target("a", counters={"opens": 9, "modules": 7}, unstable=("opens",))
    assert [sample.labels for sample in read(make.report(make.run(result)))["collectbench_work"].samples] == [
        {"target": "a", "counter": "modules"}
    ]


def test_an_unreadable_time_of_recording_is_omitted(make):
    assert "collectbench_recorded_timestamp_seconds" not in read(make.report(make.run(created="yesterday")))


@given(name=ANY_TEXT, baseline=ANY_TEXT)
def test_nothing_forges_a_label_or_a_sample(make, name, baseline):
    comparison = make.comparison(make.judged(name, Verdict.FAIL, "slow"), baseline=baseline)
    families = read(comparison)
    assert set(values(families, "verdict")) == {printable(name)}
    assert families["collectbench_environment_info"].samples[0].labels["baseline"] == printable(baseline)
    text = render(comparison, "openmetrics", RenderOptions())
    assert not [line for line in text.splitlines() if not CLASSIC.fullmatch(line)]
    assert {family.name: family.samples for family in classic.text_string_to_metric_families(text)} == {
        family.name: family.samples for family in families.values()
    }
    assert set(families) == set(read(make.comparison(make.judged("a", Verdict.FAIL, "slow"))))
