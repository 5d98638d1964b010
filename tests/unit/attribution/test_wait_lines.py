"""The file `waits`, as far as a round wrote it."""

from __future__ import annotations

from collectbench.attribution.wait_lines import parse_waits
from collectbench.model.wait_log import StackOperation, StackWait

STACK = "S\t0\t/p/a.py\t3\t/p/b.py\t7\n"
FRAMES = (("/p/a.py", 3), ("/p/b.py", 7))


def test_waits_and_operations_come_in_the_order_in_which_they_were_noted() -> None:
    lines = [STACK, "O\t0\tsubprocess.Popen\tgit\\x1fstatus\n", "W\t0\t5000000\n", "W\t0\t-1000000\n"]
    assert parse_waits(lines) == (
        StackOperation(frames=FRAMES, event="subprocess.Popen", words=("git", "status")),
        StackWait(frames=FRAMES, waited_s=0.005),
        StackWait(frames=FRAMES, waited_s=-0.001),
    )


def test_what_follows_the_end_of_the_session_is_part_of_the_teardown() -> None:
    before, after = parse_waits([STACK, "W\t0\t1\n", "F\n", "W\t0\t1\n"])
    assert (before.in_teardown, after.in_teardown) == (False, True)


def test_a_line_that_was_cut_short_is_not_read() -> None:
    assert parse_waits([STACK, "W\t0\t5000000\n", "W\t0\t50000"]) == (StackWait(frames=FRAMES, waited_s=0.005),)


def test_what_makes_no_sense_is_skipped() -> None:
    lines = [STACK, "W\t0\tsoon\n", "W\t9\t1\n", "O\t0\n", "S\n", "S\t1\tpath\tline\n", "?\t1\n", "W\t0\t5000000\n"]
    assert parse_waits(lines) == (StackWait(frames=FRAMES, waited_s=0.005),)


def test_a_main_thread_without_a_frame_has_no_line() -> None:
    assert parse_waits(["S\t0\t\n", "W\t0\t5000000\n"]) == (StackWait(frames=(), waited_s=0.005),)


DUMP = (
    "D\t0\t"
    '  File "/p/a.py", line 3 in f\t'
    '  File "<frozen importlib._bootstrap>", line 10 in _find_and_load\t'
    '  File "<frozen importlib._bootstrap> of collectbench", line 20 in _find_and_load\t'
    '  File "/p/m\\xf6d/\\u4e16.py", line ??? in <module>\t'
    "  ...\n"
)


def test_a_stack_of_faulthandler_is_read_with_one_mark_for_the_import_machinery() -> None:
    (wait,) = parse_waits([DUMP, "W\t0\t5000000\n"])
    assert wait.frames == (("/p/a.py", 3), ("<import>", 0), ("/p/möd/世.py", 0))


def test_code_that_the_sampler_has_just_interrupted_waits_where_it_was() -> None:
    handler = '  File "<frozen importlib._bootstrap> of collectbench", line 66 in interrupt\t'
    (wait,) = parse_waits([DUMP.replace("D\t0\t", f"D\t0\t{handler}"), "W\t0\t5000000\n"])
    assert wait.frames[0] == ("/p/a.py", 3)
