from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from collectbench.model.errors import BaselineError, UsageError
from collectbench.model.reason import Action, Reason, Remedy
from collectbench.model.run import TargetResult
from collectbench.model.sample import Status
from collectbench.model.target import Limits
from collectbench.store.baselines import (
    baseline_path,
    find_baseline,
    keep_suite,
    list_baselines,
    load_run,
    merge_targets,
    partial_path,
    save_partial,
    save_run,
)

# --- names ---


@pytest.mark.parametrize(
    "name", ["main", "release-1.2_b", "v1..v2", "before the change", "größe", "e\u0301", "基準", "n" * 200]
)
def test_a_name_becomes_a_json_file_in_the_directory(name):
    assert baseline_path(Path("baselines"), name) == Path("baselines") / f"{name}.json"


@pytest.mark.parametrize(
    ("name", "mistake"),
    [
        ("", "is empty"),
        ("  ", "is empty"),
        ("../main", "holds a path separator"),
        ("a/b", "holds a path separator"),
        ("a\\b", "holds a path separator"),
        ("..", "begins with a dot"),
        (".hidden", "begins with a dot"),
        ("main ", "begins or ends with a space"),
        ("main.partial", "ends in `.partial` or `.json`"),
        ("main.JSON", "ends in `.partial` or `.json`"),
        ("a\nb", "holds a character that is not allowed"),
        ("a\x00b", "holds a character that is not allowed"),
        ("\x1b[31m", "holds a character that is not allowed"),
        ("a\udcff", "holds a character that is not allowed"),
        ("a:b", "holds a character that is not allowed"),
        ("a*", "holds a character that is not allowed"),
        ("n" * 201, "is too long"),
        ("ü" * 101, "is too long"),
    ],
)
def test_a_name_that_cannot_be_a_file_name_is_a_usage_error_with_the_way_out(name, mistake):
    for path_of in (baseline_path, partial_path):
        with pytest.raises(UsageError) as caught:
            path_of(Path("baselines"), name)

        assert str(caught.value) == (
            f"the baseline name {name!r} {mistake}; "
            "use letters, digits, `-`, `_`, `.` and spaces, as in `main` or `release-1.2`"
        )


def test_a_partial_run_lies_beside_the_baseline():
    assert partial_path(Path("baselines"), "v1.2") == Path("baselines/v1.2.partial.json")


# --- saving and loading ---


def test_a_saved_run_is_loaded_as_it_was_and_its_directory_is_made(tmp_path, run):
    path = save_run(run, tmp_path / "deep" / "baselines", "main")

    assert path == tmp_path / "deep" / "baselines" / "main.json"
    assert load_run(path) == run


def test_a_partial_run_leaves_the_baseline_alone(tmp_path, run):
    baseline = save_run(run, tmp_path, "main")
    partial = save_partial(replace(run, targets=()), tmp_path, "main")

    assert load_run(baseline) == run
    assert load_run(partial).targets == ()


def test_a_directory_that_is_a_file_cannot_be_saved_to(tmp_path, run):
    (tmp_path / "baselines").write_text("in the way")

    with pytest.raises(BaselineError, match=r"main\.json cannot be written: File exists; .* key `baseline-dir`"):
        save_run(run, tmp_path / "baselines", "main")

    assert (tmp_path / "baselines").read_text() == "in the way"


# root may write everywhere; nobody may not. The file to save is read while that is still allowed.
READ_ONLY = """
import os, sys
from pathlib import Path
from collectbench.model.errors import BaselineError
from collectbench.store.baselines import load_run, save_run

directory = Path(sys.argv[1])
run = load_run(directory / "main.json")
if os.geteuid() == 0:
    os.setuid(65534)
try:
    save_run(run, directory, "main")
except BaselineError as error:
    print(error)
"""


