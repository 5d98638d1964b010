from __future__ import annotations

import pytest

from collectbench.attribution.parts import TEARDOWN
from collectbench.attribution.stacks import SampledStack
from collectbench.causes.exit_work import CAUSE
from collectbench.model.registrations import ExitFunction, LivingThread
from collectbench.model.trace import Event, ImportFrame
from made_evidence import PYTEST, ROOT, calls, evidence, findings, imported

CONFTEST = f"{ROOT}/tests/conftest.py"
STDLIB = "/usr/lib/python3"
REGISTERED = ExitFunction(function="Pool.close", path=f"{ROOT}/pool.py", line=30, by_path=CONFTEST, by_line=5)
THREAD = LivingThread(name="poller", daemon=False, by_path=CONFTEST, by_line=7, stack=((f"{ROOT}/poll.py", 9, "poll"),))
FIRST: ImportFrame = imported(0, -1, "test_a", 1.0)


def last(seconds: float, *texts: str) -> SampledStack:
    return SampledStack(part=TEARDOWN, calls=calls(*texts), seconds=seconds, frame=-2)


def found_in(*stacks: SampledStack, **records):
    return findings(CAUSE, evidence(imports=(FIRST,), stacks=stacks, **records))


def test_a_registered_function_is_found_at_the_line_that_registers_it() -> None:
    (found,) = found_in(last(0.7, "pool.py:33 close", f"{STDLIB}/socket.py:9 shutdown"), exit_functions=(REGISTERED,))
    assert (found.subject, found.estimated_saving_s) == ("close()", pytest.approx(0.7))
    assert [(each.path, each.line) for each in found.locations] == [
        ("tests/conftest.py", 5),
        ("pool.py", 30),
        ("pool.py", 33),
    ]


def test_a_thread_that_is_waited_for_is_found_where_it_was_started() -> None:
    stack = last(2.0, f"{STDLIB}/threading.py:1 _bootstrap", "poll.py:9 poll", f"{STDLIB}/threading.py:9 _shutdown")
    daemon = LivingThread(name="daemon", daemon=True, by_path=CONFTEST, by_line=1)
    (found,) = found_in(stack, last(0.1, f"{STDLIB}/threading.py:9 _shutdown"), living_threads=(THREAD, daemon))
    assert (found.subject, found.estimated_saving_s) == ("poller", pytest.approx(2.1))
    assert [(each.path, each.line) for each in found.locations] == [("tests/conftest.py", 7), ("poll.py", 9)]
    assert "daemon=True" in found.fix


def test_a_process_that_is_waited_for_is_found_where_it_was_started() -> None:
    stack = last(
        2.0, f"{STDLIB}/multiprocessing/util.py:1 _exit_function", f"{STDLIB}/multiprocessing/process.py:9 join"
    )
    fork = Event(kind="os.fork", detail="", path=CONFTEST, line=3, count=1, during=0)
    (found,) = found_in(stack, events=(fork,), living_threads=(THREAD,))
    assert (found.subject, [each.line for each in found.locations]) == ("processes", [3])


def test_a_function_that_joins_its_own_thread_is_that_function() -> None:
    stack = last(0.7, "pool.py:33 close", f"{STDLIB}/threading.py:9 join")
    assert [each.subject for each in found_in(stack, exit_functions=(REGISTERED,))] == ["close()"]


@pytest.mark.parametrize(
    "stack",
    [
        last(0.7, f"{PYTEST}/main.py:9 wrap_session", f"{PYTEST}/unraisableexception.py:9 gc_collect_harder"),
        last(0.01, "pool.py:33 close"),
    ],
    ids=["pytest ends its session", "a quick function"],
)
def test_the_end_of_pytest_and_quick_functions_are_not_found(stack) -> None:
    assert not found_in(stack, exit_functions=(REGISTERED,), living_threads=(THREAD,))
