"""The three results that a check can have."""

from __future__ import annotations

from dataclasses import dataclass

from collectbench.model.doctor import Condition
from collectbench.model.reason import Reason, Remedy


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The result of one check. `advice` is None unless the condition is a warning."""

    name: str
    condition: Condition
    fact: str
    advice: Reason | None = None


def fine(name: str, fact: str) -> Finding:
    """Nothing disturbs measurements."""
    return Finding(name=name, condition=Condition.OK, fact=fact)


def warn(name: str, fact: str, advice: str, *remedies: Remedy) -> Finding:
    """Something spoils figures. `advice` says what to do about it, `remedies` which commands help."""
    return Finding(name=name, condition=Condition.WARNING, fact=fact, advice=Reason(advice, remedies))


def unknown(name: str, fact: str) -> Finding:
    """This system does not provide the figure."""
    return Finding(name=name, condition=Condition.UNKNOWN, fact=fact)
