"""Suites that fail, crash, hang or misbehave while they are collected: one row each, over tests/projects/bad_*."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import environments

FINE = {"tests/fine": "ok"}


@dataclass(frozen=True)
class Row:
    """A project, how the command ends there, the targets' statuses (None for no result), and what it says."""

    project: str
    exit_code: int
    statuses: dict[str, str] | None
    says: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    via: str | None = None
    env: dict[str, str] = field(default_factory=dict)
    items: int = 2  # of tests/odd where it is ok
    deleted: tuple[str, ...] = ()  # files that the suite deletes, as it does without us


def odd(status: str) -> dict[str, str]:
    """tests/odd has come to `status`, and its neighbour was measured all the same."""
    return {**FINE, "tests/odd": status}


ROWS = (
    Row(
        "conftest_import",
        4,
        odd("failed"),
        ("tests/odd/conftest.py: ModuleNotFoundError: No module named 'a_library_that_is_missing'",),
    ),
    Row("conftest_exits", 4, odd("failed"), ("tests/odd/conftest.py: SystemExit: this suite needs Python 99",)),
    Row("conftest_pytest_exit", 4, odd("failed"), ("tests/odd/conftest.py: Exit: the database is not there",)),
    Row(
        "addopts_plugin",
        4,
        None,
        (
            "error: pytest does not start in ",
            'while loading plugins: ERROR: Error importing plugin "a_plugin_that_is_missing"',
        ),
    ),
    Row(
        "addopts_option",
        4,
        {"tests/fine": "failed", "tests/odd": "failed"},
        (
            "pytest ended with exit code 4 while reading its options: unrecognized arguments: --numproc",
            "--colour-of-nothing (inifile: ",
            "bad_addopts_option/pytest.ini)",
        ),
    ),
    Row("exits_hard", 4, odd("crashed"), ("tests/odd: the process ended with exit code 3 while collecting",)),
    Row(
        "segfaults",
        4,
        odd("crashed"),
        ("ended by SIGSEGV while collecting; it crashed at tests/odd/test_odd.py:4 in <module>",),
    ),
    Row("killed", 4, odd("crashed"), ("tests/odd: ended by SIGKILL while collecting",)),
    Row(
        "out_of_memory",
        4,
        odd("collection-errors"),
        ("1 collection error: tests/odd/test_odd.py: MemoryError: no room for the table of primes",),
    ),
    Row(
        "endless",
        4,
        {"tests/odd": "timeout"},
        (
            "not finished after 5.00 s, while collecting; it hung at tests/odd/test_odd.py:2 in wait_for_server",
            "--timeout 10s",
        ),
        ("--timeout", "5s", "tests/odd"),
    ),
    Row(
        "asks",
        4,
        odd("collection-errors"),
        ("tests/odd/test_odd.py: OSError: pytest: reading from stdin while output is captured!",),
    ),
    Row("asks", 4, odd("collection-errors"), ("EOFError: EOF when reading a line",), ("--", "-s")),
    Row("closes_stdout", 4, odd("failed"), ("ValueError: I/O operation on closed file",)),
    Row("chdirs", 0, odd("ok"), items=1),
    Row("freezes_time", 0, odd("ok"), items=1),
    Row("forks", 0, odd("ok"), items=1),
    Row(
        "starts_daemon",
        0,
        odd("ok"),
        (
            "tests/odd: left a process behind, which was ended: a fork of pytest itself",
            "-c import time; time.sleep(600)",
        ),
        items=2,
    ),
    Row(
        "deletes_itself",
        4,
        odd("collection-errors"),
        ("1 collection error: tests/odd/test_odd.py: import file mismatch",),
        deleted=("tests/odd/test_odd.py",),
    ),
    Row("replaces_exit", 0, odd("ok"), items=1),
    Row("replaces_json", 0, odd("ok"), items=1),
    Row(
        "has_json",
        4,
        None,
        ("json.py: this file hides the standard library's module json", "Rename it, or set PYTHONSAFEPATH=1"),
        via="module",
    ),
    Row("has_json", 0, odd("ok"), env={"PYTHONSAFEPATH": "1"}),
    Row("has_time", 0, odd("ok"), via="module"),
    Row(
        "has_pytest",
        4,
        None,
        ("pytest.py: this file hides pytest", "Rename it, or set PYTHONSAFEPATH=1"),
        via="module",
    ),
    Row("has_pytest", 0, odd("ok"), env={"PYTHONSAFEPATH": "1"}),
    Row("has_collectbench", 0, odd("ok"), via="script"),  # with -m it is Python that takes the user's own
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join((row.project, *row.args, *row.env)))
def test_a_bad_suite_ends_in_a_clear_message_and_the_right_exit_code(
    row: Row, project: Callable[[str], Path], attempt: Callable[..., Any], plain_python: str
) -> None:
    interpreter = environments.ask(plain_python)
    if "PYTHONSAFEPATH" in row.env and interpreter is not None and interpreter.minor == "3.10":
        pytest.skip("Python 3.10 has no PYTHONSAFEPATH")
    where = project(f"bad_{row.project}")
    is_collected = not {"ok", "collection-errors"}.isdisjoint((row.statuses or {}).values())
    saved = ("main.json",) if is_collected else ()
    lost = [where / name for name in row.deleted]
    outcome = attempt("baseline", *row.args, cwd=where, env=row.env, via=row.via, saved=saved, lost=lost)
    assert outcome.exit_code == row.exit_code, outcome.words
    assert outcome.statuses == row.statuses
    for words in row.says:
        assert words in outcome.words
    measured = outcome.document["targets"] if outcome.document else ()
    for target in (target for target in measured if target["status"] == "ok"):
        assert target["counts"]["items"] == (row.items if target["name"] == "tests/odd" else 2)
        (sample,) = target["samples"]
        assert sample["exit_code"] == 0
        assert min(sample["phases"].values()) >= 0  # also where the clocks stand still
        assert sum(sample["phases"].values()) == pytest.approx(sample["wall_s"])


def test_a_suite_that_sets_maxfail_has_all_its_errors_counted(tmp_path: Path, attempt: Callable[..., Any]) -> None:
    tests = tmp_path / "suite" / "tests"
    tests.mkdir(parents=True)
    (tests.parent / "pytest.ini").write_text("[pytest]\ntestpaths = tests\naddopts = -x --maxfail=10\n")
    for number in range(40):
        (tests / f"test_{number:02}.py").write_text(f"raise RuntimeError('number {number}')\n")
    (tests / "test_zz.py").write_text("def test_after(): pass\n")
    outcome = attempt("baseline", cwd=tests.parent, saved=["main.json"])
    (target,) = outcome.document["targets"]
    assert outcome.exit_code == 0  # collected, with errors: a gate judges them, a recording does not
    assert (target["counts"]["errors"], target["counts"]["items"]) == (40, 1)
    assert "40 collection errors, such as tests/test_00.py: RuntimeError: number 0" in outcome.words
