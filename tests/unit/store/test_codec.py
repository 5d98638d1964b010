from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Optional

import jsonschema
import pytest

from collectbench.model.omission import OMIT_DEFAULT
from collectbench.model.run import Run
from collectbench.store.codec import decode, encode, schema
from collectbench.store.shapes import DecodeError


class Colour(str, Enum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A place."""

    x: float
    label: str = "origin"


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineSlot:
    """One field of each form that the codec knows."""

    count: int
    colour: Colour
    on: bool = True
    ratio: float | None = None
    old_style: Optional[int] = None  # noqa: UP045 (as other code may write it)
    points: tuple[Point, ...] = ()
    pair: tuple[float, int] = (0.0, 0)
    limits: dict[str, Point] = field(default_factory=dict)


LEAST = {"count": 1, "colour": "red"}


def test_every_form_of_field_comes_back_as_it_was():
    slot = BaselineSlot(
        count=3,
        colour=Colour.BLUE,
        on=False,
        ratio=0.1,
        old_style=4,
        points=(Point(x=1.5), Point(x=2.5, label="b")),
        pair=(0.5, 7),
        limits={"a": Point(x=0.0)},
    )

    assert encode(slot)["points"] == [{"x": 1.5, "label": "origin"}, {"x": 2.5, "label": "b"}]
    assert decode(BaselineSlot, encode(slot)) == slot


def test_missing_keys_take_their_default_and_unknown_ones_are_ignored():
    assert decode(BaselineSlot, {**LEAST, "of_a_later_version": [1]}) == BaselineSlot(count=1, colour=Colour.RED)


def test_a_whole_number_is_accepted_as_a_float():
    x = decode(Point, {"x": 2}).x

    assert (x, type(x)) == (2.0, float)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rare:
    """A field that most documents do not need."""

    usual: bool = False
    rare: bool = field(default=False, metadata=OMIT_DEFAULT)


@pytest.mark.parametrize(
    ("value", "data"), [(Rare(), {"usual": False}), (Rare(rare=True), {"usual": False, "rare": True})]
)
def test_a_field_that_omits_its_default_is_absent_until_it_differs(value, data):
    assert encode(value) == data
    assert decode(Rare, data) == value


def test_floats_are_not_rounded():
    assert decode(Point, encode(Point(x=1 / 3))).x == 1 / 3


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"count": "x"}, 'count: expected a whole number, got "x"'),
        ({"count": True}, "count: expected a whole number, got true"),
        ({"count": 1.0}, "count: expected a whole number, got 1.0"),
        ({"count": None}, "count: expected a whole number, got null"),
        ({"colour": "green"}, 'colour: expected one of red, blue, got "green"'),
        ({"colour": []}, "colour: expected one of red, blue, got a list"),
        ({"on": 1}, "on: expected true or false, got 1"),
        ({"ratio": "x"}, 'ratio: expected a number, got "x"'),
        ({"ratio": False}, "ratio: expected a number, got false"),
        ({"ratio": math.nan}, "ratio: expected a finite number, got NaN"),
        ({"ratio": math.inf}, "ratio: expected a finite number, got Infinity"),
        ({"ratio": 1e308}, "ratio: expected a number below 1e+15, got 1e+308"),
        ({"ratio": -1e15}, "ratio: expected a number below 1e+15, got -1000000000000000.0"),
        ({"ratio": 10**400}, f"ratio: expected a finite number, got 1{'0' * 55} ..."),
        ({"points": {}}, "points: expected a list, got an object"),
        ({"points": [{"x": 1}, 5]}, "points[1]: expected an object, got 5"),
        ({"points": [{"x": 1}, {"x": []}]}, "points[1].x: expected a number, got a list"),
        ({"points": [{}]}, 'points[0]: the key "x" is missing'),
        ({"pair": 1}, "pair: expected a list of 2, got 1"),
        ({"pair": [1]}, "pair: expected a list of 2, got one of 1"),
        ({"pair": [1, 2.5]}, "pair[1]: expected a whole number, got 2.5"),
        ({"limits": []}, "limits: expected an object, got a list"),
        ({"limits": {"a b\x1b": {"x": None}}}, 'limits["a b\\u001b"].x: expected a number, got null'),
    ],
)
def test_an_error_names_the_path_and_the_expected_and_given_values(change, message):
    document = {**LEAST, **change}

    with pytest.raises(DecodeError) as caught:
        decode(BaselineSlot, document)

    assert str(caught.value) == message


def test_an_error_in_a_stored_run_names_target_and_sample(run):
    document = encode(run)
    document["targets"][1]["samples"][0]["wall_s"] = "x"

    with pytest.raises(DecodeError, match=r'^targets\[1\]\.samples\[0\]\.wall_s: expected a number, got "x"$'):
        decode(Run, document)


@pytest.mark.parametrize(
    ("document", "message"),
    [([], "run: expected an object, got a list"), ({"count": 1}, 'run: the key "colour" is missing')],
)
def test_an_error_about_the_whole_calls_it_by_its_name(document, message):
    with pytest.raises(DecodeError) as caught:
        decode(BaselineSlot, document, where="run")

    assert str(caught.value) == message


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_not_stored(number):
    with pytest.raises(ValueError, match="cannot be stored"):
        encode(Point(x=number))


@pytest.mark.parametrize("value", [object(), {"a"}, b"bytes", Point])
def test_a_value_without_a_json_form_is_refused(value):
    with pytest.raises(TypeError, match="has no JSON form"):
        encode(value)


@pytest.mark.parametrize("hint", [int | str, int | str | None, bytes, set[int], dict[int, str], list[int], object])
def test_a_type_without_a_json_form_is_refused_before_anything_is_read(hint):
    holder = dataclass(type("Holder", (), {"__annotations__": {"value": hint}}))

    with pytest.raises(TypeError, match="has no JSON form"):
        decode(holder, {})


@pytest.mark.parametrize("replacement", [{}, {"ratio": None}, {"old_style": 3}, {"points": [{"x": 1, "more": 2}]}])
def test_the_schema_accepts_what_decode_accepts(replacement):
    document = {**LEAST, **replacement}
    decode(BaselineSlot, document)

    jsonschema.validate(document, schema(BaselineSlot), jsonschema.Draft202012Validator)


@pytest.mark.parametrize(
    "change",
    [
        {"count": "x"},
        {"count": True},
        {"colour": "green"},
        {"on": 1},
        {"ratio": "x"},
        {"points": {}},
        {"points": [{}]},
        {"pair": [1]},
        {"pair": [1, 2, 3]},
        {"pair": [1, 2.5]},
        {"limits": {"a": {"x": None}}},
    ],
)
def test_the_schema_refuses_what_decode_refuses(change):
    document = {**LEAST, **change}

    with pytest.raises(DecodeError):
        decode(BaselineSlot, document)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema(BaselineSlot), jsonschema.Draft202012Validator)


def test_the_schema_describes_each_dataclass_once_with_its_docstring():
    definitions = schema(BaselineSlot)["$defs"]

    assert set(definitions) == {"BaselineSlot", "Point"}
    assert definitions["Point"]["description"] == "A place."
    assert definitions["Point"]["required"] == ["x"]


def test_equal_values_give_equal_data(run):
    assert encode(run) == encode(replace(run))
