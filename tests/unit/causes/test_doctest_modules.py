from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from collectbench.causes.doctest_modules import CAUSE
from made_evidence import INSPECTION, collected, evidence, findings, imported, statement

FIELDS = {"arguments": ("--doctest-modules",)}
INIFILE = "/project/pytest.ini"
IMPORTS = (
    imported(1, 0, "shop", 0.5),
    imported(2, 1, "libheavy", 2.0),
    imported(4, 3, "test_a", 0.25),
    imported(5, 4, "shared", 1.0),
    imported(7, 6, "shared_user", 0.5),
)
COLLECTORS = (
    collected(0, -1, "shop.py", 0.125, type="DoctestModule"),
    collected(3, -1, "tests/test_a.py"),
    collected(6, -1, "shared_user.py", 0.125, type="DoctestModule"),
)
EDGES = (statement("shop", "libheavy", 1), statement("test_a", "shared", 4), statement("shared_user", "shared", 7))


def test_what_only_doctests_import_is_saved_and_what_tests_need_is_not() -> None:
    inspection = replace(INSPECTION, inifile=Path(INIFILE))
    files = {INIFILE: "[pytest]\naddopts = --doctest-modules\n"}
    about = evidence(
        imports=IMPORTS, collectors=COLLECTORS, edges=EDGES, files=files, inspection=inspection, fields=FIELDS
    )
    (found,) = findings(CAUSE, about)
    assert found.estimated_saving_s == pytest.approx(0.5 + 2.0 + 0.5 + 2 * 0.125)
    assert [(each.path, each.line) for each in found.locations] == [("pytest.ini", 2)]


def test_a_test_file_with_doctests_is_imported_anyway() -> None:
    collectors = (
        collected(0, -1, "tests/test_a.py", 0.0),
        collected(3, -1, "tests/test_a.py", 0.0, type="DoctestModule"),
    )
    assert not findings(CAUSE, evidence(imports=(imported(1, 0, "test_a"),), collectors=collectors, fields=FIELDS))


def test_without_the_option_there_is_nothing_to_find() -> None:
    assert not findings(CAUSE, evidence(imports=IMPORTS, edges=EDGES, collectors=COLLECTORS[1:2]))
