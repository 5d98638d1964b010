from __future__ import annotations

import jsonschema
import pytest

from collectbench.model.errors import UsageError
from collectbench.store.documents import COMPARISON, KINDS, RUN, Kind, from_document, json_schema, to_document
from collectbench.store.shapes import DecodeError
from collectbench.store.upgrades import DocumentError


def test_a_document_begins_with_its_kind_and_schema(run, comparison):
    assert list(to_document(run).items())[:2] == [("kind", "collectbench.run"), ("schema", 2)]
    assert list(to_document(comparison).items())[:2] == [("kind", "collectbench.comparison"), ("schema", 2)]


def test_a_document_gives_back_the_value_it_was_made_from(run, comparison):
    assert from_document(to_document(run), RUN) == run
    assert from_document(to_document(comparison), COMPARISON) == comparison


def test_a_value_that_no_kind_of_document_holds_is_refused(run):
    with pytest.raises(TypeError, match="no kind of document holds a Tool"):
        to_document(run.tool)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([], "the document must be a JSON object, and is a list"),
        (None, "the document must be a JSON object, and is null"),
        ({}, "this is not a document of collectbench (no `kind`), a collectbench.run is needed"),
        (
            {"kind": "collectbench.comparison"},
            "this is a collectbench.comparison, a collectbench.run is needed",
        ),
        ({"kind": ["x"]}, "this is not a document of collectbench (no `kind`), a collectbench.run is needed"),
        ({"kind": "\x1b[31m"}, "this is a \\u001b[31m, a collectbench.run is needed"),
    ],
)
def test_another_kind_is_refused_by_name(data, message):
    with pytest.raises(DocumentError) as caught:
        from_document(data, RUN)

    assert str(caught.value) == message


def test_a_damaged_document_names_the_path_to_the_damage(run):
    document = to_document(run)
    del document["environment"]["pytest"]

    with pytest.raises(DecodeError, match=r'^environment: the key "pytest" is missing$'):
        from_document(document, RUN)


def test_an_older_schema_is_upgraded_before_it_is_decoded(run):
    def rename(old):
        old["created"] = old.pop("date")
        return old

    kind = Kind(name=RUN.name, schema=3, type=RUN.type, steps={2: rename})
    document = to_document(run)
    document["date"] = document.pop("created")

    assert from_document(document, kind) == run


@pytest.mark.parametrize("suffix", ["run", "comparison"])
def test_the_schema_of_a_kind_is_valid_and_accepts_its_documents(suffix, run, comparison):
    described = json_schema(suffix)
    document = to_document({"run": run, "comparison": comparison}[suffix])

    jsonschema.Draft202012Validator.check_schema(described)
    jsonschema.validate(document, described, jsonschema.Draft202012Validator)


BROKEN = ({"kind": "collectbench.profile"}, {"schema": 99}, {"targets": None}, {"created": 5})


@pytest.mark.parametrize("change", BROKEN)
def test_the_schema_of_a_kind_refuses_other_documents(change, run):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**to_document(run), **change}, json_schema("run"), jsonschema.Draft202012Validator)


def test_an_unknown_kind_is_a_usage_error_that_names_the_known_ones():
    with pytest.raises(UsageError, match="'runs' is not a kind of document; the kinds are run, comparison, "):
        json_schema("runs")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_older_schema_of_a_kind_has_its_upgrade_step(kind):
    assert sorted(kind.steps) == list(range(1, kind.schema))
