"""Judges all targets together: tests that moved between targets, and targets that vanished."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from collectbench.judge.verification.recorded import recorded_target
from collectbench.judge.verification.run import TargetRun
from collectbench.judge.verification.target import Terms, judge_target
from collectbench.model.sample import Status
from collectbench.model.verification import TargetVerification, Verification


def judge_all(runs: Sequence[TargetRun], terms: Terms, vanished: Iterable[TargetRun] = ()) -> list[TargetVerification]:
    """The verifications of all targets that ran, then of those of the state that are gone and took tests with them."""
    collected = {case.nodeid for run in runs for case in run.cases}
    judged = [judge_target(run, terms, collected) for run in runs]
    named = {change.nodeid for target in judged for change in target.missing}
    gone = (judge_target(run, terms, collected | named) for run in vanished)
    return [*judged, *(target for target in gone if target.missing)]


def vanished_targets(state: Verification, names: Iterable[str]) -> Iterator[TargetRun]:
    """The targets of a state that are not among `names`, as runs without tests."""
    present = frozenset(names)
    for target in state.targets:
        if target.name not in present:
            yield TargetRun(
                name=target.name,
                paths=target.paths,
                choice=target.choice,
                node_ids_from=target.node_ids_from,
                recorded=recorded_target(target),
                status=Status.EMPTY,
                message="the target is not there any more",
            )
