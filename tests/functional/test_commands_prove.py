"""`collectbench diagnose --prove` and `--try`, as processes: what is proven, what is refuted, and the user's tree."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.functional.conftest import write_files

HEAVY = "import time\nend = time.process_time() + 0.3\nwhile time.process_time() < end:\n    pass\nVALUE = 1\n"
PROJECT = {
    "pytest.ini": "[pytest]\ntestpaths = tests\npythonpath = .\n",
    "heavy.py": HEAVY,
    "tests/conftest.py": "def pytest_collection_modifyitems(items):\n    items.reverse()\n",
    "tests/test_heavy.py": "import heavy\n\n\ndef test_it():\n    assert heavy.VALUE\n",
    "tests/test_plain.py": "def test_plain(): pass\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_files(tmp_path / "project", PROJECT)


def files_of(root: Path) -> dict[str, tuple[bytes, int]]:
    """The bytes and the time of change of all files but bytecode."""
    files = [path for path in sorted(root.rglob("*")) if path.is_file() and path.suffix != ".pyc"]
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def experiments_of(result) -> list[dict]:
    (target,) = json.loads(result.stdout)["targets"]
    return [*target["experiments"], *(each["experiment"] for each in target["findings"] if each["experiment"])]


def test_a_deferred_import_is_proven_and_the_users_tree_stays(run_cli, project, plain_python) -> None:
    options = ("--select", "heavy-import", "--python", plain_python, "--no-progress", "--format", "json")
    before = files_of(project)
    result = run_cli("diagnose", "--prove", *options, cwd=project)
    assert result.returncode == 0, result.stderr
    (experiment,) = experiments_of(result)
    assert experiment["intervention"] == "imports-deferred=heavy"
    assert (experiment["verdict"], experiment["same_nodeids"], experiment["same_errors"]) == ("proven", True, True)
    assert experiment["saving_s"] > 0
    assert len(experiment["base_walls_s"]) == len(experiment["head_walls_s"]) == experiment["pairs"] >= 7
    assert "--try imports-deferred=heavy" in experiment["command"]
    assert files_of(project) == before
    for kept in project.rglob("heavy*.pyc"):
        source = importlib.util.source_from_cache(os.fspath(kept))
        assert Path(source).read_text(encoding="utf-8") == HEAVY


def test_changes_that_break_collection_are_refuted_and_those_without_effect_prove_nothing(
    run_cli, project, plain_python
) -> None:
    tries = {
        "options-changed=-p no_such_plugin": ("refuted", "nothing is collected with it"),
        "path-ignored=tests/test_plain.py": ("refuted", "lost id: tests/test_plain.py::test_plain"),
        "hook-off=pytest_collection_modifyitems@tests/conftest.py:99": ("inconclusive", "it had no effect"),
        "imports-deferred=no_such_module": ("inconclusive", "the rewrite finds nothing"),
        "calls-remembered=tests/test_plain.py:1": ("inconclusive", "there is no call on line 1"),
        "wait-skipped=tests/missing.py:1": ("inconclusive", "cannot be read"),
    }
    options = ("--select", "heavy-import", "--python", plain_python, "--no-progress", "--format", "json")
    given = [word for text in tries for word in ("--try", text)]
    result = run_cli("diagnose", *given, "--pairs", "1", *options, cwd=project)
    assert result.returncode == 0, result.stderr
    found = {each["intervention"]: (each["verdict"], each["reason"]) for each in experiments_of(result)}
    assert found.keys() == tries.keys()
    for text, (verdict, reason) in tries.items():
        assert found[text][0] == verdict, text
        assert reason in found[text][1], text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--try", "plugin-of=x"), "did you mean plugin-off?"),
        (("--net",), "--net: there is no experiment; add --prove or --try INTERVENTION"),
        (("--pairs", "3"), "--pairs: there is no experiment; add --prove or --try INTERVENTION"),
        (("--worktree",), "--worktree: it compares what --prove has proven; add --prove"),
        (("--prove", "--dry-run"), "--prove: --dry-run cannot show experiments"),
        (("--try", "collector-paused", "--dry-run"), "--try: --dry-run cannot show experiments"),
        (("--from", "x.json", "--prove"), "--prove: --from shows a stored file"),
    ],
)
def test_options_that_would_do_nothing_are_refused(run_cli, project, arguments, message) -> None:
    result = run_cli("diagnose", *arguments, cwd=project)
    assert result.returncode == 2
    assert message in result.stderr


@pytest.mark.long
def test_the_proven_fix_is_compared_in_worktrees(run_cli, project, plain_python, git_env) -> None:
    for command in (["init", "-q"], ["add", "-A"], ["-c", "user.name=a", "-c", "user.email=b", "commit", "-qm", "1"]):
        subprocess.run(["git", *command], cwd=project, env=git_env, check=True)
    before = files_of(project)
    result = run_cli(
        *("diagnose", "--prove", "--worktree", "--select", "heavy-import", "--pairs", "7"),
        *("--python", plain_python, "--no-progress", "--format", "json"),
        cwd=project,
        timeout=600,
    )
    assert result.returncode == 0, result.stderr
    (target,) = json.loads(result.stdout)["targets"]
    assert target["final"]["files"] == ["tests/test_heavy.py"]
    assert (target["final"]["verdict"], target["final"]["same_nodeids"]) == ("proven", True)
    assert files_of(project).items() >= {key: value for key, value in before.items() if "/.git/" not in key}.items()


def test_a_worktree_needs_a_repository(run_cli, project, plain_python) -> None:
    options = ("--select", "gc-passes", "--python", plain_python, "--no-progress")
    result = run_cli("diagnose", "--prove", "--worktree", *options, cwd=project)
    assert result.returncode == 0
    assert "--worktree: no proven finding has a fix that can be written" in result.stdout


def test_ctrl_c_keeps_what_is_proven_and_the_users_tree(cli_command, project, plain_python, clean_env) -> None:
    (project / "heavy.py").write_text(HEAVY.replace("0.3", "0.5"))  # the experiment begins, and is not over soon
    before = files_of(project)
    command = cli_command(
        *("diagnose", "--prove", "--select", "heavy-import", "--python", plain_python, "--format", "json", "-v"),
        via="module",
    )
    with subprocess.Popen(
        command, cwd=project, env=clean_env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        assert process.stdout is not None
        for line in process.stderr:
            if line.startswith("timed") and "imports-deferred=heavy" in line:
                break
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "interrupted: SIGINT" in err
    (target,) = json.loads(out)["targets"]
    assert target["findings"][0]["cause"] == "heavy-import"
    assert "SIGINT: interrupted, so experiments are missing" in target["notes"]
    assert files_of(project) == before
