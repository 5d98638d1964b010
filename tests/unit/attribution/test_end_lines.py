from __future__ import annotations

from collectbench.attribution.trace_file import HEADER, parse_trace
from collectbench.model.registrations import (
    ExitFunction,
    Finder,
    LastMoments,
    LivingThread,
    RepeatedIds,
    ThreadStart,
    ToolCall,
)
from collectbench.model.trace import Trace

SPAWNED_NS = 1_000_000_000


def parsed(*lines: str) -> Trace:
    return parse_trace((HEADER, *lines), SPAWNED_NS)


def test_registrations_are_read() -> None:
    trace = parsed(
        "X\tPool.close\t/p/pool.py\t12\t/p/conftest.py\t4\n",
        "M\thooks.Finder\t/p/hooks.py\t7\n",
        "S\twork\t/p/conftest.py\t9\t3\t-1\n",
        "Y\tsys.setprofile\t/p/conftest.py\t11\t2\t5\n",
        "U\ttests/test_a.py::test_many\t900\t899\t\\u0436\n",
    )
    assert trace.lost == ()
    assert trace.exit_functions == (
        ExitFunction(function="Pool.close", path="/p/pool.py", line=12, by_path="/p/conftest.py", by_line=4),
    )
    assert trace.finders == (Finder(name="hooks.Finder", path="/p/hooks.py", during=7),)
    assert trace.thread_starts == (ThreadStart(target="work", path="/p/conftest.py", line=9, count=3, during=-1),)
    assert trace.tool_calls == (ToolCall(kind="sys.setprofile", path="/p/conftest.py", line=11, count=2, during=5),)
    assert trace.repeated_ids == (RepeatedIds(nodeid="tests/test_a.py::test_many", ids=900, repeated=899, example="ж"),)


def test_a_living_thread_has_its_stack() -> None:
    trace = parsed(
        "T\tpoller\tdaemon\t/p/conftest.py\t9\t/p/pool.py\t3\twait\t/p/pool.py\t8\trun\n", "T\tother\t\t\t0\n"
    )
    assert trace.living_threads == (
        LivingThread(
            name="poller",
            daemon=True,
            by_path="/p/conftest.py",
            by_line=9,
            stack=(("/p/pool.py", 3, "wait"), ("/p/pool.py", 8, "run")),
        ),
        LivingThread(name="other", daemon=False, by_path="", by_line=0),
    )


def test_a_thread_with_half_a_call_is_reported_as_lost() -> None:
    trace = parsed("T\tpoller\tdaemon\t/p/conftest.py\t9\t/p/pool.py\t3\n")
    assert trace.living_threads == ()
    assert trace.lost == ("1 lines of the trace could not be read",)


def test_a_collector_has_its_class_and_outcome() -> None:
    times = "4000000000\t5000000000\t250000000\t0\t0\t0\t0"
    passed, failed = parsed(
        f"C\t0\t-1\ttests/test_a.py\tModule\t{times}\n",
        f"C\t1\t-1\ttests/a.yaml\tYamlFile\t{times}\n",
        "O\t1\t/p/conftest.py\tfailed\tKeyError\t'name'\t/p/conftest.py\t12\n",
    ).collectors
    assert (passed.class_path, passed.outcome, passed.error) == ("", "passed", "")
    assert (failed.class_path, failed.outcome) == ("/p/conftest.py", "failed")
    assert (failed.error, failed.error_message) == ("KeyError", "'name'")
    assert (failed.error_path, failed.error_line) == ("/p/conftest.py", 12)


def test_items_that_do_not_run_are_counted_by_file() -> None:
    trace = parsed("D\ttests/test_a.py\t3\n", "K\ttests/test_b.py\t5\n")
    assert trace.deselected == (("tests/test_a.py", 3),)
    assert trace.skipped == (("tests/test_b.py", 5),)


def test_moments_count_from_the_spawn_and_those_behind_the_end_mark_are_read() -> None:
    trace = parsed("J\tfinish\t2000000000\n", "J\tdone\t3000000000\n", "Z\t0\t0\n", "J\texit-begin\t3500000000\n")
    assert trace.complete
    assert trace.last == LastMoments(finish_s=1.0, done_s=2.0, exit_begin_s=2.5, exit_end_s=None)


def test_moments_of_finalisation_are_read() -> None:
    names = ("modules-removed", "objects-walked", "modules-cleared", "interpreter-cleared")
    last = parsed(*(f"J\t{name}\t{number}000000000\n" for number, name in enumerate(names, start=2))).last
    assert (last.modules_removed_s, last.objects_walked_s) == (1.0, 2.0)
    assert (last.modules_cleared_s, last.interpreter_cleared_s) == (3.0, 4.0)
