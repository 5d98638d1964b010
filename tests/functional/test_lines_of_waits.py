"""Waits of known length at known lines: counted rounds find each, wherever Python code waits.

A wait takes as long on a busy machine as on an idle one: what the main thread waits for a processor does not count.
"""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FOUND = 0.9
"""The part of a planted wait that must be found at its line; at its begin, the thread that looks may be late."""

PLANTED_S = {
    "conftest.py:9": 0.12,  # in a conftest
    "conftest.py:13": 0.15,  # in a handler of atexit
    "conftest.py:17": 0.1,  # in a hook
    "slow.py:3": 0.1,  # in a module of the project that a test imports
    "tests/test_waits.py:14": 0.2,  # a sleep
    "tests/test_waits.py:15": 0.15,  # a subprocess
    "tests/test_waits.py:21": 0.15,  # a shell
    "tests/test_waits.py:26": 0.12,  # the timeout of a socket
    "tests/test_waits.py:31": 0.1,  # a connection that nobody answers
    "tests/test_waits.py:38": 0.12,  # a thread that is joined
    "tests/test_waits.py:41": 0.11,  # a lock
    "tests/test_waits.py:48": 0.13,  # a fork
    "tests/test_waits.py:54": 0.4,  # a thread that Python waits for at its end
}
"""Seconds by line of tests/projects/waiting."""


@pytest.fixture(scope="module")
def silent_port() -> Iterator[int]:
    """The port of a server that accepts connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture(scope="module")
def root(project_of_module) -> Path:
    return project_of_module("waiting")


@pytest.fixture(scope="module")
def target(run_cli, plain_python, root, silent_port) -> dict[str, Any]:
    options = ("--python", plain_python, "--rounds", "1", "--warmup", "0", "--no-suite", "--format", "json")
    done = run_cli("baseline", "tests", *options, cwd=root, env={"SILENT_PORT": str(silent_port)})
    assert done.returncode == 0, done.stderr
    (target,) = json.loads(done.stdout)["targets"]
    assert target["waits"] == only_stored(root)["waits"]
    return target


def only_stored(root: Path) -> dict[str, Any]:
    (stored,) = json.loads((root / "baselines" / "main.json").read_text())["targets"]
    return stored


@pytest.fixture(scope="module")
def waited_s(target) -> dict[str, float]:
    """Seconds by line."""
    return {f"{site['path']}:{site['line']}": site["waited_s"] for site in target["waits"]}


@pytest.mark.parametrize("line", PLANTED_S)
def test_a_wait_is_found_at_its_line(waited_s, line: str) -> None:
    assert waited_s[line] >= FOUND * PLANTED_S[line]


def test_no_other_line_of_the_project_has_a_long_wait(waited_s) -> None:
    elsewhere = {line: seconds for line, seconds in waited_s.items() if line not in PLANTED_S and "<" not in line}
    assert max(elsewhere.values(), default=0.0) < FOUND * min(PLANTED_S.values())


def test_lines_that_start_processes_or_use_sockets_name_them(target, silent_port) -> None:
    named = {(site["path"], site["line"]): (site["operation"], site["count"]) for site in target["waits"]}
    tests = "tests/test_waits.py"
    assert named[tests, 15] == ("subprocess: python -c import time; time.sleep(0.15)", 1)
    assert named[tests, 21] == ("subprocess: sleep 0.15", 1)
    assert named[tests, 31][0] == f"socket: 127.0.0.1:{silent_port}"
    assert named[tests, 44] == ("subprocess: fork", 1)
    assert named[tests, 14] == ("", 0)


def test_waiting_keeps_no_counter_from_repeating(target) -> None:
    assert target["unstable"] == []
    assert target["counters"]["subprocesses"] == 3


# --- in a profile ---


@pytest.fixture(scope="module")
def profiled(run_cli, plain_python, root, silent_port, tmp_path_factory) -> tuple[dict[str, Any], str]:
    """The profile as JSON and as text."""
    text = tmp_path_factory.mktemp("profile") / "profile.txt"
    options = ("--python", plain_python, "--rounds", "1", "--warmup", "0", "--format", "json")
    done = run_cli(
        "profile", "tests", *options, "--output", f"text={text}", cwd=root, env={"SILENT_PORT": str(silent_port)}
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), text.read_text()


def planted_s(*paths: str) -> float:
    """All that is planted in files while tests are collected."""
    later = ("conftest.py:13", "conftest.py:17", "tests/test_waits.py:54")
    return sum(seconds for line, seconds in PLANTED_S.items() if line.startswith(paths) and line not in later)


def test_each_share_and_import_of_a_profile_waits_as_long_as_planted(profiled) -> None:
    document, _ = profiled
    shares = {share["name"]: share["waited_s"] for share in document["shares"]}
    modules = {row["module"]: row["waited_s"] for row in document["imports"]}
    assert shares["imports: test"] >= FOUND * planted_s("tests/")
    assert shares["imports: conftest"] >= FOUND * planted_s("conftest.py")
    assert shares["hooks: conftest"] >= FOUND * PLANTED_S["conftest.py:17"]
    assert shares["teardown"] >= FOUND * (PLANTED_S["conftest.py:13"] + PLANTED_S["tests/test_waits.py:54"])
    assert modules["test_waits"] >= FOUND * planted_s("tests/")
    assert modules["slow"] >= FOUND * PLANTED_S["slow.py:3"]
    assert document["waited_s"] == pytest.approx(sum(shares.values()))
    assert all(share["waited_s"] <= share["seconds"] for share in document["shares"] if share["seconds"] > 0)


def test_lines_of_a_profile_wait_as_long_as_planted_and_name_what_they_start(profiled) -> None:
    document, _ = profiled
    ran = {f"{row['path']}:{row['line']}": row["waited_s"] for row in document["lines"]}
    waited = {f"{row['path']}:{row['line']}": row for row in document["waits"]}
    found = {line: waited[line]["waited_s"] for line in PLANTED_S}
    assert sum(found.values()) >= FOUND * sum(PLANTED_S.values())
    # On a busy machine, the thread that looks may come much too late to one of them.
    assert {line: seconds for line, seconds in found.items() if seconds < FOUND / 2 * PLANTED_S[line]} == {}
    assert ran["conftest.py:17"] >= FOUND / 2 * PLANTED_S["conftest.py:17"]
    assert ran["tests/test_waits.py:15"] >= FOUND / 2 * PLANTED_S["tests/test_waits.py:15"]
    assert waited["tests/test_waits.py:21"]["operation"] == "subprocess: sleep 0.15"


def test_a_profile_says_where_its_time_was_waiting_and_what_to_do(profiled) -> None:
    _, text = profiled
    assert re.search(r"waiting [\d.]+ m?s \(\d+ % of the traced round\)", " ".join(text.split()))
    section = text.partition("lines at which the main thread waited")[2].partition("\n\n")[0]
    assert re.search(r"^tests/test_waits.py:14 +– +\d+ ms$", section, re.MULTILINE)
    assert "tests/test_waits.py:14: wait in a fixture, so that only tests that need it wait" in " ".join(
        section.split()
    )
