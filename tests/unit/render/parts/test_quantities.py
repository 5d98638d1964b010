from __future__ import annotations

import pytest

from collectbench.render.parts.quantities import pluralize, ratio_span, time_scale


@pytest.mark.parametrize(
    ("largest", "half", "span"),
    [
        (0.0042, "2.1 ms", "2.1 – 4.2 ms"),
        (0.09994, "50.0 ms", "50.0 – 99.9 ms"),
        (0.0999501, "50 ms", "50 – 100 ms"),
        (0.812, "406 ms", "406 – 812 ms"),
        (0.99949, "500 ms", "500 – 999 ms"),
        (1.04, "0.520 s", "0.520 – 1.040 s"),
        (9.9995, "5.00 s", "5.00 – 10.00 s"),
        (99.94, "49.97 s", "49.97 – 99.94 s"),
        (124.0, "62.0 s", "62.0 s – 2 m 04 s"),
    ],
)
def test_durations_share_the_unit_of_the_largest_up_to_minutes(largest, half, span):
    scale = time_scale([largest / 2, largest])
    assert scale.amount(largest / 2) == half
    assert scale.span(largest / 2, largest) == span


def test_a_scale_without_durations_is_in_milliseconds():
    assert time_scale([]).amount(0.0) == "0.0 ms"


def test_an_interval_of_a_ratio_names_its_unit_once():
    assert ratio_span(0.988, 1.2) == "-1.2 … +20 %"


@pytest.mark.parametrize(("number", "text"), [(0, "0 plugins"), (1, "1 plugin"), (1200, "1,200 plugins")])
def test_a_noun_agrees_with_its_number(number, text):
    assert pluralize(number, "plugin") == text


@pytest.mark.parametrize(("number", "text"), [(1, "1 pass"), (2, "2 passes")])
def test_a_noun_may_have_a_plural_of_its_own(number, text):
    assert pluralize(number, "pass", "passes") == text