def test_a_read_only_directory_is_named_and_the_old_baseline_survives(public_directory, run):
    path = save_run(run, public_directory, "main")
    public_directory.chmod(0o555)

    process = subprocess.run(
        [sys.executable, "-c", READ_ONLY, public_directory],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    public_directory.chmod(0o755)

    assert "main.json cannot be written: Permission denied; what it held before is untouched" in process.stdout
    assert load_run(path) == run
    assert list(public_directory.iterdir()) == [path]


# --- finding ---


def test_a_baseline_is_found_by_name_and_by_path(tmp_path, run, monkeypatch):
    path = save_run(run, tmp_path / "baselines", "main")
    monkeypatch.chdir(tmp_path)

    assert find_baseline(tmp_path / "baselines", "main") == path
    assert find_baseline(Path("elsewhere"), str(path)) == path
    assert find_baseline(Path("elsewhere"), "baselines/main.json") == Path("baselines/main.json")


def test_a_bare_file_name_is_looked_for_in_the_current_directory(tmp_path, run, monkeypatch):
    save_run(run, tmp_path, "main")
    monkeypatch.chdir(tmp_path)

    assert find_baseline(Path("elsewhere"), "main.json") == Path("main.json")


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("new", "new"),
        ("new one", "new one"),
        ("files/new.json", "files/new.json"),
        ("main.partial.json", ""),
        ("main.json/x", ""),
        ("\x00.json", ""),
    ],
)
def test_the_error_about_a_missing_baseline_names_the_existing_ones_and_advises_to_measure_it(
    tmp_path, run, wanted, name, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    for existing in ("main", "before"):
        save_run(run, Path("baselines"), existing)

    with pytest.raises(BaselineError) as caught:
        find_baseline(Path("baselines"), wanted)

    assert caught.value.reasons == (
        Reason(
            fact=f"there is no baseline {wanted!r} (baselines in baselines: before, main)",
            remedies=(Remedy(action=Action.SAVE_BASELINE, value=name),),
        ),
    )


def test_a_path_through_a_file_is_a_missing_baseline(tmp_path, run):
    path = save_run(run, tmp_path, "main")

    with pytest.raises(BaselineError, match="there is no baseline"):
        find_baseline(tmp_path, f"{path}/other.json")


def test_a_file_that_cannot_be_examined_is_found_and_reading_it_says_why(tmp_path):
    path = find_baseline(tmp_path, f"{tmp_path}/{'n' * 300}.json")

    with pytest.raises(BaselineError, match="cannot be read: File name too long"):
        load_run(path)


def test_without_any_baseline_the_error_says_none(tmp_path):
    with pytest.raises(BaselineError, match=r"\(baselines in .*missing: none\)"):
        find_baseline(tmp_path / "missing", "main")


def test_an_impossible_name_is_a_usage_error_and_not_a_missing_baseline(tmp_path):
    with pytest.raises(UsageError):
        find_baseline(tmp_path, "..")


def test_partial_runs_and_other_files_are_not_listed(tmp_path, run):
    save_run(run, tmp_path, "main")
    save_run(run, tmp_path, "a b")
    save_partial(run, tmp_path, "main")
    (tmp_path / "README.md").touch()
    (tmp_path / ".hidden.json").touch()

    assert list_baselines(tmp_path) == ("a b", "main")


# --- merging ---


@pytest.fixture
def newer(run):
    """One target measured again, later, and one that is new."""
    again = replace(run.targets[1], status=Status.COLLECTION_ERRORS)
    added = TargetResult(name="tests/c", paths=("tests/c",), status=Status.EMPTY)
    return replace(
        run,
        created="2026-02-02T00:00:00Z",
        commit="fedcba9876543210",
        targets=(again, added),
        suite=None,
        config=replace(run.config, rounds=5, limits={"tests/c": Limits(max_errors=0)}),
        notes=("stopped at --max-time",),
    )


def test_measured_targets_take_their_places_and_new_ones_follow(run, newer):
    merged = merge_targets(run, newer)

    assert [target.name for target in merged.targets] == ["tests/a", "tests/b", "tests/c"]
    assert merged.targets[1:] == newer.targets


def test_a_merged_baseline_describes_the_newer_run(run, newer):
    merged = merge_targets(run, newer)

    assert (merged.created, merged.commit, merged.config.rounds) == (newer.created, newer.commit, 5)
    assert merged.notes == ("the work tree was clean", "stopped at --max-time")


def test_a_result_that_stays_says_when_and_at_which_commit_it_was_measured(run, newer):
    merged = merge_targets(run, newer)

    origin = "measured 2026-01-01T00:00:00Z at commit 0123456789ab"
    assert merged.targets[0] == replace(run.targets[0], notes=(origin,), from_earlier_run=True)
    assert merged.suite == replace(run.suite, notes=(origin,), from_earlier_run=True)
    assert not any(target.from_earlier_run for target in merged.targets[1:])


@pytest.mark.parametrize(
    ("commit", "dirty", "origin"),
    [
        (None, None, "measured 2026-01-01T00:00:00Z"),
        ("0" * 40, True, "measured 2026-01-01T00:00:00Z at commit 000000000000 with changes"),
    ],
)
def test_the_origin_names_the_commit_and_changes_if_known(run, newer, commit, dirty, origin):
    merged = merge_targets(replace(run, commit=commit, dirty=dirty), newer)

    assert merged.targets[0].notes == (origin,)


def test_a_target_that_stays_twice_keeps_its_first_origin(run, newer):
    once = merge_targets(run, newer)
    twice = merge_targets(once, replace(newer, created="2026-03-03T00:00:00Z", targets=newer.targets[1:]))

    assert twice.targets[0] == once.targets[0]
    assert twice.targets[1].notes == ("measured 2026-02-02T00:00:00Z at commit fedcba987654",)
    assert twice.notes == once.notes


def test_the_origin_of_a_target_is_known_from_files_that_only_have_the_note(run, newer, tmp_path):
    path = save_run(merge_targets(run, newer), tmp_path, "main")
    text = path.read_text()
    assert text.count('"from_earlier_run": true') == 2  # a target and the suite
    path.write_text(re.sub(r',\s*"from_earlier_run": true', "", text))
    assert "from_earlier_run" not in path.read_text()

    again = merge_targets(load_run(path), replace(newer, created="2026-03-03T00:00:00Z"))

    assert load_run(path) == merge_targets(run, newer)
    assert again.targets[0].notes == ("measured 2026-01-01T00:00:00Z at commit 0123456789ab",)


def test_a_note_of_the_user_that_begins_alike_is_not_an_origin(run, newer, tmp_path):
    noted = replace(run, targets=(replace(run.targets[0], notes=("measured with care",)),))
    path = save_run(noted, tmp_path, "main")

    assert load_run(path) == noted
    assert merge_targets(noted, newer).targets[0].from_earlier_run


def test_a_file_in_which_nothing_stayed_has_no_key_for_it(run, tmp_path):
    assert "from_earlier_run" not in save_run(run, tmp_path, "main").read_text()


def test_a_target_keeps_its_limits_as_long_as_it_stays(run, newer):
    stays = merge_targets(run, newer)
    measured = merge_targets(run, replace(newer, targets=run.targets))

    assert set(stays.config.limits) == {"tests/a", "tests/c"}
    assert set(measured.config.limits) == {"tests/c"}


def test_a_measured_suite_replaces_the_one_before(run, newer):
    suite = replace(run.suite, status=Status.COLLECTION_ERRORS)

    assert merge_targets(run, replace(newer, suite=suite)).suite == suite


def test_a_suite_that_was_not_measured_stays_and_says_when_it_was_measured(run, newer):
    kept = keep_suite(run, replace(newer, suite=None))
    assert kept.targets == newer.targets
    assert kept.suite.samples == run.suite.samples
    assert kept.suite.from_earlier_run
    assert any(note.startswith("measured ") for note in kept.suite.notes)


def test_a_baseline_without_a_suite_stays_without_one(run, newer):
    assert merge_targets(replace(run, suite=None), newer).suite is None
