"""Causes of slow collection: one file a cause, and one line in CAUSES."""

from collectbench.causes import bytecode_disabled, bytecode_stale, bytecode_unwritable, gc_passes
from collectbench.causes.candidate import Candidate, Claim, claims_on
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence

CAUSES: tuple[Cause, ...] = (
    bytecode_disabled.CAUSE,
    bytecode_unwritable.CAUSE,
    bytecode_stale.CAUSE,
    gc_passes.CAUSE,
)
"""All causes. If two of them claim the same second, it belongs to the one that stands first."""

__all__ = ["CAUSES", "Candidate", "Cause", "Claim", "Evidence", "claims_on"]
