"""The paired test: is head slower than base by more than the margin, and could it be told?

Base and head are measured in pairs, in an order that a coin decides. Hence the judgement needs no model of the noise:
had the coin fallen otherwise, the two times of a pair would bear each other's name, and all ways in which the coins
could have fallen tell how far the statistic strays by chance alone. Drift, bursts and autocorrelation are the same in
all of them.

- Statistic: difference of the mean logarithms, in which each of the faster half counts twice. Disturbances only add
  time, so the fast end tells more about the program; leaving out the slow end altogether would throw away half of what
  is known where the noise is even. Of the two means alone, neither sees as much (docs/benchmarks.md has the figures).
- Test: sign flips within pairs (Fisher, The Design of Experiments, 1935, chapter III; Pitman, Supplement to the JRSS 4,
  1937), of times from which the margin was divided out. All flips where they are few, else random ones of which the
  observed one is counted as one (Phipson and Smyth, Statistical Applications in Genetics and Molecular Biology 9,
  2010), stopped early where so many exceed that the p-value cannot be small (Besag and Clifford, Biometrika 78, 1991).
- Looks: the error is spent over them, so that together they stay below it (the union bound over a spending function as
  in Lan and DeMets, Biometrika 70, 1983).
- Targets: Holm's step-down procedure (Scandinavian Journal of Statistics 6, 1979), for `fail` only: it bounds the
  chance that any target at all fails without a reason.
- Interval and standard error: bootstrap over pairs (Efron, The Annals of Statistics 7, 1979).

Everything is a pure function of the times and a seed.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist, fmean

from collectbench.judge.change import MARGIN_FLOOR, margin
from collectbench.judge.statistics import median
from collectbench.model.comparison import Verdict

ALPHA = 0.01
"""The chance that any target fails although none grew by more than the margin, over all looks."""

LOOKS = (10, 15, 20)
FURTHER = 5
"""Numbers of pairs at which is looked; and further, as long as there is time, after so many more."""

_FAILING_SPENDS, _PASSING_SPENDS = (0.1, 0.25, 0.9), (0.3, 0.6, 0.9)
"""The share of ALPHA that is spent by the looks of LOOKS; later ones, which a bound on time allows, halve the rest.

