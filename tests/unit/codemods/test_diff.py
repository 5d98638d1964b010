"""Edits as diffs: git and patch make the same bytes of them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from collectbench.codemods.diff import unified_diff
from collectbench.model.fixes import Edit

OLD = b"first\nclass TestClient:\n    pass\nlast\n"
NEW = OLD.replace(b"    pass", b"    __test__ = False\n    pass")
CONTENTS = {
    "plain": OLD,
    "crlf": OLD.replace(b"\n", b"\r\n"),
    "mixed": OLD.replace(b"\n", b"\r\n", 2),
    "form feed": b"\x0c" + OLD,
    "byte order mark": b"\xef\xbb\xbf" + OLD,
    "latin-1": b"# coding: latin-1\n# \xe9\n" + OLD,
    "shift_jis": b"# coding: shift_jis\n# \x83\x5c\n" + OLD,
    "escape": b"# \x1b[31m\n" + OLD,
    "line separator": "# \u2028 \x85\n".encode() + OLD,
    "no newline at the end": OLD.rstrip(b"\n"),
}
NAMES = {
    "space": b"sp ace.py",
    "directory with a space": b"-d ir/a.py",
    "quote": b'quo"te.py',
    "backslash": b"back\\slash.py",
    "tab": b"tab\t.py",
    "newline": b"new\nline.py",
    "bell": b"bell\x07\x01.py",
    "not utf-8": b"\xe9.py",
    "letters": "ünï.py".encode(),
}


def path_of(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


def applied(directory: Path, edit: Edit, program: list[str]) -> bytes:
    file = directory / edit.path
    file.parent.mkdir(parents=True, exist_ok=True)
    if edit.before is not None:
        file.write_bytes(edit.before)
    patch = unified_diff(edit).encode("utf-8", "surrogateescape")
    subprocess.run(program, cwd=directory, input=patch, check=True, capture_output=True)
    return file.read_bytes()


PROGRAMS = pytest.mark.parametrize(
    "program",
    [
        pytest.param(["git", "apply", "-"], id="git"),
        pytest.param(
            ["patch", "-p1", "--binary", "--fuzz=0", "--batch"],
            id="patch",
            marks=pytest.mark.skipif(shutil.which("patch") is None, reason="patch is not installed"),
        ),
    ],
)


@PROGRAMS
@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_each_byte_comes_back(tmp_path: Path, content: bytes, program: list[str]) -> None:
    after = content.replace(b"    pass", b"    x = 1\n    pass")
    edit = Edit(path="test_a.py", before=content, after=after)
    assert applied(tmp_path, edit, program) == after


@PROGRAMS
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_each_name_is_found(tmp_path: Path, name: bytes, program: list[str]) -> None:
    if program[0] == "patch" and b"\n" in name:
        pytest.skip("patch refuses names with a newline")
    assert applied(tmp_path, Edit(path=path_of(name), before=OLD, after=NEW), program) == NEW


@PROGRAMS
@pytest.mark.parametrize("content", [b"", b"x = 1\n", b"x = 1"], ids=["empty", "a line", "no newline"])
@pytest.mark.parametrize("name", [b"new/home.py", b"new/sp ace.py", b"new/\xe9.py"], ids=["plain", "space", "byte"])
def test_a_new_file_is_made_even_if_it_is_empty(
    tmp_path: Path, name: bytes, content: bytes, program: list[str]
) -> None:
    assert applied(tmp_path, Edit(path=path_of(name), before=None, after=content), program) == content


def test_an_edit_that_changes_nothing_has_no_diff() -> None:
    assert unified_diff(Edit(path="a.py", before=OLD, after=OLD)) == ""
