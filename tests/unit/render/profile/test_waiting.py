"""Waiting in a profile: shown where it matters, with what to do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.model.costs import Share
from collectbench.model.run import WaitSite
from collectbench.render.formats import render
from collectbench.render.parts.options import RenderOptions
from collectbench.render.profile.waiting import matters, remedies, sites_that_matter


@pytest.fixture
def ordinary(documents):
    return documents["profile"]


def site(path: str, waited_s: float = 0.1, operation: str = "") -> WaitSite:
    return WaitSite(path=path, line=3, waited_s=waited_s, operation=operation, count=bool(operation))


@pytest.mark.parametrize(
    ("waited_s", "whole_s", "shown"),
    [(0.005, 0.09, True), (0.0049, 0.01, False), (0.049, 1.0, False), (0.05, 1.0, True), (0.0, 0.0, False)],
)
def test_waiting_is_shown_from_five_milliseconds_and_five_percent_on(waited_s, whole_s, shown) -> None:
    assert matters(waited_s, whole_s) is shown


def test_a_round_that_hardly_waits_shows_no_waiting(ordinary) -> None:
    profile = replace(
        ordinary,
        waited_s=0.05,
        waits=(site("a.py", 0.05),),
        shares=tuple(replace(share, waited_s=0.0) for share in ordinary.shares),
        lines=tuple(replace(line, waited_s=0.0) for line in ordinary.lines),
    )
    assert sites_that_matter(profile) == []
    for name in ("text", "markdown"):
        assert "wait" not in render(profile, name, RenderOptions())


def test_the_sum_of_the_smaller_shares_waits_as_well(ordinary) -> None:
    shares = (*(Share(name=f"large {n}", seconds=1.0) for n in range(3)), *(share(n) for n in range(3)))
    text = render(replace(ordinary, shares=shares, traced_wall_s=3.3), "text", RenderOptions(top=3))
    (row,) = (line for line in text.splitlines() if line.startswith("3 others"))
    assert row.split()[2:7] == ["0.300", "s", "9.1", "%", "0.150"]


def share(number: int) -> Share:
    return Share(name=f"small {number}", seconds=0.1, waited_s=0.05)


def test_the_first_lines_say_what_to_do() -> None:
    sites = [
        site("conftest.py", operation="subprocess: git status"),
        site("tests/test_a.py", operation="socket: example.org:443"),
        site("tests/test_b.py", 0.001),
        site("tests/test_c.py"),
    ]
    assert list(remedies(sites)) == [
        "conftest.py:3: run it once in a session fixture, or keep its output in a file",
        "tests/test_a.py:3: connect in a fixture, so that only tests that need the connection wait for it",
    ]
    assert list(remedies([site("tests/test_c.py"), site("<site-packages>/plug.py")])) == [
        "tests/test_c.py:3: wait in a fixture, so that only tests that need it wait",
        "<site-packages>/plug.py:3: no line of the project calls it; configure or omit what does",
    ]
