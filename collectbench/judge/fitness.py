"""Concludes from a checkup whether the machine is fit to measure."""

from __future__ import annotations

from collectbench.model.doctor import Checkup, Condition, SelfComparison
from collectbench.model.sample import Status
from collectbench.model.units import format_percent

_FALSE_ALARMS = 0.05
"""The share of comparisons with itself that may fail. The test allows 1 %; 200 relabellings estimate that roughly."""


def conclude(checkup: Checkup) -> str:
    """One sentence: whether the machine is fit to measure, and why."""
    warned = [found.name for found in checkup.examinations if found.condition is Condition.WARNING]
    compared = checkup.self_comparison
    if compared is None:
        return _unknown("no target was compared with itself", warned)
    if reason := _why_unknown(compared):
        return _unknown(reason, warned)
    if compared.failed > _FALSE_ALARMS * compared.relabellings:
        alarms = f"{compared.failed} of {compared.relabellings} comparisons of a target with itself fail"
        return f"This machine is not fit to measure: {alarms}{_perhaps(warned)}."
    return _by_noise(compared, warned)


def _by_noise(compared: SelfComparison, warned: list[str]) -> str:
    allowed = compared.margin or 0.0
    margin = f"the {format_percent(allowed)} margin"
    suitable = (sight for sight in compared.sights if sight.margin is not None and sight.margin <= allowed)
    if sight := next(suitable, None):
        fit = f"with {sight.pairs} pairs, an unchanged target passes {margin} in four of five comparisons"
        warnings = f"; but see the warnings ({', '.join(warned)})" if warned else ""
        return f"This machine is fit to measure: {fit}{warnings}."
    pairs = compared.sights[-1].pairs if compared.sights else compared.pairs
    noisy = f"with {pairs} pairs, an unchanged target is inconclusive in more than one of five comparisons"
    return f"This machine is not fit to measure with {margin}: {noisy}{_perhaps(warned)}."


def _why_unknown(compared: SelfComparison) -> str:
    if compared.message:
        return f"{compared.target} could not be collected"
    if compared.status is Status.EMPTY:
        return f"there is no test in {compared.target}"
    if not compared.relabellings:
        pairs = "1 pair decides" if compared.pairs == 1 else f"{compared.pairs} pairs decide"
        return f"{pairs} nothing"
    return ""


def _unknown(reason: str, warned: list[str]) -> str:
    warnings = f"; see the warnings ({', '.join(warned)})" if warned else "; no check of the machine warns"
    return f"It is unknown whether this machine is fit to measure: {reason}{warnings}."


def _perhaps(warned: list[str]) -> str:
    return f", perhaps because of {', '.join(warned)}" if warned else ""
