"""`collectbench init`, as a process."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

WriteSuite = Callable[[Mapping[str, str]], Path]

LOOSE_AND_FOLDERS = {
    "tests/test_loose.py": "def test_loose(): pass\n",
    "tests/api/test_api.py": "def test_one(): pass\n",
    "tests/core/test_core.py": "def test_two(): pass\ndef test_three(): pass\n",
    "pytest.ini": "[pytest]\ntestpaths = tests\n",
}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("# mine\n[project]\nname = 'x'   # kept\n", id="comments"),
        pytest.param("[project]\nname = 'x'", id="no newline at the end"),
        pytest.param("[project]\r\nname = 'x'\r\n", id="line ends of Windows"),
        pytest.param("[tool.other]\nname = 'ü'\n\n\n", id="blank lines at the end"),
        pytest.param("", id="empty"),
    ],
)
def test_init_changes_no_byte_of_what_pyproject_held(run_cli, write_suite: WriteSuite, plain_python, text) -> None:
    root = write_suite({**LOOSE_AND_FOLDERS, "pyproject.toml": text})
    result = run_cli("init", "--python", plain_python, cwd=root)
    assert (result.returncode, result.stderr) == (0, "")
    written = (root / "pyproject.toml").read_bytes()
    assert written.startswith(text.encode())
    assert (
        b"[tool.collectbench.targets.'tests/api']" in written or b'[tool.collectbench.targets."tests/api"]' in written
    )
    assert (b"\r\n" in written) == ("\r\n" in text)
    assert b"\r\n" not in text.encode() or written.count(b"\n") == written.count(b"\r\n")


def test_init_without_pyproject_writes_collectbench_toml(run_cli, write_suite: WriteSuite, plain_python) -> None:
    root = write_suite(LOOSE_AND_FOLDERS)
    result = run_cli("init", "--python", plain_python, cwd=root)
    assert result.returncode == 0
    assert "wrote 3 targets" in result.stdout
    assert not (root / "pyproject.toml").exists()
    assert "[targets." in (root / "collectbench.toml").read_text()


def test_init_refuses_a_second_time_and_leaves_the_file_alone(run_cli, write_suite: WriteSuite, plain_python) -> None:
    root = write_suite(LOOSE_AND_FOLDERS)
    run_cli("init", "--python", plain_python, cwd=root)
    before = (root / "collectbench.toml").read_bytes()
    result = run_cli("init", "--python", plain_python, cwd=root)
    assert result.returncode == 2
    assert result.stdout == ""
    assert "collectbench.toml: there is a configuration already" in result.stderr
    assert (root / "collectbench.toml").read_bytes() == before


def test_init_with_dry_run_prints_the_table_and_writes_nothing(run_cli, write_suite, plain_python) -> None:
    root = write_suite(LOOSE_AND_FOLDERS)
    before = sorted(root.rglob("*"))
    result = run_cli("init", "--dry-run", "--python", plain_python, cwd=root)
    assert result.returncode == 0
    assert result.stdout.startswith("[tool.collectbench]\n")
    assert sorted(root.rglob("*")) == before


def test_the_written_configuration_has_the_targets_and_node_ids_that_were_found(
    run_cli, write_suite: WriteSuite, plain_python
) -> None:
    root = write_suite({**LOOSE_AND_FOLDERS, "pyproject.toml": "[project]\nname = 'x'\n"})

    def measured(name: str) -> dict[str, object]:
        options = ("--rounds", "1", "--warmup", "0", "--no-counters", "--format", "json", "--name", name)
        result = run_cli("baseline", "--python", plain_python, *options, cwd=root)
        assert result.returncode == 0, result.stderr
        run = json.loads(result.stdout)
        targets = {target["name"]: target["nodeids_sha256"] for target in (*run["targets"], run["suite"])}
        assert sum(target["counts"]["items"] for target in run["targets"]) == run["suite"]["counts"]["items"] == 4
        return targets

    found = measured("found")
    assert list(found) == ["tests/api", "tests/core", "tests/*", "suite"]
    assert run_cli("init", "--python", plain_python, cwd=root).returncode == 0
    assert measured("configured") == found


def test_init_from_a_folder_below_writes_all_targets_of_the_root(run_cli, write_suite, plain_python) -> None:
    root = write_suite(LOOSE_AND_FOLDERS)
    result = run_cli("init", "--python", plain_python, cwd=root / "tests" / "api")
    assert "wrote 3 targets" in result.stdout
    assert (root / "collectbench.toml").is_file()


def test_init_where_no_tests_are_writes_nothing(run_cli, tmp_path, plain_python) -> None:
    result = run_cli("init", "--python", plain_python, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (2, "")
    assert "there are no test files (test_*.py, " in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "files", [{"test_flat.py": ""}, {"pytest.ini": "[pytest]\ntestpaths = one.py\n", "one.py": ""}]
)
def test_init_takes_a_folder_or_a_file_without_folders_below(run_cli, write_suite, plain_python, files) -> None:
    result = run_cli("init", "--python", plain_python, cwd=write_suite(files))
    assert "wrote 1 target to" in result.stdout, result.stderr


def test_init_writes_the_file_that_is_named(run_cli, write_suite, plain_python) -> None:
    root = write_suite({**LOOSE_AND_FOLDERS, "pyproject.toml": "[project]\nname = 'x'\n"})
    before = (root / "pyproject.toml").read_bytes()
    options = ("init", "--python", plain_python, "--config")
    refused = run_cli(*options, "tests/collectbench.toml", cwd=root)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert run_cli(*options, "collectbench.toml", cwd=root).returncode == 0
    assert "[targets." in (root / "collectbench.toml").read_text()
    assert (root / "pyproject.toml").read_bytes() == before
