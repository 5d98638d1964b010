"""What the history keeps of a run."""

from __future__ import annotations

from dataclasses import replace

from collectbench.checkouts.history import Commit
from collectbench.model.run import Run, Settings, Summary, TargetResult
from collectbench.model.sample import Counts, RoundKind, Sample, Status
from collectbench.usecases.history.records import record_of
from histories import ENVIRONMENT, TOOL


def sample(wall_s, kind=RoundKind.TIMED):
    return Sample(kind=kind, wall_s=wall_s, user_s=wall_s, system_s=0.0, peak_rss_bytes=100, exit_code=0)


SUMMARY = Summary(median=2.0, min=1.0, max=3.0, ci95=None)
GOOD = TargetResult(
    name="tests/api", paths=("tests/api",), status=Status.OK, nodeids_sha256="0" * 64, wall_s=SUMMARY,
    counts=Counts(items=5, files=1, errors=0, warnings=0, collection_warnings=0), peak_rss_bytes=SUMMARY,
    reference_wall_s=1.5, counters={"modules": 7, "opens": 9}, unstable=("opens",),
    samples=(sample(9.0, RoundKind.WARMUP), sample(1.0), sample(3.0), sample(2.0), sample(5.0, RoundKind.COUNTED)),
)  # fmt: skip


def run_of(*targets, suite=None):
    return Run(
        tool=TOOL, created="2026-01-01T00:00:00Z", environment=ENVIRONMENT, commit="c" * 40, dirty=True,
        config=Settings(), targets=targets, suite=suite,
    )  # fmt: skip


def test_a_record_has_the_timed_rounds_in_their_order_and_the_counters() -> None:
    commit = Commit(name="c" * 40, committed="2025-12-31T00:00:00Z", subject="", depth=7)
    made = record_of(run_of(GOOD, suite=replace(GOOD, name="suite")), commit)
    (target,) = made.targets
    assert target.wall_s == (1.0, 3.0, 2.0)
    assert (target.items, target.errors, target.reference_wall_s, target.peak_rss_bytes) == (5, 0, 1.5, 2.0)
    assert (target.counters, target.unstable) == ({"modules": 7, "opens": 9}, ("opens",))
    assert made.suite == replace(target, name="suite")
    assert (made.commit, made.dirty, made.at) == ("c" * 40, True, "2025-12-31T00:00:00Z")
    assert made.place == ("2025-12-31T00:00:00Z", 7, "2026-01-01T00:00:00Z")
    assert made.results == (target, made.suite)


def test_a_target_that_could_not_be_collected_has_no_times() -> None:
    broken = replace(GOOD, status=Status.FAILED, counts=None, counters=None, unstable=())
    (target,) = record_of(run_of(broken)).targets
    assert (target.status, target.wall_s, target.reference_wall_s, target.items) == (Status.FAILED, (), None, None)
    assert target.peak_rss_bytes is None


def test_targets_that_this_run_did_not_measure_are_not_in_its_record() -> None:
    earlier = replace(GOOD, name="earlier", from_earlier_run=True)
    unmeasured = replace(GOOD, name="late", status=Status.NOT_MEASURED)
    made = record_of(run_of(earlier, GOOD, unmeasured, suite=replace(earlier, name="suite")))
    assert ([target.name for target in made.targets], made.suite) == (["tests/api"], None)
