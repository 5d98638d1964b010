"""`collectbench diagnose --prove` and `--try`, as processes: what is proven, what is refuted, and the user's tree."""

from __future__ import annotations

import ast
import json
import marshal
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.functional.conftest import write_files

HEAVY = "import time\nend = time.process_time() + 0.2\nwhile time.process_time() < end:\n    pass\nVALUE = 1\n"
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


def stale_bytecode(root: Path) -> list[Path]:
    """The bytecode that Python or pytest would read, and that does not come from its source as it is."""
    return [path for path in root.rglob("*.pyc") if not _comes_from_its_source(path)]


def _comes_from_its_source(path: Path) -> bool:
    """Whether bytecode is what Python makes of its source; of pytest's, whether it imports the same at the top."""
    name, _, tag = path.name.removesuffix(".pyc").partition(".")
    source = path.parent.with_name(f"{name}.py")
    code, written = marshal.loads(path.read_bytes()[16:]), source.read_bytes()
    if "pytest" not in tag:
        return code == compile(written, source, "exec", dont_inherit=True)
    imports = [each for each in ast.parse(written).body if isinstance(each, ast.Import)]
    return {alias.name for each in imports for alias in each.names} <= set(code.co_names)


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
    assert stale_bytecode(project) == []


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


@contextmanager
def experimenting(command: list[str], project: Path, env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A command that takes the pairs of an experiment by now; its bytecode is to be written as usual."""
    env = {name: value for name, value in env.items() if name != "PYTHONDONTWRITEBYTECODE"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=project, env=env, text=True, **pipes) as process:  # type: ignore[call-overload]
        for line in process.stderr:
            if line.startswith("timed") and "imports-deferred=heavy" in line:
                break
        yield process


def is_at_work(process: psutil.Process) -> bool:
    """Whether a process runs; one that has ended may wait to be noticed."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def slow_project(project: Path) -> Path:
    """The project, so slow that an experiment begins, and is not over soon."""
    (project / "heavy.py").write_text(HEAVY.replace("0.2", "0.3"))
    return project


PROVE = ("diagnose", "--prove", "--select", "heavy-import", "--format", "json", "-v", "--python")


def test_ctrl_c_keeps_what_is_proven_and_the_users_tree(cli_command, slow_project, plain_python, clean_env) -> None:
    before = files_of(slow_project)
    with experimenting(cli_command(*PROVE, plain_python, via="module"), slow_project, clean_env) as process:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "interrupted: SIGINT" in err
    (target,) = json.loads(out)["targets"]
    assert target["findings"][0]["cause"] == "heavy-import"
    assert "SIGINT: interrupted, so experiments are missing" in target["notes"]
    assert files_of(slow_project) == before
    assert stale_bytecode(slow_project) == []


def test_a_killed_experiment_leaves_the_users_tree_and_nothing_of_ours(
    cli_command, run_cli, slow_project, plain_python, clean_env, tmp_path
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    env = {**clean_env, "TMPDIR": str(temporary), "XDG_STATE_HOME": str(tmp_path / "state")}
    before = files_of(slow_project)
    with experimenting(cli_command(*PROVE, plain_python, via="module"), slow_project, env) as process:
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        process.communicate(timeout=60)
    assert children
    assert files_of(slow_project) == before
    assert stale_bytecode(slow_project) == []
    done = run_cli("targets", "--python", plain_python, cwd=slow_project, env=env)
    assert "a command that was killed had left" in done.stderr
    assert [child for child in children if is_at_work(child)] == []
    assert list(temporary.iterdir()) == []
    assert files_of(slow_project) == before
