"""All codemods: each file beside `codemod.py` is one, and each is listed."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import collectbench.codemods
from collectbench.codemods import CODEMODS, Choices

SHARED = {"__init__", "codemod", "diff", "syntax"}


def test_each_file_is_a_codemod_and_is_listed_under_its_name() -> None:
    names = {path.stem for path in Path(collectbench.codemods.__file__).parent.glob("*.py")} - SHARED
    found = {name.replace("_", "-"): import_module(f"collectbench.codemods.{name}").CODEMOD for name in names}
    assert {name: codemod.id for name, codemod in found.items()} == {codemod.id: codemod.id for codemod in CODEMODS}
    assert len(found) == len(CODEMODS)


def test_each_names_only_choices_that_there_are() -> None:
    for codemod in CODEMODS:
        assert codemod.option_names <= set(Choices.__dataclass_fields__)
        assert codemod.title
