"""What scripts/public_histories.py reads from a source distribution."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from public_histories import public_histories

TEST = """
def test_long():
    series = [1, 2.5, 3, 4, 5, 6, 7, 8, 9, 10, 11]
    assert find(series) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

def test_again():
    series = [1, 2.5, 3, 4, 5, 6, 7, 8, 9, 10, 11]

def test_names():
    series = [1, 2, 3, 4, 5, 6, 7, 8, 9, "ten"]
"""
ROWS = "time,seconds,low,day\n" + "".join(f"{day},{day}.5,{day - 1},2026-01-{day:02}\n" for day in range(1, 14))


def test_lists_and_columns_of_ten_positive_numbers_are_histories_each_once(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "apache_otava-1.0.tar.gz", "w:gz") as archive:
        for name, text in (("tests/a_test.py", TEST), ("data/rows.csv", ROWS), ("README.md", TEST)):
            member = tarfile.TarInfo(f"apache_otava-1.0/{name}")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    found = {history.name: len(history.values) for history in public_histories(tmp_path)}
    assert found == {"rows.csv, seconds": 13, "a_test.py, test_long": 11}


def test_a_missing_source_distribution_is_said(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no source distribution"):
        public_histories(tmp_path)
