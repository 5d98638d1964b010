"""What pytest would collect. pytest 8 and 9 collect the same files in these trees, unless a conftest is broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectbench.discovery.collection import collection_of
from collectbench.discovery.pytest_settings import read_pytest_settings
from collectbench.model.lint_settings import Collection


def collect(root: Path, files: dict[str, str]) -> Collection:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return collection_of(root, [path for path in files if path.endswith(".py")], read_pytest_settings(root))


def empty(*paths: str) -> dict[str, str]:
    return dict.fromkeys(paths, "")


def ini(*lines: str) -> dict[str, str]:
    return {"pytest.ini": "\n".join(("[pytest]", *lines))}


def test_test_files_are_collected_from_the_rootdir_if_there_are_no_test_paths(tmp_path) -> None:
    collection = collect(
        tmp_path,
        empty(
            *("setup.py", "pkg/core.py", "pkg/tests/test_core.py", "pkg/tests/data/helper.py", "pkg/core_test.py"),
            *("build/test_x.py", ".hidden/test_x.py", "node_modules/a/test_x.py", "a.egg/test_x.py"),
            *("environment/pyvenv.cfg", "environment/lib/test_x.py", "conda/conda-meta/history", "conda/test_x.py"),
            *("testing/helper.py", "test/api.py"),
        ),
    )
    assert collection.files == {"pkg/tests/test_core.py", "pkg/core_test.py"}
    beside = {"pkg/core.py", "pkg/tests/data/helper.py", "test/api.py"}
    assert collection.tests == collection.files | beside
    assert collection.excluded == frozenset()


def test_test_paths_limit_what_is_collected_and_where_tests_belong(tmp_path) -> None:
    collection = collect(
        tmp_path,
        {
            **ini("testpaths = tests/unit build/tests ./checks/one.py missing", "python_files = test_*.py"),
            **empty("tests/unit/deep/test_a.py", "tests/unit/helper.py", "tests/functional/test_b.py", "test_c.py"),
            **empty("build/tests/test_d.py", "build/test_e.py", "checks/one.py", "checks/test_two.py"),
        },
    )
    assert collection.files == {"tests/unit/deep/test_a.py", "build/tests/test_d.py", "checks/one.py"}
    assert collection.tests == collection.files | {"tests/unit/helper.py"}


@pytest.mark.parametrize(
    ("testpaths", "expected"),
    [
        ("packages/*/tests", {"packages/a/tests/test_a.py", "packages/b/tests/unit/test_b.py"}),
        ("packages/**/unit", {"packages/b/tests/unit/test_b.py"}),
        ("pack*", {"packages/a/tests/test_a.py", "packages/b/tests/unit/test_b.py", "packages/test_c.py"}),
        ("packages/t*.py", {"packages/test_c.py", "packages/tool.py"}),
        ("*/nothing", {"test_d.py", "packages/a/tests/test_a.py", "packages/b/tests/unit/test_b.py",
                       "packages/test_c.py"}),
    ],
)  # fmt: skip
def test_test_paths_may_be_patterns(tmp_path, testpaths, expected) -> None:
    files = empty(
        *("packages/a/tests/test_a.py", "packages/b/tests/unit/test_b.py", "packages/test_c.py", "test_d.py"),
        *("packages/tool.py", "packages/.h/tests/test_e.py"),
    )
    assert collect(tmp_path, {**ini(f"testpaths = {testpaths}"), **files}).files == expected


def test_a_pattern_with_a_separator_matches_the_path(tmp_path) -> None:
    collection = collect(
        tmp_path,
        {
            **ini("python_files = checks/*.py t_[ab].py", "norecursedirs = data/old *.d"),
            **empty("checks/one.py", "x/checks/deep/two.py", "t_a.py", "t_c.py", "other.py"),
            **empty("data/old/t_a.py", "x/data/old/t_a.py", "old/t_a.py", "conf.d/t_a.py", ".x/t_a.py"),
        },
    )
    assert collection.files == {"checks/one.py", "x/checks/deep/two.py", "t_a.py", "old/t_a.py", ".x/t_a.py"}


def test_what_options_and_conftests_ignore_is_excluded_on_purpose(tmp_path) -> None:
    collection = collect(
        tmp_path,
        {
            **ini("addopts = --ignore=tests/slow --ignore tests/test_one.py --ignore-glob=tests/gen_*"),
            "tests/conftest.py": "collect_ignore = ['test_two.py', 'sub/data']\n"
            "collect_ignore_glob: list = ['*_old.py']\n",
            "tests/sub/conftest.py": "collect_ignore = []",
            "tests/odd/conftest.py": "collect_ignore = ['test_odd.py'\n",
            **empty("tests/slow/test_a.py", "tests/test_one.py", "tests/gen_x/test_a.py", "tests/test_two.py"),
            **empty("tests/test_old.py", "tests/sub/test_old.py", "tests/sub/data/test_a.py", "tests/odd/test_odd.py"),
            **empty("tests/test_three.py", "tests/build/helper.py"),
        },
    )
    assert collection.files == {"tests/odd/test_odd.py", "tests/test_three.py", "tests/sub/data/test_a.py"}
    conftests = {"tests/conftest.py", "tests/sub/conftest.py", "tests/odd/conftest.py"}
    assert collection.tests - collection.files - conftests == collection.excluded
    assert len(collection.excluded) == 7


@pytest.mark.parametrize(
    ("path", "source", "is_custom"),
    [
        ("conftest.py", "def pytest_collect_file(): pass", True),
        ("tests/sub/conftest.py", "def pytest_pycollect_makeitem(): pass", True),
        ("tests/conftest.py", "def pytest_pycollect_makemodule(): pass", True),
        ("tests/conftest.py", "def pytest_collection_modifyitems(): pass", False),
        ("tests/build/conftest.py", "def pytest_collect_file(): pass", False),
        ("tests/helper.py", "def pytest_collect_file(): pass", False),
    ],
)
def test_a_conftest_that_pytest_loads_may_make_its_own_collectors(tmp_path, path, source, is_custom) -> None:
    assert collect(tmp_path, {**ini("testpaths = tests"), path: source}).is_custom is is_custom


def test_a_configuration_that_another_one_hides_is_named_relative_to_the_root(tmp_path) -> None:
    files = {**ini(), "setup.cfg": "[tool:pytest]\n", "tox.ini": "[tox]\n", "pyproject.toml": "[tool.pytest]\nx = 1\n"}
    collection = collect(tmp_path, files)
    assert collection.hidden_configurations == (("pyproject.toml", "pytest.ini"), ("setup.cfg", "pytest.ini"))
    (tmp_path / "below").mkdir()
    settings = read_pytest_settings(tmp_path / "below")
    assert collection_of(tmp_path / "below", [], settings).hidden_configurations[1] == (
        "../setup.cfg",
        "../pytest.ini",
    )


def test_names_of_classes_and_functions_come_from_the_configuration(tmp_path) -> None:
    collection = collect(tmp_path, ini("python_classes = Check", "python_functions = *_check"))
    assert collection.is_class_name("CheckAll")
    assert collection.is_test_name("a_check")
    assert not collection.is_class_name("TestAll")


def test_a_root_above_or_below_the_rootdir_gives_paths_of_its_own(tmp_path) -> None:
    (tmp_path / "project" / "tests").mkdir(parents=True)
    (tmp_path / "project" / "pytest.ini").write_text("[pytest]\ntestpaths = tests\n")
    settings = read_pytest_settings(tmp_path / "project")
    above = collection_of(tmp_path, ["project/tests/test_a.py", "test_b.py", "tests/test_c.py"], settings)
    assert above.files == above.tests == {"project/tests/test_a.py"}
    below = collection_of(tmp_path / "project" / "tests", ["test_a.py", "sub/test_b.py", "helper.py"], settings)
    assert below.files == {"test_a.py", "sub/test_b.py"}
    assert below.tests == {"test_a.py", "sub/test_b.py", "helper.py"}
