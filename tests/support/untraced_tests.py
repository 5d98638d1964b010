"""`pytest.mark.simulation`: coverage pauses for these tests.

They repeat a few lines thousands of times, which takes three times as long under coverage and covers nothing more.
"""

from __future__ import annotations

from collections.abc import Iterator

import coverage
import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    current = coverage.Coverage.current() if item.get_closest_marker("simulation") else None
    if current is None:
        return (yield)
    current.stop()
    try:
        return (yield)
    finally:
        current.start()
