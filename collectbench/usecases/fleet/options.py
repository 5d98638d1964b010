"""How the user wants workers to measure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetOptions:
    """What the user says about the workers.

    Attributes:
        address: of the scheduler.
        pin: whether each measurement has a core of its own.
        show_output: whether workers show all output of pytest where something is wrong.
    """

    address: str
    pin: bool = False
    show_output: bool = False
