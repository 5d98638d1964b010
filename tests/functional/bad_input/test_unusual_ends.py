"""Suites that end otherwise than by returning: after everything was collected, by an exit guard, by another process."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PASSING = "def test_one(): pass\ndef test_two(): pass\n"


@dataclass(frozen=True)
class Row:
    """A conftest in tests/odd, the status of this target, and what the command says."""

    name: str
    conftest: str
    status: str
    says: tuple[str, ...] = ()


FAILING = (
    Row(
        "unconfigure-raises",
        "def pytest_unconfigure(config):\n    raise RuntimeError('the server is still there')\n",
        "failed",
        ("pytest ended with exit code 1 while finishing the session: RuntimeError: the server is still there",),
    ),
    Row(
        "sessionfinish-raises",
        "def pytest_sessionfinish(session):\n    raise RuntimeError('no report')\n",
        "failed",
        ("pytest ended with exit code 1 while finishing the session: RuntimeError: no report",),
    ),
    Row(
        "ids-do-not-fit",  # a limit of the process stands for a full disk
        "import resource\n"
        "def pytest_sessionfinish(session):\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))\n"
        "    session.items *= 2000\n",
        "failed",
        ("the ids of the items could not be written: OSError: [Errno 27] File too large",),
    ),
    Row(
        "output-does-not-fit",
        "import resource\n"
        "def pytest_collection_finish(session):\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))\n"
        "    session.config.get_terminal_writer().write('x' * 8192, flush=True)\n",
        "failed",
        ("while finishing the session: ", "OSError: [Errno 27] File too large"),
    ),
    Row(
        "becomes-another-program",
        "import os\n\nos.environ['A'] = 'B'\nos.execvp('sh', ['sh', '-c', 'exit 0'])\n",
        "failed",
        (
            "tests/odd/conftest.py:4 replaced the process by a command other than `python -m pytest`, ",
            "which cannot be measured: sh -c exit 0",
        ),
    ),
    Row(
        "exits-while-loading",
        "import os\n\nos._exit(0)\n",
        "crashed",
        ("with exit code 0 while loading conftests; tests/odd/conftest.py:3 called os._exit",),
    ),
)

ONCE = "import os, sys\n\nif os.environ.setdefault('ROUND', '1') == '1':\n    os.environ['ROUND'] = '2'\n    "

MEASURED = (
    Row(
        "exit-guard",
        "import os\n\ndef pytest_unconfigure(config):\n    os._exit(0)\n",
        "ok",
        ("tests/odd/conftest.py:4 called os._exit(0) after everything was counted",),
    ),
    Row(
        "exit-guard-at-the-end-of-the-session",
        "import os, pytest\n\n@pytest.hookimpl(trylast=True)\ndef pytest_sessionfinish():\n    os._exit(0)\n",
        "ok",
        ("tests/odd/conftest.py:5 called os._exit(0) after everything was counted",),
    ),
    Row(
        "starts-again-with-its-own-command",
        f"{ONCE}os.execv(sys.executable, sys.orig_argv)\n",
        "ok",
        ("tests/odd/conftest.py:5 replaced the process (",),
    ),
    Row(
        "starts-again-with-its-arguments",
        f"{ONCE}os.execl(sys.executable, sys.executable, *sys.argv)\n",
        "ok",
        (
            "tests/odd/conftest.py:5 replaced the process (",
            "the phase `interpreter` lasts until the last",
        ),
    ),
    Row(
        "starts-again-as-a-module-and-writes-to-another-file-each-time",
        "import os\nopen(f'.pytest_cache/notes-{os.environ.get(\"ROUND\", 0)}', 'a').write('more')\n"
        f"{ONCE}os.execve(sys.executable, [sys.executable, '-X', 'dev', '-m', 'pytest', *sys.argv[1:]], os.environ)\n",
        "ok",
        ("tests/odd/conftest.py:7 replaced the process (",),
    ),
    Row(
        "tries-another-program-in-vain",
        "import os\n\ntry:\n    os.execv('/nowhere', ['nowhere'])\nexcept OSError:\n    pass\n",
        "ok",
    ),
)


@pytest.fixture
def suite(write_suite: Callable[..., Path]) -> Callable[[Row], Path]:
    """A project with the target tests/fine, and with tests/odd that has the conftest of the row."""

    def write(row: Row) -> Path:
        return write_suite(
            {
                "pytest.ini": "[pytest]\ntestpaths = tests\n",
                ".pytest_cache/notes-0": "precious",
                ".pytest_cache/notes-2": "precious",
                "tests/fine/test_fine.py": PASSING,
                "tests/odd/test_odd.py": PASSING,
                "tests/odd/conftest.py": row.conftest,
            }
        )

    return write


@pytest.mark.parametrize("row", FAILING, ids=lambda row: row.name)
def test_a_suite_that_ends_before_it_is_counted_has_failed_and_replaces_no_good_baseline(
    row: Row, suite: Callable[[Row], Path], attempt: Callable[..., Any], stored_run: Callable[..., Path]
) -> None:
    root = suite(row)
    (root / "baselines").mkdir()
    stored_run("main", {"tests/odd": [0.2] * 3}).rename(root / "baselines" / "main.json")
    outcome = attempt("baseline", "--force", cwd=root, saved=["main.partial.json"])
    assert outcome.exit_code == 4, outcome.words
    assert outcome.statuses == {"tests/fine": "ok", "tests/odd": row.status}
    assert next(target for target in outcome.document["targets"] if target["status"] != "ok")["counts"] is None
    for words in row.says:
        assert words in outcome.words


@pytest.mark.parametrize("row", MEASURED, ids=lambda row: row.name)
def test_a_suite_that_ends_its_process_by_itself_is_measured_with_a_note(
    row: Row, suite: Callable[[Row], Path], attempt: Callable[..., Any]
) -> None:
    outcome = attempt("baseline", cwd=suite(row), saved=["main.json"])
    assert outcome.exit_code == 0, outcome.words
    assert outcome.statuses == {"tests/fine": "ok", "tests/odd": "ok"}
    (target,) = (target for target in outcome.document["targets"] if target["name"] == "tests/odd")
    assert target["counts"]["items"] == 2
    (sample,) = target["samples"]
    assert min(sample["phases"].values()) >= 0
    assert bool(target["notes"]) == bool(row.says)
    for words in row.says:
        assert words in outcome.words


def test_counters_and_a_profile_of_such_a_suite_are_those_of_one_whole_process(
    suite: Callable[[Row], Path], run_cli: Callable[..., Any], plain_python: str
) -> None:
    once = ("--python", plain_python, "--rounds", "1", "--warmup", "0", "--format", "json")
    root = suite(Row("plain", "", "ok"))
    expected = json.loads(run_cli("baseline", "--no-suite", *once, "tests/odd", cwd=root).stdout)["targets"][0]
    for row in (MEASURED[0], MEASURED[3]):
        (root / "tests" / "odd" / "conftest.py").write_text(row.conftest)
        again = run_cli("baseline", "--no-suite", "--force", *once, "tests/odd", cwd=root)
        counted = json.loads(again.stdout)["targets"][0]
        assert counted["counters"]["modules"] >= expected["counters"]["modules"], row.name
        assert counted["counters"]["function_starts" if "function_starts" in expected["counters"] else "opens"] > 0
        profiled = json.loads(run_cli("profile", *once, "tests/odd", cwd=root).stdout)
        assert not [note for note in profiled["notes"] if "missing" in note or "could not be read" in note], row.name
        assert profiled["counts"]["items"] == 2, row.name


def test_a_comparison_with_a_suite_that_failed_at_its_end_is_no_pass(
    suite: Callable[[Row], Path], attempt: Callable[..., Any], stored_run: Callable[..., Path]
) -> None:
    root = suite(FAILING[0])
    baseline = stored_run("good", {"tests/odd": [0.2] * 3, "tests/fine": [0.2] * 3})
    outcome = attempt("compare", "--baseline", str(baseline), cwd=root)
    assert outcome.exit_code in (4, 6), outcome.words
    verdicts = {target["name"]: target["verdict"] for target in outcome.document["targets"]}
    assert verdicts["tests/odd"] == "error"


FILLS_THE_DISK = """
import os, pathlib
def pytest_sessionfinish(session):
    session.items *= 4000
    with open(pathlib.Path(os.environ["TMPDIR"], "filler"), "wb", buffering=0) as file:
        try:
            while file.write(b" " * 4096): pass
        except OSError:
            pass
"""


def test_a_full_temporary_directory_is_named_and_not_the_suite(
    suite: Callable[[Row], Path],
    cli_command: Callable[..., list[str]],
    quick_command: Callable[..., list[str]],
    clean_env: dict[str, str],
    results: Path,
) -> None:
    small = ["unshare", "-rm", "sh", "-c", 'mount -t tmpfs -o size=2m none "$TMPDIR" && exec "$@"', "sh"]
    env = {**clean_env, "TMPDIR": str(results / "tmp")}
    try:
        subprocess.run([*small, "true"], env=env, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no file system can be mounted here")
    root = suite(Row("", FILLS_THE_DISK, ""))
    command = [*small, *cli_command(*quick_command("baseline", "tests/odd"))]
    done = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 4, done.stderr
    (target,) = json.loads(done.stdout)["targets"]
    assert target["status"] == "failed"
    place = str(results / "tmp")
    assert f"no space is left in {place}" in target["message"]
    assert "set TMPDIR to another directory" in target["message"]
