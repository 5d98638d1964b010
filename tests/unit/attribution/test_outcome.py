from __future__ import annotations

import pytest

from collectbench.attribution.outcome import Ending, outcome, remarks
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
        "counted": True,
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


LEFT = {"done": False, "exit_stack": 'File "/p/tests/conftest.py", line 3 in leave'}
UNMEASURED_END = "after everything was counted, so the end of pytest and of Python was not measured"
INCLUDED = "the phase `interpreter` lasts until the last process began"
UNMEASURABLE = "which cannot be measured"
REPLACED = ('File "/usr/lib/launcher.py", line 9 in start\nFile "/p/conftest.py", line 4 in <module>', "sh -c x")


@pytest.mark.parametrize(
    ("facts", "status", "message"),
    [
        (
            {"raised": "X: y", "exit_code": 1, "gist": "ERROR: z"},
            Status.FAILED,
            "pytest ended with exit code 1 while finishing the session: X: y",
        ),
        (
            {"counted": False, "unwritten": "no space is left in /t"},
            Status.FAILED,
            "pytest ended with exit code 0 while finishing the session: no space is left in /t",
        ),
        (
            {"counted": False, "done": False, "exit_code": 1, "unwritten": "no space is left in /t"},
            Status.FAILED,
            "the process ended with exit code 1 while finishing the session; no space is left in /t",
        ),
        (
            {"counted": False},
            Status.FAILED,
            "pytest ended with exit code 0 while finishing the session: its output gives no reason",
        ),
        (LEFT, Status.OK, ""),
        ({**LEFT, "exit_code": 1, "errors": 1}, Status.COLLECTION_ERRORS, "1 collection error"),
        ({**LEFT, "exit_code": 5, "items": 0}, Status.EMPTY, "no tests were collected"),
        (
            {**LEFT, "exit_code": 3},
            Status.CRASHED,
            "the process ended with exit code 3 while finishing the session; tests/conftest.py:3 called os._exit",
        ),
        (
            {**LEFT, "counted": False, "reached": COLLECTING},
            Status.CRASHED,
            "the process ended with exit code 0 while collecting; tests/conftest.py:3 called os._exit",
        ),
        (
            {"replaced": REPLACED, "done": False, "counted": False, "reached": COLLECTING, "items": 0},
            Status.FAILED,
            f"conftest.py:4 replaced the process by a command other than `python -m pytest`, {UNMEASURABLE}: sh -c x",
        ),
        (
            {"replaced": REPLACED, "exit_code": -9},
            Status.CRASHED,
            "ended by SIGKILL while finishing the session, as by the system when memory is short",
        ),
    ],
)
def test_only_a_round_that_was_counted_and_ended_without_failure_is_measured(facts, status, message) -> None:
    assert outcome(ending(**facts), "/p") == (status, message)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, []),
        (LEFT, [f"tests/conftest.py:3 called os._exit(0) {UNMEASURED_END}"]),
        ({"done": False, "exit_code": 5, "items": 0}, [f"it left with exit code 5 {UNMEASURED_END}"]),
        (
            {"earlier": (REPLACED, ("", ""))},
            [
                f"conftest.py:4 replaced the process (sh -c x): {INCLUDED}",
                f"the tests replaced the process: {INCLUDED}",
            ],
        ),
    ],
)
def test_an_unusual_end_of_a_round_that_is_measured_is_a_note(facts, expected) -> None:
    assert list(remarks(ending(**facts), "/p")) == expected
