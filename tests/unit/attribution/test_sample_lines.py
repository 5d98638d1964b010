from __future__ import annotations

import pytest

from collectbench.attribution.sample_lines import parse_samples
from collectbench.model.samples import TEARDOWN, Call, Sampled

CALLS = ("C\t0\t/p/test_a.py\t3\t<module>\n", "C\t1\t/p/h\\xe4lp.py\t7\tread\n")
MODULE, READ = Call("/p/test_a.py", 3, "<module>"), Call("/p/hälp.py", 7, "read")


def test_a_sample_holds_its_stack_innermost_first() -> None:
    assert parse_samples([*CALLS, "S\t4\t-1\t20000000\t1\t0\n", "S\t-2\t-1\t10000000\t0\n"]) == (
        Sampled(frame=4, hook=-1, seconds=0.02, calls=(READ, MODULE)),
        Sampled(frame=TEARDOWN, hook=-1, seconds=0.01, calls=(MODULE,)),
    )


def test_equal_stacks_are_one_sample_with_their_time_as_later_lines_correct_it() -> None:
    lines = ("S\t4\t-1\t20000000\t0\n", "S\t4\t2\t9000000\t0\n", "S\t4\t-1\t-5000000\t0\n")
    assert parse_samples([*CALLS, *lines]) == (
        Sampled(frame=4, hook=-1, seconds=0.015, calls=(MODULE,)),
        Sampled(frame=4, hook=2, seconds=0.009, calls=(MODULE,)),
    )


def test_a_sample_without_time_is_dropped() -> None:
    assert parse_samples([*CALLS, "S\t4\t-1\t0\t0\n", "S\t4\t-1\t20\t1\n", "S\t4\t-1\t-20\t1\n"]) == ()


def test_a_call_in_the_words_of_faulthandler_is_the_same_call() -> None:
    dumped = 'D\t2\t  File "/p/h\\xe4lp.py", line 7 in read\n'
    (sample,) = parse_samples([*CALLS, dumped, "S\t0\t-1\t1000000\t1\n", "S\t0\t-1\t2000000\t2\n"])
    assert sample == Sampled(frame=0, hook=-1, seconds=0.003, calls=(READ,))


def test_a_line_that_was_cut_short_is_dropped() -> None:
    assert parse_samples([*CALLS, "S\t4\t-1\t20000000\t1\t0\n", "S\t4\t-1\t10000"])[1:] == ()


@pytest.mark.parametrize(
    "line", ["S\t4\t-1\n", "S\tx\t-1\t5\t0\n", "S\t4\t-1\t5\t9\n", "C\t2\t/p/x.py\tx\tf\n", "\n", "Q\t1\n"]
)
def test_a_line_that_cannot_be_read_is_skipped(line: str) -> None:
    (sample,) = parse_samples([*CALLS, line, "S\t0\t2\t5000000\t0\n"])
    assert sample == Sampled(frame=0, hook=2, seconds=0.005, calls=(MODULE,))


def test_an_empty_file_holds_no_sample() -> None:
    assert parse_samples([]) == ()
