from __future__ import annotations

import pytest

from collectbench.attribution.outcome import Ending, outcome
from collectbench.model.sample import Status

SO_FAR = ("runner", "pytest-import-begin", "plugins-begin", "conftest-begin", "conftest-end", "configure-begin")
ALL = frozenset((*SO_FAR, "collection-begin", "modifyitems-begin", "modifyitems-end", "collected", "finish"))
COLLECTING = frozenset((*SO_FAR, "collection-begin"))
STACK = """Current thread 0x1 (most recent call first):
  File "/usr/lib/time.py", line 5 in sleep
  File "/p/.venv/lib/site-packages/lib.py", line 6 in wait
  File "/p/tests/test_a.py", line 7 in <module>
  File "/x/runner.py", line 8 in <module>
"""


def ending(**changes) -> Ending:
    values = {
        "exit_code": 0,
        "timed_out_after_s": None,
        "reached": ALL,
        "done": True,
        "items": 3,
        "errors": 0,
        "failed_conftests": (),
        "gist": "",
        "stack": "",
    }
    return Ending(**values | changes)


@pytest.mark.parametrize(
    ("facts", "status", "message"),
    [
        ({}, Status.OK, ""),
        ({"items": 0, "exit_code": 5}, Status.EMPTY, "no tests were collected"),
        ({"errors": 1, "exit_code": 1}, Status.COLLECTION_ERRORS, "1 collection error"),
        ({"errors": 1, "collection_error": "a.py: X"}, Status.COLLECTION_ERRORS, "1 collection error: a.py: X"),
        ({"errors": 4, "items": 0}, Status.COLLECTION_ERRORS, "4 collection errors"),
        (
            {"errors": 4, "collection_error": "a.py: X"},
            Status.COLLECTION_ERRORS,
            "4 collection errors, such as a.py: X",
        ),
        ({"failed_conftests": (("a/conftest.py", "X: y"), ("b", "Z"))}, Status.FAILED, "a/conftest.py: X: y; b: Z"),
        (
            {"exit_code": 4, "reached": frozenset(SO_FAR), "gist": "ERROR: no"},
            Status.FAILED,
            "pytest ended with exit code 4 while starting the session: ERROR: no",
        ),
        (
            {"exit_code": 2},
            Status.FAILED,
            "pytest ended with exit code 2 while finishing the session: its output gives no reason",
        ),
        (
            {"exit_code": 0, "reached": COLLECTING},
            Status.FAILED,
            "pytest ended with exit code 0 while collecting: its output gives no reason",
        ),
        (
            {"hides_pytest": "/p/pytest.py"},
            Status.FAILED,
            "/p/pytest.py hides pytest: rename it, or set PYTHONSAFEPATH=1",
        ),
        (
            {"done": False, "exit_code": 3, "reached": COLLECTING},
            Status.CRASHED,
            "the process ended with exit code 3 while collecting",
        ),
        (
            {"done": False, "exit_code": 0, "reached": frozenset()},
            Status.CRASHED,
            "the process ended with exit code 0 while starting Python",
        ),
        ({"exit_code": -11, "reached": COLLECTING}, Status.CRASHED, "ended by SIGSEGV while collecting"),
        (
            {"exit_code": -11, "reached": COLLECTING, "stack": STACK},
            Status.CRASHED,
            "ended by SIGSEGV while collecting; it crashed at tests/test_a.py:7 in <module>",
        ),
        ({"exit_code": -63, "reached": COLLECTING}, Status.CRASHED, "ended by signal 63 while collecting"),
        (
            {"timed_out_after_s": 2.0, "exit_code": -15, "reached": COLLECTING},
            Status.TIMEOUT,
            "not finished after 2.00 s, while collecting",
        ),
        (
            {"timed_out_after_s": 2.0, "exit_code": -15, "reached": COLLECTING, "stack": STACK},
            Status.TIMEOUT,
            "not finished after 2.00 s, while collecting; it hung at tests/test_a.py:7 in <module>",
        ),
        (
            {
                "timed_out_after_s": 2.0,
                "exit_code": -9,
                "reached": COLLECTING,
                "stack": STACK.replace("/p/tests", "/q"),
            },
            Status.TIMEOUT,
            "not finished after 2.00 s, while collecting; it hung at /usr/lib/time.py:5 in sleep",
        ),
    ],
)
def test_the_facts_about_its_end_decide_the_status_of_a_round(facts, status, message) -> None:
    assert outcome(ending(**facts), "/p") == (status, message)


@pytest.mark.parametrize(
    ("last", "activity"),
    [
        (None, "starting Python"),
        ("runner", "starting Python"),
        ("pytest-import-begin", "importing pytest"),
        ("plugins-begin", "loading plugins"),
        ("conftest-begin", "loading conftests"),
        ("conftest-end", "reading its options"),
        ("configure-begin", "starting the session"),
        ("collection-begin", "collecting"),
        ("modifyitems-begin", "modifying items"),
        ("modifyitems-end", "reporting"),
        ("finish", "finishing the session"),
    ],
)
def test_the_place_of_a_crash_is_the_last_phase_that_was_begun(last, activity) -> None:
    order = [*SO_FAR, "collection-begin", "modifyitems-begin", "modifyitems-end", "collected", "finish"]
    reached = frozenset(order[: order.index(last) + 1] if last else ())
    _, message = outcome(ending(done=False, exit_code=3, reached=reached), "/p")
    assert message == f"the process ended with exit code 3 while {activity}"
