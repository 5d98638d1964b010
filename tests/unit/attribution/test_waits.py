"""The lines of the project that wait, from the stacks of a counted round."""

from __future__ import annotations

import pytest

from collectbench.attribution.waits import (
    MOST,
    operations_of,
    teardown_waited_s,
    wait_sites,
    waited_by_running_line,
)
from collectbench.model.run import WaitSite
from collectbench.model.trace import Event, Trace
from collectbench.model.wait_log import Frames, StackOperation, StackWait

PROBE = "/collectbench/probe"
SITE, STDLIB = "/env/lib/python3.11/site-packages", "/usr/lib/python3.11"
PYTEST = (f"{SITE}/_pytest/config/__init__.py", 12)
ENTRY: Frames = ((f"{SITE}/pluggy/_callers.py", 9), PYTEST, (f"{STDLIB}/runpy.py", 3), (f"{PROBE}/runner.py", 5))
TEST_LINE = ("/p/tests/test_a.py", 7)


def waited(seconds: float, *frames: tuple[str, int]) -> StackWait:
    return StackWait(frames=(*frames, *ENTRY), waited_s=seconds)


def began(event: str, *words: str, at: tuple[str, int] = TEST_LINE) -> StackOperation:
    return StackOperation(frames=(at, *ENTRY), event=event, words=words)


@pytest.fixture
def sites(places):
    return lambda *log: wait_sites(log, places, PROBE)


@pytest.mark.parametrize(
    ("frames", "path", "line"),
    [
        ((TEST_LINE, ("/p/ours.py", 2)), "tests/test_a.py", 7),
        (((f"{STDLIB}/subprocess.py", 1), (f"{SITE}/lib/a.py", 2), TEST_LINE), "tests/test_a.py", 7),
        (((f"{STDLIB}/socket.py", 1), (f"{SITE}/lib/a.py", 2), (f"{SITE}/plug.py", 3)), "<site-packages>/plug.py", 3),
        (((f"{STDLIB}/socket.py", 4), (f"{STDLIB}/http.py", 5)), "<stdlib>/socket.py", 4),
        ((), "<site-packages>/pluggy/_callers.py", 9),
        ((("<string>", 1), TEST_LINE), "tests/test_a.py", 7),
    ],
)
def test_the_innermost_line_of_the_project_counts_else_that_which_called_installed_code(
    sites, frames: Frames, path: str, line: int
) -> None:
    assert sites(waited(0.1, *frames)) == (WaitSite(path=path, line=line, waited_s=0.1),)


def test_waits_of_one_line_add_up_and_the_longest_comes_first(sites) -> None:
    log = [waited(0.02, ("/p/a.py", 1)), waited(0.01, ("/p/b.py", 1)), waited(0.02, ("/p/b.py", 1))]
    assert [(site.path, site.waited_s) for site in sites(*log)] == [("b.py", 0.03), ("a.py", 0.02)]


def test_waits_below_five_milliseconds_count_only_if_their_line_began_an_operation(sites) -> None:
    log = [waited(0.004, ("/p/a.py", 1)), began("os.fork", "fork"), waited(0.0, TEST_LINE)]
    assert sites(*log) == (
        WaitSite(path="tests/test_a.py", line=7, waited_s=0.0, operation="subprocess: fork", count=1),
    )


def test_a_correction_makes_no_wait_negative(sites) -> None:
    (site,) = sites(began("os.fork", "fork"), waited(-0.004, TEST_LINE))
    assert site.waited_s == 0


def test_a_wait_belongs_to_the_operation_that_its_line_began_last(sites) -> None:
    log = [
        waited(0.5, TEST_LINE),
        began("subprocess.Popen", "git", "status"),
        waited(0.2, TEST_LINE),
        waited(0.3, ("/p/a.py", 1)),
        began("socket.connect", "10.0.0.1", "80"),
        waited(0.1, TEST_LINE),
    ]
    assert [(site.line, site.waited_s, site.operation, site.count) for site in sites(*log)] == [
        (7, 0.5, "", 0),
        (1, 0.3, "", 0),
        (7, 0.2, "subprocess: git status", 1),
        (7, 0.1, "socket: 10.0.0.1:80", 1),
    ]


def test_several_commands_of_one_line_are_one_operation(sites) -> None:
    commands = ("status", "status", "log", "show")
    (site,) = sites(*(began("subprocess.Popen", "git", command) for command in commands))
    assert (site.operation, site.count) == ("subprocess: git status and 2 more", 4)


def test_a_connection_is_named_by_the_host_that_was_looked_up_for_it(sites) -> None:
    (site,) = sites(began("socket.getaddrinfo", "example.org", "443"), began("socket.connect", "93.184.215.14", "443"))
    assert (site.operation, site.count) == ("socket: example.org:443", 2)
    (site,) = sites(began("socket.getaddrinfo", "example.org", "443"), began("socket.connect", "10.0.0.1", "80"))
    assert site.operation == "socket: example.org:443 and 1 more"


def test_at_most_fifty_lines_are_kept(sites) -> None:
    log = [waited(0.01 * number, ("/p/a.py", number)) for number in range(1, 100)]
    assert [site.line for site in sites(*log)] == list(range(99, 99 - MOST, -1))


IMPORT = ("<import>", 0)


@pytest.mark.parametrize(
    ("frames", "line"),
    [
        ((("/p/ours.py", 2), TEST_LINE, IMPORT), TEST_LINE),
        ((("/p/ours.py", 2), IMPORT, TEST_LINE, IMPORT), ("/p/ours.py", 2)),
        (((f"{SITE}/lib/a.py", 2), IMPORT, TEST_LINE, IMPORT), None),
        (((f"{SITE}/lib/a.py", 2), TEST_LINE, IMPORT), TEST_LINE),
        (((f"{SITE}/_pytest/recwarn.py", 2), TEST_LINE, IMPORT), TEST_LINE),
        ((), None),
    ],
)
def test_a_line_that_ran_waits_with_its_calls_without_its_imports(places, frames: Frames, line) -> None:
    assert dict(waited_by_running_line((waited(0.1, *frames),), places)) == ({} if line is None else {line: 0.1})


def test_the_teardown_waits_after_the_end_of_the_session() -> None:
    log = [waited(0.5), StackWait(frames=(), waited_s=0.1, in_teardown=True)]
    assert teardown_waited_s((*log, StackWait(frames=(), waited_s=0.2, in_teardown=True))) == pytest.approx(0.3)
    correction = StackWait(frames=(TEST_LINE,), waited_s=-0.2, in_teardown=True)
    assert teardown_waited_s((correction,)) == 0
    assert teardown_waited_s((*log, correction)) == pytest.approx(0.1)


def test_a_traced_round_names_the_operations_of_its_events(sites) -> None:
    events = (("subprocess.Popen", "['git', 'status']", 3), ("open", "/p/data", 1))
    trace = Trace(
        complete=True,
        events=tuple(
            Event(kind=kind, detail=detail, path="/p/tests/test_a.py", line=7, count=count, during=-1)
            for kind, detail, count in events
        ),
    )
    assert sites(*operations_of(trace), waited(0.2, TEST_LINE)) == (
        WaitSite(path="tests/test_a.py", line=7, waited_s=0.2, operation="subprocess: git status", count=3),
    )
