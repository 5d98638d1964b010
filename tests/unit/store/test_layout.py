from __future__ import annotations

import json
import math

import pytest

from collectbench.store.documents import to_document
from collectbench.store.layout import layout


def test_each_sample_takes_one_line(run):
    lines = layout(to_document(run)).splitlines()
    samples = [json.loads(line.strip().rstrip(",")) for line in lines if '"exit_code"' in line]

    expected = [*run.targets[0].samples, *run.targets[1].samples, *run.suite.samples]
    assert [sample["kind"] for sample in samples] == [sample.kind.value for sample in expected]
    assert [sample["wall_s"] for sample in samples] == [sample.wall_s for sample in expected]


def test_a_memory_timeline_takes_one_line(run):
    lines = layout(to_document(run)).splitlines()

    assert sum('"memory_timeline"' in line for line in lines) == 3
    assert '   "memory_timeline": [[0.02,1048576],[0.12,67108864]],' in lines


def test_each_key_of_the_environment_takes_one_line(run):
    lines = layout(to_document(run)).splitlines()

    assert '  "pytest": "8.3.2",' in lines
    assert '  "plugins": {"pytest-cov":"5.0.0","anyio":"4.4.0"},' in lines


def test_one_changed_sample_changes_one_line(run):
    before, changed = to_document(run), to_document(run)
    changed["targets"][1]["samples"][1]["wall_s"] = 9.5

    lines = zip(layout(before).splitlines(), layout(changed).splitlines(), strict=True)
    assert sum(old != new for old, new in lines) == 1


@pytest.mark.parametrize("document", [{}, {"a": []}, {"a": {}}, {"a": [[], {}]}, {"a": [1, {"b": [[[[1]]]]}]}])
def test_the_text_is_the_document(document):
    text = layout(document)

    assert text.endswith("\n")
    assert json.loads(text) == document


def test_the_text_is_ascii_and_keeps_names_that_are_not_unicode():
    text = layout({"paths": ["tests/größe\udcff\x9b"]})

    assert text.isascii()
    assert json.loads(text) == {"paths": ["tests/größe\udcff\x9b"]}


def test_a_number_that_is_not_finite_is_refused():
    with pytest.raises(ValueError, match="JSON compliant"):
        layout({"wall_s": math.nan})


def test_a_run_of_pandas_size_stays_under_a_mebibyte(large_run):
    text = layout(to_document(large_run))

    assert len(large_run.targets) == 35
    assert len(text) < 2**20
