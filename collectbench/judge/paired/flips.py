"""The statistic, and its sign-flip test: how far does it stray if base and head swap names by chance?"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

USUAL_WEIGHT = 2
_ENUMERATED = 4096
_FLIPS_PER_ERROR = 10
_LEAST_ERROR = 1e-6
_ENOUGH = 200
"""Once so many flips exceed the observed statistic, its p-value is not small."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tails:
    """The shares of flips whose statistic is at least, and at most, the observed one, which is among them."""

    at_least: float
    at_most: float


def sign_flip(
    base: Sequence[float],
    head: Sequence[float],
    *,
    over: float,
    under: float,
    source: random.Random,
    weight: int = USUAL_WEIGHT,
) -> Tails:
    """The p-values of the tests that head is not larger (`at_least`), and not smaller (`at_most`), than base.

    Args:
        base: values on the scale of the comparison, pair by pair.
        head: as many.
        over: the error that `at_least` will be compared with. If not all flips are taken, there are enough for it; all
            are taken if there are no more than that.
        under: the same for `at_most`.
        source: of random flips.
        weight: of the smaller half, see `difference`.
    """
    count = len(base)
    if not count:
        return Tails(at_least=1.0, at_most=1.0)
    # The statistic grows with each figure of head and falls with each of base. So if head is larger in each pair, any
    # swap makes it smaller, and the observed one is the largest of all: that is known without any flip.
    pairs = list(zip(base, head, strict=True))
    if all(base_value < head_value for base_value, head_value in pairs):
        return Tails(at_least=0.5**count, at_most=1.0)
    if all(base_value > head_value for base_value, head_value in pairs):
        return Tails(at_least=1.0, at_most=0.5**count)
    observed = difference(base, head, weight)
    wanted_over, wanted_under = (math.ceil(_FLIPS_PER_ERROR / max(error, _LEAST_ERROR)) for error in (over, under))
    if 2**count <= _ENUMERATED:
        return _tails_of_all(base, head, weight)
    at_least = at_most = taken = 1
    while (taken < wanted_over and at_least < _ENOUGH) or (taken < wanted_under and at_most < _ENOUGH):
        if taken >= 2**count:  # a small error wants more flips than there are: 20 pairs have a million
            return _tails_of_all(base, head, weight)
        value = _flipped_difference(base, head, source.getrandbits(count), weight)
        taken, at_least, at_most = taken + 1, at_least + (value >= observed), at_most + (value <= observed)
    return Tails(at_least=at_least / taken, at_most=at_most / taken)


def _tails_of_all(base: Sequence[float], head: Sequence[float], weight: int) -> Tails:
    """The tails by all flips, of which there are 2 to the number of pairs."""
    observed, number = difference(base, head, weight), 2 ** len(base)
    at_least = at_most = 0
    for mask in range(number):
        value = _flipped_difference(base, head, mask, weight)
        at_least, at_most = at_least + (value >= observed), at_most + (value <= observed)
    return Tails(at_least=at_least / number, at_most=at_most / number)


def difference(base: Sequence[float], head: Sequence[float], weight: int = USUAL_WEIGHT) -> float:
    """Head less base: the difference of the means, in which each value of the smaller half counts `weight` times.

    Exactly the same for the same values in any order, since fsum rounds only once.
    """
    half = (len(base) + 1) // 2
    totals = [math.fsum((*values, *sorted(values)[:half] * (weight - 1))) for values in (base, head)]
    return (totals[1] - totals[0]) / (len(base) + (weight - 1) * half)


def _flipped_difference(base: Sequence[float], head: Sequence[float], mask: int, weight: int) -> float:
    """The difference if the pairs whose bit is set in `mask` carry each other's names."""
    sides: tuple[list[float], list[float]] = ([], [])
    for base_value, head_value in zip(base, head, strict=True):
        flip = mask & 1
        sides[flip].append(base_value)
        sides[1 - flip].append(head_value)
        mask >>= 1
    return difference(*sides, weight)
