"""Where a command stands, in words."""

from __future__ import annotations

from collectbench.measure.session.pace import Outlook
from collectbench.model.units import format_about


def announcement(outlook: Outlook) -> str:
    """How long the command will take, before its first round: `about 40 rounds, about 3 min`."""
    rounds = "1 round" if outlook.rounds == 1 else f"about {outlook.rounds} rounds"
    if outlook.rest_s is None and outlook.rounds == 1:
        return rounds
    if outlook.rest_s is None:
        return f"{rounds}; the first ones tell how long they take"
    return f"{rounds}, about {format_about(outlook.rest_s)}"


def position(outlook: Outlook) -> str:
    """Which round it is: `round 12 of about 40`."""
    return f"round {outlook.round} of about {outlook.rounds}"


def remaining(outlook: Outlook) -> str:
    """How long the rest takes; empty if unknown."""
    return "" if outlook.rest_s is None else f"about {format_about(outlook.rest_s)} to go"
