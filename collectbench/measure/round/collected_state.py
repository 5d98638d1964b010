"""One round that only collects, and keeps each id, error and warning: two of them tell what a rewrite has changed."""

from __future__ import annotations

from collectbench.measure.round.bench import Bench
from collectbench.measure.round.request import COLLECT_ONLY, RoundRequest
from collectbench.measure.round.round import Round, run_round
from collectbench.model.collected_state import CollectedState
from collectbench.model.outcome_log import OutcomeLog
from collectbench.model.sample import RoundKind
from collectbench.model.target import Target


def state_request(target: Target) -> RoundRequest:
    """The round whose result `state_of` reads; for those who take rounds themselves."""
    return RoundRequest(target=target, kind=RoundKind.OUTCOMES, guarded=True, pytest_args=COLLECT_ONLY)


def collect_state(bench: Bench, target: Target) -> CollectedState:
    """What pytest collects from a target now, in one child process. The user's tree is treated as in all rounds.

    A collection that fails, crashes or runs into the timeout raises nothing: `status` and `message` say so.

    Raises:
        OSError: the interpreter cannot be started.
        Interrupted: a signal arrived; no child is left.
    """
    return state_of(run_round(bench, state_request(target)))


def state_of(finished: Round) -> CollectedState:
    """What a finished round of `state_request` has collected."""
    log = finished.outcomes or OutcomeLog()
    return CollectedState(
        nodeids=log.collected or (),
        errors=log.errors,
        warnings=log.warnings,
        status=finished.status,
        message=finished.message,
        exit_code=finished.sample.exit_code,
        pytest_output=finished.pytest_output,
    )
