"""Which of several interventions for one finding counts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from collectbench.experiments import INTERVENTIONS, Arms
from collectbench.model.diagnosis import PROVEN, REFUTED, Experiment
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


class Proven(Scripted):
    """A series whose experiments are proven; tests end differently with some of them."""

    def tried(self, attempt: Attempt) -> Tried:
        found = super().tried(attempt)
        return replace(found, experiment=replace(found.experiment, verdict=PROVEN))

    def with_net(self, experiment: Experiment, arms: Arms | None) -> Experiment:
        is_other = experiment.intervention.endswith("other tests")
        return replace(experiment, verdict=REFUTED if is_other else experiment.verdict)


@pytest.mark.parametrize(
    ("arguments", "chosen", "verdict"),
    [
        (["same tests", "same tests"], 0, PROVEN),
        (["other tests", "same tests"], 1, PROVEN),
        (["other tests", "other tests", "same tests"], 2, PROVEN),
        (["other tests", "other tests"], 0, REFUTED),
    ],
)
def test_if_tests_end_differently_the_next_intervention_has_its_turn(arguments, chosen, verdict) -> None:
    series = Proven(laboratory=None, project=None, target=None, rounds=(), work=Path("/"))  # type: ignore[arg-type]
    attempts = [Attempt(kind=replace(PAUSED, id=str(number)), argument=text) for number, text in enumerate(arguments)]
    first = series.tried(attempts[0])
    found = series.or_later(series.netted(first), first, attempts)
    assert (attempts.index(found.attempt), found.experiment.verdict) == (chosen, verdict)
