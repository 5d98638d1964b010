"""Takes traced rounds of subsets of targets: lap by lap, and in random order within a lap."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from collectbench.judge.verdicts import WITHOUT_COLLECTION
from collectbench.measure.process.clock import now_ns
from collectbench.measure.round.bench import Bench
from collectbench.measure.round.request import RoundRequest
from collectbench.measure.round.round import Round
from collectbench.measure.session.pace import Pace
from collectbench.measure.session.round_runner import Announcement, Observer, OutOfTime, RoundRunner, trees_put_back
from collectbench.model.sample import RoundKind
from collectbench.model.subsets import Subset


@dataclass(slots=True, kw_only=True)
class SubsetSession:
    """One traced round of each subset.

    Attributes:
        bench: the place and the means of all rounds.
        subsets: what is measured, of all targets.
        seed: decides the order within each lap.
        deadline_ns: no round begins at or after this moment of the clock; None for no limit.
        observer: learns of each round.
        keep: takes each finished round, which the session does not hold: traces are large.
        clock_ns: reads the clock.
        pace: how long earlier rounds took, by the names of the subsets' targets.
        failed: the round that was not collected, by its target, whose further subsets are omitted.
        out_of_time: whether the deadline ended the session.
    """

    bench: Bench
    subsets: Sequence[Subset]
    seed: int
    deadline_ns: int | None
    observer: Observer
    keep: Callable[[Subset, Round], None]
    clock_ns: Callable[[], int] = now_ns
    pace: Pace = field(default_factory=Pace)
    failed: dict[str, Round] = field(default_factory=dict)
    out_of_time: bool = False

    def run(self) -> None:
        """Take all rounds, or those that begin before the deadline.

        Raises:
            OSError: the interpreter cannot be started.
            Interrupted: a signal arrived.
        """
        order = random.Random(self.seed)
        self.pace.clock_ns = self.clock_ns
        runner = RoundRunner(observer=self.observer, deadline_ns=self.deadline_ns, clock_ns=self.clock_ns)
        left = sorted(self.subsets, key=lambda subset: (subset.lap, order.random()))
        with trees_put_back([self.bench]):
            while left and not self.out_of_time:
                subset = left[0]
                finished = self._take(runner, left)
                if finished is None:
                    self.out_of_time = True
                elif finished.status in WITHOUT_COLLECTION or finished.trace is None:
                    self.failed[subset.of] = finished
                    left = [each for each in left if each.of != subset.of]
                elif not finished.sample.slept:  # else it is taken again
                    self.keep(subset, finished)
                    del left[0]

    def _take(self, runner: RoundRunner, left: Sequence[Subset]) -> Round | None:
        """Take the round of the first subset; None if there is no time left."""
        target = left[0].target
        names = [subset.target.name for subset in left]
        outlook = self.pace.outlook({name: names.count(name) for name in names}, limit_s=runner.rest_s)
        # Each is guarded, so that all pay for it alike, and what only some of the files change is seen as well.
        request = RoundRequest(target=target, kind=RoundKind.TRACED, guarded=True)
        try:
            finished = runner.take(self.bench, request, Announcement(name=target.name, outlook=outlook))
        except OutOfTime:
            return None
        self.pace.took(target.name, finished.sample.wall_s)
        return finished
