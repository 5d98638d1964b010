"""The three things that a check may say."""

from __future__ import annotations

from collectbench.model.doctor import Condition, Examination


def fine(name: str, finding: str) -> Examination:
    """Nothing in the way of measuring."""
    return Examination(name=name, condition=Condition.OK, finding=finding)


def warn(name: str, finding: str, remedy: str) -> Examination:
    """Something that spoils figures, and what to do about it."""
    return Examination(name=name, condition=Condition.WARNING, finding=finding, remedy=remedy)


def unknown(name: str, finding: str) -> Examination:
    """This system does not tell."""
    return Examination(name=name, condition=Condition.UNKNOWN, finding=finding)
