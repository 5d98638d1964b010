"""collection-errors of a target that was not collected at all."""

from __future__ import annotations

import pytest

from collectbench.causes.collection_errors import CAUSE
from collectbench.model.sample import Status
from made_evidence import collected, evidence, findings


def found(status: Status, message: str, **records: object):
    return findings(CAUSE, evidence(fields={"status": status, "message": message}, **records))


@pytest.mark.parametrize(
    ("status", "message", "place"),
    [
        (Status.TIMEOUT, "not finished; it hung at tests/odd/test_odd.py:2 in wait", ("tests/odd/test_odd.py", 2)),
        (Status.FAILED, "tests/conftest.py: SystemExit: no", ("tests/conftest.py", 0)),
    ],
)
def test_the_place_in_the_message_is_the_place_of_the_finding(status, message, place) -> None:
    (finding,) = found(status, message)
    assert [(each.path, each.line) for each in finding.locations] == [place]
    assert finding.title == f"no tests are collected: {message}"


@pytest.mark.parametrize(
    ("status", "fix"), [(Status.TIMEOUT, "--timeout"), (Status.CRASHED, "--collect-only"), (Status.FAILED, "the error")]
)
def test_the_fix_fits_the_way_in_which_the_collection_broke_off(status, fix) -> None:
    (finding,) = found(status, "broken off")
    assert fix in finding.fix


def test_a_failure_without_a_place_is_reported() -> None:
    (finding,) = found(Status.CRASHED, "ended by SIGKILL while collecting")
    assert (finding.subject, finding.locations) == ("crashed", ())


def test_an_error_that_nobody_knows_gives_way_to_the_message() -> None:
    records = {"collectors": (collected(0, -1, "tests/odd", outcome="failed"),)}
    (finding,) = found(Status.FAILED, "tests/odd/conftest.py: SystemExit: no", **records)
    assert finding.subject == "tests/odd/conftest.py"


def test_a_collection_that_came_to_its_end_is_silent() -> None:
    assert not found(Status.OK, "")
