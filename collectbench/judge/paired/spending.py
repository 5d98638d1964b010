"""How much of the error the looks may spend: the shares, look by look."""

from __future__ import annotations

from collections.abc import Sequence

OVER_SHARES, UNDER_SHARES = (0.1, 0.25, 0.9), (0.3, 0.6, 0.9)
"""The share of the error that the looks of `LOOKS` have spent by then. Later looks each spend half of the rest.

Most of the error of `OVER` is kept for the last look, which has the most pairs. `UNDER` should be decided early.
"""


def spent_by(shares: Sequence[float], looks: int) -> float:
    """The share that is spent after the look of this number, from 0."""
    if looks < len(shares):
        return shares[looks]
    return 1 - (1 - shares[-1]) * 0.5 ** (looks - len(shares) + 1)
