from __future__ import annotations

import pytest

from collectbench.store.upgrades import DocumentError, upgrade


def in_seconds(data):
    return {"wall_s": data["wall_ms"] / 1000}


def with_unit_in_a_list(data):
    return {"walls_s": [data["wall_s"]]}


STEPS = {1: in_seconds, 2: with_unit_in_a_list}


def test_a_document_passes_every_step_up_to_the_current_schema():
    assert upgrade({"schema": 1, "wall_ms": 1500}, STEPS, current=3) == {"schema": 3, "walls_s": [1.5]}


def test_a_document_starts_at_the_step_of_its_own_schema():
    assert upgrade({"schema": 2, "wall_s": 1.5}, STEPS, current=3) == {"schema": 3, "walls_s": [1.5]}


def test_a_document_of_the_current_schema_stays_as_it_is():
    assert upgrade({"schema": 3, "wall_s": "?"}, STEPS, current=3) == {"schema": 3, "wall_s": "?"}


def test_a_newer_schema_is_refused_with_the_way_out():
    with pytest.raises(DocumentError) as caught:
        upgrade({"schema": 7}, {}, current=1)

    assert str(caught.value) == "schema 7 is newer than this collectbench reads (1); update collectbench"


@pytest.mark.parametrize(("schema", "word"), [("1", '"1"'), (True, "true"), (0, "0"), (-1, "-1"), (None, "null")])
def test_an_invalid_schema_number_is_refused(schema, word):
    with pytest.raises(DocumentError, match=f"`schema` must be a whole number from 1 on, and is {word}"):
        upgrade({"schema": schema}, STEPS, current=3)


@pytest.mark.parametrize("damaged", [{}, {"wall_ms": "x"}])
def test_a_damaged_old_document_is_a_document_error(damaged):
    with pytest.raises(DocumentError, match="the document is damaged, schema 1 cannot be upgraded"):
        upgrade({"schema": 1, **damaged}, STEPS, current=3)


def test_a_missing_step_is_our_fault_and_not_that_of_the_document():
    with pytest.raises(KeyError):
        upgrade({"schema": 1}, {}, current=2)
