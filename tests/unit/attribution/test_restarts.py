from __future__ import annotations

from collectbench.attribution.restarts import restarts
from collectbench.model.restart import Restart

STACK = 'File "/lib/os.py", line 5 in execl\nFile "/p/conftest.py", line 4 in <module>'


def test_a_replacement_has_the_line_of_the_project_and_the_time_that_is_spent_twice() -> None:
    assert list(restarts([(STACK, "python -m pytest")], [1_000_000_000, 1_500_000_000], "/p")) == [
        Restart(path="/p/conftest.py", line=4, command="python -m pytest", repeated_s=0.5)
    ]


def test_a_replacement_that_was_not_reported_has_no_place() -> None:
    first, second = restarts([(STACK, "python"), ("", "")], [0, 1_000_000_000, 3_000_000_000], "/p")
    assert (first.repeated_s, second.repeated_s) == (1, 2)
    assert (second.path, second.line, second.command) == ("", 0, "")


def test_a_process_that_stays_has_no_replacement() -> None:
    assert list(restarts([], [5], "/p")) == []
    assert list(restarts([], [], "/p")) == []
