from __future__ import annotations

import pytest

from collectbench.measure.round.round import Round
from collectbench.model.sample import RoundKind, Sample, Status
from collectbench.usecases.profiling import notes_on_rounds, why_no_calls

INSTALL = "/the/python -m pip install pyinstrument"


def taken(kind: RoundKind, status: Status = Status.OK, message: str = "", **more) -> Round:
    sample = Sample(kind=kind, wall_s=1.0, user_s=1.0, system_s=0.0, peak_rss_bytes=1, exit_code=0)
    return Round(sample=sample, status=status, message=message, **more)


TRACED = taken(RoundKind.TRACED)


def why(*rounds: Round) -> list[str]:
    return list(why_no_calls(rounds, "/the/python"))


def test_a_call_tree_needs_no_word() -> None:
    assert why(TRACED, taken(RoundKind.SAMPLED, calls="{}")) == []


def test_a_sampled_round_that_was_left_out_is_told() -> None:
    (note,) = why(taken(RoundKind.TRACED, Status.CRASHED, "it crashed"))
    assert "its round was left out, since collection had failed before" in note
    assert "pyinstrument" not in note


@pytest.mark.parametrize("status", [Status.FAILED, Status.CRASHED, Status.TIMEOUT])
def test_a_sampled_round_that_failed_is_told_with_its_reason(status) -> None:
    assert why(TRACED, taken(RoundKind.SAMPLED, status, "it went wrong")) == [
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
    (note,) = why(TRACED, taken(RoundKind.SAMPLED, no_calls=reason))
    assert note.startswith("there is no call tree: ")
    assert reason in note
    assert note.endswith(f"; {INSTALL}")


@pytest.mark.parametrize(
    "reason",
    [
        "RuntimeError: There is already a profiler running.",
        "ModuleNotFoundError: No module named 'pyinstrument.renderers'; 'pyinstrument' is not a package",
        "AttributeError: module 'pyinstrument' has no attribute 'Profiler'",
    ],
)
def test_nothing_is_to_be_installed_where_that_would_not_help(reason) -> None:
    assert why(TRACED, taken(RoundKind.SAMPLED, no_calls=reason)) == [f"there is no call tree: {reason}"]


def test_a_sampled_round_without_tree_or_reason_is_told_all_the_same() -> None:
    assert why(TRACED, taken(RoundKind.SAMPLED)) == ["there is no call tree: pyinstrument wrote none"]


def test_the_interpreters_path_can_be_pasted() -> None:
    missing = taken(RoundKind.SAMPLED, no_calls="ImportError: no")
    (note,) = why_no_calls([TRACED, missing], "/with space/python")
    assert "'/with space/python' -m pip" in note


def test_rounds_that_ended_alike_need_no_word() -> None:
    rounds = [taken(kind, Status.EMPTY, "no tests") for kind in (RoundKind.WARMUP, RoundKind.TIMED, RoundKind.TRACED)]
    assert list(notes_on_rounds(rounds)) == []


def test_a_round_that_ended_otherwise_than_the_one_that_is_shown_is_told() -> None:
    crashed = taken(RoundKind.TIMED, Status.CRASHED, "ended by SIGKILL")
    assert list(notes_on_rounds([crashed, TRACED])) == [
        "not all rounds ended alike; a timed round: crashed: ended by SIGKILL"
    ]
    failed = taken(RoundKind.TRACED, Status.FAILED, "a conftest")
    assert list(notes_on_rounds([taken(RoundKind.WARMUP), failed])) == [
        "not all rounds ended alike; a warmup round: ok"
    ]


def test_what_the_rounds_have_to_say_is_passed_on() -> None:
    assert list(notes_on_rounds([taken(RoundKind.TIMED, notes=("left a process behind",)), TRACED])) == [
        "left a process behind"
    ]
