from __future__ import annotations

from pathlib import Path

import pytest

from collectbench.cli.progress import importing


@pytest.mark.parametrize(
    ("written", "shown"), [("\tnumpy\tnumpy.linalg".ljust(256), "importing numpy.linalg"), (" " * 256, "")]
)
def test_what_a_traced_round_is_importing_is_read_from_its_folder(tmp_path: Path, written: str, shown: str) -> None:
    folder = tmp_path / "round-1"
    folder.mkdir()
    (folder / "now").write_text(written)
    assert importing(tmp_path) == shown


def test_without_a_traced_round_nothing_is_importing(tmp_path: Path) -> None:
    (tmp_path / "round-1").mkdir()
    assert importing(tmp_path) == ""


def test_a_name_cannot_steer_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "round-1").mkdir()
    (tmp_path / "round-1" / "now").write_text("\x1b[2Jgone")
    assert "\x1b" not in importing(tmp_path)
