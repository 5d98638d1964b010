"""Whatever the model can hold comes back from a file as it was, and its schema describes it."""

from __future__ import annotations

import dataclasses
import json
import types
from enum import Enum
from typing import get_args, get_origin, get_type_hints

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collectbench.store.documents import KINDS, json_schema, to_document
from collectbench.store.files import read_document, write_atomically
from collectbench.store.layout import layout

SCALARS = {
    str: st.text(max_size=20),
    int: st.integers(),
    bool: st.booleans(),
    float: st.floats(-1e14, 1e14),
    types.NoneType: st.none(),
}


def values_of(hint):
    """Every value that a type hint of the model allows (of numbers, those that can be measured)."""
    if hint in SCALARS:
        return SCALARS[hint]
    if get_origin(hint):
        return generic_values_of(get_origin(hint), get_args(hint))
    if issubclass(hint, Enum):
        return st.sampled_from(hint)
    hints = get_type_hints(hint)
    return st.builds(hint, **{field.name: values_of(hints[field.name]) for field in dataclasses.fields(hint)})


def generic_values_of(origin, arguments):
    if origin is types.UnionType:
        return st.one_of(*map(values_of, arguments))
    if origin is dict:
        return st.dictionaries(st.text(max_size=8), values_of(arguments[1]), max_size=3)
    if arguments[-1] is ...:
        return st.lists(values_of(arguments[0]), max_size=2).map(tuple)
    return st.tuples(*map(values_of, arguments))


# The values are wide rather than deep; making one takes Hypothesis longer than storing it.
wide = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_any_document_comes_back_from_its_file_equal_and_fits_its_schema(kind, tmp_path_factory):
    file = tmp_path_factory.mktemp("round-trip") / "document.json"
    validator = jsonschema.Draft202012Validator(json_schema(kind.name.removeprefix("collectbench.")))

    @wide
    @given(value=values_of(kind.type))
    def comes_back_equal(value):
        write_atomically(file, layout(to_document(value)))

        assert read_document(file, kind) == value
        validator.validate(json.loads(file.read_text("utf-8")))

    comes_back_equal()
