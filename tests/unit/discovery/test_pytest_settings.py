"""What pytest's configuration says, in each of its files. pytest 9.2 gives the same answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectbench.discovery.pytest_settings import NOT_ENTERED, PytestSettings, read_pytest_settings


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pytest.ini", "[pytest]\ntestpaths = a 'b c'\n  d\n# testpaths = no\npython_files=check_*.py\n"),
        (".pytest.ini", "[pytest]\ntestpaths =\n  a\n  # not this\n  'b c'\n\n  d\npython_files: check_*.py\n"),
        ("pytest.toml", "[pytest]\ntestpaths = ['a', 'b c', 'd']\npython_files = ['check_*.py']\n"),
        (".pytest.toml", "[pytest]\ntestpaths = ['a', 'b c', 'd']\npython_files = ['check_*.py']\n"),
        ("pyproject.toml", "[tool.pytest.ini_options]\ntestpaths = \"a 'b c' d\"\npython_files = 'check_*.py'\n"),
        ("pyproject.toml", "[tool.pytest]\ntestpaths = ['a', 'b c', 'd']\npython_files = ['check_*.py']\n"),
        ("tox.ini", "[DEFAULT]\nTestPaths = no\n[pytest]\ntestpaths = a 'b c' d\npython_files = check_*.py\n"),
        ("setup.cfg", "[pytest]\nx = 1\n[tool:pytest]\ntestpaths = a 'b c' d\npython_files = check_*.py\n"),
    ],
)
def test_each_file_that_pytest_reads_is_read(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    below = tmp_path / "below" / "it"
    below.mkdir(parents=True)
    assert read_pytest_settings(below) == PytestSettings(
        rootdir=tmp_path, inifile=tmp_path / name, testpaths=("a", "b c", "d"), python_files=("check_*.py",)
    )


def test_the_options_of_addopts_that_decide_about_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "tox.ini").write_text(
        "[pytest]\naddopts = -q --ignore=a --ignore b --ignore-glob='*/old_*' --import-mode=append"
        " --import-mode importlib\n  -p no:randomly -pxdist --strict-markers -k 'not ignore' --ignore\n"
        "norecursedirs = data\npythonpath = src lib\npython_classes = Check *Suite\npython_functions = check\n"
    )
    assert read_pytest_settings(tmp_path) == PytestSettings(
        rootdir=tmp_path,
        inifile=tmp_path / "tox.ini",
        python_classes=("Check", "*Suite"),
        python_functions=("check",),
        norecursedirs=("data",),
        pythonpath=("src", "lib"),
        ignore=("a", "b"),
        ignore_glob=("*/old_*",),
        import_mode="importlib",
        plugins=("no:randomly", "xdist"),
    )


@pytest.mark.parametrize(
    ("files", "inifile"),
    [
        ({"pytest.ini": "", "tox.ini": "[pytest]\n"}, "pytest.ini"),
        ({".pytest.toml": "", "pytest.ini": "[pytest]\n"}, ".pytest.toml"),
        ({"pyproject.toml": "[project]\nname = 'pytest'\n", "setup.cfg": "[tool:pytest]\n"}, "setup.cfg"),
        ({"pyproject.toml": "[tool.pytest.ini_options]\n", "setup.cfg": "[tool:pytest]\n"}, "pyproject.toml"),
        ({"tox.ini": "[tox]\n", "setup.cfg": "[pytest]\n", "../tox.ini": "[pytest]\n"}, "../tox.ini"),
        ({"pyproject.toml": "[project]\n", "../pyproject.toml": "", "../setup.py": ""}, "pyproject.toml"),
    ],
)
def test_the_first_file_that_configures_pytest_counts(tmp_path: Path, files: dict[str, str], inifile: str) -> None:
    (tmp_path / "root").mkdir()
    for name, text in files.items():
        (tmp_path / "root" / name).write_text(text)
    settings = read_pytest_settings(tmp_path / "root")
    expected = tmp_path / inifile.removeprefix("../") if inifile.startswith("..") else tmp_path / "root" / inifile
    assert (settings.inifile, settings.rootdir, settings.problems) == (expected, expected.parent, ())


def test_without_a_configuration_the_rootdir_is_that_of_setup_py_or_the_start(tmp_path: Path) -> None:
    start = tmp_path / "a" / "b"
    start.mkdir(parents=True)
    assert read_pytest_settings(start) == PytestSettings(rootdir=start)
    (tmp_path / "a" / "setup.py").write_text("")
    assert read_pytest_settings(start) == PytestSettings(rootdir=tmp_path / "a", norecursedirs=NOT_ENTERED)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pytest.ini", b"no section\n"),
        ("pytest.toml", b"pytest = 1\n"),
        ("pyproject.toml", b"tool = 'pytest'\n"),
        ("pyproject.toml", b"[tool.pytest\n"),
        ("pyproject.toml", b"[tool.pytest]\nx = 1\n[tool.pytest.ini_options]\nx = 1\n"),
        ("tox.ini", b"[pytest]\nx = \xff\n"),
    ],
)
def test_a_file_that_pytest_would_refuse_counts_as_not_there(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    (tmp_path / "setup.cfg").write_text("[tool:pytest]\ntestpaths = a\n")
    settings = read_pytest_settings(tmp_path)
    assert settings.testpaths == ("a",)
    (problem,) = settings.problems
    assert problem.startswith(f"{tmp_path / name}: not read as a configuration of pytest: ")


def test_a_value_that_pytest_would_refuse_counts_as_absent(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text('[tool.pytest.ini_options]\ntestpaths = 3\npython_files = "\'"\naddopts = [1]\n')
    settings = read_pytest_settings(tmp_path)
    assert (settings.testpaths, settings.python_files) == ((), ("test_*.py", "*_test.py"))
    assert [problem.removeprefix(f"{path}: ") for problem in settings.problems] == [
        "testpaths: neither a string nor a list of strings",
        "python_files: No closing quotation",
        "addopts: neither a string nor a list of strings",
    ]
