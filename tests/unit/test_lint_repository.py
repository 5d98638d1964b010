"""scripts/lint_repository.py: the tree is the same each time, is Python, and holds what its truth.json says."""

from __future__ import annotations

import ast
import hashlib
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import lint_repository
from lint_tree.check import compare
from lint_tree.plan import Plan

SMALL = replace(Plan().scaled(0.2), handful=6)  # each form of an unstable parameter
FILES, SIZE = 160, 700_000

Rows = list[dict[str, Any]]


def digest(root: Path) -> str:
    """A digest of all files below a folder, with their names."""
    content = hashlib.sha256()
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        content.update(f"{path.relative_to(root).as_posix()}\0".encode())
        content.update(path.read_bytes())
    return content.hexdigest()


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("generated") / "tree"
    lint_repository.make(root, SMALL, files=FILES, size=SIZE)
    return root


@pytest.fixture(scope="module")
def truth(tree: Path) -> dict[str, Any]:
    return lint_repository.read_truth(tree)


@pytest.fixture(scope="module")
def planted(truth: dict[str, Any]) -> Callable[[str], Rows]:
    return lambda rule: [row for row in truth["planted"] if row["rule"] == rule]


@pytest.fixture(scope="module")
def collected(tree: Path, plain_env: dict[str, str]) -> str:
    """What pytest prints when it collects the tree."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "--assert=plain"]
    result = subprocess.run(command, cwd=tree, env=plain_env, capture_output=True, text=True, check=False)
    return result.stdout + result.stderr


def test_the_same_seed_gives_the_same_bytes(tree: Path, tmp_path: Path) -> None:
    lint_repository.make(tmp_path / "again", SMALL, files=FILES, size=SIZE)
    assert digest(tmp_path / "again") == digest(tree)


def test_another_seed_gives_other_bytes(tree: Path, tmp_path: Path) -> None:
    lint_repository.make(tmp_path / "other", SMALL, seed=2, files=FILES, size=SIZE)
    assert digest(tmp_path / "other") != digest(tree)


def test_a_directory_with_files_is_refused(tree: Path) -> None:
    with pytest.raises(SystemExit, match="not empty"):
        lint_repository.make(tree, SMALL, files=FILES, size=SIZE)


def test_more_plants_than_files_can_hold_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="--scale"):
        lint_repository.make(tmp_path / "tree", Plan(), files=100, size=SIZE)


def test_each_file_is_python_3_11(tree: Path, truth: dict[str, Any]) -> None:
    files = sorted(tree.rglob("*.py"))
    assert len(files) == truth["files"] == FILES
    assert sum(file.stat().st_size for file in files) == truth["bytes"]
    for file in files:
        ast.parse(file.read_bytes(), filename=str(file), feature_version=(3, 11))


def test_as_many_violations_are_planted_as_planned(planted: Callable[[str], Rows]) -> None:
    assert len(planted("missing-module")) == (
        SMALL.from_in_function
        + SMALL.at_module_level
        + SMALL.patched
        + SMALL.in_try
        + SMALL.import_in_function
        + SMALL.by_import_module
    )
    assert len(planted("missing-name")) == SMALL.names_patched + SMALL.names_imported
    assert len({row["subject"] for row in planted("missing-module")}) == SMALL.missing_modules
    assert len({row["subject"] for row in planted("missing-name")}) == SMALL.missing_names
    assert len(planted("duplicate-class")) == sum(SMALL.variants)
    assert len(planted("non-test-class")) == sum(SMALL.variants) + SMALL.without_tests
    forms = Counter(row["form"].partition(",")[0] for row in planted("uncollected-tests"))
    assert forms["own __init__"] == SMALL.own_init
    assert forms["inherited __init__"] == SMALL.inherited_init
    assert forms["__new__"] == SMALL.own_new
    assert forms["shadowed"] == SMALL.shadowed
    assert forms["file without pattern"] == SMALL.unmatched


def test_the_default_plan_has_the_counts_of_the_issue() -> None:
    plan = Plan()
    assert plan.own_init + plan.inherited_init + plan.own_new == 63
    assert plan.without_tests + sum(plan.variants) == 137
    assert plan.variants == (31, 8, 4, 3, 2, 2, 1, 1)
    assert plan.from_in_function + plan.at_module_level + plan.patched == 504 + 124 + 132
    assert plan.names_patched + plan.names_imported == 740


def test_the_line_of_a_row_has_what_the_row_names(tree: Path, truth: dict[str, Any]) -> None:
    lines = {path: (tree / path).read_text().splitlines() for path in {row["path"] for row in truth["planted"]}}
    for row in truth["planted"]:
        statement = "\n".join(lines[row["path"]][row["first"] - 1 : row["last"]])
        assert row["first"] <= row["line"] <= row["last"]
        if row["rule"] in {"missing-module", "missing-name", "duplicate-class", "non-test-class", "uncollected-tests"}:
            assert row["subject"].rpartition(".")[2] in statement, row
        if row["rule"] in {"duplicate-class", "non-test-class"}:
            assert lines[row["path"]][row["line"] - 1].startswith(f"class {row['subject']}"), row


def test_variants_with_one_letter_are_equal_without_marks(tree: Path, planted: Callable[[str], Rows]) -> None:
    texts: dict[str, set[str]] = {}
    for row in planted("duplicate-class"):
        module = ast.parse((tree / row["path"]).read_bytes())
        found = next(node for node in module.body if isinstance(node, ast.ClassDef) and node.name == row["subject"])
        texts.setdefault(row["equal_without_marks"], set()).add(without_marks(found))
    assert set(texts) == {"A", "B", "C"}
    assert [len(found) for found in texts.values()] == [1, 1, 1]
    assert len(set.union(*texts.values())) == 3


def without_marks(node: ast.ClassDef) -> str:
    """The methods of a class, sorted, without decorators and docstrings."""
    methods = [method for method in node.body if isinstance(method, ast.FunctionDef)]
    for method in methods:
        method.decorator_list = []
        if ast.get_docstring(method):
            del method.body[0]
    return "\n".join(sorted(ast.unparse(method) for method in methods))


def test_what_a_missing_reference_names_does_not_exist(tree: Path, planted: Callable[[str], Rows]) -> None:
    for row in planted("missing-module"):
        path = tree / row["subject"].replace(".", "/")
        assert not path.exists()
        assert not path.with_suffix(".py").exists()


def test_pytest_warns_about_the_planted_classes_and_no_others(collected: str, truth: dict[str, Any]) -> None:
    found = re.findall(r"cannot collect test class '(\w+)' .*\(from: ([^)]+)\)", collected)
    expected = [(row["class"], row["path"]) for row in truth["collection"]["not_collected"]]
    assert sorted(found) == sorted(expected)


def test_pytest_fails_to_collect_the_planted_files_and_no_others(collected: str, truth: dict[str, Any]) -> None:
    assert sorted(re.findall(r"^ERROR (\S+)", collected, re.MULTILINE)) == truth["collection"]["errors"]


def test_tests_that_are_imported_by_another_module_run_again(collected: str, planted: Callable[[str], Rows]) -> None:
    assert planted("duplicate-items")
    for row in planted("duplicate-items"):
        source = row["from"].replace(".", "/") + ".py"
        function = f"test_{row['from'].rpartition('.test_')[2]}_alone"
        item = function if row["form"] != "class by name" else row["subject"]
        assert f"{source}::{item}" in collected
        assert f"{row['path']}::{item}" in collected


def test_ids_differ_from_run_to_run_only_where_it_is_planted(
    tree: Path, planted: Callable[[str], Rows], plain_env: dict[str, str]
) -> None:
    files = sorted({row["path"] for row in planted("unstable-parameter")} | {"tests/lookalikes/test_parameters.py"})
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--collect-only",
        "-q",
        "-p",
        "no:cacheprovider",
        "--assert=plain",
        *files,
    ]
    runs = []
    for seed in ("1", "3"):  # a set of six strings hardly has the same order with both
        env = {**plain_env, "PYTHONHASHSEED": seed}
        result = subprocess.run(command, cwd=tree, env=env, capture_output=True, text=True, check=False)
        runs.append([line for line in result.stdout.splitlines() if "::" in line and "Warning" not in line])
    assert len(runs[0]) == len(runs[1]) > 5
    different = {re.split(r"::|\[", one)[-2] for one, other in zip(*runs, strict=True) if one != other}
    assert different == {row["subject"] for row in planted("unstable-parameter")}


def test_a_missing_name_is_nowhere_in_its_module(tree: Path, planted: Callable[[str], Rows]) -> None:
    for row in planted("missing-name"):
        module, _, name = row["subject"].rpartition(".")
        path = tree / module.replace(".", "/")
        text = (path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_text()
        assert name not in text, row


def test_a_report_of_all_plants_has_no_mistakes(truth: dict[str, Any]) -> None:
    comparisons = compare(truth, truth["planted"])
    assert sum(len(comparison.found) for comparison in comparisons.values()) == len(truth["planted"])
    assert not [rule for rule, one in comparisons.items() if one.missed or one.false or one.misled]


def test_mistakes_of_a_report_are_named(truth: dict[str, Any]) -> None:
    lost, *rest = [row for row in truth["planted"] if row["rule"] == "missing-module"]
    comparison = compare(truth, [*rest, *truth["lookalikes"], *truth["ignored"]])["missing-module"]
    misleading = [row for row in truth["lookalikes"] + truth["ignored"] if row["rule"] == "missing-module"]
    assert comparison.missed == [lost]
    assert comparison.misled == misleading
    assert comparison.false == misleading
