"""Words to numbers and back."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.model.units import (
    format_about,
    format_duration,
    format_percent,
    format_ratio,
    format_size,
    parse_duration,
    parse_growth,
    parse_percent,
    parse_size,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("750ms", 0.75),
        ("5s", 5),
        ("1m30s", 90),
        ("1 m 30 s", 90),
        (" 1h ", 3600),
        ("90m", 5400),
        ("1m1ms", 60.001),
        ("1h0m1.5s", 3601.5),
    ],
)
def test_a_duration_is_read_in_seconds(text: str, seconds: float) -> None:
    assert parse_duration(text) == pytest.approx(seconds, rel=1e-12)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "s",
        "5",
        "-5s",
        "+5s",
        "1e3s",
        "٣s",
        "0s",
        "0m0s",
        "5S",
        "5s5s",
        "30s1m",
        "1.s",
        ".5s",
        "5sec",
    ],
)
def test_an_invalid_duration_is_rejected_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="write it like 750ms, 5s or 1m30s"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("512MiB", 2**29),
        ("1GB", 10**9),
        ("1.5 GiB", 3 * 2**29),
        ("1kB", 1000),
        ("1KB", 1000),
        ("2TiB", 2**41),
    ],
)
def test_a_size_is_read_in_bytes(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "512", "512M", "512mib", "-1GB", "0MiB", "0.4B", "MiB", "1GB1MB"])
def test_an_invalid_size_is_rejected_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="write it like 512MiB or 1GB"):
        parse_size(text)


@pytest.mark.parametrize(("text", "fraction"), [("85%", 0.85), ("0.5 %", 0.005), (" 99.9% ", 0.999)])
def test_a_percentage_is_read_as_a_fraction(text: str, fraction: float) -> None:
    assert parse_percent(text) == pytest.approx(fraction, rel=1e-12)


@pytest.mark.parametrize("text", ["", "85", "0%", "100%", "-5%", "0.85", "%", "1e1%", "99.999999999999999999%"])
def test_an_invalid_percentage_is_rejected_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="write it like 85%"):
        parse_percent(text)


@pytest.mark.parametrize(("parse", "unit"), [(parse_duration, "s"), (parse_size, "TB"), (parse_percent, "%")])
def test_a_number_that_is_too_large_for_a_float_is_rejected(parse: Callable[[str], float], unit: str) -> None:
    with pytest.raises(ValueError, match="write it like"):
        parse("9" * 400 + unit)


@given(st.integers(min_value=1, max_value=10**12))
def test_whole_numbers_of_every_unit_are_read_exactly_enough(number: int) -> None:
    assert parse_duration(f"{number}ms") == pytest.approx(number / 1000, rel=1e-12)
    assert parse_duration(f"{number}s") == number
    assert parse_duration(f"{number}m") == number * 60
    assert parse_size(f"{number}B") == number
    assert parse_size(f"{number}KiB") == number * 1024


@given(st.text())
def test_any_text_is_either_read_as_a_positive_number_or_rejected(text: str) -> None:
    for parse in (parse_duration, parse_size, parse_percent):
        try:
            value = parse(text)
        except ValueError:
            continue
        assert 0 < value < math.inf


@given(st.floats(min_value=0.0001, max_value=10**7))
def test_a_formatted_duration_is_parsed_back_to_its_rounded_value(seconds: float) -> None:
    assert parse_duration(format_duration(seconds)) == pytest.approx(seconds, rel=0.0505, abs=0.000051)


@given(st.floats(min_value=1, max_value=2**50))
def test_a_formatted_size_is_parsed_back_to_its_rounded_value(size: float) -> None:
    assert parse_size(format_size(size)) == pytest.approx(size, rel=0.34, abs=0.5)  # 1.5 KiB shows as 2 KiB


@given(st.floats(min_value=0.0001, max_value=10**7), st.floats(min_value=1.06, max_value=1000))
def test_a_clearly_longer_duration_is_never_shown_as_a_shorter_one(seconds: float, factor: float) -> None:
    assert parse_duration(format_duration(seconds * factor)) >= parse_duration(format_duration(seconds))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0.0 ms"),
        (-0.0, "0.0 ms"),
        (-0.00004, "0.0 ms"),
        (0.00994, "9.9 ms"),
        (0.00996, "10 ms"),
        (0.812, "812 ms"),
        (0.9994, "999 ms"),
        (0.9996, "1.00 s"),
        (1.04, "1.04 s"),
        (9.994, "9.99 s"),
        (9.996, "10.0 s"),
        (59.99, "60.0 s"),
        (99.94, "99.9 s"),
        (99.95, "1 m 40 s"),
        (119.6, "2 m 00 s"),
        (125, "2 m 05 s"),
        (3599.4, "59 m 59 s"),
        (3599.6, "1 h 00 m"),
        (3659, "1 h 01 m"),
        (-1.04, "-1.04 s"),
        (math.nan, "n/a"),
        (math.inf, "n/a"),
    ],
)
def test_a_duration_is_rounded_once_and_its_unit_fits_the_rounded_value(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (-0.4, "0 B"),
        (1023.4, "1023 B"),
        (1023.6, "1 KiB"),
        (812 * 2**10, "812 KiB"),
        (1023.9 * 2**10, "1.0 MiB"),
        (64 * 2**20, "64.0 MiB"),
        (99.94 * 2**20, "99.9 MiB"),
        (99.96 * 2**20, "100 MiB"),
        (1023.9 * 2**20, "1.00 GiB"),
        (1.5 * 2**30, "1.50 GiB"),
        (-5 * 2**20, "-5.0 MiB"),
        (math.nan, "n/a"),
    ],
)
def test_a_size_is_shown_in_the_largest_unit_that_it_fills(size: float, text: str) -> None:
    assert format_size(size) == text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        (1.0, "+0.0 %"),
        (0.9996, "+0.0 %"),
        (1.0004, "+0.0 %"),
        (0.966, "-3.4 %"),
        (1.0994, "+9.9 %"),
        (1.0996, "+10 %"),
        (0.9004, "-10 %"),
        (1.12, "+12 %"),
        (0.0, "-100 %"),
        (math.nan, "n/a"),
        (math.inf, "n/a"),
    ],
)
def test_a_ratio_is_shown_as_a_signed_percentage_without_a_negative_zero(ratio: float, text: str) -> None:
    assert format_ratio(ratio) == text


@pytest.mark.parametrize(
    ("fraction", "text"), [(0.1, "10 %"), (0.034, "3.4 %"), (0.0, "0.0 %"), (-0.12, "-12 %"), (math.nan, "n/a")]
)
def test_a_fraction_is_shown_as_a_percentage_without_a_plus_sign(fraction: float, text: str) -> None:
    assert format_percent(fraction) == text


@pytest.mark.parametrize(("text", "fraction"), [("10%", 0.1), ("150 %", 1.5), ("2.5%", 0.025)])
def test_a_tolerated_growth_may_be_any_percentage(text: str, fraction: float) -> None:
    assert parse_growth(text) == pytest.approx(fraction)


@pytest.mark.parametrize("text", ["0%", "10", "-5%", "", "ten%"])
def test_an_invalid_growth_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write it like 10%"):
        parse_growth(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "1 s"),
        (7.4, "7 s"),
        (44, "40 s"),
        (99, "100 s"),
        (178, "3 min"),
        (3590, "1 h"),
        (4800, "1 h 20 min"),
        (7200, "2 h"),
    ],
)
def test_an_estimate_is_no_more_precise_than_it_is(seconds, text):
    assert format_about(seconds) == text
