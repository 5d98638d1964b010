"""How much of the error the looks may spend: the shares, look by look."""

from __future__ import annotations

from collections.abc import Sequence

UNDER_SHARES = (0.3, 0.6, 0.9)
OVER_SHARES = (0.125, 0.3, 0.9)
WAIT_SHARES = (0.5, 0.8, 0.95)
"""The share of the error that the looks of `LOOKS` have spent by then. Later looks each spend half of the rest.

`UNDER` should be decided early. Most of the error of `OVER` is kept for the last look, which has the most pairs: there
the noise of CPU time needs it. Waits hardly vary, so their error goes to the first look at which 2^-k is rare enough.
With 10 pairs that is 0.00098: 12.5 % of the 0.8 % for CPU time, half of the 0.2 % for waits.
"""


def spent_by(shares: Sequence[float], looks: int) -> float:
    """The share that is spent after the look of this number, from 0."""
    if looks < len(shares):
        return shares[looks]
    return 1 - (1 - shares[-1]) * 0.5 ** (looks - len(shares) + 1)
