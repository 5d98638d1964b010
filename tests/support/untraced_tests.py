"""Coverage pauses for tests of hypothesis and those under `pytest.mark.simulation`.

They repeat a few lines thousands of times, which takes three times as long under coverage and covers nothing more.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from hypothesis import is_hypothesis_test


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Removes the trace function of coverage meanwhile: its own `start` warns if modules have been imported already."""
    tracer = sys.gettrace()
    if not (item.get_closest_marker("simulation") or is_hypothesis_test(getattr(item, "obj", None))):
        tracer = None
    if tracer is None:
        return (yield)
    sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(tracer)
