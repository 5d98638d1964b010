from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from collectbench.model.errors import BaselineError, UsageError
from collectbench.store.baselines import save_run
from collectbench.store.history import read_history, recorded_commits, write_record
from histories import NAME, commit_of, record


def names_in(directory):
    return sorted(path.name for path in directory.iterdir())


# --- writing and reading ---


def test_a_record_comes_back_from_a_file_of_its_own(tmp_path):
    path = write_record(record(1), tmp_path / "deep" / "history")

    assert path.parent == tmp_path / "deep" / "history" / NAME
    assert path.name.startswith("20260101T010000Z-0000001ccccc-")
    assert names_in(path.parent) == [path.name]
    assert read_history(tmp_path / "deep" / "history").records == ((NAME, record(1)),)


def test_the_same_record_twice_is_two_files(tmp_path):
    assert write_record(record(), tmp_path) != write_record(record(), tmp_path)
    assert len(read_history(tmp_path).records) == 2


def test_records_are_in_the_order_of_their_commits_whenever_they_were_measured(tmp_path):
    late = replace(record(1), created="2027-01-01T00:00:00Z")
    outside_git = record(3, commit=None, committed=None, dirty=None)
    for each in (record(2), outside_git, late):
        write_record(each, tmp_path)

    assert [each for _, each in read_history(tmp_path).records] == [late, record(2), outside_git]


def test_commits_of_the_same_second_are_in_the_order_of_their_branch(tmp_path):
    first, second = (replace(record(1), depth=depth, created=f"2026-02-0{9 - depth}T00:00:00Z") for depth in (1, 2))
    for each in (second, first):
        write_record(each, tmp_path)

    assert [each for _, each in read_history(tmp_path).records] == [first, second]


def test_each_environment_is_by_itself(tmp_path):
    other = replace(record(0), environment=replace(record().environment, python="3.9.2"))
    for each in (record(1), other, record(2)):
        write_record(each, tmp_path)

    names = [name for name, _ in read_history(tmp_path).records]
    assert names == [NAME, NAME, "2x-amd-epyc_py3.9_pytest9.0"]


def test_other_files_beside_the_records_do_not_matter(tmp_path):
    path = write_record(record(), tmp_path)
    for other in (tmp_path / "README.md", path.parent / ".gitkeep", path.parent / "notes.txt", tmp_path / ".git"):
        other.write_text("something")

    assert read_history(tmp_path).notes == ()


# --- bad files ---


def test_a_damaged_file_is_named_and_the_others_are_read(tmp_path, run):
    good, cut, empty = (write_record(record(number), tmp_path) for number in (1, 2, 3))
    cut.write_bytes(cut.read_bytes()[:200])
    empty.write_bytes(b"")
    foreign = save_run(run, good.parent, "foreign")
    (good.parent / "directory.json").mkdir()
    os.mkfifo(good.parent / "pipe.json")

    stored = read_history(tmp_path)

    assert stored.records == ((NAME, record(1)),)
    way_out = "it is not used; restore it from version control, or delete it"
    for name, fact in (
        (cut.name, "is not JSON or was cut off"),
        (empty.name, "is empty"),
        (foreign.name, "this is a collectbench.run, a collectbench.record is needed"),
        ("directory.json", "is not a regular file"),
        ("pipe.json", "is not a regular file"),
    ):
        (note,) = [each for each in stored.notes if name in each]
        assert fact in note
        assert note.endswith(way_out)


def test_a_figure_that_no_measurement_yields_is_a_damage(tmp_path):
    path = write_record(record(), tmp_path)
    path.write_text(path.read_text().replace('"wall_s":[1.0,', '"wall_s":[-1.0,'))
    write_record(record(2), tmp_path)

    (note,) = read_history(tmp_path).notes
    assert "targets[0].wall_s[0]: expected a time above 0, got -1.0" in note


def test_a_record_outside_of_an_environment_is_named(tmp_path):
    path = write_record(record(), tmp_path)
    (tmp_path / "stray.json").write_bytes(path.read_bytes())

    (note,) = read_history(tmp_path).notes
    assert note == f"{tmp_path}/stray.json: not in the directory of an environment, so it is not used; move it there"


def test_a_file_beside_the_environments_is_no_record_of_one(tmp_path):
    place = tmp_path / "1x_pytest9"
    place.mkdir()
    (place / "a.json").write_text("{}")

    with pytest.raises(BaselineError, match=r"a\.json: not in the directory of an environment.*\n.*no run is recorded"):
        read_history(place)


