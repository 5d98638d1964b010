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
