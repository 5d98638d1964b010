"""Files of every schema version ever written, kept as they were: never edit one, add the next."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from collectbench.store.documents import KINDS, from_document, to_document
from collectbench.store.files import read_document

KEPT = Path(__file__).parents[2] / "old_formats"
FILES = [
    pytest.param(kind, schema, id=f"{kind.name.removeprefix('collectbench.')}-{schema}")
    for kind in KINDS
    for schema in range(1, kind.schema + 1)
]


def kept_file(kind, schema):
    return KEPT / f"{kind.name.removeprefix('collectbench.')}-{schema}.json"


def lost(old, new, path="document"):
    """The paths of all that the old data holds and the new data does not."""
    if isinstance(old, dict) and isinstance(new, dict):
        gone = [f"{path}.{key}" for key in old if key not in new]
        return gone + [found for key in old if key in new for found in lost(old[key], new[key], f"{path}.{key}")]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        return [found for index, (a, b) in pairs for found in lost(a, b, f"{path}[{index}]")]
    return [] if old == new else [path]


@pytest.mark.parametrize(("kind", "schema"), FILES)
def test_a_file_of_every_schema_is_kept_and_can_be_read(kind, schema):
    path = kept_file(kind, schema)

    assert json.loads(path.read_text("utf-8"))["schema"] == schema
    assert isinstance(read_document(path, kind), kind.type)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_nothing_in_a_file_of_the_current_schema_is_lost_in_reading_and_writing(kind):
    # A field that is renamed or dropped without a new schema would vanish here without a word.
    document = json.loads(kept_file(kind, kind.schema).read_text("utf-8"))

    assert lost(document, to_document(from_document(document, kind))) == []


def test_lost_data_is_named_by_its_path():
    old = {"a": 1, "b": [{"c": 1}, 2], "d": [1]}

    assert lost(old, {"b": [{}, 3], "d": []}) == [
        "document.a",
        "document.b[0].c",
        "document.b[1]",
        "document.d",
    ]
