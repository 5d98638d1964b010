from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.render.formats import render
from collectbench.render.parts.options import RenderOptions
from collectbench.store.documents import COMPARISON, RUN, from_document

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)


def show(document):
    return render(document, "json", RenderOptions(color=True))


@given(name=ANY_TEXT)
def test_a_document_survives_a_round_trip_and_does_not_steer_a_terminal(make, name):
    run = make.run(make.target(name, 1.0, message=name))
    text = show(make.report(run))
    assert from_document(json.loads(text), RUN) == run
    assert all(line.isprintable() for line in text.split("\n"))


def test_a_comparison_is_a_document_too(documents):
    comparison = documents["comparison"]
    assert from_document(json.loads(show(comparison)), COMPARISON) == comparison


def test_a_report_is_stored_as_its_run(documents):
    report = documents["run"]
    document = json.loads(show(report))
    assert document["kind"] == "collectbench.run"
    assert from_document(document, RUN) == report.run


def test_visible_characters_are_not_escaped(make):
    text = show(make.report(make.run(make.target("tests/日本語/é", 1.0))))
    assert '"tests/日本語/é"' in text
    assert text.startswith('{\n  "kind"')
    assert text.endswith("}\n")


def test_a_number_that_is_not_finite_is_refused(make):
    with pytest.raises(ValueError, match="nan"):
        show(make.report(make.run(make.target("tests", float("nan")))))
