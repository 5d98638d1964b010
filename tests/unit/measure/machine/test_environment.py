from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from collectbench.measure.machine.environment import bytecode, commit, cpu_model, environment
from collectbench.measure.process.launch import launch
from collectbench.model.inspection import Inspection

INSPECTION = Inspection(
    python="3.11.7",
    implementation="cpython",
    pytest="8.0.0",
    complete=True,
    rootdir=Path("/p"),
    plugins={"pytest-zeta": "1", "pytest-alpha": "2"},
    distributions={"zope": "1", "attrs": "2"},
)


def test_the_environment_holds_the_conditions_that_figures_depend_on(tmp_path) -> None:
    env = {"PYTHONHASHSEED": "0", "PYTEST_ADDOPTS": "-q", "HOME": "/h", "A_PYTHON": "x"}
    env |= {"PYTHON_REGISTRY_TOKEN": "secret", "PYTEST_UPLOAD_KEY": "secret", "PYTHONANYWHERE_PASSWORD": "secret"}
    recorded = environment(INSPECTION, env, tmp_path / "services", tmp_path)
    assert (recorded.python, recorded.implementation, recorded.pytest) == ("3.11.7", "cpython", "8.0.0")
    assert list(recorded.plugins) == ["pytest-alpha", "pytest-zeta"]
    assert list(recorded.distributions) == ["attrs", "zope"]
    assert recorded.flags == {"PYTEST_ADDOPTS": "-q", "PYTHONHASHSEED": "0"}
    assert 1 <= recorded.cpu_count <= (os.cpu_count() or 1)
    assert recorded.platform
    assert recorded.cpu_model
    assert recorded.bytecode == "written"
    assert (recorded.started_in, recorded.pytest_config) == ("services", "")


@pytest.mark.parametrize(("inifile", "shown"), [("pytest.ini", "pytest.ini"), ("/else/own.ini", "/else/own.ini")])
def test_the_file_that_configures_pytest_is_shown_relative_to_the_root(inifile, shown, tmp_path) -> None:
    recorded = environment(replace(INSPECTION, inifile=tmp_path / inifile), {}, tmp_path, tmp_path)
    assert (recorded.started_in, recorded.pytest_config) == (".", shown)


def test_bytecode_is_disabled_if_python_does_not_write_it(tmp_path) -> None:
    assert bytecode(replace(INSPECTION, bytecode_disabled=True), tmp_path) == "disabled"


@pytest.mark.parametrize("prefix", ["/proc/no/such/directory", "cache/deep"])
def test_bytecode_goes_to_the_prefix_if_there_is_one(prefix, tmp_path) -> None:
    expected = {"/proc/no/such/directory": os.access("/proc", os.W_OK), "cache/deep": True}[prefix]
    assert bytecode(replace(INSPECTION, pycache_prefix=prefix), tmp_path) == ("written" if expected else "unwritable")


@pytest.mark.parametrize("prefix", ["file", "file/deep", "link"])
def test_bytecode_cannot_be_written_below_a_file_or_a_broken_link(prefix, tmp_path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("missing")
    assert bytecode(replace(INSPECTION, pycache_prefix=prefix), tmp_path) == "unwritable"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_bytecode_cannot_be_written_into_a_read_only_directory(tmp_path) -> None:
    tmp_path.chmod(0o500)
    assert bytecode(INSPECTION, tmp_path) == "unwritable"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("processor\t: 0\nmodel name\t: Fast CPU: 3 GHz\nmodel name\t: Other\n", "Fast CPU: 3 GHz"),
        ("processor : 0\nHardware : Board\n", "Board"),
    ],
)
def test_the_processor_is_named_as_the_system_names_it(text, expected, tmp_path) -> None:
    (tmp_path / "cpuinfo").write_text(text)
    assert cpu_model(tmp_path / "cpuinfo") == expected


def test_a_processor_without_a_name_is_described_by_its_architecture(tmp_path) -> None:
    (tmp_path / "cpuinfo").write_text("flags : fpu\n")
    assert cpu_model(tmp_path / "none") == cpu_model(tmp_path / "cpuinfo") != ""


@pytest.fixture
def repository(tmp_path, clean_env) -> tuple[Path, dict[str, str]]:
    env = {**clean_env, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    root = tmp_path / "repository"
    root.mkdir()
    (root / "a.txt").write_text("a")
    identity = ["-c", "user.name=n", "-c", "user.email=e@example.org"]
    for arguments in (["init", "-q"], ["add", "."], [*identity, "commit", "-q", "-m", "first"]):
        subprocess.run(["git", *arguments], cwd=root, env=env, check=True)
    return root, env


def test_the_commit_is_that_of_the_working_tree(repository) -> None:
    root, env = repository
    (root / "sub").mkdir()
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, env=env, capture_output=True, text=True, check=True)
    (root / "untracked.txt").write_text("")
    assert commit(root / "sub", env, launch) == (head.stdout.strip(), False)
    (root / "a.txt").write_text("changed")
    assert commit(root, env, launch) == (head.stdout.strip(), True)


def test_a_git_that_prints_something_else_names_no_commit(tmp_path, clean_env, script) -> None:
    script.act = lambda invocation, folder: (folder / "output").write_text("welcome to our git\n") and None
    assert commit(tmp_path, clean_env, script) is None


def test_outside_of_git_there_is_no_commit(tmp_path, clean_env) -> None:
    assert commit(tmp_path, {**clean_env, "GIT_CEILING_DIRECTORIES": str(tmp_path.parent)}, launch) is None


def test_a_machine_without_git_has_no_commit(tmp_path, clean_env) -> None:
    def no_git(invocation, *, output, timeout_s, on_hang=None):
        raise FileNotFoundError(invocation.argv[0])

    assert commit(tmp_path, clean_env, no_git) is None
