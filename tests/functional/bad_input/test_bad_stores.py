"""Configurations full of mistakes, and baselines that cannot be read, written or named."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def test_all_mistakes_of_a_configuration_are_told_at_once(
    project: Callable[[str], Path], attempt: Callable[..., Any]
) -> None:
    where = project("bad_config")
    outcome = attempt("baseline", cwd=where)
    assert (outcome.exit_code, outcome.document) == (2, None)
    for mistake in (
        'rounds: expected "auto" or an integer of at least 1, got "many"',
        'timeout: expected a duration like "5s", got 30 without its unit',
        'unknown key "suite-budgte" in [tool.collectbench]; did you mean "suite-budget"?',
        'pytest-args: expected a list like ["-m", "not slow"], got "-q"',
        'targets.odd.paths: expected a list like ["tests/api"], got "tests/odd"',
        "targets.odd.budget: 'quick' is not a duration; write it like 750ms, 5s or 1m30s",
        "targets.odd.max-warnings: expected an integer of at least 0, got -1",
        "targets.odd.memory-budget: 'lots' is not a size; write it like 512MiB or 1GB",
        'unknown key "color" in [tool.collectbench.targets.odd]; known are paths, ',
        'unknown key "path" in [tool.collectbench.targets.fine]; did you mean "paths"?',
        'targets.fine.env: expected a string for "DEBUG", got 1; put it in quotes',
        'targets.fine.paths: missing; name what to collect, like ["tests/api"]',
    ):
        assert f"error: {where / 'pyproject.toml'}: {mistake}" in outcome.words


DAMAGES: dict[str, tuple[Callable[[str], str], str]] = {
    "empty": (lambda _: "", "main.json is empty"),
    "truncated": (lambda good: good[: len(good) // 2], "main.json is not JSON or was cut off"),
    "not JSON": (lambda _: "<html>", "main.json is not JSON or was cut off: Expecting value (line 1, column 1)"),
    "no object": (lambda _: "[1]", "main.json: the document must be a JSON object, and is a list"),
    "newer": (
        lambda good: good.replace('"schema": 1', '"schema": 99'),
        "main.json: schema 99 is newer than this collectbench reads (2); update collectbench",
    ),
    "other kind": (
        lambda good: good.replace("collectbench.run", "collectbench.comparison"),
        "main.json: this is a collectbench.comparison, a collectbench.run is needed",
    ),
    "wrong type": (
        lambda good: good.replace('"status": "ok"', '"status": 7'),
        "main.json is damaged: targets[0].status",
    ),
    "a time beyond all measure": (
        lambda good: good.replace('"user_s": 0.2', '"user_s": 1e308'),
        "main.json is damaged: targets[0].samples[0].user_s: expected a number below 1e+15, got 1e+308",
    ),
}


@pytest.fixture
def plain_with_baseline(project: Callable[[str], Path], stored_run: Callable[..., Path]) -> Path:
    """The project `plain` with a good baseline of it."""
    where = project("plain")
    (where / "baselines").mkdir()
    shutil.move(stored_run("main", {"tests/api": [0.2, 0.2, 0.2]}), where / "baselines" / "main.json")
    return where


@pytest.mark.parametrize(
    ("damage", "command"),
    [
        *((damage, "compare") for damage in DAMAGES),
        *(
            pytest.param(damage, "baseline", marks=[] if damage in ("truncated", "newer") else [pytest.mark.long])
            for damage in DAMAGES
        ),
    ],
)
def test_a_baseline_that_cannot_be_read_is_refused_and_left_alone(
    damage: str, command: str, plain_with_baseline: Path, attempt: Callable[..., Any]
) -> None:
    spoil, says = DAMAGES[damage]
    path = plain_with_baseline / "baselines" / "main.json"
    good = path.read_text()
    assert spoil(good) != good
    path.write_text(spoil(good))
    outcome = attempt(command, cwd=plain_with_baseline)
    assert (outcome.exit_code, outcome.document) == (6, None)
    assert says in outcome.words
    assert ("--force replaces it" in outcome.words) == (command == "baseline")


def test_a_baseline_that_cannot_be_read_is_replaced_where_that_is_asked_for(
    plain_with_baseline: Path, attempt: Callable[..., Any]
) -> None:
    (plain_with_baseline / "baselines" / "main.json").write_text("{")
    outcome = attempt("baseline", "--force", cwd=plain_with_baseline, saved=["main.json"])
    assert outcome.exit_code == 0


@pytest.mark.parametrize(
    ("directory", "says"),
    [
        ("pytest.ini", "pytest.ini: baselines cannot be written there: it is not a directory"),
        ("pytest.ini/below", "pytest.ini/below: baselines cannot be written there: Not a directory"),
        # Not even root may write there.
        pytest.param(
            "/proc/self",
            "/proc/self: baselines cannot be written there: ",
            marks=pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc"),
        ),
    ],
)
def test_a_folder_that_takes_no_baseline_is_refused_before_anything_is_measured(
    directory: str, says: str, project: Callable[[str], Path], attempt: Callable[..., Any]
) -> None:
    outcome = attempt("baseline", "--baseline-dir", directory, cwd=project("plain"))
    assert (outcome.exit_code, outcome.document) == (2, None)
    assert says in outcome.words
    assert "give another directory with --baseline-dir or the key baseline-dir" in outcome.words


@pytest.mark.parametrize("name", ["../evil", "..", "a/b", "", "main.partial"])
def test_a_name_that_leads_elsewhere_is_no_baseline(
    name: str, plain_with_baseline: Path, attempt: Callable[..., Any]
) -> None:
    outcome = attempt("baseline", "--name", name, cwd=plain_with_baseline)
    assert (outcome.exit_code, outcome.document) == (2, None)
    assert f"error: the baseline name {name!r} " in outcome.words
    assert "use letters, digits, `-`, `_`, `.` and spaces" in outcome.words


def test_a_baseline_that_is_looked_for_elsewhere_is_missing(
    plain_with_baseline: Path, attempt: Callable[..., Any]
) -> None:
    outcome = attempt("compare", "--baseline", "../evil", cwd=plain_with_baseline)
    assert (outcome.exit_code, outcome.document) == (6, None)
    assert "there is no baseline '../evil'" in outcome.words


# In a namespace of its own: a small file system with the baseline on it, and not a byte left.
FULL_DISK = """
set -e
mount -t tmpfs -o size=128k tmpfs small
cp main.json small/main.json
head -c 1048576 /dev/zero > small/filler 2> /dev/null || true
"$@" || code=$?
cmp main.json small/main.json
ls -A small
exit $code
"""


@pytest.fixture
def on_a_full_disk() -> Callable[[list[str], Path, dict[str, str]], subprocess.CompletedProcess[str]]:
    """Runs a command where the folder `small` is a full disk, which holds a copy of main.json."""
    namespace = ["unshare", "--mount", "--map-root-user"]
    if shutil.which("unshare") is None or subprocess.run([*namespace, "true"], check=False).returncode != 0:
        pytest.skip("a small file system can be mounted on Linux alone, with user namespaces")

    def run(command: list[str], cwd: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
        script = [*namespace, "sh", "-c", FULL_DISK, "sh", *command]
        return subprocess.run(script, cwd=cwd, env=env, capture_output=True, text=True, check=False)

    return run


def test_on_a_full_disk_the_old_baseline_survives_and_the_new_run_is_kept_elsewhere(
    tmp_path: Path,
    project: Callable[[str], Path],
    stored_run: Callable[..., Path],
    on_a_full_disk: Callable[..., subprocess.CompletedProcess[str]],
    cli_command: Callable[..., list[str]],
    clean_env: dict[str, str],
    quick: tuple[str, ...],
) -> None:
    where = project("plain")
    (where / "small").mkdir()
    shutil.move(stored_run("main", {"tests/api": [0.2, 0.2, 0.2]}), where / "main.json")
    command = cli_command("baseline", *quick, "--force", "--baseline-dir", "small", "tests/api")
    finished = on_a_full_disk(command, where, {**clean_env, "TMPDIR": str(tmp_path)})
    assert finished.returncode == 6, finished.stderr
    assert finished.stdout.split() == ["filler", "main.json"]
    assert "main.json cannot be written: No space left on device; what it held before is untouched" in finished.stderr
    (kept,) = tmp_path.glob("collectbench-kept-*/run.json")
    assert f"nothing is lost, the run is kept in {kept}" in finished.stderr
    assert json.loads(kept.read_text())["targets"][0]["name"] == "tests/api"
