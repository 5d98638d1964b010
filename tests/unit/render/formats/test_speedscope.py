"""The export for speedscope: valid by its published schema, and properly nested."""

from __future__ import annotations

import json

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.render.formats import render
from collectbench.render.parts.options import RenderOptions
from environments import ROOT

SCHEMA = json.loads((ROOT / "tests" / "schemas" / "speedscope.json").read_text("utf-8"))
TIMES = st.floats(0, 100)


def export(profile):
    text = render(profile, "speedscope", RenderOptions())
    assert all(line.isprintable() for line in text.split("\n"))
    return json.loads(text)


def opened(data):
    """Every box as (name, begin, end, depth), in the order in which they open; fails if they do not nest."""
    names = [frame["name"] for frame in data["shared"]["frames"]]
    boxes, stack, last_at = [], [], data["profiles"][0]["startValue"]
    for event in data["profiles"][0]["events"]:
        assert event["at"] >= last_at
        last_at = event["at"]
        if event["type"] == "O":
            stack.append(len(boxes))
            boxes.append([names[event["frame"]], last_at, None, len(stack) - 1])
        else:
            box = boxes[stack.pop()]
            assert box[0] == names[event["frame"]]
            box[2] = last_at
    assert not stack
    assert last_at <= data["profiles"][0]["endValue"]
    return [tuple(box) for box in boxes]


@pytest.mark.parametrize("name", ["profile", "broken_profile", "empty_profile", "nasty_profile"])
def test_the_published_schema_accepts_every_profile(name, documents):
    profile = documents[name]
    data = export(profile)
    jsonschema.validate(data, SCHEMA)
    assert len(opened(data)) == len(profile.imports) + len(profile.collectors)


def test_a_profile_of_the_rootdir_is_called_the_whole_rootdir(make):
    data = export(make.profile("."))
    assert data["name"] == "the whole rootdir (.)"
    assert data["profiles"][0]["name"] == "imports and collectors of the whole rootdir (.)"


def test_the_schema_refuses_other_documents(documents):
    data = export(documents["profile"])
    data["profiles"][0]["events"][0]["type"] = "X"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, SCHEMA)


def test_imports_and_collectors_nest_by_their_times(make):
    profile = make.profile(
        traced_wall_s=2.0,
        collectors=(make.collector("tests/test_a.py", 0.5, 1.0),),
        imports=(
            make.imported("numpy", begin_s=0.7, inclusive_s=0.2),
            make.imported("pandas", begin_s=0.6, inclusive_s=0.4),
            make.imported("test_a", begin_s=0.5, inclusive_s=0.9),
            make.imported("late", begin_s=1.6, inclusive_s=0.1),
        ),
    )
    assert opened(export(profile)) == [
        ("tests/test_a.py", 0.5, 1.5, 0),
        ("test_a", 0.5, 1.4, 1),
        ("pandas", 0.6, 1.0, 2),
        ("numpy", 0.7, 0.9, 3),
        ("late", 1.6, 1.7, 0),
    ]


def test_a_frame_names_the_line_that_imports_it(make):
    cost = make.imported("numpy", (0.0, 0.1), "tests/conftest.py:3", "tests/test_a.py:1")
    session = make.collector("", 0.0, 1.0, kind="Session")
    data = export(make.profile("tests", imports=(cost,), collectors=(session,)))
    assert data["shared"]["frames"] == [
        {"name": "Session"},
        {"name": "numpy", "file": "tests/conftest.py", "line": 3},
    ]
    assert data["name"] == "tests"
    assert data["profiles"][0]["unit"] == "seconds"


def test_a_box_that_ends_after_its_parent_is_cut_or_moved_to_where_most_of_it_lies(make):
    profile = make.profile(
        imports=(
            make.imported("first", begin_s=0.0, inclusive_s=1.0),
            make.imported("within", begin_s=0.5, inclusive_s=0.6),
            make.imported("next", begin_s=0.9, inclusive_s=1.1),
            make.imported("overtaken", begin_s=0.95, inclusive_s=0.01),
        )
    )
    assert opened(export(profile)) == [
        ("first", 0.0, 1.0, 0),
        ("within", 0.5, 1.0, 1),
        ("next", 1.0, 2.0, 0),
        ("overtaken", 1.0, 1.0, 1),
    ]


def test_boxes_that_touch_are_neighbours_despite_rounding_errors(make):
    begins = [index / 10 for index in range(50)]
    profile = make.profile(
        imports=tuple(make.imported(f"m{begin}", begin_s=begin, inclusive_s=0.1) for begin in begins)
    )
    assert [(begin, depth) for _, begin, _, depth in opened(export(profile))] == [(begin, 0) for begin in begins]


@given(st.lists(st.tuples(TIMES, TIMES), max_size=12))
def test_any_times_make_boxes_that_nest(make, times):
    imports = (make.imported(f"m{index}", begin_s=begin, inclusive_s=size) for index, (begin, size) in enumerate(times))
    data = export(make.profile(imports=tuple(imports)))
    jsonschema.validate(data, SCHEMA)
    assert len(opened(data)) == len(times)
