"""What lint keeps: it holds for one key, for files that did not change, and is lost without harm."""

from __future__ import annotations

import marshal
import os
import zlib
from pathlib import Path

import pytest

from collectbench.store.lint_cache import (
    Entry,
    LintCache,
    changed_at,
    digest_of,
    load_report,
    save_report,
    signature_of,
)

KEY = b"key"
NAME = "lint.cache"
ENTRY = Entry((1, 2, 3, 4), b"digest", True, b"packed")


def saved(directory: Path) -> LintCache:
    LintCache(key=KEY, directory=directory, name=NAME).save({"a.py": ENTRY})
    return LintCache.load(directory, KEY, NAME)


def test_entries_come_back_for_the_same_key_alone(tmp_path: Path) -> None:
    cache = saved(tmp_path / "new" / "place")
    assert cache.entries == {"a.py": ENTRY}
    assert LintCache.load(cache.directory, b"other", NAME).entries == {}
    assert LintCache.load(tmp_path, KEY, NAME).entries == {}
    assert (tmp_path / "new" / "place").stat().st_mode & 0o777 == 0o700
    assert [path.name for path in (tmp_path / "new" / "place").iterdir()] == ["lint.cache"]


def test_a_file_is_found_if_its_signature_and_kind_are_the_same(tmp_path: Path) -> None:
    cache = saved(tmp_path)
    assert cache.find("a.py", ENTRY.signature, is_test=True) == ENTRY
    assert cache.find("a.py", (1, 2, 3, 5), is_test=True) is None
    assert cache.find("a.py", ENTRY.signature, is_test=False) is None
    assert cache.find("b.py", ENTRY.signature, is_test=True) is None
    assert cache.find_content(b"digest", is_test=True) == ENTRY
    assert cache.find_content(b"digest", is_test=False) is None
    assert cache.find_content(b"other", is_test=True) is None


def test_without_a_directory_nothing_is_kept() -> None:
    LintCache(key=KEY, directory=None, name=NAME).save({"a.py": ENTRY})
    assert LintCache.load(None, KEY, NAME).entries == {}
    save_report(None, KEY, "report", ())
    assert load_report(None, KEY) is None


def test_any_damaged_byte_is_noticed(tmp_path: Path) -> None:
    saved(tmp_path)
    file = tmp_path / "lint.cache"
    whole = file.read_bytes()
    for position in range(len(whole)):
        file.write_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
        assert LintCache.load(tmp_path, KEY, NAME).entries == {}
        file.write_bytes(whole[:position])
        assert LintCache.load(tmp_path, KEY, NAME).entries == {}


@pytest.mark.parametrize(
    "data", [None, 1, (), (1,), (2, KEY, {}), (1, KEY, None), (1, KEY, {"a.py": 1}), (1, KEY, {"a.py": (1,)})]
)
def test_other_values_are_ignored(tmp_path: Path, data: object) -> None:
    content = marshal.dumps(data)
    (tmp_path / NAME).write_bytes(zlib.crc32(content).to_bytes(4, "little") + content)
    assert LintCache.load(tmp_path, KEY, NAME).entries == {}


def test_a_directory_that_cannot_be_written_is_no_problem(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    LintCache(key=KEY, directory=tmp_path / "file", name=NAME).save({"a.py": ENTRY})
    (tmp_path / "lint.cache").mkdir()
    LintCache(key=KEY, directory=tmp_path, name=NAME).save({"a.py": ENTRY})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "lint.cache"]


def test_a_report_holds_until_an_entry_of_a_listed_directory_comes_or_goes(tmp_path: Path) -> None:
    listed = tmp_path / "listed"
    listed.mkdir()
    gone = tmp_path / "gone"
    save_report(tmp_path, KEY, "{}", (str(listed), str(gone)))
    assert load_report(tmp_path, KEY) == "{}"
    assert load_report(tmp_path, b"other") is None
    gone.mkdir()
    assert load_report(tmp_path, KEY) is None
    gone.rmdir()
    os.utime(listed, ns=(1, 1))
    assert load_report(tmp_path, KEY) is None


def test_a_signature_is_that_of_a_regular_file(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("a = 1\n")
    before = signature_of(str(file))
    assert before is not None
    assert before[0] == 6
    (tmp_path / "link.py").symlink_to(file)
    os.utime(file, ns=(1, 1))
    assert signature_of(str(file)) != before
    assert [signature_of(str(tmp_path / name)) for name in ("link.py", "gone.py", "a\0b.py", "")] == [None] * 4
    assert changed_at(str(tmp_path / "gone")) == changed_at("a\0b") == 0


def test_a_digest_tells_parts_apart() -> None:
    assert digest_of([b"a", b"b"]) != digest_of([b"ab"])
    assert digest_of([b"ab"]) == digest_of(iter([b"ab"]))
