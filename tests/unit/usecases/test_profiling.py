from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.measure.round.round import Round
from collectbench.model.sample import RoundKind, Sample, Status
from collectbench.usecases.explained_rounds import calibration_of, notes_on_rounds
from collectbench.usecases.profiling import why_no_calls

INSTALL = "/the/python -m pip install pyinstrument"


def round_of(kind: RoundKind, status: Status = Status.OK, message: str = "", **more) -> Round:
    sample = Sample(kind=kind, wall_s=1.0, user_s=1.0, system_s=0.0, peak_rss_bytes=1, exit_code=0)
    return Round(sample=sample, status=status, message=message, **more)


TRACED = round_of(RoundKind.TRACED)


def why(*rounds: Round) -> list[str]:
    return list(why_no_calls(rounds, "/the/python"))


def test_with_a_call_tree_there_is_no_note() -> None:
    assert why(TRACED, round_of(RoundKind.SAMPLED, calls="{}")) == []


def test_a_skipped_sampled_round_is_noted() -> None:
    (note,) = why(round_of(RoundKind.TRACED, Status.CRASHED, "it crashed"))
    assert "its round was skipped, since collection had failed before" in note
    assert "pyinstrument" not in note


@pytest.mark.parametrize("status", [Status.FAILED, Status.CRASHED, Status.TIMEOUT])
def test_a_failed_sampled_round_is_noted_with_its_reason(status) -> None:
    assert why(TRACED, round_of(RoundKind.SAMPLED, status, "it went wrong")) == [
        "there is no call tree, since the sampled round failed: it went wrong"
    ]


@pytest.mark.parametrize(
    "reason",
    [
        "ModuleNotFoundError: No module named 'pyinstrument.low_level.stat_profile'",
        "ModuleNotFoundError: No module named 'pyinstrument'",
        "ImportError: pyinstrument needs another Python",
    ],
)
def test_a_pyinstrument_that_is_missing_or_does_not_fit_can_be_installed(reason) -> None:
    (note,) = why(TRACED, round_of(RoundKind.SAMPLED, no_calls=reason))
    assert note.startswith("there is no call tree: ")
    assert reason in note
    assert note.endswith(f"; install one:\n  {INSTALL}")


@pytest.mark.parametrize(
    "reason",
    [
        "RuntimeError: There is already a profiler running.",
        "ModuleNotFoundError: No module named 'pyinstrument.renderers'; 'pyinstrument' is not a package",
        "AttributeError: module 'pyinstrument' has no attribute 'Profiler'",
    ],
)
def test_no_installation_is_advised_if_it_would_not_help(reason) -> None:
    assert why(TRACED, round_of(RoundKind.SAMPLED, no_calls=reason)) == [f"there is no call tree: {reason}"]


def test_a_sampled_round_without_tree_or_reason_is_noted_too() -> None:
    assert why(TRACED, round_of(RoundKind.SAMPLED)) == ["there is no call tree: pyinstrument wrote none"]


def test_the_command_to_install_can_be_pasted() -> None:
    missing = round_of(RoundKind.SAMPLED, no_calls="ImportError: no")
    (note,) = why_no_calls([TRACED, missing], "/with space/python")
    assert "'/with space/python' -m pip" in note


def test_rounds_that_ended_alike_have_no_note() -> None:
    rounds = [
        round_of(kind, Status.EMPTY, "no tests") for kind in (RoundKind.WARMUP, RoundKind.TIMED, RoundKind.TRACED)
    ]
    assert list(notes_on_rounds(rounds)) == []


def test_a_round_that_ended_otherwise_than_the_traced_one_is_noted() -> None:
    crashed = round_of(RoundKind.TIMED, Status.CRASHED, "ended by SIGKILL")
    assert list(notes_on_rounds([crashed, TRACED])) == [
        "not all rounds ended alike; a timed round: crashed: ended by SIGKILL"
    ]
    failed = round_of(RoundKind.TRACED, Status.FAILED, "a conftest")
    assert list(notes_on_rounds([round_of(RoundKind.WARMUP), failed])) == [
        "not all rounds ended alike; a warmup round: ok"
    ]


def test_the_notes_of_the_rounds_are_passed_on() -> None:
    assert list(notes_on_rounds([round_of(RoundKind.TIMED, notes=("left a process behind",)), TRACED])) == [
        "left a process behind"
    ]


def lasting(kind: RoundKind, wall_s: float, queued_s: float | None) -> Round:
    made = round_of(kind)
    return replace(made, sample=replace(made.sample, wall_s=wall_s, queued_s=queued_s))


@pytest.mark.parametrize(
    ("traced_queued_s", "timed_queued_s", "overhead_s"), [(6.0, 1.0, 0.5), (None, None, 5.5), (8.0, 1.0, 0.0)]
)
def test_the_overhead_of_tracing_is_without_the_time_in_the_run_queue(
    traced_queued_s, timed_queued_s, overhead_s
) -> None:
    timed = [lasting(RoundKind.TIMED, wall_s, timed_queued_s) for wall_s in (5.0, 4.5)]
    traced = lasting(RoundKind.TRACED, 10.0, traced_queued_s)
    assert calibration_of(timed, traced).overhead_s == pytest.approx(overhead_s)


def test_without_a_timed_round_no_overhead_is_known() -> None:
    assert calibration_of([], lasting(RoundKind.TRACED, 10.0, None)).overhead_s == 0.0