Most of what may fail is kept for the last look, where there are most pairs to tell by; what passes should do so early.
"""

_ENUMERATED = 4096
_FLIPS_PER_ERROR = 10
_LEAST_ERROR = 1e-6
_ENOUGH = 200
"""So many flips that exceed the observed statistic settle that its p-value is not small."""

_RESAMPLES = 1000
_POWER = 0.8
"""A detectable effect is seen in four of five such comparisons: the custom in planning experiments."""

_FEW_PAIRS = 3
"""Divided by the number of pairs, the share by which few of them see less than the normal approximation says."""

_REFERENCE_DIFFERS = 0.05
"""The p-value at which the reference workload counts as different: it only ever turns a `fail` into doubt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One block: CPU seconds of base and head, and of the reference workload beside each, None where it did not run."""

    base_s: float
    head_s: float
    base_reference_s: float | None = None
    head_reference_s: float | None = None

    @property
    def is_usable(self) -> bool:
        """Whether both times are times: a clock that was set back, or a system that tells nothing, yields none."""
        return all(0 < time_s < math.inf for time_s in (self.base_s, self.head_s))


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What is known of one target.

    Attributes:
        name: the target.
        pairs: usable pairs, in the order in which they were measured.
        decided: `pass` or `fail` once that is sure; it is then measured no more, and keeps its p-values.
        p_over: of the test against "head is slower by at most the margin", at the last look.
        p_under: of the test against "head is slower by at least the margin", at the last look.
        level: the error that Holm granted this target at the last look at which it could have failed; 0 for none.
        contaminated: whether a `fail` was withheld since the machine itself was slower for the head.
    """

    name: str
    pairs: tuple[Pair, ...] = ()
    decided: Verdict | None = None
    p_over: float = 1.0
    p_under: float = 1.0
    level: float = 0.0
    contaminated: bool = False

    def after(self, pair: Pair) -> Trial:
        """The trial with one more pair."""
        return replace(self, pairs=(*self.pairs, pair))


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """All targets that are timed, and how much of the error their looks have spent."""

    trials: Mapping[str, Trial]
    margin_floor: float = MARGIN_FLOOR
    alpha: float = ALPHA
    seed: int = 0
    looks: int = 0
    spent_over: float = 0.0
    spent_under: float = 0.0

    @property
    def live(self) -> tuple[str, ...]:
        """The targets that are not decided."""
        return tuple(name for name, trial in self.trials.items() if trial.decided is None)

    def with_trial(self, trial: Trial) -> Panel:
        """The panel with this trial in place of the one of that name."""
        return replace(self, trials={**self.trials, trial.name: trial})

    @property
    def next_look(self) -> int:
        """The number of pairs at which to look next."""
        return LOOKS[self.looks] if self.looks < len(LOOKS) else LOOKS[-1] + FURTHER * (self.looks - len(LOOKS) + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Head over base: the ratio, its 95 % interval, and the standard error of its logarithm."""

    ratio: float
    ci95: tuple[float, float]
    log_error: float


def look(panel: Panel, *, last: bool = False) -> Panel:
    """Judge all targets that are not decided by the pairs that they have; `last` spends all of the error that is left.

    A look at which no flips could be as rare as Holm asks spends nothing of the error of `fail`.
    """
    over = panel.alpha * (1.0 if last else _spent_by(_FAILING_SPENDS, panel.looks)) - panel.spent_over
    under = panel.alpha * (1.0 if last else _spent_by(_PASSING_SPENDS, panel.looks)) - panel.spent_under
    judged = {name: _tested(panel, trial, over, under) for name, trial in panel.trials.items()}
    granted = holm({name: trial.p_over for name, trial in judged.items()}, over)
    can_fail = {name for name in panel.live if 0.5 ** len(judged[name].pairs) <= granted[name].level}
    for name in panel.live:
        trial = judged[name]
        if name in can_fail:
            trial = replace(trial, level=granted[name].level, contaminated=False)
            if granted[name].rejected:
                trial = _failed(trial, panel)
        if trial.decided is None and trial.pairs and trial.p_under <= under:
            trial = replace(trial, decided=Verdict.PASS)
        judged[name] = trial
    return replace(
        panel,
        trials=judged,
        looks=panel.looks + 1,
        spent_over=panel.spent_over + (over if can_fail else 0.0),
        spent_under=panel.spent_under + under,
    )


def tolerated(trial: Trial, margin_floor: float) -> float:
    """The growth that is tolerated, as a fraction: `margin` of the base times."""
    return margin(median([pair.base_s for pair in trial.pairs]), margin_floor)


def estimate(trial: Trial, seed: int) -> Estimate:
    """The ratio with a percentile bootstrap interval over pairs; at least one pair is needed."""
    source = random.Random(f"{seed}/bootstrap/{trial.name}")
    count = len(trial.pairs)
    found = sorted(
        _log_ratio([trial.pairs[index] for index in source.choices(range(count), k=count)]) for _ in range(_RESAMPLES)
    )
    mean = fmean(found)
    return Estimate(
        ratio=math.exp(_log_ratio(trial.pairs)),
        ci95=(math.exp(found[int(0.025 * _RESAMPLES)]), math.exp(found[int(0.975 * _RESAMPLES)])),
        log_error=math.sqrt(math.fsum((value - mean) ** 2 for value in found) / (_RESAMPLES - 1)),
    )


def detectable_effect(trial: Trial, panel: Panel, log_error: float) -> float | None:
    """The smallest true growth (a fraction) that would fail in four of five comparisons as noisy as this one.

    What was decided early is told by the number of pairs that would have been taken otherwise. `log_error` is that of
    the pairs that were taken. None where no growth could have failed.
    """
    taken = len(trial.pairs)
    if trial.decided is None:
        pairs, level = taken, trial.level
    else:
        pairs = max(taken, LOOKS[-1])
        level = panel.alpha * (1 - _FAILING_SPENDS[-2]) / len(panel.trials)
    return detectable(tolerated(trial, panel.margin_floor), log_error * math.sqrt(taken / pairs), pairs, level)


def detectable(tolerated_growth: float, log_error: float, pairs: int, level: float) -> float | None:
    """The smallest true growth (a fraction) that would fail in four of five comparisons.

    Normal approximation: beyond the margin lie as many standard errors as the test's level and that power ask for,
    and a little more for few pairs, whose bootstrap is narrow and whose flips are coarse: simulated in the tests.
    None where so few pairs can never reach `level`.
    """
    if not 0 < level < 1 or 0.5**pairs > level:
        return None
    normal = NormalDist()
    distance = (normal.inv_cdf(1 - level) + normal.inv_cdf(_POWER)) * (1 + _FEW_PAIRS / pairs)
    return (1 + tolerated_growth) * math.exp(distance * log_error) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What Holm's procedure says of one hypothesis: the error that its p-value was held against, and the outcome."""

    level: float
    rejected: bool


def holm(p_values: Mapping[str, float], alpha: float) -> dict[str, Granted]:
    """Holm's step-down procedure: the chance of any false rejection is at most `alpha`.

    The smallest p-value is held against `alpha` over the number of hypotheses, the next one against `alpha` over those
    that are left, and so on; with the first that is not rejected, none of the others is.
    """
    granted: dict[str, Granted] = {}
    rejecting, left = True, len(p_values)
    for name in sorted(p_values, key=lambda name: (p_values[name], name)):
        level = alpha / left
        rejecting = rejecting and p_values[name] <= level
        granted[name] = Granted(level=level, rejected=rejecting)
        left -= rejecting
    return granted


@dataclass(frozen=True, slots=True, kw_only=True)
class Tails:
    """The shares of flips whose statistic is at least, and at most, the observed one, which is among them."""

    at_least: float
    at_most: float


def sign_flip(
    base: Sequence[float], head: Sequence[float], *, over: float, under: float, source: random.Random
) -> Tails:
    """The p-values of the tests that head is not larger (`at_least`), and not smaller (`at_most`), than base.

    Args:
        base: logarithms, pair by pair.
        head: as many.
        over: the error against which `at_least` is to be held; where not all flips are taken, enough for that are.
        under: the same for `at_most`.
        source: of random flips.
    """
    count = len(base)
    if not count:
        return Tails(at_least=1.0, at_most=1.0)
    observed = _difference(base, head)
    wanted_over, wanted_under = (math.ceil(_FLIPS_PER_ERROR / max(error, _LEAST_ERROR)) for error in (over, under))
    if 2**count <= _ENUMERATED:
        all_flips = [_flipped_difference(base, head, mask) for mask in range(2**count)]
        return Tails(
            at_least=sum(value >= observed for value in all_flips) / 2**count,
            at_most=sum(value <= observed for value in all_flips) / 2**count,
        )
    at_least = at_most = taken = 1
    while (taken < wanted_over and at_least < _ENOUGH) or (taken < wanted_under and at_most < _ENOUGH):
        value = _flipped_difference(base, head, source.getrandbits(count))
        taken, at_least, at_most = taken + 1, at_least + (value >= observed), at_most + (value <= observed)
    return Tails(at_least=at_least / taken, at_most=at_most / taken)


def _spent_by(shares: Sequence[float], looks: int) -> float:
    if looks < len(shares):
        return shares[looks]
    return 1 - (1 - shares[-1]) * 0.5 ** (looks - len(shares) + 1)


def _tested(panel: Panel, trial: Trial, over: float, under: float) -> Trial:
    """The trial with its p-values by now; a decided one, or one without pairs, keeps those that it has."""
    if trial.decided is not None or not trial.pairs:
        return trial
    allowed = math.log1p(tolerated(trial, panel.margin_floor))
    tails = sign_flip(
        [math.log(pair.base_s) for pair in trial.pairs],
        [math.log(pair.head_s) - allowed for pair in trial.pairs],
        over=over / len(panel.trials),
        under=under,
        source=random.Random(f"{panel.seed}/{panel.looks}/{trial.name}"),
    )
    return replace(trial, p_over=tails.at_least, p_under=tails.at_most)


def _failed(trial: Trial, panel: Panel) -> Trial:
    """The trial with its `fail`, unless the machine itself accounts for it."""
    if is_contaminated(trial, panel.margin_floor, panel.seed):
        return replace(trial, contaminated=True)
    return replace(trial, decided=Verdict.FAIL)


def is_contaminated(trial: Trial, margin_floor: float, seed: int) -> bool:
    """Whether the reference workload was slower beside the head, and without that the growth is within the margin."""
    slower = reference_ratio(trial)
    if slower is None or slower <= 1:
        return False
    times = _with_reference(trial)
    tails = sign_flip(
        [math.log(base) for base, _ in times],
        [math.log(head) for _, head in times],
        over=_REFERENCE_DIFFERS,
        under=1.0,
        source=random.Random(f"{seed}/reference/{trial.name}"),
    )
    remaining = math.exp(_log_ratio(trial.pairs)) / slower
    return tails.at_least <= _REFERENCE_DIFFERS and remaining <= 1 + tolerated(trial, margin_floor)


def reference_ratio(trial: Trial) -> float | None:
    """Head over base time of the reference workload; None where it did not run beside any pair."""
    times = _with_reference(trial)
    if not times:
        return None
    return math.exp(_difference([math.log(base) for base, _ in times], [math.log(head) for _, head in times]))


def _with_reference(trial: Trial) -> list[tuple[float, float]]:
    times = ((pair.base_reference_s, pair.head_reference_s) for pair in trial.pairs)
    return [(base, head) for base, head in times if base and head]


def _log_ratio(pairs: Sequence[Pair]) -> float:
    return _difference([math.log(pair.base_s) for pair in pairs], [math.log(pair.head_s) for pair in pairs])


def _difference(base: Sequence[float], head: Sequence[float]) -> float:
    """Head less base: the mean logarithm, in which each of the faster half counts twice.

    Exactly the same for the same values in any order, since fsum rounds but once.
    """
    half = (len(base) + 1) // 2
    totals = [math.fsum((*values, *sorted(values)[:half])) for values in (base, head)]
    return (totals[1] - totals[0]) / (len(base) + half)


def _flipped_difference(base: Sequence[float], head: Sequence[float], mask: int) -> float:
    """The difference where the pairs whose bit is set in `mask` bear each other's names."""
    sides: tuple[list[float], list[float]] = ([], [])
    for one, other in zip(base, head, strict=True):
        flip = mask & 1
        sides[flip].append(one)
        sides[1 - flip].append(other)
        mask >>= 1
    return _difference(*sides)
