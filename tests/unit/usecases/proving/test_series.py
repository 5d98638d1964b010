"""Which of several interventions for one finding counts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from collectbench.experiments import INTERVENTIONS, Arms
from collectbench.model.diagnosis import Experiment
from collectbench.model.intervention import NOTHING
from collectbench.usecases.proving.combining import Tried
from collectbench.usecases.proving.options import Attempt
from collectbench.usecases.proving.series import Series

PAUSED = next(kind for kind in INTERVENTIONS if kind.id == "collector-paused")


class Scripted(Series):
    """A series whose experiments are known: the argument of an attempt says what becomes of it."""

    def tried(self, attempt: Attempt) -> Tried:
        experiment = Experiment(
            intervention=attempt.text,
            pairs=7 if attempt.argument == "measured" else 0,
            saving_s=0.0,
            ci95=None,
            same_nodeids=True,
            same_errors=True,
            verdict="refuted",
        )
        arms = None if attempt.argument == "not made" else Arms(base=NOTHING)
        return Tried(attempt=attempt, experiment=experiment, arms=arms)


@pytest.mark.parametrize(
    ("arguments", "chosen"),
    [
        (["measured", "not made"], 0),
        (["not made", "without effect", "measured", "measured"], 2),
        (["not made", "without effect", "not made"], 1),
        (["not made", "not made"], 0),
    ],
)
def test_the_first_one_of_which_pairs_are_measured_counts(arguments, chosen) -> None:
    series = Scripted(laboratory=None, project=None, target=None, rounds=(), work=Path("/"))  # type: ignore[arg-type]
    attempts = [Attempt(kind=replace(PAUSED, id=str(number)), argument=text) for number, text in enumerate(arguments)]
    assert series.first_tried(attempts).attempt is attempts[chosen]
