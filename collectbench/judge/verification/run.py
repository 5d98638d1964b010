"""What the processes of one target yielded, ready to be judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from collectbench.judge.verification.recorded import Recorded
from collectbench.model.collected_state import CollectError
from collectbench.model.sample import Status
from collectbench.model.verification import Case, Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRun:
    """One target after its run.

    Attributes:
        name, paths, choice: of the target.
        node_ids_from: the directory that its node ids are relative to, itself relative to the root.
        recorded: what it is compared with.
        cases: the tests of the first run, in pytest's order.
        reruns: the results of later runs, by node id.
        status, message: how collection and run ended.
        errors: of collection.
        wall_s: seconds of all processes but those of reruns; None if it was not run.
        stopped_by: the newly failing test that ended the run, as requested; empty if none did.
        notes: facts about the run.
    """

    name: str
    paths: tuple[str, ...]
    choice: Choice
    node_ids_from: str = "."
    recorded: Recorded = field(default_factory=Recorded)
    cases: tuple[Case, ...] = ()
    reruns: Mapping[str, tuple[Case, ...]] = field(default_factory=dict)
    status: Status = Status.NOT_MEASURED
    message: str = ""
    errors: tuple[CollectError, ...] = ()
    wall_s: float | None = None
    stopped_by: str = ""
    notes: tuple[str, ...] = ()
