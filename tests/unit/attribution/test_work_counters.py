from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.attribution.work_counters import counters_of
from collectbench.model.trace import HookTotal, Trace

WORK = {"opens": 7, "listings": 3, "sockets": 0, "subprocesses": 1}


@pytest.fixture
def trace(made) -> Trace:
    frame = made.import_frame
    return Trace(
        complete=True,
        imports=(
            frame(0, -1, "alpha", bytecode="hit"),
            frame(1, 0, "beta", bytecode="miss"),
            frame(2, 0, "conftest", path="/p/conftest.py", bytecode="rewritten"),
            frame(3, 0, "conftest", path="/p/sub/conftest.py", bytecode="rewritten"),
            frame(4, 0, "tried", path="", error="ModuleNotFoundError"),
            frame(5, 0, "twice", error="ImportError", bytecode="miss"),
            frame(6, 0, "twice", bytecode="miss"),
        ),
        hooks=(
            HookTotal(hook="pytest_configure", plugin="a", calls=2, self_s=0.1),
            HookTotal(hook="pytest_itemcollected", plugin="a", calls=30, self_s=0.1),
        ),
    )


def test_counters_come_from_the_trace_and_from_the_counts_beside_it(trace) -> None:
    assert counters_of(trace, WORK, 12) == {
        "modules": 5,  # a module whose import failed does not count
        "compiled": 3,
        "rewritten": 2,
        **WORK,
        "items": 12,
        "hook_calls": 32,
    }


def test_function_starts_are_a_counter_if_python_reports_them(trace) -> None:
    counters = counters_of(trace, {**WORK, "function_starts": 99}, 12)
    assert counters is not None
    assert list(counters)[-1] == "function_starts"
    assert counters["function_starts"] == 99


def test_a_round_that_was_not_counted_to_its_end_has_no_counters(trace) -> None:
    assert counters_of(replace(trace, complete=False), WORK, 12) is None
    assert counters_of(trace, {}, 12) is None
