"""What the history keeps of a run."""

from __future__ import annotations

from collectbench.checkouts.history import Commit
from collectbench.model.history import Record, RecordedTarget
from collectbench.model.report import has_figures
from collectbench.model.run import Run, TargetResult
from collectbench.model.sample import Status


def record_of(run: Run, commit: Commit | None = None) -> Record:
    """Return the record of a run, without targets that this run did not measure.

    A target that could not be collected has its status and no times: a conftest that fails at once is not fast.

    Args:
        run: whole, or a shard of one: each target has a trend of its own.
        commit: that of the run, as git knows it; None if unknown.
    """
    return Record(
        tool=run.tool,
        created=run.created,
        commit=run.commit,
        dirty=run.dirty,
        environment=run.environment,
        targets=tuple(_recorded(result) for result in run.targets if is_of_this_run(result)),
        suite=_recorded(run.suite) if run.suite is not None and is_of_this_run(run.suite) else None,
        committed=commit.committed if commit else None,
        depth=commit.depth if commit else None,
    )


def is_of_this_run(result: TargetResult) -> bool:
    """Return whether this run measured it: a baseline also keeps results of earlier runs."""
    return not result.from_earlier_run and result.status is not Status.NOT_MEASURED


def _recorded(result: TargetResult) -> RecordedTarget:
    is_timed = has_figures(result)
    counts, peak = result.counts, result.peak_rss_bytes
    return RecordedTarget(
        name=result.name,
        status=result.status,
        items=counts.items if counts else None,
        errors=counts.errors if counts else None,
        nodeids_sha256=result.nodeids_sha256,
        wall_s=tuple(sample.wall_s for sample in result.timed()) if is_timed else (),
        reference_wall_s=result.reference_wall_s if is_timed else None,
        peak_rss_bytes=peak.median if peak is not None and is_timed else None,
        counters=result.counters,
        unstable=result.unstable,
    )
