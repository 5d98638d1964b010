"""From the paired test's decision on the waits of a target to the judgement on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectbench.judge.paired.change import FEWEST_FOR_INTERVAL, VERDICTS, more_pairs
from collectbench.judge.paired.estimate import detectable_excess, estimate
from collectbench.judge.paired.panel import Decision
from collectbench.judge.statistics import median
from collectbench.judge.wait_locations import wait_locations
from collectbench.judge.waits import NOUNS, UNTOLD, WITHHELD, are_exact, describe_margin, places
from collectbench.model.comparison import Verdict, Waits
from collectbench.model.reason import Action, Reason, Remedy
from collectbench.model.units import format_difference, format_duration

if TYPE_CHECKING:
    from collectbench.judge.paired.change import PairedTerms
    from collectbench.judge.paired.estimate import Estimate
    from collectbench.judge.paired.panel import Trial
    from collectbench.model.run import TargetResult


def paired_waits(base: TargetResult, head: TargetResult, terms: PairedTerms) -> Waits | None:
    """The judgement on the waits of one target; None if it was not timed in pairs."""
    trial = terms.panel.trials.get(head.name)
    if trial is None or not trial.pairs:
        return None
    exact = are_exact((*base.timed(), *head.timed()))
    estimated = estimate(trial, terms.panel)
    excess = detectable_excess(trial, terms.panel, estimated.error)
    margin_s = terms.panel.margin(trial.pairs)
    detectable_s = None if excess is None else margin_s + excess
    verdict = VERDICTS[trial.decided]
    if verdict is Verdict.FAIL and not exact:
        verdict = Verdict.INCONCLUSIVE
    locations = wait_locations(base.waits, head.waits)
    reason = _reason(trial, estimated, detectable_s, terms, exact=exact)
    return Waits(
        base_s=median(trial.base),
        head_s=median(trial.head),
        growth_s=estimated.growth,
        ci95_s=estimated.ci95 if len(trial.pairs) >= FEWEST_FOR_INTERVAL else None,
        margin_s=margin_s,
        pairs=len(trial.pairs),
        verdict=verdict,
        reason=terms.word(reason) + (places(locations) if verdict is Verdict.FAIL else ""),
        p_value=trial.p_over,
        minimum_detectable_s=detectable_s,
        exact=exact,
        locations=locations,
    )


def _reason(
    trial: Trial, estimated: Estimate, detectable_s: float | None, terms: PairedTerms, *, exact: bool
) -> Reason:
    """Why the waits have their verdict, and for an open one what would decide it."""
    pairs = "1 pair" if len(trial.pairs) == 1 else f"{len(trial.pairs)} pairs"
    low, high = map(format_difference, estimated.ci95)
    extent = f"{low} to {high}, {pairs}" if len(trial.pairs) >= FEWEST_FOR_INTERVAL else pairs
    change = f"{NOUNS[exact]} {format_difference(estimated.growth)} ({extent})"
    margin = describe_margin(terms.panel.margin(trial.pairs))
    if trial.decided is Decision.OVER and exact:
        return Reason(f"{change}, over {margin}")
    if trial.decided is Decision.UNDER:
        return Reason(f"{change}, within {margin}")
    if trial.decided is Decision.OVER or trial.contaminated:
        why = WITHHELD if exact else UNTOLD
        return Reason(f"{change}, over {margin}, but {why}", (Remedy(action=Action.MEASURE_AGAIN),))
    more = (more_pairs(trial, terms),)
    if detectable_s is None:
        return Reason(f"{change}: indistinguishable from {margin}; {pairs} cannot show growth of any size here", more)
    detected = f"growth above {format_duration(detectable_s)} would have been detected"
    return Reason(f"{change}: indistinguishable from {margin}; {detected}", more)
