from __future__ import annotations

import pytest

from collectbench.causes.module_level_compute import CAUSE as COMPUTE
from collectbench.causes.module_level_io import CAUSE
from collectbench.model.trace import Event
from made_evidence import evidence, file_of, findings, imported, ran, waited

BODY = "tests/test_a.py:{} <module>"
TEXT = """\
import subprocess
OUT = subprocess.run(["git", "status"])
with open("data") as file:
    TABLE = parse(file)


def load():
    file = open("data")
    return parse(file)


VALUE = load()
"""
PROCESS = Event(kind="subprocess.Popen", detail="['git', 'status']", path=file_of("test_a"), line=2, count=1, during=0)
FILE = Event(kind="open", detail="/project/data", path=file_of("test_a"), line=3, count=2, during=0)
IN_FUNCTION = Event(kind="open", detail="/project/data", path=file_of("test_a"), line=8, count=1, during=0)


def made(*stacks, **fields):
    frames = (imported(0, -1, "test_a", 4.0),)
    return evidence(imports=frames, stacks=stacks, files={file_of("test_a"): TEXT}, **fields)


def test_a_process_at_module_level_is_found_with_its_command() -> None:
    run = ran(0, 0.6, BODY.format(2), "/usr/lib/python3/subprocess.py:1 run")
    log = (waited(0.59, BODY.format(2), "/usr/lib/python3/subprocess.py:1 run"),)
    (found,) = findings(CAUSE, made(run, events=(PROCESS,), waits=log))
    assert found.estimated_saving_s == pytest.approx(0.6)
    assert [(each.path, each.line, each.text) for each in found.locations] == [
        ("tests/test_a.py", 2, 'OUT = subprocess.run(["git", "status"])')
    ]
    assert found.evidence == (
        "most of it in run()",
        "590 ms of it waiting",
        "subprocess.Popen git status in tests/test_a.py:2",
    )


def test_a_file_that_is_opened_in_one_line_and_read_in_the_next_is_found() -> None:
    (found,) = findings(CAUSE, made(ran(0, 0.6, BODY.format(4), "app.py:1 parse"), events=(FILE,)))
    assert found.locations[0].line == 4
    assert found.evidence[-1] == "open data in tests/test_a.py:3, 2 times"


def test_a_function_that_opens_a_file_is_found_at_the_line_that_calls_it() -> None:
    run = ran(0, 0.6, BODY.format(12), "tests/test_a.py:9 load", "app.py:1 parse")
    (found,) = findings(CAUSE, made(run, events=(IN_FUNCTION,)))
    assert [each.line for each in found.locations] == [12, 1]


def test_a_file_that_another_line_opens_does_not_make_a_computation_io() -> None:
    about = made(ran(0, 0.6, BODY.format(12), "app.py:1 parse"), events=(FILE, PROCESS))
    assert not findings(CAUSE, about)
    assert len(findings(COMPUTE, about)) == 1


def test_a_test_that_starts_a_process_is_not_collected_time() -> None:
    assert not findings(CAUSE, made(events=(PROCESS,)))


def test_a_password_in_a_command_is_not_shown() -> None:
    secret = Event(
        kind="os.system", detail="psql --password=hunter2", path=file_of("test_a"), line=2, count=1, during=0
    )
    (found,) = findings(CAUSE, made(ran(0, 0.6, BODY.format(2)), events=(secret,)))
    assert "hunter2" not in " ".join(found.evidence)
