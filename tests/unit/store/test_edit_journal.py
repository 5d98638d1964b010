"""The journal of a rewrite: what it keeps, and how damage is noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectbench.store.edits.journal import Head, Journal, JournalError, digest_of, journals_in, read_journal

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
