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

from collectbench.model.comparison import Comparison
from collectbench.model.history import Record
from collectbench.model.run import Run, TargetResult
from collectbench.model.sample import Status
from collectbench.model.verification import Verification
from collectbench.store.documents import KINDS, json_schema, to_document
from collectbench.store.files import read_document, write_atomically
from collectbench.store.layout import layout

LONGEST, LARGEST = 10**18, 1e14
"""Figures beyond these are refused."""

SCALARS = {str: st.text(max_size=20), bool: st.booleans(), types.NoneType: st.none()}
ANY = {**SCALARS, int: st.integers(-LONGEST, LONGEST), float: st.floats(-LARGEST, LARGEST)}
MEASURED = {**SCALARS, int: st.integers(0, LONGEST), float: st.floats(1e-9, LARGEST)}
"""Documents are refused whose figures no measurement yields."""


def values_of(hint, scalars):
    """Every value that a type hint of the model allows."""
    if hint in scalars:
        return scalars[hint]
    if get_origin(hint):
        return generic_values_of(get_origin(hint), get_args(hint), scalars)
    if issubclass(hint, Enum):
        return st.sampled_from(hint)
    hints = get_type_hints(hint)
    parts = {field.name: values_of(hints[field.name], scalars) for field in dataclasses.fields(hint)}
    return st.builds(hint, **parts).filter(is_plausible) if hint is TargetResult else st.builds(hint, **parts)


def is_plausible(result):
    """Whether a result with items or errors has counts, as every one that was measured."""
    return result.counts is not None or result.status not in (Status.OK, Status.COLLECTION_ERRORS)


def has_unique_names(value):
    if isinstance(value, Verification):
        ids = [[case.nodeid for case in target.tests] for target in value.targets]
        return all(len(set(each)) == len(each) for each in (*ids, [target.name for target in value.targets]))
    runs = (
        [value]
        if isinstance(value, Run | Record)
        else [getattr(value, "base_run", None), getattr(value, "head_run", None)]
    )
    names = [[target.name for target in run.targets] for run in runs if run is not None]
    return all(len(set(each)) == len(each) for each in names)


def generic_values_of(origin, arguments, scalars):
    if origin is types.UnionType:
        return st.one_of(*(values_of(argument, scalars) for argument in arguments))
    if origin is dict:
        return st.dictionaries(st.text(max_size=8), values_of(arguments[1], scalars), max_size=3)
    if arguments[-1] is ...:
        return st.lists(values_of(arguments[0], scalars), max_size=2).map(tuple)
    return st.tuples(*(values_of(argument, scalars) for argument in arguments))


# The values are wide rather than deep; making one takes Hypothesis longer than storing it.
wide = settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@pytest.mark.simulation
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_any_document_comes_back_from_its_file_equal_and_fits_its_schema(kind, tmp_path_factory):
    file = tmp_path_factory.mktemp("round-trip") / "document.json"
    scalars = MEASURED if kind.type in (Run, Comparison, Verification, Record) else ANY
    validator = jsonschema.Draft202012Validator(json_schema(kind.name.removeprefix("collectbench.")))

    @wide
    @given(value=values_of(kind.type, scalars).filter(has_unique_names))
    def comes_back_equal(value):
        write_atomically(file, layout(to_document(value)))

        assert read_document(file, kind) == value
        validator.validate(json.loads(file.read_text("utf-8")))

    comes_back_equal()
