"""The journal of a rewrite: what it keeps, and how damage is noticed."""

from __future__ import annotations

import json
import os
import resource
import signal
from pathlib import Path

import pytest

from collectbench.store.edits.journal import Journal, JournalError, journals_in, read_journal
from collectbench.store.edits.journal_lines import Head, digest_of

HEAD = Head(root="/project", codemod="non-test-class", created="2026-01-02T03:04:05Z")


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """One write of an existing file, one of a new file in a new directory."""
    journal = Journal.begin(tmp_path / "fixes", HEAD)
    journal.note_write("a.py", b"old", b"new")
    journal.note_directory("new")
    journal.note_write("new/b.py", None, b"made")
    return journal


def test_all_that_was_noted_can_be_read(journal: Journal) -> None:
    history = read_journal(journal.directory)
    assert history.head == HEAD
    assert [(each.path, each.before, each.after) for each in history.writes] == [
        ("a.py", digest_of(b"old"), digest_of(b"new")),
        ("new/b.py", None, digest_of(b"made")),
    ]
    assert history.directories == ("new",)
    assert history.old_bytes(digest_of(b"old")) == b"old"


def test_the_newest_journal_comes_first_and_can_be_removed(journal: Journal) -> None:
    later = Journal.begin(journal.directory.parent, Head(root="/project", codemod="x", created="2026-01-02T03:04:06Z"))
    assert journals_in(journal.directory.parent) == [later.directory, journal.directory]
    read_journal(later.directory).remove()
    assert journals_in(journal.directory.parent) == [journal.directory]


def test_a_last_line_that_a_kill_has_cut_off_is_no_damage(journal: Journal) -> None:
    file = journal.directory / "journal"
    file.write_bytes(file.read_bytes()[:-10])
    assert [each.path for each in read_journal(journal.directory).writes] == ["a.py"]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (b"a.py", b"../a.py", "line 2 does not have the digest"),
        (b'"schema": 1', b'"schema": 9', "line 1 does not have the digest"),
        (b"new/b.py", b"new/\xff", "line 4 does not have the digest"),
    ],
)
def test_damage_is_noticed_and_named_by_its_line(journal: Journal, old: bytes, new: bytes, complaint: str) -> None:
    file = journal.directory / "journal"
    file.write_bytes(file.read_bytes().replace(old, new))
    with pytest.raises(JournalError, match=complaint):
        read_journal(journal.directory)


def _line(text: bytes) -> bytes:
    return digest_of(text)[:16].encode() + b" " + text + b"\n"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "is damaged"),
        (_line(b'{"schema": 2}'), "schema that this version does not know"),
        (_line(b'{"schema": 1, "root": "/"}'), "is damaged"),
        (_line(b"[]"), "is damaged"),
        (_line(b"nonsense"), "is damaged"),
    ],
)
def test_a_journal_that_nobody_of_us_wrote_is_refused(journal: Journal, content: bytes, complaint: str) -> None:
    (journal.directory / "journal").write_bytes(content)
    with pytest.raises(JournalError, match=complaint):
        read_journal(journal.directory)


def test_old_bytes_that_are_damaged_or_gone_are_refused(journal: Journal) -> None:
    history = read_journal(journal.directory)
    (journal.directory / digest_of(b"old")).write_bytes(b"other")
    with pytest.raises(JournalError, match="does not have the digest of its name"):
        history.old_bytes(digest_of(b"old"))
    (journal.directory / digest_of(b"old")).unlink()
    with pytest.raises(JournalError, match="cannot be read"):
        history.old_bytes(digest_of(b"old"))
    (journal.directory / "journal").unlink()
    with pytest.raises(JournalError, match="cannot be read"):
        read_journal(journal.directory)


def test_journals_of_one_second_and_of_a_clock_that_goes_back_sort_by_their_age(tmp_path: Path) -> None:
    created = ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z", "2025-12-31T23:59:59Z")
    begun = [Journal.begin(tmp_path, Head(root="/project", codemod="x", created=each)).directory for each in created]
    assert journals_in(tmp_path) == begun[::-1]


def test_half_a_line_that_a_full_disk_left_is_no_damage_for_the_lines_after_it(journal: Journal) -> None:
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, ((journal.directory / "journal").stat().st_size + 20, limit[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            journal.note_write("c.py", b"older", b"newer")
        with pytest.raises(OSError, match="too large"):
            journal.note_write("c.py", b"old" * 1000, b"newer")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, ignored)
    journal.note_write("d.py", b"old", b"new")
    history = read_journal(journal.directory)
    assert [each.path for each in history.writes] == ["a.py", "new/b.py", "d.py"]
    assert not (journal.directory / digest_of(b"old" * 1000)).exists()


@pytest.mark.parametrize(
    "row",
    [
        {"path": 5, "before": None, "after": None, "temporary": "x"},
        {"path": "a.py", "before": "../../secret", "after": None, "temporary": "x"},
        {"path": "a.py", "before": None, "after": None, "temporary": None},
        {"path": "a\0.py", "before": None, "after": None, "temporary": "x"},
        {"made": ["new"]},
    ],
)
def test_a_line_of_another_shape_is_damage(journal: Journal, row: dict[str, object]) -> None:
    with (journal.directory / "journal").open("ab") as file:
        file.write(_line(json.dumps(row).encode()))
    with pytest.raises(JournalError, match="is damaged"):
        read_journal(journal.directory)


@pytest.mark.parametrize("root", ["relative", "", 7, None])
def test_a_root_that_is_not_an_absolute_path_is_damage(journal: Journal, root: object) -> None:
    head = {"root": root, "codemod": "x", "created": "2026-01-02T03:04:05Z", "schema": 1}
    (journal.directory / "journal").write_bytes(_line(json.dumps(head).encode()))
    with pytest.raises(JournalError, match="is damaged: root is"):
        read_journal(journal.directory)


def test_a_pipe_in_the_place_of_kept_bytes_is_damage_and_nobody_waits_for_it(journal: Journal) -> None:
    kept = journal.directory / digest_of(b"old")
    kept.unlink()
    os.mkfifo(kept)
    with pytest.raises(JournalError, match="is damaged"):
        read_journal(journal.directory).old_bytes(kept.name)
