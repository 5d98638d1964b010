"""Which tests run for the net of an experiment."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectbench.experiments import Arms
from collectbench.model.intervention import Intervention
from collectbench.usecases.proving.affected_tests import AffectedTests, Tree, changed_files
from lint_texts import evidence_of

TREE = {
    "shop/__init__.py": "",
    "shop/orders.py": "def send():\n    import heavy.parts\n",
    "shop/prices.py": "import shop.tables\n",
    "shop/tables.py": "",
    "plugin.py": "def pytest_configure(): pass\n",
    "tests/conftest.py": "",
    "tests/test_a.py": "import heavy\ndef test_a(): heavy.x()\n",
    "tests/test_orders.py": "import shop.orders\ndef test_o(): pass\n",
    "tests/test_prices.py": "def test_p():\n    import shop.prices\n",
    "tests/test_tables.py": "def test_t():\n    import shop.tables\n",
    "tests/test_z.py": "def test_z(): pass\n",
}
IDS = tuple(f"tests/test_{name}.py::test_{name[0]}" for name in ("a", "orders", "prices", "tables", "z"))


@pytest.fixture
def tests(tmp_path: Path) -> AffectedTests:
    evidence = evidence_of(TREE)
    tree = Tree(root=tmp_path, codebase=evidence.codebase, test_files=evidence.collection.files)
    return AffectedTests(ids_from=tmp_path, read_tree=lambda: tree)


def serving(root: Path, path: str, after: str, before: str | None = None, **changes) -> Arms:
    there = str(root / path)
    source = TREE.get(path, "") if before is None else before
    return Arms(
        base=Intervention(served={there: after.encode()}, **changes), head=Intervention(served={there: source.encode()})
    )


def affected(tests: AffectedTests, arms: Arms) -> list[str] | None:
    found = tests.of(arms, IDS)
    return None if found is None else [each.rpartition("/")[2].partition(".")[0] for each in found]


def test_a_module_that_only_one_arm_imports_at_once_affects_all_tests_that_may_import_it_first(tests, tmp_path) -> None:
    deferred = serving(tmp_path, "tests/test_a.py", "def test_a():\n    import heavy\n    heavy.x()\n")
    assert affected(tests, deferred) == ["test_a", "test_orders"]


def test_the_same_holds_for_a_module_of_the_project(tests, tmp_path) -> None:
    deferred = serving(tmp_path, "shop/prices.py", "")
    assert affected(tests, deferred) == ["test_prices", "test_tables"]


def test_other_changes_of_a_file_affect_its_tests_and_those_that_import_it(tests, tmp_path) -> None:
    assert affected(tests, serving(tmp_path, "tests/test_z.py", "X = 1\n")) == ["test_z"]
    assert affected(tests, serving(tmp_path, "shop/tables.py", "X = 1\n")) == ["test_prices", "test_tables"]


def test_a_relative_import_of_a_module_that_is_nowhere_affects_nothing_more(tests, tmp_path) -> None:
    arms = serving(tmp_path, "tests/test_z.py", "", "try:\n    from .nowhere import x\nexcept E:\n    def f(): pass\n")
    assert affected(tests, arms) == ["test_z"]


def test_a_source_that_cannot_be_parsed_affects_the_tests_of_its_file(tests, tmp_path) -> None:
    assert affected(tests, serving(tmp_path, "tests/test_z.py", "X = 1\n", "def f(:\n")) == ["test_z"]


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        ("plugin.py", {}),
        ("tests/conftest.py", {}),
        ("tests/test_z.py", {"pytest_args": ("-p", "no:x")}),
        ("tests/test_z.py", {"user_args": ()}),
        ("tests/test_z.py", {"env": {"X": "1"}}),
        ("tests/test_z.py", {"actions": (("collector", "kept"),)}),
    ],
)
def test_what_may_affect_any_test_runs_all(tests, tmp_path, path: str, changes) -> None:
    assert affected(tests, serving(tmp_path, path, "X = 1\n", **changes)) is None


def test_remembered_values_belong_to_their_source(tests, tmp_path) -> None:
    arms = serving(tmp_path, "tests/test_z.py", "X = 1\n", actions=(("values", "/nowhere"),))
    assert affected(tests, arms) == ["test_z"]


def test_without_other_sources_all_tests_run_and_no_file_is_read(tmp_path) -> None:
    def never() -> Tree:
        raise AssertionError

    tests = AffectedTests(ids_from=tmp_path, read_tree=never)
    assert tests.of(Arms(base=Intervention(pytest_args=("-p", "no:cov"))), IDS) is None
    same = serving(tmp_path, "tests/test_z.py", TREE["tests/test_z.py"])
    assert changed_files(same) == ()
    assert tests.of(same, IDS) is None


def test_a_target_without_an_affected_test_runs_all_of_its_own(tests, tmp_path) -> None:
    arms = serving(tmp_path, "tests/test_z.py", "X = 1\n")
    assert tests.of(arms, IDS[:2]) is None
