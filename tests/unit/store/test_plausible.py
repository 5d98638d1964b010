"""A stored run whose figures no measurement yields is refused with the place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.model.sample import Status
from collectbench.store.documents import RUN, from_document, to_document
from collectbench.store.shapes import DecodeError


def changed(document, place, value):
    """The document with another value at a place, such as `targets.0.samples.0.wall_s`."""
    *steps, last = [int(step) if step.isdigit() else step for step in place.split(".")]
    part = document
    for step in steps:
        part = part[step]
    part[last] = value
    return document


@pytest.mark.parametrize(
    ("place", "value", "says"),
    [
        ("targets.0.samples.0.wall_s", -1.5, "targets[0].samples[0].wall_s: expected a time above 0, got -1.5"),
        ("targets.0.samples.0.wall_s", 0, "targets[0].samples[0].wall_s: expected a time above 0, got 0.0"),
        ("targets.0.samples.0.system_s", -0.1, "targets[0].samples[0].system_s: expected 0 or more, got -0.1"),
        ("targets.0.wall_s.median", 0.0, "targets[0].wall_s.median: expected a time above 0, got 0.0"),
        ("suite.cpu_s.min", -1, "suite.cpu_s.min: expected a time above 0, got -1.0"),
        ("targets.0.counts.items", -1, "targets[0].counts.items: expected 0 or more, got -1"),
        ("targets.0.counts", None, "targets[0].counts: expected an object, since the status is ok, got null"),
        ("targets.0.phases.collection", -1, "targets[0].phases.collection: expected 0 or more, got -1.0"),
        (
            "targets.0.samples.0.peak_rss_bytes",
            10**400,
            f"targets[0].samples[0].peak_rss_bytes: expected a whole number of at most 19 digits, got 1{'0' * 55} ...",
        ),
        ("targets.0.samples.0.peak_rss_bytes", -1, "targets[0].samples[0].peak_rss_bytes: expected 0 or more, got -1"),
    ],
)
def test_an_impossible_figure_is_refused_with_its_place(place, value, says, run) -> None:
    document = changed(to_document(replace(run, targets=(run.targets[0],), suite=run.targets[0])), place, value)
    with pytest.raises(DecodeError) as caught:
        from_document(document, RUN)
    assert str(caught.value) == says


def test_two_targets_of_one_name_are_refused(run) -> None:
    name = run.targets[0].name
    twice = to_document(replace(run, targets=(run.targets[0], run.targets[0])))
    with pytest.raises(DecodeError) as caught:
        from_document(twice, RUN)
    assert str(caught.value) == f'targets[1].name: "{name}" is the name of targets[0] as well'


def test_a_target_without_rounds_in_an_older_file_was_not_measured(run) -> None:
    never = replace(run.targets[0], status=Status.OK, counts=None, samples=(), wall_s=None, cpu_s=None)
    read = from_document(to_document(replace(run, targets=(never,), suite=never)), RUN)
    assert [result.status for result in read.results] == [Status.NOT_MEASURED] * 2
