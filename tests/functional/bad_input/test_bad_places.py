"""Interpreters that cannot be measured, and files and folders with names that few people give."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PASSING = "def test_passes(): pass\n"


@pytest.fixture(scope="session")
def python_without_pytest(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("without") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return str(folder / "bin" / "python")


@pytest.mark.parametrize(
    ("python", "says"),
    [
        ("python_without_pytest", "this interpreter has no pytest. Give the interpreter that runs your tests, or"),
        ("pytest6_python", "pytest 6.2.5 cannot be measured; 7 or newer is needed"),
        ("/nowhere/bin/python", "no such program, or it is not executable. Give the interpreter in which"),
        ("pythn", "no such program, or it is not executable"),
        ("/bin/cat", "this is not Python 3, so it was not started with your tests. Give the interpreter in which"),
    ],
)
def test_an_interpreter_that_cannot_be_measured_is_a_usage_error(
    python: str,
    says: str,
    request: pytest.FixtureRequest,
    project: Callable[[str], Path],
    attempt: Callable[..., Any],
) -> None:
    path = str(request.getfixturevalue(python)) if "_" in python else python
    outcome = attempt("baseline", "--python", path, cwd=project("plain"))
    assert outcome.exit_code == 2
    assert outcome.document is None
    assert f"error: --python {path}: {says}" in outcome.words


@pytest.mark.parametrize("shell", ["/bin/sh", "bash"])
def test_a_shell_as_the_interpreter_executes_nothing(
    shell: str, project: Callable[[str], Path], attempt: Callable[..., Any]
) -> None:
    root = project("plain")
    bin_folder = root / "bin"
    bin_folder.mkdir()
    for name in ("python", "pytest", "import"):  # what the backticks in the probe's docstring and `-c` would run
        (bin_folder / name).write_text(f"#!/bin/sh\ntouch '{root}/executed-{name}'\n")
        (bin_folder / name).chmod(0o755)
    env = {"PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}"}
    outcome = attempt("baseline", "--python", shell, cwd=root, env=env)
    assert list(root.glob("executed-*")) == []
    assert outcome.exit_code == 2
    assert f"error: --python {shutil.which(shell)}: this is not Python 3, so it was not started" in outcome.words
    assert "`--version` printed" in outcome.words


NAMES = {
    "spaces": " with  spaces ",
    "quotes": "qu\"o't`es",
    "unicode": "ünïcode-日本-\N{SNAKE}",
    "newline": "new\nline",
    "tab": "tab\tbed",
    "dash": "--collect-only",
    "shell": "semi;$(colon)&",
    "backslash": "back\\slash",
    "table": "a|b **c** <i>d",
    "terminal": "\x1b]0;title\x07\u202e",
    "undecodable": os.fsdecode(b"latin-\xfc"),
}


@pytest.mark.parametrize(
    "kinds", [tuple(NAMES), *(pytest.param((kind,), marks=pytest.mark.long) for kind in NAMES)], ids="-".join
)
def test_any_names_that_folders_can_have_are_measured_and_shown_harmless(
    kinds: tuple[str, ...], tmp_path: Path, attempt: Callable[..., Any]
) -> None:
    names = [NAMES[kind] for kind in kinds if _can_be_made(tmp_path / "tried" / NAMES[kind])]
    if not names:
        pytest.skip("this file system takes no such name")
    root = tmp_path.joinpath("root", *names)
    for name in names:
        (root / "tests" / name).mkdir(parents=True)
        (root / "tests" / name / "test_odd.py").write_text(PASSING)
    (root / "pytest.ini").write_text("[pytest]\ntestpaths = tests\n")
    (root / "tests" / "test_loose.py").write_text(PASSING)
    outcome = attempt("baseline", cwd=root, saved=["main.json"])
    assert outcome.exit_code == 0, outcome.words
    assert outcome.statuses == {**{f"tests/{name}": "ok" for name in names}, "tests/*": "ok"}
    assert {target["counts"]["items"] for target in outcome.document["targets"]} == {1}
    rows = [line for line in outcome.markdown.splitlines() if line.startswith("|")]
    assert len({_cells(row) for row in rows}) == 1
    assert "<i>" not in outcome.markdown
    by_path = [f"./tests/{name}" for name in names]
    again = attempt("baseline", *by_path, cwd=root, saved=["main.json"])
    assert again.exit_code == 0, again.words
    assert again.statuses == outcome.statuses


def _can_be_made(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True)
    except OSError:
        return False
    return True


def _cells(row: str) -> int:
    return row.replace("\\|", "").count("|")


def test_a_folder_whose_name_pytest_takes_for_an_id_fails_in_pytests_own_words(
    tmp_path: Path, attempt: Callable[..., Any]
) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    for name in ("a[b]", "c"):
        (tmp_path / "tests" / name).mkdir(parents=True)
        (tmp_path / "tests" / name / f"test_{name[0]}.py").write_text(PASSING)
    outcome = attempt("baseline", "--depth", "2", cwd=tmp_path, saved=["main.json"])
    assert outcome.exit_code == 4
    assert outcome.statuses == {"tests/a[b]": "failed", "tests/c": "ok"}
    assert "while collecting: ERROR: path cannot contain [] parametrization: tests/a[b]" in outcome.words


@pytest.mark.parametrize("args", [(), ("tests/empty",)])
def test_an_empty_folder_has_its_own_exit_code(
    args: tuple[str, ...], tmp_path: Path, attempt: Callable[..., Any]
) -> None:
    (tmp_path / "empty" / "tests" / "empty").mkdir(parents=True)
    outcome = attempt("baseline", *args, cwd=tmp_path / "empty", saved=[])
    assert outcome.exit_code == 5
    assert list(outcome.statuses.values()) == ["empty"]
    assert "no tests were collected" in outcome.words
    assert "list the targets:" in outcome.words


def test_a_path_outside_of_the_rootdir_is_measured_and_named_in_full(
    tmp_path: Path, project: Callable[[str], Path], attempt: Callable[..., Any]
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "test_out.py").write_text(PASSING)
    outcome = attempt("baseline", "../outside", cwd=project("plain"), saved=["main.json"])
    assert outcome.exit_code == 0
    assert outcome.statuses == {str(outside): "ok"}


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("tests/nowhere", "tests/nowhere: neither a configured target nor a path that exists"),
        (
            "tests/test_greeting.py::test_x",
            "tests/test_greeting.py::test_x: a target is a file or directory, not a node id; give tests/test_greetin",
        ),
        ("../nowhere", "../nowhere: neither a configured target nor a path that exists"),
        ("\x1b[31m\u202e", "\\x1b[31m\\u202e: neither a configured target nor a path that exists"),
    ],
)
def test_a_target_that_is_none_is_a_usage_error(
    target: str, says: str, project: Callable[[str], Path], attempt: Callable[..., Any]
) -> None:
    outcome = attempt("baseline", target, cwd=project("plain"))
    assert (outcome.exit_code, outcome.document) == (2, None)
    assert f"error: {says}" in outcome.words


@pytest.mark.parametrize("command", [("baseline",), ("profile", "tests/api"), ("doctor",)])
def test_a_file_that_is_in_the_way_is_named_and_not_the_interpreter(
    run_cli, api_and_core, plain_python, tmp_path, command, takes_our_folder
) -> None:
    (tmp_path / "temporary").mkdir()
    (api_and_core / "tests" / "conftest.py").write_text(takes_our_folder)
    env = {"TMPDIR": str(tmp_path / "temporary")}
    done = run_cli(*command, "--python", plain_python, cwd=api_and_core, env=env)
    assert done.returncode == 2
    assert f"error: measuring cannot go on: {tmp_path}/temporary/collectbench-" in done.stderr
    assert "No such file or directory" in done.stderr
    assert "cannot be started" not in done.stderr
    assert list((tmp_path / "temporary").iterdir()) == []
