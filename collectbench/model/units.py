"""Parses and formats quantities. Everywhere else a value has one unit, which its name states."""

from __future__ import annotations

import math
import re

_NUMBER = r"([0-9]+(?:\.[0-9]+)?)"
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}  # in the order in which they are written
_DURATION = re.compile("".join(rf"(?:{_NUMBER}\s*{unit}(?![a-z])\s*)?" for unit in _SECONDS))
_LEAST_SHOWN_S = 0.00005  # half of the last digit of `0.1 ms`
_SIZE = re.compile(_NUMBER + r"\s*(B|kB|KB|MB|GB|TB|KiB|MiB|GiB|TiB)")
_PERCENT = re.compile(_NUMBER + r"\s*%")
_BYTES = {
    "B": 1, "kB": 10**3, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12,
    "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40,
}  # fmt: skip


def parse_duration(text: str) -> float:
    """Return the seconds of a duration such as `750ms`, `5s` or `1m30s`: each unit once, the larger first.

    Raises:
        ValueError: it is not a duration, not positive, or not finite.
    """
    match = _DURATION.fullmatch(text.strip())
    numbers = match.groups(default="0") if match else ()
    seconds = sum(float(number) * unit for number, unit in zip(numbers, _SECONDS.values(), strict=False))
    if not 0 < seconds < math.inf:
        raise ValueError(f"{text!r} is not a duration; write it like 750ms, 5s or 1m30s")
    return seconds


def parse_size(text: str) -> int:
    """Return the bytes of a size such as `512MiB` or `1GB`.

    Raises:
        ValueError: it is not a size, not positive, or not finite.
    """
    match = _SIZE.fullmatch(text.strip())
    exact = float(match[1]) * _BYTES[match[2]] if match else 0.0
    size = round(exact) if exact < math.inf else 0
    if size <= 0:
        raise ValueError(f"{text!r} is not a size; write it like 512MiB or 1GB")
    return size


def parse_growth(text: str) -> float:
    """Return the fraction of a tolerated growth such as `10%` or `150%`.

    Raises:
        ValueError: it is not a percentage above 0.
    """
    match = _PERCENT.fullmatch(text.strip())
    fraction = float(match[1]) / 100 if match else 0.0
    if not 0 < fraction < math.inf:
        raise ValueError(f"{text!r} is not a percentage above 0; write it like 10%")
    return fraction


def parse_percent(text: str) -> float:
    """Return the fraction of a percentage such as `85%`.

    Raises:
        ValueError: it is not a percentage above 0 and below 100.
    """
    match = _PERCENT.fullmatch(text.strip())
    fraction = float(match[1]) / 100 if match else 0.0
    if not 0 < fraction < 1:
        raise ValueError(f"{text!r} is not a percentage; write it like 85%, above 0 and below 100")
    return fraction


def format_duration(seconds: float) -> str:
    """Return a duration in at most three significant digits; from 100 s on in whole seconds or minutes.

    `8.1 ms`, `812 ms`, `1.04 s`, `2 m 05 s`, `1 h 30 m`; `n/a` for a number that is not finite.
    """
    if not math.isfinite(seconds):
        return "n/a"
    sign = "-" if seconds <= -_LEAST_SHOWN_S else ""  # a value that rounds to zero has no sign
    return sign + _format_seconds(abs(seconds))


def format_difference(seconds: float) -> str:
    """Return a difference of durations with its sign: `+205 ms`."""
    return f"{'-' if seconds < 0 else '+'}{format_duration(abs(seconds))}"


def format_about(seconds: float) -> str:
    """Return an estimated duration, no more precise than it is: `5 s`, `40 s`, `3 min`, `1 h 20 min`.

    Durations of more than 10 s are rounded to 10 s, from 100 s on to minutes, from 1 h on to 10 minutes.
    """
    if seconds < 100:
        step = 1 if seconds <= 10 else 10
        return f"{max(1, round(seconds / step) * step)} s"
    minutes = round(seconds / 60) if seconds < 3600 else round(seconds / 600) * 10
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def _format_seconds(seconds: float) -> str:
    if seconds < 0.9995:
        milliseconds = seconds * 1000
        return f"{milliseconds:.1f} ms" if milliseconds < 9.95 else f"{milliseconds:.0f} ms"
    if seconds < 9.995:
        return f"{seconds:.2f} s"
    if seconds < 99.95:
        return f"{seconds:.1f} s"
    if seconds < 3599.5:
        minutes, rest = divmod(round(seconds), 60)
        return f"{minutes} m {rest:02d} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes:02d} m"


def format_size(size_bytes: float) -> str:
    """Return a size in binary units: `812 KiB`, `64.0 MiB`, `1.50 GiB`; `n/a` for a number that is not finite."""
    if not math.isfinite(size_bytes):
        return "n/a"
    sign = "-" if size_bytes < -0.5 else ""
    return sign + _format_bytes(abs(size_bytes))


def _format_bytes(size_bytes: float) -> str:
    # A unit ends half a step before 1024, so that rounding never shows `1024 KiB`.
    if size_bytes < 1023.5:
        return f"{size_bytes:.0f} B"
    if size_bytes < 1023.5 * 2**10:
        return f"{size_bytes / 2**10:.0f} KiB"
    if size_bytes < 99.95 * 2**20:
        return f"{size_bytes / 2**20:.1f} MiB"
    if size_bytes < 1023.5 * 2**20:
        return f"{size_bytes / 2**20:.0f} MiB"
    return f"{size_bytes / 2**30:.2f} GiB"


def format_ratio(ratio: float) -> str:
    """Return a ratio as a signed percentage: `+12 %`, `-3.4 %`, `+0.0 %`; `n/a` for a number that is not finite."""
    if not math.isfinite(ratio):
        return "n/a"
    percent = (ratio - 1) * 100
    if abs(percent) < 9.95:
        return f"{round(percent, 1) + 0.0:+.1f} %"  # adding zero removes the sign of -0.0
    return f"{percent:+.0f} %"


def format_percent(fraction: float) -> str:
    """A fraction as a percentage, without a sign if it is positive: `12 %`, `3.4 %`."""
    return format_ratio(1 + fraction).removeprefix("+")
