"""Causes in code that pytest calls while it collects, and in what pytest does itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.causes.attribute_scan import CAUSE as ATTRIBUTES
from collectbench.causes.custom_collector import CAUSE as COLLECTOR
from collectbench.causes.duplicate_ids import CAUSE as DUPLICATE
from collectbench.causes.error_formatting import CAUSE as ERRORS
from collectbench.causes.fixture_scan import CAUSE as FIXTURES
from collectbench.causes.slow_ids import CAUSE as IDS
from collectbench.causes.testcase_init import CAUSE as TESTCASE
from collectbench.model.registrations import RepeatedIds
from made_evidence import INSPECTION, PYTEST, ROOT, collected, evidence, findings, hooked, ran

PLUGGY = "/venv/site-packages/pluggy/_callers.py:80 _multicall"
HOOK = hooked(0, "pytest_make_collect_report", "runner", 2.0, f"{PYTEST}/runner.py", 388, calls=9)
MODULE = (collected(4, -1, "tests/test_a.py"),)
IDVAL = (f"{PYTEST}/python.py:1 idmaker", f"{PYTEST}/python.py:9 _idval_from_function")
SCAN = (f"{PYTEST}/fixtures.py:1 parsefactories", f"{PYTEST}/compat.py:9 safe_getattr")
FORMATS = f"{PYTEST}/nodes.py:1 _repr_failure_py"


def made(*stacks, files=None, collectors=MODULE, **fields):
    texts = {f"{ROOT}/{path}": text for path, text in (files or {}).items()}
    return evidence(hooks=(HOOK,), collectors=collectors, stacks=stacks, files=texts, **fields)


def in_hook(seconds: float, *calls: str, frame: int = 4):
    return ran(frame, seconds, *calls, hook=0, by=PLUGGY)


def places(finding) -> list[str]:
    return [f"{each.path}:{each.line}" for each in finding.locations]


def test_an_ids_function_is_one_finding_however_many_reprs_it_calls() -> None:
    text = "import re\n\ndef name_of(value):\n    return repr(value)\n"
    stacks = [
        in_hook(0.2, *IDVAL, "tests/common.py:4 name_of", f"app/models.py:{line} __repr__") for line in (3, 9, 20)
    ]
    (found,) = findings(IDS, made(*stacks, files={"tests/common.py": text}))
    assert (found.subject, found.estimated_saving_s) == ("name_of()", pytest.approx(0.6))
    assert places(found)[:2] == ["tests/common.py:3", "tests/common.py:4"]
    assert found.evidence == ("for tests in tests/test_a.py",)


def test_ids_that_need_no_code_of_the_project_are_found_as_well() -> None:
    (found,) = findings(IDS, made(in_hook(0.6, *IDVAL, "/venv/site-packages/pandas/io.py:3 __repr__")))
    assert found.subject == "ids of parameters"


def test_code_that_pytest_calls_for_other_reasons_makes_no_ids() -> None:
    assert not findings(IDS, made(in_hook(0.6, *SCAN, "app.py:3 value"), in_hook(0.6, "tests/test_a.py:3 <module>")))


def test_equal_ids_that_take_long_are_found_with_an_example() -> None:
    repeated = (RepeatedIds(nodeid="tests/test_a.py::test_it", ids=4000, repeated=3000, example="x"),)
    run = in_hook(0.6, f"{PYTEST}/python.py:9 make_unique_parameterset_ids")
    (found,) = findings(DUPLICATE, made(run, repeated_ids=repeated))
    assert (found.subject, found.estimated_saving_s) == ("tests/test_a.py::test_it", 0.6)
    assert found.evidence[0].startswith("tests/test_a.py::test_it: 3,000 of 4,000 ids")


def test_equal_ids_that_cost_nothing_and_ids_that_differ_are_not_found() -> None:
    repeated = (RepeatedIds(nodeid="tests/test_a.py::test_it", ids=4, repeated=3, example="x"),)
    assert not findings(DUPLICATE, made(repeated_ids=repeated))
    assert not findings(DUPLICATE, made(in_hook(0.6, f"{PYTEST}/python.py:9 make_unique_parameterset_ids")))


@pytest.mark.parametrize(
    ("version", "fix"),
    [("8.3.2", "upgrade"), ("8.3.3", "make the attribute"), ("9.2.0", "make the attribute")],
)
def test_a_property_that_the_scan_reads_is_found(version, fix) -> None:
    text = "class Client:\n    @property\n    def socket(self):\n        return connect()\n"
    run = in_hook(0.6, *SCAN, "tests/test_a.py:4 socket", "net.py:9 connect")
    about = made(run, files={"tests/test_a.py": text}, inspection=replace(INSPECTION, pytest=version))
    (found,) = findings(ATTRIBUTES, about)
    assert found.subject == "Client.socket"
    assert places(found) == ["tests/test_a.py:3", "tests/test_a.py:4", "net.py:9"]
    assert found.fix.startswith(fix)


def test_a_scan_without_code_of_the_project_is_a_large_class() -> None:
    node = (collected(4, -1, "tests/test_a.py::TestLarge", type="Class"),)
    about = made(in_hook(0.6, *SCAN), collectors=node)
    assert [each.subject for each in findings(FIXTURES, about)] == ["tests/test_a.py::TestLarge"]
    assert not findings(ATTRIBUTES, about)


def test_a_scan_that_runs_code_of_the_project_is_not_a_large_class() -> None:
    assert not findings(FIXTURES, made(in_hook(0.6, *SCAN, "tests/test_a.py:4 socket")))


def test_init_of_a_test_case_is_found_in_the_class_that_defines_it() -> None:
    text = "class Base(TestCase):\n    def __init__(self, *args):\n        load()\n        super().__init__(*args)\n"
    new = f"{PYTEST}/unittest.py:91 newinstance"
    stacks = [in_hook(0.1, new, "base.py:3 __init__", "app.py:3 load", frame=frame) for frame in (4, 5, 6)]
    about = made(*stacks, files={"base.py": text})
    (found,) = findings(TESTCASE, about)
    assert (found.subject, found.estimated_saving_s) == ("Base", pytest.approx(0.3))
    assert places(found)[0] == "base.py:3"
    assert not findings(ATTRIBUTES, about)


@pytest.mark.parametrize(
    "calls",
    [
        (f"{PYTEST}/unittest.py:91 newinstance", "base.py:9 setUpClass"),
        (f"{PYTEST}/python.py:91 newinstance", "base.py:9 __init__"),
        ("tests/test_a.py:3 <module>", "base.py:9 __init__"),
    ],
    ids=["other function", "other class", "called by the module"],
)
def test_other_constructors_are_not_found(calls) -> None:
    assert not findings(TESTCASE, made(in_hook(0.6, *calls)))


COLLECTORS = (
    collected(4, -1, "tests/a.case", 0.1, type="CaseFile", class_path=f"{ROOT}/tests/conftest.py", items=1),
    collected(5, -1, "tests/b.case", 0.1, type="CaseFile", class_path=f"{ROOT}/tests/conftest.py", items=2),
    collected(6, -1, "tests/test_a.py", 0.1),
)


def test_collect_of_a_class_of_the_project_is_found_with_all_that_it_calls() -> None:
    text = "class CaseFile(pytest.File):\n    def collect(self):\n        yaml.load()\n"
    stacks = [
        in_hook(
            0.3, f"{PYTEST}/runner.py:1 collect", "tests/conftest.py:3 collect", "/venv/site-packages/yaml.py:1 load"
        ),
        in_hook(0.2, f"{PYTEST}/runner.py:1 collect", "/venv/site-packages/yaml.py:1 load", frame=5),
        in_hook(0.9, f"{PYTEST}/python.py:1 collect", frame=6),
    ]
    (found,) = findings(COLLECTOR, made(*stacks, files={"tests/conftest.py": text}, collectors=COLLECTORS))
    assert (found.subject, found.estimated_saving_s) == ("CaseFile", pytest.approx(0.7))
    assert places(found)[:2] == ["tests/conftest.py:1", "tests/conftest.py:3"]
    assert found.evidence == ("2 collectors, 3 items",)


def test_a_collector_of_a_plugin_is_found_with_another_fix() -> None:
    installed = collected(4, -1, "a.ipynb", 0.6, type="Notebook", class_path="/venv/site-packages/nbval/plugin.py")
    (found,) = findings(COLLECTOR, made(in_hook(0.6), collectors=(installed, COLLECTORS[2])))
    assert (found.subject, found.title) == ("Notebook", "a collector of a plugin is slow")


def test_collectors_of_pytest_are_not_found() -> None:
    assert not findings(COLLECTOR, made(in_hook(0.6, frame=6), collectors=COLLECTORS[2:]))


def test_tracebacks_of_failed_files_are_one_finding() -> None:
    failed = collected(
        4, -1, "tests/test_a.py", outcome="failed", error_path=f"{ROOT}/tests/test_a.py", error_line=7, items=0
    )
    about = made(in_hook(0.6, FORMATS, f"{PYTEST}/_code/source.py:9 parse"), collectors=(failed,))
    (found,) = findings(ERRORS, about)
    assert (places(found), found.estimated_saving_s) == (["tests/test_a.py:7"], 0.6)


def test_without_errors_nothing_is_formatted() -> None:
    assert not findings(ERRORS, made(in_hook(0.6, *SCAN)))
