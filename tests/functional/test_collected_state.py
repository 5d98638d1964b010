"""What pytest collects before and after a change, with each version of pytest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from collectbench.measure.process.launch import launch
from collectbench.measure.round.bench import Bench
from collectbench.measure.round.collected_state import collect_state
from collectbench.measure.round.user_tree import UserTree
from collectbench.model.collected_state import CollectedState
from collectbench.model.sample import Status
from collectbench.model.target import Target

Collect = Callable[..., CollectedState]


@pytest.fixture
def collect(tmp_path: Path, plain_env: Mapping[str, str]) -> Collect:
    """Collects the project in tmp_path/root."""
    (tmp_path / "work").mkdir()

    def run(python: Path, *arguments: str) -> CollectedState:
        work = tmp_path / "work"
        bench = Bench(
            python=(str(python),),
            root=tmp_path / "root",
            env=plain_env,
            work=work,
            timeout_s=60,
            launch=launch,
            tree=UserTree(work),
        )
        return collect_state(bench, Target(name=".", paths=(".",), pytest_args=arguments))

    return run


def write(root: Path, **sources: str) -> None:
    (root / "pytest.ini").parent.mkdir(exist_ok=True)
    (root / "pytest.ini").write_text("[pytest]\n")
    for name, source in sources.items():
        (root / f"{name}.py").write_text(source)


def test_a_rewrite_can_be_compared_id_by_id(collect, tmp_path, matrix_python) -> None:
    helper = "class TestHelper:\n    def __init__(self): pass\n"
    write(tmp_path / "root", test_a=f"{helper}def test_one(): pass\n", test_b="import missing\n")
    before = collect(matrix_python)
    write(tmp_path / "root", test_a="def test_one(): pass\ndef test_two(): pass\n", test_b="def test_three(): pass\n")
    after = collect(matrix_python)
    assert before.nodeids == ("test_a.py::test_one",)
    assert [(error.nodeid, error.path) for error in before.errors] == [("test_b.py", "test_b.py")]
    assert "No module named 'missing'" in before.errors[0].message
    assert [(each.category, each.path, each.line) for each in before.warnings] == [
        ("PytestCollectionWarning", "test_a.py", 1)
    ]
    assert before.status is Status.COLLECTION_ERRORS
    assert after == CollectedState(
        nodeids=("test_a.py::test_one", "test_a.py::test_two", "test_b.py::test_three"),
        errors=(),
        warnings=(),
        status=Status.OK,
        message="",
        exit_code=0,
    )


def test_a_conftest_that_fails_is_an_error_of_its_file(collect, tmp_path, plain_python) -> None:
    write(tmp_path / "root", conftest="import missing\n", test_a="def test_one(): pass\n")
    state = collect(plain_python)
    assert state.status is Status.FAILED
    assert [(error.nodeid, error.path) for error in state.errors] == [("", "conftest.py")]
    assert state.nodeids == ()
    assert "missing" in state.pytest_output
