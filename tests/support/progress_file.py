"""`--progress-file FILE`: tells scripts/run_tests.py what pytest does, one line of JSON for each event.

`{"total": 12}` after the collection; `{"starts": "tests/a.py::test_a"}` and `{"ends": …, "seconds": 0.5}` for each
test.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--progress-file", type=Path, help="where events are written for scripts/run_tests.py")


def pytest_configure(config: pytest.Config) -> None:
    if config.option.progress_file:
        config.pluginmanager.register(ProgressFile(config.option.progress_file))


class ProgressFile:
    """Appends each event to the file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.started_s = 0.0

    def write(self, **event: object) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(event) + "\n")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.write(total=len(session.items))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.started_s = time.monotonic()
        self.write(starts=nodeid)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self.write(ends=nodeid, seconds=time.monotonic() - self.started_s)
