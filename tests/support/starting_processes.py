"""`--no-processes`: a test that would start a process is skipped at that moment.

Python itself reports each start (PEP 578), so there is no list of tests that somebody has to keep.
"""

from __future__ import annotations

import sys

import pytest

STARTS = {"subprocess.Popen", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-processes", action="store_true", help="skip each test that would start a process")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Audit hooks cannot be removed: this one lasts until the end."""
    if session.config.option.no_processes:
        sys.addaudithook(skip_if_it_starts_a_process)


def skip_if_it_starts_a_process(event: str, _: tuple[object, ...]) -> None:
    if event in STARTS:
        pytest.skip("starts a process")
