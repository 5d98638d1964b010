"""The hand-over: which documents it takes, in which order, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from collectbench.model.errors import BaselineError, UsageError
from collectbench.model.handover import Handover
from collectbench.render.parts.json import dump_json
from collectbench.store.documents import RUN, to_document
from collectbench.store.files import read_document
from collectbench.store.history import write_record
from collectbench.usecases.full_report import full_report
from collectbench.usecases.history.records import record_of

KEPT = Path(__file__).parents[2] / "old_formats"


def hand_over(files: list[Path], config: Path | None) -> Handover:
    """The hand-over that is made of files."""
    return full_report(files, config).handover


def written(path: Path, kind: str, **changes: Any) -> Path:
    """A kept document with other values, as a file."""
    path.write_text(json.dumps(json.loads((KEPT / f"{kind}.json").read_text()) | changes))
    return path


def test_the_earlier_run_is_before_whatever_the_order_of_the_files(tmp_path: Path) -> None:
    early = written(tmp_path / "early.json", "run-2", created="2025-01-01T00:00:00Z")
    late = written(tmp_path / "late.json", "run-2", created="2025-02-01T00:00:00Z")
    report = hand_over([late, early], None)
    assert report.before is not None
    assert report.after is not None
    assert (report.before.file, report.after.file) == (str(early), str(late))
    assert all(row.before == row.after for row in report.targets)
    assert report.targets
    assert report.verdict is not None


@pytest.mark.parametrize(("times_as_slow", "is_said"), [(1.05, False), (2, True), (0.5, True)])
def test_a_machine_of_another_speed_is_noted(tmp_path: Path, times_as_slow: float, is_said: bool) -> None:
    targets = json.loads((KEPT / "run-2.json").read_text())["targets"]
    for sample in (sample for target in targets for sample in target["samples"] if sample["reference"]):
        sample["reference"]["wall_s"] *= times_as_slow
    before = written(tmp_path / "early.json", "run-2", created="2025-01-01T00:00:00Z")
    after = written(tmp_path / "late.json", "run-2", created="2025-02-01T00:00:00Z", targets=targets)
    notes = [note for note in hand_over([before, after], None).notes if note.startswith("machine speed")]
    assert bool(notes) is is_said
    assert not [note for note in hand_over([after], None).notes if note.startswith("machine speed")]


@pytest.mark.parametrize("kind", ["run-2", "comparison-1"])
def test_a_part_of_a_plan_is_not_taken_for_the_whole(tmp_path: Path, kind: str) -> None:
    shard = {"index": 1, "count": 2, "plan": ["mission-critical", "suite"]}
    parted = written(tmp_path / "part.json", kind, shard=shard)
    whole = written(tmp_path / "whole.json", kind, shard=None)
    note = "shard 1 of 2: the other targets were not measured here"
    assert note in hand_over([parted], None).notes
    assert note not in hand_over([whole], None).notes


def test_each_kind_of_document_has_its_part(tmp_path: Path) -> None:
    files = [KEPT / f"{kind}-1.json" for kind in ("lint", "fix", "verification", "diagnosis")]
    report = hand_over(files, None)
    assert (report.before, report.after, report.targets) == (None, None, ())
    assert len(report.compliance) == 1
    assert [each.codemod for each in report.rewrites] == ["non-test-class"]
    assert report.verification is not None
    assert report.verified
    assert report.diagnosis is not None
    savings = [finding.estimated_saving_s for finding in report.findings]
    assert savings == sorted(savings, reverse=True)


def test_a_single_run_is_after(tmp_path: Path) -> None:
    report = hand_over([KEPT / "run-2.json"], None)
    assert report.before is None
    assert report.after is not None
    assert {row.before for row in report.targets} == {None}


def test_three_runs_are_refused(tmp_path: Path) -> None:
    files = [written(tmp_path / f"{day}.json", "run-2", created=f"2025-01-0{day}T00:00:00Z") for day in (1, 2, 3)]
    with pytest.raises(UsageError, match=r"3 runs .*; give the one before and the one after"):
        hand_over(files, None)


def test_all_files_that_cannot_be_used_are_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "nothing.json").write_text("[]")
    (tmp_path / "damaged.json").write_text("{")
    files = [KEPT / "who-1.json", tmp_path / "nothing.json", tmp_path / "damaged.json", tmp_path / "missing.json"]
    with pytest.raises(BaselineError) as caught:
        hand_over(files, None)
    message = str(caught.value)
    assert (
        "a collectbench.who; a report is made of run, comparison, profile, lint, fix, diagnosis, verification, history"
        in message
    )
    assert "nothing.json is not a document of collectbench" in message
    assert "damaged.json is not JSON" in message
    assert "missing.json does not exist" in message


def test_a_paired_comparison_brings_both_sides(tmp_path: Path) -> None:
    report = full_report([KEPT / "comparison-2.json"], None)
    assert report.comparison is not None
    assert report.comparison.mode == "paired"
    assert (report.base, report.head) == (report.comparison.base_run, report.comparison.head_run)
    assert report.handover.before is not None
    assert report.handover.before.file == str(KEPT / "comparison-2.json")
    assert report.handover.verdict is report.comparison.verdict
    assert all(row.after is None or row.after.items is not None for row in report.handover.targets)


def test_a_paired_comparison_has_no_note_on_the_speed_of_the_machine(tmp_path: Path) -> None:
    document = json.loads((KEPT / "comparison-2.json").read_text())
    changed = 0
    for sample in (sample for target in document["head_run"]["targets"] for sample in target["samples"]):
        if sample["reference"]:
            sample["reference"]["wall_s"] *= 3
            changed += 1
    assert changed
    slower = written(tmp_path / "c.json", "comparison-2", head_run=document["head_run"])
    assert not [note for note in hand_over([slower], None).notes if note.startswith("machine speed")]


def test_a_comparison_without_its_runs_still_tells_both_times(tmp_path: Path) -> None:
    alone = written(tmp_path / "c.json", "comparison-2", base_run=None, head_run=None)
    report = full_report([alone], None)
    whole = full_report([KEPT / "comparison-2.json"], None)
    assert report.head is None
    assert report.handover.after is not None
    assert report.handover.before is None
    assert [row.after and row.after.items for row in report.handover.targets] == [
        row.after and row.after.items for row in whole.handover.targets
    ]
    assert any(row.before for row in report.handover.targets)


def test_two_comparisons_are_refused(tmp_path: Path) -> None:
    second = written(tmp_path / "c.json", "comparison-2")
    with pytest.raises(UsageError, match=r"2 comparisons .*; give one"):
        full_report([KEPT / "comparison-2.json", second], None)


def test_of_each_target_the_latest_profile_counts_and_the_slowest_comes_first(tmp_path: Path) -> None:
    early = written(tmp_path / "a.json", "profile-1", created="2025-01-01T00:00:00Z", traced_wall_s=99.0)
    late = written(tmp_path / "b.json", "profile-1", created="2025-02-01T00:00:00Z", traced_wall_s=1.0)
    other = written(tmp_path / "c.json", "profile-1", target="other", traced_wall_s=2.0)
    profiles = full_report([late, early, other], None).profiles
    assert [profile.traced_wall_s for profile in profiles] == [2.0, 1.0]


def test_a_run_beside_a_paired_comparison_is_named_and_not_mixed_in() -> None:
    report = full_report([KEPT / "run-2.json", KEPT / "comparison-2.json"], None)
    assert report.comparison is not None
    assert report.head == report.comparison.head_run
    note = f"{KEPT / 'run-2.json'}: not shown, since {KEPT / 'comparison-2.json'} holds both of its runs"
    assert note in report.handover.notes


def test_a_directory_is_a_history_and_so_is_a_stored_one(tmp_path: Path) -> None:
    run = read_document(KEPT / "run-2.json", RUN)
    write_record(record_of(run), tmp_path)
    report = full_report([tmp_path], None)
    assert report.history is not None
    assert report.history.records == 1
    stored = tmp_path / "history.json"
    stored.write_text(dump_json(to_document(report.history)))
    again = full_report([stored], None).history
    assert again == report.history
