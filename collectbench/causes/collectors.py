"""The time of collectors: what they do themselves, and what hooks of pytest do while they run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from collectbench.attribution.parts import Part
from collectbench.causes.candidate import Claim
from collectbench.causes.evidence import Evidence
from collectbench.causes.hooks import Owner, owner_of


def claims_on_collectors(evidence: Evidence, frames: Collection[int]) -> tuple[Claim, ...]:
    """Returns the time of some collectors.

    pytest calls `collect()` in a hook, so its time is that of a hook of pytest; samples tell which collector ran.
    """
    own = [Claim(Part("frame", frame)) for frame in frames]
    seconds = defaultdict[Part, float](float)
    of_pytest = {part for part, hook in evidence.hooks() if owner_of(evidence, hook) is Owner.PYTEST}
    for stack in evidence.stacks:
        if stack.frame in frames and stack.part in of_pytest:
            seconds[stack.part] += stack.seconds
    return (*own, *(Claim(part, spent) for part, spent in seconds.items()))
