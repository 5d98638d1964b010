"""How much of the wall time was queueing for a processor."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collectbench.model.sample import Sample

NOTABLE_SHARE = 0.05
"""The share of the wall time from which queueing is shown."""


def has_queued(samples: Sequence[Sample]) -> bool:
    """Whether queueing took a notable share of the wall time of these rounds together."""
    return sum(sample.queued_s or 0.0 for sample in samples) > NOTABLE_SHARE * sum(sample.wall_s for sample in samples)
