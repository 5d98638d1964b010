"""Verdicts, each with its reasons."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from collectbench.model.cost import Cost
from collectbench.model.file_moves import FileMoves
from collectbench.model.omission import OMIT_DEFAULT
from collectbench.model.run import Environment, Run, Tool
from collectbench.model.sample import Counts
from collectbench.model.shard import Shard


class Verdict(str, Enum):
    """The five answers. `incomparable` concerns only a change; budgets are still judged."""

    PASS = "pass"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    INCOMPARABLE = "incomparable"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One limit compared with a measured figure, both in the unit that `key` implies.

    `key` is a key of the configuration: `budget`, `memory-budget`, `max-warnings`, `max-errors`, `min-items`, `goal`,
    `goal-reduction`. Goals never fail a gate: `gates` is False for them. `measured` is None if the figure was not
    measured.
    """

    key: str
    limit: float
    measured: float | None
    verdict: Verdict
    reason: str
    gates: bool = True
    reference_s: float | None = None
    """For a limit in seconds, `measured` in reference seconds: as on a machine of nominal speed. None if unknown."""
    warning: str = ""
    """What a reader must know beside the verdict, for example that the check only passes on a fast machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """All limits of a target; `verdict` is the worst of those that gate."""

    verdict: Verdict
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Head against base. `ratio` is head CPU time over base CPU time.

    `margin` is the tolerated growth as a fraction (0.1 = 10 %). `minimum_detectable_effect` is the smallest true growth
    (a fraction) that would have been detected as over the margin; None if no growth would.

    Stored comparisons have no pairs and no p-value: they compare the interval with the margin. In paired ones `p_value`
    is that of the test for growth over the margin at the last look, not adjusted for the number of targets. `pairs` is
    0 if the target was not timed, as when nothing changed.

    The wall times are medians, each in seconds as measured and in reference seconds: as on a machine of nominal speed.
    """

    ratio: float | None
    ci95: tuple[float, float] | None
    margin: float
    pairs: int | None
    p_value: float | None
    minimum_detectable_effect: float | None
    verdict: Verdict
    reason: str
    base_wall_s: float | None = None
    head_wall_s: float | None = None
    base_reference_wall_s: float | None = None
    head_reference_wall_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitLocation:
    """A line of head that waits longer than in base, in seconds, or does its operation more often (see `WaitSite`)."""

    path: str
    line: int
    growth_s: float
    operation: str = ""
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """The waiting of the main thread, head against base: medians in seconds, as `Sample.waited_s`.

    `growth_s` is the estimated growth, `ci95_s` its interval, `margin_s` the tolerated growth. `pairs` and
    `p_value` are as in `Change`.
    `minimum_detectable_s` is the smallest true growth that would have been detected as over the margin; None if
    unknown. `exact` is False if the system does not tell waiting from queueing: then the times contain both, and the
    verdict is never `fail`.
    """

    base_s: float | None
    head_s: float | None
    growth_s: float
    ci95_s: tuple[float, float] | None
    margin_s: float
    pairs: int | None
    verdict: Verdict
    reason: str
    p_value: float | None = None
    minimum_detectable_s: float | None = None
    exact: bool = True
    locations: tuple[WaitLocation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewImport:
    """A module that only head imports, and the line that caused the import (see `ImportSite`).

    `line_s` is how long all imports of this line took in a counted round of head; None if that is under 5 ms or
    unknown, and if the line imports modules in base, too.
    """

    module: str
    path: str
    line: int
    line_s: float | None = field(default=None, metadata=OMIT_DEFAULT)


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterChange:
    """One work counter on both sides.

    `new_imports` belongs to the counter `modules`, `new_operations` to `subprocesses` and `sockets`.
    """

    base: int
    head: int
    stable: bool
    new_imports: tuple[NewImport, ...] = ()
    new_operations: tuple[WaitLocation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CountsChange:
    """The counts of both sides; `base` is None without a baseline."""

    base: Counts | None
    head: Counts | None
    same_nodeids: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unaffected:
    """Why a target was not measured: no input of it has changed since a stored run, which vouches for it.

    `baseline` is the name of that run, `created` and `commit` are its own, `files` is the number of files that the
    target read in it.
    """

    baseline: str
    created: str
    commit: str | None
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetComparison:
    """The judgement on one target. `budget` is None without limits, `change` without a baseline."""

    name: str
    verdict: Verdict
    reasons: tuple[str, ...]
    budget: Budget | None
    change: Change | None
    counters: dict[str, CounterChange] | None
    counts: CountsChange
    waits: Waits | None = None
    """None without a baseline, or if a side does not hold its waits."""
    remarks: tuple[str, ...] = ()
    """What a reader should know although it decides nothing, such as counters that changed."""
    unaffected: Unaffected | None = field(default=None, metadata=OMIT_DEFAULT)
    """The run that vouches for the target; None if it was measured. Its figures in both runs are of that run."""
    affected: str = field(default="", metadata=OMIT_DEFAULT)
    """Why no run vouches for it, as the end of a sentence; empty if there is no baseline, or nobody looked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """What the answer of a paired comparison cost.

    `measured` and `unaffected` are numbers of targets, the suite among them; `rounds` is the number of child
    processes that collected, `wall_s` the seconds from the begin of the command to its verdict; of merged parts, which
    run side by side, those of the longest.
    """

    measured: int
    unaffected: int
    rounds: int
    wall_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PartTerms:
    """How a part of a paired comparison was judged: with the other parts, it is judged again as a whole.

    `margin` is the tolerated growth of all targets, as a fraction; a short target may grow by more, see `Change`.
    `selected` tells whether targets were named, so that one that only the base has is not missed. `moves` are those of
    the files of vanished targets, None if unknown. `interrupted` tells whether a signal ended the rounds. `notes` are
    those of the comparison that do not follow from its runs.
    """

    margin: float
    selected: bool
    moves: FileMoves | None = None
    interrupted: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A finished judgement. `mode` is `stored` or `paired`; `baseline` is None if only budgets were judged.

    `reasons` count the verdicts; each target has its own reasons. `refusal` says why every change is `incomparable`:
    the environments differ. It is None if they do not differ, or if that was allowed.
    """

    tool: Tool
    created: str
    mode: str
    verdict: Verdict
    reasons: tuple[str, ...]
    baseline: str | None
    environment: Environment
    refusal: str | None = None
    targets: tuple[TargetComparison, ...]
    suite: TargetComparison | None
    notes: tuple[str, ...] = field(default=())
    shard: Shard | None = None
    """The part that was measured (`--shard`); None for a whole run."""
    part_terms: PartTerms | None = field(default=None, metadata=OMIT_DEFAULT)
    """For a part of a paired comparison, what merging the parts needs; None in older files."""
    base_run: Run | None = None
    head_run: Run | None = None
    """For a paired comparison, both sides with all raw samples; the two samples of a pair have its number."""
    effort: Effort | None = field(default=None, metadata=OMIT_DEFAULT)
    """For a paired comparison, what the answer cost, and what was spared."""
    costs: tuple[Cost, ...] = field(default=(), metadata=OMIT_DEFAULT)
    """What the changes cost in a day, if the configuration says how often the tests run."""

    @property
    def rows(self) -> tuple[TargetComparison, ...]:
        """The judgements on all targets, then the one on the suite if there is one."""
        return (*self.targets, *(() if self.suite is None else (self.suite,)))
