"""From the pairs of an experiment, and what both arms collected, to its verdict."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from collectbench.judge.collected import Unstable, differences
from collectbench.judge.paired.panel import ALPHA, Decision, Panel, Trial
from collectbench.judge.statistics import lower_half_mean
from collectbench.judge.verdicts import WITHOUT_COLLECTION
from collectbench.model.collected_state import CollectedState
from collectbench.model.diagnosis import INCONCLUSIVE, PROVEN, REFUTED, Experiment
from collectbench.model.fixes import Difference, Effect, Permit
from collectbench.model.units import format_duration

RESAMPLES = 2000
FEWEST_FOR_INTERVAL = 6
_OF_IDS = frozenset({Effect.ID_LOST, Effect.ID_GAINED})
_OF_ERRORS = frozenset({Effect.ERROR_GONE, Effect.ERROR_GAINED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sameness:
    """Whether both arms collect the same; `reason` names the first difference, and is empty without one."""

    nodeids: bool = True
    errors: bool = True
    reason: str = ""

    @property
    def holds(self) -> bool:
        """Whether ids and errors are the same."""
        return self.nodeids and self.errors


def sameness(
    head: CollectedState, base: CollectedState, permits: Sequence[Permit] = (), unstable: Unstable | None = None
) -> Sameness:
    """Return whether the arm with the intervention collects the same node ids and errors as the unchanged one.

    Warnings may differ. `unstable` is what differs between two rounds of the unchanged arm.
    """
    if base.status in WITHOUT_COLLECTION and head.status not in WITHOUT_COLLECTION:
        return Sameness(nodeids=False, errors=False, reason=f"nothing is collected with it: {base.message}")
    found = [
        each
        for each in differences(head, base, *(() if unstable is None else (unstable,)))
        if each.effect in _OF_IDS | _OF_ERRORS and not each.is_permitted(permits)
    ]
    if not found:
        return Sameness()
    return Sameness(
        nodeids=all(each.effect not in _OF_IDS for each in found),
        errors=all(each.effect not in _OF_ERRORS for each in found),
        reason=_named(found),
    )


def _named(found: Sequence[Difference]) -> str:
    more = f", and {len(found) - 1} more" if len(found) > 1 else ""
    return f"it changes what is collected: {found[0].effect.value}: {found[0].text}{more}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """An experiment after its last pair.

    Attributes:
        intervention: its name and argument, as `--try` takes them.
        trial: the pairs, and the decision.
        panel: the test that the trial is part of.
        same: whether both arms collect the same.
        bound: whether a fix can save less than the intervention.
        doubt: a reason why the figures say nothing, such as an intervention without effect; empty if there is none.
    """

    intervention: str
    trial: Trial
    panel: Panel
    same: Sameness
    bound: bool = False
    doubt: str = ""


def judged(measured: Measured) -> Experiment:
    """Return the experiment with its verdict and the reason for it."""
    trial, pairs = measured.trial, len(measured.trial.pairs)
    saving_s = saving(trial.base, trial.head) if pairs else 0.0
    interval = interval_of(trial, measured.panel.seed) if pairs >= FEWEST_FOR_INTERVAL else None
    verdict, reason = _verdict(measured)
    return Experiment(
        intervention=measured.intervention,
        pairs=pairs,
        saving_s=saving_s,
        ci95=interval,
        same_nodeids=measured.same.nodeids,
        same_errors=measured.same.errors,
        verdict=verdict,
        reason=reason,
        bound=measured.bound,
        base_walls_s=tuple(trial.base),
        head_walls_s=tuple(trial.head),
    )


def _verdict(measured: Measured) -> tuple[str, str]:
    trial = measured.trial
    if not measured.same.holds:
        return REFUTED, measured.same.reason
    if measured.doubt:
        return INCONCLUSIVE, measured.doubt
    if not trial.pairs:
        return INCONCLUSIVE, "no pair was measured"
    margin = format_duration(measured.panel.margin(trial.pairs))
    if trial.decided is Decision.OVER:
        return PROVEN, ""
    if trial.decided is Decision.UNDER:
        return REFUTED, f"the saving is less than {margin}"
    return INCONCLUSIVE, f"the saving is indistinguishable from {margin}"


def chance_note(experiments: Iterable[Experiment | None]) -> str:
    """Return how many false proofs several experiments give by chance; empty for fewer than two with pairs."""
    count = sum(each is not None and each.pairs > 0 for each in experiments)
    if count < 2:
        return ""
    share, expected = f"{100 * ALPHA:.0f} %", f"{ALPHA * count:.2g}"
    return (
        f"each of the {count} experiments proves what is not there with a chance of {share} at most: at most "
        f"{expected} false proofs are to be expected"
    )


def saving(base_s: Sequence[float], head_s: Sequence[float]) -> float:
    """Return the difference of the lower-half means, in seconds: what the intervention saves."""
    return lower_half_mean(head_s) - lower_half_mean(base_s)


def interval_of(trial: Trial, seed: int) -> tuple[float, float]:
    """Return the 95 % percentile bootstrap interval of the saving, over pairs (Efron 1979)."""
    source, count = random.Random(f"{seed}/saving/{trial.name}"), len(trial.pairs)
    base, head = trial.base, trial.head
    resampled = []
    for _ in range(RESAMPLES):
        chosen = source.choices(range(count), k=count)
        resampled.append(saving([base[index] for index in chosen], [head[index] for index in chosen]))
    resampled.sort()
    return resampled[int(0.025 * RESAMPLES)], resampled[int(0.975 * RESAMPLES)]
