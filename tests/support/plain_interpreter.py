"""`--plain NAME`: the environment in .venvs that most commands of the functional tests measure."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--plain", default="3.11-pytest9", help="the environment in .venvs that most commands measure")
