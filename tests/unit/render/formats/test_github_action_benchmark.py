"""What github-action-benchmark reads: customSmallerIsBetter, as in its src/extract.ts."""

from __future__ import annotations

import json

import pytest

from collectbench.render.formats import render
from collectbench.render.parts.options import RenderOptions

TYPES = {"name": str, "unit": str, "value": float, "range": str, "extra": str}


@pytest.mark.parametrize("name", ["run", "broken_run", "history", "nasty_history"])
def test_each_entry_has_a_name_of_its_own_a_unit_and_a_number(name, documents) -> None:
    entries = json.loads(render(documents[name], "github-action-benchmark", RenderOptions()))
    assert entries
    for entry in entries:
        assert {"name", "unit", "value"} <= entry.keys() <= TYPES.keys()
        assert all(isinstance(value, TYPES[key]) for key, value in entry.items())
        assert entry["value"] > 0
    assert len({entry["name"] for entry in entries}) == len(entries)
