from __future__ import annotations

import pytest

from collectbench.judge.wait_locations import wait_locations
from collectbench.model.comparison import WaitLocation
from collectbench.model.run import WaitSite

GIT = "subprocess: git rev-parse HEAD"


def site(line: int, waited_s: float, operation: str = "", count: int = 0, path: str = "tests/conftest.py") -> WaitSite:
    return WaitSite(path=path, line=line, waited_s=waited_s, operation=operation, count=count)


def places(*locations: WaitLocation) -> list[tuple[int, float, int]]:
    return [(location.line, pytest.approx(location.growth_s), location.more) for location in locations]


def test_a_new_wait_is_a_location() -> None:
    (location,) = wait_locations((), (site(3, 0.2),))
    assert location == WaitLocation(path="tests/conftest.py", line=3, growth_s=0.2)


def test_a_wait_that_grows_is_as_much_a_location_as_a_new_one() -> None:
    assert places(*wait_locations((site(3, 0.3),), (site(3, 0.5),))) == [(3, 0.2, 0)]


def test_waits_that_stay_or_shrink_explain_nothing() -> None:
    assert wait_locations((site(3, 0.3), site(5, 0.3)), (site(3, 0.303), site(5, 0.1))) == ()


def test_a_line_that_an_edit_moved_is_the_same_line() -> None:
    moved = wait_locations((site(3, 0.3), site(9, 0.1)), (site(5, 0.3), site(11, 0.4)))
    assert places(*moved) == [(11, 0.3, 0)]


def test_a_line_of_another_file_or_with_another_operation_is_another_line() -> None:
    grown = wait_locations((site(3, 0.3, GIT),), (site(3, 0.3, GIT, path="tests/other.py"), site(4, 0.3)))
    assert [(location.path, location.line) for location in grown] == [("tests/conftest.py", 4), ("tests/other.py", 3)]


def test_one_more_process_is_a_location_however_short_it_takes() -> None:
    (location,) = wait_locations((site(3, 0.001, GIT, 1),), (site(3, 0.002, GIT, 2),))
    assert (location.operation, location.more) == (GIT, 1)


def test_the_largest_growth_comes_first() -> None:
    grown = wait_locations((), (site(1, 0.1), site(2, 0.3), site(3, 0.2)))
    assert [location.line for location in grown] == [2, 3, 1]
