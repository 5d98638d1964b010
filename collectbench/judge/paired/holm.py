"""Holm's step-down procedure: many hypotheses share one error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What Holm's procedure says of one hypothesis: the error that its p-value was compared with, and the outcome."""

    level: float
    rejected: bool


def holm(p_values: Mapping[str, float], alpha: float) -> dict[str, Granted]:
    """Decide which hypotheses are rejected. The chance of any false rejection is at most `alpha`.

    The smallest p-value is compared with `alpha` over the number of hypotheses, the next one with `alpha` over the
    number of the remaining ones, and so on. After the first that is not rejected, no other is.
    """
    granted: dict[str, Granted] = {}
    rejecting, left = True, len(p_values)
    for name in sorted(p_values, key=lambda name: (p_values[name], name)):
        level = alpha / left
        rejecting = rejecting and p_values[name] <= level
        granted[name] = Granted(level=level, rejected=rejecting)
        left -= rejecting
    return granted