def test_a_record_of_a_newer_version_is_refused_and_left_alone(tmp_path):
    for number in (1, 2):
        path = write_record(record(number), tmp_path)
        path.write_text(path.read_text().replace('"schema": 1', '"schema": 9'))
    write_record(record(3), tmp_path)
    before = path.read_bytes()

    with pytest.raises(BaselineError, match=r"schema 9 is newer .* update collectbench, and 1 more like it$"):
        read_history(tmp_path)
    assert path.read_bytes() == before


def test_a_history_without_any_readable_record_is_refused_with_all_reasons(tmp_path):
    write_record(record(), tmp_path).write_text("{")

    with pytest.raises(BaselineError, match=r"was cut off.*\n.*no run is recorded there"):
        read_history(tmp_path)


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("missing", "missing does not exist, so there is no history"),
        ("file", "file is not a directory, so it is not a history"),
        (f"history/{NAME}", f"holds the records of one environment ({NAME}); give "),
    ],
)
def test_a_directory_that_is_no_history_is_a_usage_error(tmp_path, place, message):
    write_record(record(), tmp_path / "history")
    (tmp_path / "file").write_text("x")

    with pytest.raises(UsageError) as caught:
        read_history(tmp_path / place)
    assert message in str(caught.value)


def test_commits_with_changes_in_the_working_tree_count_as_not_recorded(tmp_path):
    write_record(record(1), tmp_path)
    write_record(replace(record(2), dirty=True), tmp_path)
    write_record(record(3, commit=None), tmp_path)
    write_record(record(4), tmp_path).write_text("damaged")

    assert recorded_commits(tmp_path, NAME) == {commit_of(1)}
    assert recorded_commits(tmp_path, "another") == frozenset()
    assert recorded_commits(tmp_path / "missing", NAME) == frozenset()


# --- processes ---

WRITER = """
import os, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from collectbench.store.history import write_record
from histories import record

directory, number = Path(sys.argv[2]), int(sys.argv[3])
if sys.argv[4] == "dies":
    sys.addaudithook(lambda event, _: os.kill(os.getpid(), 9) if event == "os.link" else None)
if sys.argv[4] == "has no links":
    def refuse(event, _):
        if event == "os.link":
            raise PermissionError(1, "Operation not permitted")
    sys.addaudithook(refuse)
while not (directory / "go").exists():
    pass
for _ in range(number):
    write_record(record(1), directory)
"""
SUPPORT = str(next(path for path in sys.path if path.endswith("tests/support")))


def writer(directory, number, ending="ends"):
    return subprocess.Popen([sys.executable, "-c", WRITER, SUPPORT, str(directory), str(number), ending])


def test_two_processes_that_record_at_the_same_time_lose_nothing(tmp_path):
    both = [writer(tmp_path, 50) for _ in range(2)]
    (tmp_path / "go").touch()

    assert [each.wait(60) for each in both] == [0, 0]
    stored = read_history(tmp_path)
    assert (len(stored.records), stored.notes) == (100, ())


def test_a_writer_that_is_killed_leaves_nothing_that_a_reader_sees(tmp_path):
    write_record(record(2), tmp_path)
    (tmp_path / "go").touch()

    assert writer(tmp_path, 1, "dies").wait(60) == -signal.SIGKILL

    (left,) = [path for path in (tmp_path / NAME).iterdir() if path.suffix == ".tmp"]
    stored = read_history(tmp_path)
    assert (stored.records, stored.notes) == (((NAME, record(2)),), ())
    write_record(record(3), tmp_path)
    assert left.exists()  # its writer might still live
    os.utime(left, times=(time.time() - 7200,) * 2)
    write_record(record(4), tmp_path)
    assert not left.exists()


def test_a_file_system_without_hard_links_will_do(tmp_path):
    (tmp_path / "go").touch()

    assert writer(tmp_path, 3, "has no links").wait(60) == 0
    assert len(read_history(tmp_path).records) == 3
    assert all(name.endswith(".json") for name in names_in(tmp_path / NAME))


def test_a_failed_write_leaves_nothing(tmp_path):
    (tmp_path / NAME).write_text("in the way")

    with pytest.raises(OSError, match="File exists"):
        write_record(record(), tmp_path)
    assert names_in(tmp_path) == [NAME]


def test_git_merges_the_records_of_two_branches(tmp_path):
    def git(*words):
        identity = ("-c", "user.name=n", "-c", "user.email=e@example.org")
        subprocess.run(["git", *identity, *words], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    for branch, start, number in (("main", None, 1), ("one", "main", 2), ("two", "main", 2)):
        if start:
            git("checkout", "-q", "-b", branch, start)
        write_record(record(number), tmp_path / "history")
        git("add", "--all")
        git("commit", "-q", "-m", branch)
    git("merge", "-q", "-m", "merged", "one")

    stored = read_history(tmp_path / "history")
    assert [each for _, each in stored.records] == [record(1), record(2), record(2)]
    assert stored.notes == ()
