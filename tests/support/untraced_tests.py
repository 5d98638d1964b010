"""Coverage pauses for tests of hypothesis and those under `pytest.mark.simulation`.

They repeat a few lines thousands of times, which takes three times as long under coverage and covers nothing more.
"""

from __future__ import annotations

from collections.abc import Iterator

import coverage
import pytest
from hypothesis import is_hypothesis_test


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    repeats = item.get_closest_marker("simulation") or is_hypothesis_test(getattr(item, "obj", None))
    current = coverage.Coverage.current() if repeats else None
    if current is None:
        return (yield)
    current.stop()
    try:
        return (yield)
    finally:
        current.start()
