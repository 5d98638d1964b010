"""What the experiment on a planted cause came to, from a diagnosis with `--prove`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cause_projects.project import Planted
from collectbench.experiments import INTERVENTIONS

MAX_TIME = "4m"
OPTIONS = ("--prove", "--max-time", MAX_TIME)
PROVEN = "proven"
HEADING = ("", "cause", "intervention", "verdict", "estimated", "proven", "reason")
WIDTHS = (4, 24, 44, 12, 12, 12, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The experiment on one finding; `verdict` is empty if there was none, and `reason` says why it is not proven."""

    planted: Planted
    intervention: str = ""
    verdict: str = ""
    estimated_s: float = 0.0
    proven_s: float = 0.0
    bound: bool = False
    reason: str = ""

    @property
    def is_expected(self) -> bool:
        """Whether an intervention tests the cause, and the project has it so that it can be proven."""
        return bool(interventions_for(self.planted.cause)) and not self.planted.unproven

    @property
    def holds(self) -> bool:
        """Whether the cause is proven, or cannot be here."""
        return self.verdict == PROVEN or not self.is_expected

    @property
    def row(self) -> str:
        """A line of the table."""
        saved = f"{'<= ' if self.bound else ''}{self.proven_s:.3f} s" if self.verdict else ""
        why = "; ".join(filter(None, (self.reason, self.planted.unproven)))
        estimate = f"{self.estimated_s:.3f} s"
        name = self.intervention or "none"
        return row("ok" if self.holds else "FAIL", self.planted.cause, name, self.verdict, estimate, saved, why)


def row(*cells: str) -> str:
    """The cells of a line, below each other."""
    return " ".join(f"{cell:{width}}" if width else cell for cell, width in zip(cells, WIDTHS, strict=True)).rstrip()


def interventions_for(cause: str) -> list[str]:
    """The kinds of interventions that test a cause."""
    return [kind.id for kind in INTERVENTIONS if cause in kind.causes]


def proof_of(planted: Planted, target: dict[str, Any]) -> Proof:
    """The experiment on the finding of the planted cause, the one with the largest saving."""
    mine = [
        each for each in target["findings"] if each["cause"] == planted.cause and planted.subject in each["subject"]
    ]
    if not mine:
        return Proof(planted=planted, reason="the cause is not found")
    tested = [each for each in mine if each["experiment"]]
    best = max(tested or mine, key=lambda each: float(each["estimated_saving_s"]))
    estimated_s, experiment = best["estimated_saving_s"], best["experiment"]
    if not experiment:
        return Proof(planted=planted, estimated_s=estimated_s, reason="no experiment")
    return Proof(
        planted=planted,
        intervention=experiment["intervention"],
        verdict=experiment["verdict"],
        estimated_s=estimated_s,
        proven_s=experiment["saving_s"],
        bound=experiment["bound"],
        reason=experiment["reason"],
    )
