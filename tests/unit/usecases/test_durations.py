"""Where the durations of tests come from, and which of them belong to a target."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from collectbench.model.errors import UsageError
from collectbench.model.run import Environment
from collectbench.store.documents import to_document
from collectbench.store.files import write_atomically
from collectbench.store.layout import layout
from collectbench.usecases.diagnosing.durations import (
    Durations,
    durations_of,
    junit_durations,
    junit_name,
    recorded_durations,
)
from verifications import NOT_RUN, case, ran, verification

ENVIRONMENT = Environment(
    python="3.11.7", implementation="CPython", pytest="9.0.3", plugins={}, platform="Linux", cpu_model="x", cpu_count=2,
    bytecode="written", flags={},
)  # fmt: skip
CASES = """<testsuite>
<testcase classname="tests.test_a.TestX" name="test_x[a::b]" time="2"/>
<testcase classname="tests.test_a" name="test_y" time="1"/>
</testsuite>"""


@pytest.fixture
def junit(tmp_path) -> Durations:
    file = tmp_path / "results.xml"
    file.write_text(CASES)
    found = junit_durations(file, (1, 2))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("nodeid", "name"),
    [
        ("tests/test_a.py::test_y", "tests.test_a::test_y"),
        ("tests/test_a.py::TestX::test_x[a::b]", "tests.test_a.TestX::test_x[a::b]"),
        ("doc/index.rst::index.rst", "doc.index.rst::index.rst"),
    ],
)
def test_a_test_has_the_name_that_pytest_writes(nodeid, name) -> None:
    assert junit_name(nodeid) == name


def test_the_tests_of_a_target_are_found_by_their_node_ids(junit) -> None:
    chosen = durations_of(junit, ("tests/test_a.py::TestX::test_x[a::b]",))
    assert chosen.tests is not None
    assert [(test.file, test.seconds) for test in chosen.tests] == [("tests/test_a.py", 2.0)]
    assert chosen.notes == ()


def test_collected_tests_without_a_duration_are_counted(junit) -> None:
    chosen = durations_of(junit, ("tests/test_a.py::test_y", "tests/test_a.py::test_new"))
    assert chosen.notes == (f"1 of 2 collected tests are not in {junit.source}, and count nothing",)


def test_of_a_file_with_other_names_all_tests_count(junit) -> None:
    chosen = durations_of(junit, ("elsewhere/test_a.py::test_y",))
    assert chosen.tests is not None
    assert sum(test.seconds for test in chosen.tests) == 3.0
    assert chosen.notes == (f"{junit.source} names none of the collected tests, so all of its 2 tests count",)


def test_without_durations_nothing_is_chosen() -> None:
    assert durations_of(Durations(notes=("why",)), ("a.py::x",)).tests is None


def test_durations_without_workers_are_refused() -> None:
    with pytest.raises(UsageError, match=r"--junit: durations only tell .* add --workers 1,2,4"):
        junit_durations(Path("results.xml"), ())


def test_a_file_that_is_no_use_is_told_with_the_option(tmp_path) -> None:
    with pytest.raises(UsageError, match=r"--junit .*missing\.xml: no such file"):
        junit_durations(tmp_path / "missing.xml", (2,))


def test_without_the_option_no_file_is_read() -> None:
    assert junit_durations(None, ()) is None


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with the baseline `main`, whose state is not recorded yet."""
    monkeypatch.chdir(tmp_path)

    def build(cpu_model: str = "x", baseline: str = "main"):
        return SimpleNamespace(
            baseline_dir=tmp_path / "baselines",
            config=SimpleNamespace(baseline=baseline),
            environment=SimpleNamespace(cpu_model=cpu_model),
        )

    return build


@pytest.fixture
def recorded(tmp_path):
    """The file of a recorded state with two tests, one of which did not run."""
    file = tmp_path / "baselines" / "verify" / "main.json"
    file.parent.mkdir(parents=True)
    state = verification(ENVIRONMENT, ran("tests", case("a.py::x"), case("a.py::y", NOT_RUN)))
    write_atomically(file, layout(to_document(state)))
    return file


def test_recorded_outcomes_tell_durations_of_tests_that_ran(project, recorded) -> None:
    durations = recorded_durations(project())
    assert (durations.source, durations.notes) == ("baselines/verify/main.json", ())
    chosen = durations_of(durations, ("a.py::x",))
    assert chosen.tests is not None
    assert [(test.file, test.seconds) for test in chosen.tests] == [("a.py", 0.01)]
    assert set(durations.tests) == {"a.py::x"}


def test_durations_of_another_machine_are_named_as_such(project, recorded) -> None:
    assert recorded_durations(project("y")).notes == (
        "the durations in baselines/verify/main.json are of another machine: x",
    )


def test_without_a_recorded_state_nothing_is_known(project) -> None:
    assert recorded_durations(project()) == Durations()


def test_a_damaged_state_does_not_stop_the_measurement(project, recorded) -> None:
    recorded.write_text("{")
    (note,) = recorded_durations(project()).notes
    assert note.startswith("durations of tests are unknown: ")
    assert "main.json is not JSON" in note
