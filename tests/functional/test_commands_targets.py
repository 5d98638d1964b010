"""`collectbench targets`, as a process: what would be measured, and by which configuration."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

TREE = {
    "checks/test_loose.py": "def test_loose(): pass\n",
    "checks/api/test_api.py": "def test_api(): pass\n",
    "checks/api/deep/test_deep.py": "def test_deep(): pass\n",
    "checks/core/test_core.py": "def test_core(): pass\n",
    "elsewhere/test_other.py": "def test_other(): pass\n",
}
CONFIGURATIONS = {
    "pytest.ini": "[pytest]\ntestpaths = checks\n",
    ".pytest.ini": "[pytest]\ntestpaths = checks\n",
    "pyproject.toml": "[tool.pytest.ini_options]\ntestpaths = ['checks']\n",
    "tox.ini": "[tox]\n[pytest]\ntestpaths = checks\n",
    "setup.cfg": "[metadata]\nname = x\n[tool:pytest]\ntestpaths = checks\n",
}


def names(run_cli, root: Path, python: str, *args: str) -> list[str]:
    result = run_cli("targets", "--format", "json", "--python", python, *args, cwd=root)
    assert result.returncode == 0, result.stderr
    return [target["name"] for target in json.loads(result.stdout)["targets"]]


@pytest.mark.parametrize("file", CONFIGURATIONS)
def test_targets_are_split_below_the_testpaths_that_pytest_would_read(run_cli, write_suite, plain_python, file) -> None:
    root = write_suite({**TREE, file: CONFIGURATIONS[file]})
    result = run_cli("targets", "--format", "json", "--python", plain_python, cwd=root)
    listing = json.loads(result.stdout)
    assert [target["name"] for target in listing["targets"]] == ["checks/api", "checks/core", "checks/*"]
    assert listing["configuration"] == str(root / file)
    assert listing["rootdir"] == str(root)


def test_the_native_table_of_pytest_9_counts_in_pyproject(run_cli, write_suite, plain_python) -> None:
    version = subprocess.check_output([plain_python, "-m", "pytest", "--version"], text=True).split()[1]
    if int(version.partition(".")[0]) < 9:
        pytest.skip(f"[tool.pytest] came with pytest 9; {plain_python} has {version}")
    root = write_suite({**TREE, "pyproject.toml": "[tool.pytest]\ntestpaths = ['checks']\n"})
    assert names(run_cli, root, plain_python) == ["checks/api", "checks/core", "checks/*"]


def test_where_several_files_configure_pytest_the_one_that_it_reads_decides(run_cli, write_suite, plain_python) -> None:
    root = write_suite(
        {**TREE, "pytest.ini": "[pytest]\ntestpaths = elsewhere\n", "tox.ini": CONFIGURATIONS["tox.ini"]}
    )
    assert names(run_cli, root, plain_python) == ["elsewhere"]


def test_without_any_configuration_the_first_level_of_the_rootdir_is_measured(
    run_cli, write_suite, plain_python
) -> None:
    assert names(run_cli, write_suite(TREE), plain_python) == ["checks", "elsewhere"]


def test_python_files_decide_what_a_test_file_is(run_cli, write_suite, plain_python) -> None:
    root = write_suite({**TREE, "pytest.ini": "[pytest]\npython_files = check_*.py\n", "checks/check_it.py": ""})
    assert names(run_cli, root, plain_python) == ["checks"]


def test_from_a_folder_below_only_what_lies_there_is_measured(run_cli, write_suite, plain_python) -> None:
    root = write_suite({**TREE, "pytest.ini": CONFIGURATIONS["pytest.ini"]})
    assert names(run_cli, root / "checks" / "api", plain_python) == ["checks/api/deep", "checks/api/*"]


def test_from_a_folder_below_the_configured_targets_stay_the_same(run_cli, write_suite, plain_python) -> None:
    own = "[targets.all]\npaths = ['checks', 'elsewhere']\nbudget = '5s'\n"
    root = write_suite({**TREE, "collectbench.toml": own})
    result = run_cli("targets", "--format", "json", "--python", plain_python, cwd=root / "checks" / "api")
    (target,) = json.loads(result.stdout)["targets"]
    assert (target["name"], target["paths"], target["limits"]["budget_s"]) == ("all", ["checks", "elsewhere"], 5.0)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param(("checks",), ["checks"], id="a path is one target"),
        pytest.param(("checks", "--depth", "1"), ["checks/api", "checks/core", "checks/*"], id="one level"),
        pytest.param(
            ("checks", "--depth", "2"), ["checks/api/deep", "checks/api/*", "checks/core", "checks/*"], id="two levels"
        ),
        pytest.param(("--depth", "0"), ["."], id="nothing split"),
        pytest.param(("checks/*",), ["checks/*"], id="loose files"),
        pytest.param(("checks/core/test_core.py", "elsewhere"), ["checks/core/test_core.py", "elsewhere"], id="a file"),
    ],
)
def test_paths_and_depth_choose_the_targets(run_cli, write_suite, plain_python, arguments, expected) -> None:
    assert names(run_cli, write_suite(TREE), plain_python, *arguments) == expected


NAMED_LIKE_THEIR_PATH = "[targets.checks]\npaths = ['checks']\n[targets.all]\npaths = ['checks', 'elsewhere']\n"


def test_a_path_is_split_although_a_target_has_its_name(run_cli, write_suite, plain_python) -> None:
    root = write_suite({**TREE, "collectbench.toml": NAMED_LIKE_THEIR_PATH})
    assert names(run_cli, root, plain_python, "checks") == ["checks"]
    split = ["checks/api", "checks/core", "checks/*"]
    assert names(run_cli, root, plain_python, "checks", "--depth", "1") == split


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--depth", "1"), "--depth: "),
        (("all", "--depth", "1"), "all: a configured target cannot be split, only a path; do not split it:\n"),
        (("--dry-run", "--format", "json"), "--format: --dry-run prints commands"),
        (("--dry-run", "--output", "file.json"), "--output: --dry-run prints commands"),
    ],
)
def test_options_that_would_do_nothing_are_refused(run_cli, write_suite, plain_python, arguments, words) -> None:
    root = write_suite({**TREE, "collectbench.toml": NAMED_LIKE_THEIR_PATH})
    result = run_cli("targets", *arguments, "--python", plain_python, cwd=root)
    assert (result.returncode, result.stdout) == (2, "")
    assert words in result.stderr


def test_unknown_targets_are_named_all_at_once(run_cli, write_suite, plain_python) -> None:
    root = write_suite({**TREE, "collectbench.toml": "[targets.mission]\npaths = ['checks']\n"})
    result = run_cli(
        "targets", "misson", "nowhere", "checks/test_loose.py::test_loose", "--python", plain_python, cwd=root
    )
    assert result.returncode == 2
    assert "did you mean mission?" in result.stderr
    assert "nowhere: neither a configured target nor a path" in result.stderr
    assert "not a node id" in result.stderr


def test_text_and_markdown_list_every_target(run_cli, write_suite, plain_python) -> None:
    root = write_suite({**TREE, "pytest.ini": CONFIGURATIONS["pytest.ini"]})
    text = run_cli("targets", "--python", plain_python, cwd=root).stdout
    markdown = run_cli("targets", "--format", "markdown", "--python", plain_python, cwd=root).stdout
    for name in ("checks/api", "checks/core", "checks/*", "suite"):
        assert any(line.startswith(name) for line in text.splitlines())
        assert any(line.startswith(f"| {name.replace('*', chr(92) + '*')} |") for line in markdown.splitlines())


def test_a_plugin_that_is_missing_is_told_and_the_targets_are_listed(run_cli, write_suite, plain_python) -> None:
    root = write_suite({**TREE, "pytest.ini": "[pytest]\naddopts = -p not_installed_here\n"})
    assert run_cli("targets", "-q", "--python", plain_python, cwd=root).stderr == ""
    result = run_cli("targets", "--python", plain_python, cwd=root)
    assert result.returncode == 0
    assert "checks" in result.stdout
    assert "note: pytest does not start here" in result.stderr
    assert "not_installed_here" in result.stderr


def test_dry_run_prints_commands_that_run_and_collect_each_item_once(
    run_cli, write_suite, plain_python, child_commands, node_ids, tmp_path
) -> None:
    own = "[targets.api]\npaths = ['checks/api']\nenv = {GREETING = \"it's\"}\n"
    own += "[targets.rest]\npaths = ['checks/core', 'elsewhere']\n"
    root = write_suite({**TREE, "collectbench.toml": own})
    shown = run_cli("targets", "--dry-run", "--python", plain_python, cwd=root)
    assert shown.returncode == 0
    commands = [line for line in shown.stdout.splitlines() if not line.startswith("#")]
    ids = []
    for number, command in enumerate(commands):
        folder = tmp_path / f"report {number}"
        folder.mkdir()
        ready = command.replace("REPORT_DIR", f"'{folder}'")
        finished = subprocess.run(ready, shell=True, cwd=root, capture_output=True, text=True, check=False)
        assert finished.returncode == 0, finished.stdout + finished.stderr
        ids.append((folder / "ids").read_text().split("\0")[:-1])
    api, rest, suite = ids
    assert sorted(api + rest) == sorted(suite) == node_ids(plain_python, root, "checks/api", "checks/core", "elsewhere")
    assert commands[0].startswith("""GREETING='it'"'"'s' """)


@pytest.mark.parametrize(
    "depth", [pytest.param(0, marks=pytest.mark.long), 1, 2, pytest.param(3, marks=pytest.mark.long)]
)
def test_every_item_is_in_exactly_one_target(
    run_cli, write_suite, plain_python, child_commands, node_ids, depth, tmp_path
) -> None:
    root = write_suite(
        {
            **TREE,
            "pytest.ini": "[pytest]\npython_files = test_*.py check_*.py\nnorecursedirs = skipped\n",
            "checks/check_more.py": "def test_more(): pass\n",
            "checks/skipped/test_never.py": "def test_never(): pass\n",
            "checks/api/conftest.py": "collect_ignore = ['test_ignored.py']\n",
            "checks/api/test_ignored.py": "def test_ignored(): pass\n",
            "checks/package/__init__.py": "",
            "checks/package/sub/__init__.py": "",
            "checks/package/sub/test_packaged.py": "class TestIt:\n    def test_method(self): pass\n",
            "test_at_the_top.py": "def test_top(): pass\n",
        }
    )
    shown = run_cli("targets", "--dry-run", "--depth", str(depth), "--python", plain_python, cwd=root)
    commands = child_commands(shown.stdout)
    arguments = {name: words[words.index("--collect-only") + 4 :] for name, words in commands.items()}
    whole = node_ids(plain_python, root)
    assert len(whole) == 8
    parts = [
        nodeid for name, args in arguments.items() if name != "suite" for nodeid in node_ids(plain_python, root, *args)
    ]
    assert sorted(parts) == node_ids(plain_python, root, *arguments["suite"]) == whole
