from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.model.inputs import Inputs
from collectbench.store.documents import RUN, from_document, to_document
from collectbench.store.shapes import DecodeError

SHARED = {"pkg/__init__.py": "1", "pkg/a.py": "2"}
FIRST = Inputs(
    files={**SHARED, "tests/a.py": "3"},
    listed={"cases": "7"},
    directories={"tests": "4"},
    searched={},
    variables={},
    key="0a",
    request="r",
)
SECOND = Inputs(
    files=SHARED, listed={}, directories={}, searched={"pkg": "5"}, variables={"CI": "6"}, key="0b", request="s"
)


@pytest.fixture
def reading(run):
    """A run whose targets and suite have inputs."""
    first, second = run.targets
    targets = (replace(first, inputs=FIRST), replace(second, inputs=SECOND))
    return replace(run, targets=targets, suite=replace(run.suite, inputs=SECOND))


def test_what_several_targets_read_stands_in_a_document_once(reading) -> None:
    document = to_document(reading)

    assert document["inputs"] == [
        ["directory", "tests", "4"],
        ["file", "tests/a.py", "3"],
        ["listed", "cases", "7"],
        ["file", "pkg/__init__.py", "1"],
        ["file", "pkg/a.py", "2"],
        ["searched", "pkg", "5"],
        ["variable", "CI", "6"],
    ]
    assert document["targets"][0]["inputs"] == {"key": "0a", "request": "r", "read": [0, 5]}
    assert document["suite"]["inputs"] == {"key": "0b", "request": "s", "read": [3, 4]}


def test_inputs_come_back_as_they_were(reading) -> None:
    assert from_document(to_document(reading), RUN) == reading


def test_a_file_with_two_digests_in_a_run_keeps_both(reading) -> None:
    other = replace(SECOND, files={"pkg/a.py": "9"})
    changed = replace(reading, suite=replace(reading.suite, inputs=other))

    assert from_document(to_document(changed), RUN) == changed


def test_a_run_without_inputs_has_no_table(run) -> None:
    assert "inputs" not in to_document(run)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"inputs": 5}, "inputs"),
        ({"inputs": [["file", "a"]]}, "inputs"),
        ({"inputs": [["file", "a", 5]]}, "inputs"),
        ({"inputs": [["thing", "a", "1"]]}, "inputs"),
        ({"inputs": []}, "targets[0].inputs.read"),
    ],
)
def test_a_damaged_table_is_refused_with_its_place(change, place, reading) -> None:
    document = to_document(reading)
    for name in ("targets", "suite"):
        for result in document[name] if name == "targets" else [document[name]]:
            result["inputs"]["read"] = [0, 1]
    with pytest.raises(DecodeError) as error:
        from_document({**document, **change}, RUN)
    assert error.value.path == place
