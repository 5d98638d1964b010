"""scripts/fix_modules.py: each planted reference is found, and rewritten files run without the old modules."""

from __future__ import annotations

from pathlib import Path

import pytest

from codemod_texts import results_of
from collectbench.codemods import CODEMODS, Choices
from collectbench.model.fixes import Edit, Skip
from collectbench.model.lint_settings import ForbiddenImport, LintSettings
from fix_tree.check import Verdict, compare, old_texts, run
from fix_tree.forms import FORMS, MISSING, RELATIVE
from fix_tree.repository import ABSENT, ENTRIES, FORBIDDEN, Row, Size, make

SMALL = Size(share=0.05, files=0, size_bytes=0)
SETTINGS = LintSettings(
    forbidden_imports=tuple(ForbiddenImport(module=old, replacement=new) for old, new in ENTRIES.items())
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("repository")


@pytest.fixture(scope="module")
def rows(root: Path) -> list[Row]:
    return make(root, SMALL)


@pytest.fixture(scope="module")
def verdicts(root: Path, rows: list[Row]) -> dict[str, Verdict]:
    before = old_texts(root, rows)
    found = {}
    for rule in (ABSENT, FORBIDDEN):  # in the order of the script
        codemod = next(each for each in CODEMODS if each.id == rule)
        texts = {str(path.relative_to(root)): path.read_text(encoding="utf-8") for path in sorted(root.rglob("*.py"))}
        choices = Choices(unsafe=rule == ABSENT)
        results = results_of(codemod, texts, settings=SETTINGS, choices=choices, root=root)
        for edit in results:
            if isinstance(edit, Edit):
                (root / edit.path).write_bytes(edit.after)
        skips = [(each.path, each.line) for each in results if isinstance(each, Skip)]
        found[rule] = compare(before, root, [row for row in rows if row.rule == rule], skips)
    return found


@pytest.mark.parametrize("rule", [ABSENT, FORBIDDEN])
def test_each_reference_is_rewritten_or_named_as_it_should(
    verdicts: dict[str, Verdict], rows: list[Row], rule: str
) -> None:
    verdict = verdicts[rule]
    assert verdict.problems == ()
    assert verdict.rewritten + verdict.named == sum(row.rule == rule for row in rows)
    assert verdict.rewritten > verdict.named > 0


def test_each_form_is_planted(rows: list[Row]) -> None:
    planted = {(row.rule, row.form) for row in rows}
    assert planted >= {(FORBIDDEN, form.name) for form in (*FORMS, *RELATIVE)}
    assert planted >= {(ABSENT, form.name) for _, form in MISSING}


def test_rewritten_files_run_without_the_old_modules(
    verdicts: dict[str, Verdict], rows: list[Row], root: Path, tmp_path: Path
) -> None:
    assert verdicts
    assert list(run(root, sorted({row.path for row in rows}), tmp_path)) == []


def test_the_check_notices_what_is_lost_and_what_else_was_changed(tmp_path: Path) -> None:
    rows = make(tmp_path, Size(share=0.01, files=0, size_bytes=0))
    before = old_texts(tmp_path, rows)
    forbidden = [row for row in rows if row.rule == FORBIDDEN]
    untouched = compare(before, tmp_path, forbidden, [])
    assert untouched.rewritten == untouched.named == 0
    assert len(untouched.problems) == len(forbidden)
    file = tmp_path / forbidden[0].path
    file.write_bytes(file.read_bytes().replace(b"LIMIT = 1", b"LIMIT = 2"))
    problems = compare(before, tmp_path, forbidden, [(row.path, row.first) for row in forbidden]).problems
    assert f"{forbidden[0].path}: something else than the references was changed" in problems
    assert list(run(tmp_path, [forbidden[0].path], tmp_path)) != []
