"""The corpus run of the rewrites finds what is wrong with a rewritten tree."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import codemods_corpus
from collectbench.model.fixes import Edit


def faults(root: Path, *edits: Edit, after: dict[str, bytes]) -> list[str]:
    """What is found after a rewrite of `root` that says it made these edits and left these files."""
    (root / "a.py").write_bytes(b"A = 1\n")
    (root / "b.py").write_bytes(b"B = 1\n")
    before = codemods_corpus._hashes(root)
    for name, content in after.items():
        (root / name).write_bytes(content)
    return list(codemods_corpus._faults(SimpleNamespace(edits=edits, root=root), root, before))  # type: ignore[arg-type]


def edit(after: bytes) -> Edit:
    return Edit(path="a.py", before=b"A = 1\n", after=after)


def test_a_right_rewrite_has_no_fault(tmp_path) -> None:
    assert faults(tmp_path, edit(b"A = 2\n"), after={"a.py": b"A = 2\n"}) == []


def test_a_file_without_an_edit_has_to_keep_its_bytes(tmp_path) -> None:
    found = faults(tmp_path, edit(b"A = 2\n"), after={"a.py": b"A = 2\n", "b.py": b"B = 2\n", "new.py": b""})
    assert found == ["b.py: changed, without an edit", "new.py: changed, without an edit"]


def test_a_file_has_to_hold_what_its_edit_says(tmp_path) -> None:
    assert faults(tmp_path, edit(b"A = 2\n"), after={"a.py": b"A = 3\n"}) == ["a.py: not what the edit says"]


def test_a_rewritten_file_has_to_parse(tmp_path) -> None:
    (fault,) = faults(tmp_path, edit(b"A = (\n"), after={"a.py": b"A = (\n"})
    assert fault.startswith("a.py: does not parse any more: ")


def test_an_undone_tree_is_compared_file_by_file() -> None:
    before, after = {"a.py": "1", "b.py": "1"}, {"a.py": "1", "b.py": "2", "c.py": "1"}
    assert codemods_corpus._different(before, after) == ["b.py", "c.py"]
