from __future__ import annotations

import pytest

from collectbench.causes.module_level_wait import CAUSE
from made_evidence import evidence, file_of, findings, imported, ran, waited

BODY = "tests/test_a.py:3 <module>"
FILES = {file_of("test_a"): "import time\n\ntime.sleep(0.7)\n\n\ndef test_it():\n    time.sleep(9)\n"}


def made(seconds: float, *log):
    return evidence(imports=(imported(0, -1, "test_a", 1.0),), stacks=(ran(0, seconds, BODY),), waits=log, files=FILES)


def test_a_sleep_is_found_at_its_line() -> None:
    (found,) = findings(CAUSE, made(0.7, waited(0.69, BODY)))
    assert (found.subject, found.estimated_saving_s) == ("tests/test_a.py:3", pytest.approx(0.7))
    assert found.locations[0].text == "time.sleep(0.7)"
    assert "690 ms of it waiting" in found.evidence


def test_a_line_that_mostly_computes_is_another_cause() -> None:
    assert not findings(CAUSE, made(0.7, waited(0.2, BODY)))


def test_a_wait_in_another_place_does_not_count() -> None:
    assert not findings(CAUSE, made(0.7, waited(0.7, "tests/test_a.py:7 test_it")))


def test_a_short_wait_is_not_listed() -> None:
    assert not findings(CAUSE, made(0.01, waited(0.01, BODY)))
