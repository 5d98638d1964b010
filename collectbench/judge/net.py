"""From runs of tests in both arms of an experiment to what is left of its saving."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from collectbench.judge.paired.panel import Decision, Pair, Panel, Trial
from collectbench.judge.paired.saving import Saving, margin_s
from collectbench.judge.proof import FEWEST_FOR_INTERVAL, interval_of, saving
from collectbench.judge.statistics import lower_half_mean, median
from collectbench.judge.verification.arms import Runs
from collectbench.model.diagnosis import INCONCLUSIVE, Experiment
from collectbench.model.net import Net, WorkersNet
from collectbench.model.sample import Sample
from collectbench.model.units import format_duration
from collectbench.model.verification import Case, Outcome

SAVED, MOVED = "saved", "moved"
LEAST_SHARE = 0.05
"""A smaller share of the saving is not called moved: it is the difference of two experiments, which differ by that."""
HALF = 0.5
"""A smaller share of the saving of collection that is left over a full run is called moved."""
WORKERS = (2, 4, 8)
NO_TIME = "no time was left for its first pair"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remaining:
    """The figure of full runs: `Saving`, with the question whether more than half of the collection saving is left.

    So the question does not depend on how long the tests take.

    Attributes:
        collected_s: the saving of collection.
        name: of the figure.
    """

    collected_s: float
    name: str = "remaining"

    def panel(self, *, seed: int, share: float) -> Panel:
        """Return an empty panel; `share` is that of the error."""
        return replace(Saving().panel(seed=seed, share=share), margin=lambda _: HALF * self.collected_s)

    def pair(self, base: Sample, head: Sample) -> Pair | None:
        """Return the figures of one pair; None if the machine slept."""
        return Saving().pair(base, head)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestRuns:
    """Runs of tests in pairs.

    Attributes:
        trial: the pairs, and the decision.
        seed: of the interval.
        base: the tests of each run with the intervention.
        head: those of each run without it.
        out_of_time: whether the time limit ended them.
    """

    __test__ = False

    trial: Trial
    seed: int
    base: Runs = field(default_factory=tuple)
    head: Runs = field(default_factory=tuple)
    out_of_time: bool = False


def unmeasured(reason: str) -> Net:
    """Return what is known without a pair: nothing but the reason."""
    return Net(verdict=INCONCLUSIVE, reason=reason)


def net_of(experiment: Experiment, runs: TestRuns, *, is_paid_again: bool) -> Net:
    """Return what full runs show about a proven saving; without a pair, that it was not measured.

    `is_paid_again` tells whether each worker pays what was moved, such as an import.
    """
    trial = runs.trial
    if not trial.pairs:
        return unmeasured(_no_pair(runs))
    full_run_s = saving(trial.base, trial.head)
    tests = max(map(_count, runs.head), default=0)
    verdict, reason = _verdict(experiment, runs)
    net = Net(
        verdict=verdict,
        reason=reason,
        tests=tests,
        pairs=len(trial.pairs),
        full_run_s=full_run_s,
        ci95=_interval(runs),
        base_walls_s=tuple(trial.base),
        head_walls_s=tuple(trial.head),
    )
    if verdict == INCONCLUSIVE:
        return net
    moved_s = _moved_s(experiment, full_run_s, net.ci95)
    return replace(
        net,
        moved_s=moved_s,
        moved_into=slowed_test(runs.base, runs.head, HALF * moved_s) if moved_s > 0 else "",
        workers=tuple(_of_workers(experiment.saving_s, moved_s, tests if is_paid_again else 1)),
    )


def with_one_file(net: Net, file: str, runs: TestRuns) -> Net:
    """Return the net with what a run of one file saves; without a pair, with the reason."""
    trial = runs.trial
    if not trial.pairs:
        return replace(net, file=file, one_file_reason=_no_pair(runs))
    return replace(
        net,
        file=file,
        one_file_s=saving(trial.base, trial.head),
        one_file_ci95=_interval(runs),
        one_file_pairs=len(trial.pairs),
    )


def _moved_s(experiment: Experiment, full_run_s: float, ci95: tuple[float, float] | None) -> float:
    """The seconds that the tests take longer; 0 if they are too few to be noticed, or the intervals explain them."""
    moved_s = experiment.saving_s - full_run_s
    noticed_s = max(margin_s(lower_half_mean(experiment.head_walls_s)), LEAST_SHARE * experiment.saving_s)
    is_noise = _holds(experiment.ci95, full_run_s) or _holds(ci95, experiment.saving_s)
    return 0.0 if abs(moved_s) < noticed_s or is_noise else moved_s


def _holds(interval: tuple[float, float] | None, seconds: float) -> bool:
    return interval is not None and interval[0] <= seconds <= interval[1]


def _count(cases: Sequence[Case]) -> int:
    """The number of tests that ran."""
    return sum(case.outcome is not Outcome.NOT_RUN for case in cases)


def _no_pair(runs: TestRuns) -> str:
    return NO_TIME if runs.out_of_time else "no pair was measured"


def _verdict(experiment: Experiment, runs: TestRuns) -> tuple[str, str]:
    if runs.trial.decided is Decision.OVER:
        return SAVED, ""
    if runs.trial.decided is Decision.UNDER:
        return MOVED, ""
    if runs.out_of_time:
        return INCONCLUSIVE, f"the time limit was reached after {len(runs.trial.pairs)} pairs"
    return INCONCLUSIVE, f"indistinguishable from half of {format_duration(experiment.saving_s)}"


def _interval(runs: TestRuns) -> tuple[float, float] | None:
    return interval_of(runs.trial, runs.seed) if len(runs.trial.pairs) >= FEWEST_FOR_INTERVAL else None


def slowed_test(base: Runs, head: Runs, least_s: float) -> str:
    """Return the id of the test that takes most longer in base, by medians over the runs; empty if below `least_s`."""
    base_s, head_s = _durations_s(base), _durations_s(head)
    longer_s = {nodeid: base_s[nodeid] - head_s[nodeid] for nodeid in head_s if nodeid in base_s}
    most = max(longer_s, key=longer_s.__getitem__, default="")
    return most if most and longer_s[most] >= least_s else ""


def _durations_s(runs: Runs) -> dict[str, float]:
    found: dict[str, list[float]] = {}
    for run in runs:
        for case in run:
            found.setdefault(case.nodeid, []).append(case.duration_s)
    return {nodeid: median(durations) for nodeid, durations in found.items()}


def _of_workers(saving_s: float, moved_s: float, payers: int) -> Iterator[WorkersNet]:
    """Yield what workers save together: each saves the collection, and some pay what was moved into the tests.

    What the tests take less is saved once, since workers share them.
    """
    for workers in WORKERS:
        paying = max(1, min(workers, payers)) if moved_s > 0 else 1
        whole_s = workers * saving_s
        yield WorkersNet(workers=workers, least_s=whole_s - paying * moved_s, most_s=whole_s - moved_s)
