"""What holds for all causes: each file is listed, ids are those that users know, docstrings are pages."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import collectbench.causes as room
from collectbench.causes import CAUSES, Cause

SECTIONS = ["What it detects", "Why it is slow", "Evidence", "Fix", "Source"]
FILES = {path.stem: path for path in Path(room.__file__).parent.glob("*.py")}


def assigns_cause(path: Path) -> bool:
    nodes = ast.parse(path.read_bytes()).body
    names = {
        target.id
        for node in nodes
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return "CAUSE" in names


def test_every_file_with_a_cause_is_listed_once_under_its_id() -> None:
    ids = [cause.id for cause in CAUSES]
    assert len(ids) == len(set(ids))
    assert {name.replace("_", "-") for name, path in FILES.items() if assigns_cause(path)} == set(ids)


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.id)
def test_the_docstring_of_a_cause_is_its_page(cause: Cause) -> None:
    assert re.fullmatch(r"[A-Z].*\.", cause.doc.strip().partition("\n")[0])
    assert re.findall(r"^(\w[\w ]*):$", cause.doc, re.MULTILINE) == SECTIONS
    assert cause.title
