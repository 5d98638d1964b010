"""The variables of a command on a worker: Python and pytest obey the user, the rest is the worker's."""

from __future__ import annotations

from collectbench.usecases.fleet.child_environment import child_environment, sent_variables


def test_the_users_variables_for_python_and_pytest_replace_those_of_the_worker() -> None:
    user = {"PYTEST_ADDOPTS": "-p no:randomly", "PYTHONHASHSEED": "0", "HOME": "/home/user", "SECRET": "x"}
    sent = sent_variables(user)
    assert sent == {"PYTEST_ADDOPTS": "-p no:randomly", "PYTHONHASHSEED": "0"}
    worker = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "7", "HOME": "/home/worker"}
    env = child_environment(worker, sent, set_by_nanny={}, import_roots=[])
    assert env == {**sent, "HOME": "/home/worker"}


def test_variables_that_name_files_are_those_of_the_worker() -> None:
    assert sent_variables({"PYTHONPATH": "/here", "PYTHONHOME": "/h", "COVERAGE_PROCESS_START": "/c"}) == {}
    worker = {"PYTHONPATH": "/there", "PYTHONHOME": "/there/h"}
    assert child_environment(worker, {}, set_by_nanny={}, import_roots=[]) == worker


def test_a_worker_that_traces_its_processes_does_not_trace_ours() -> None:
    worker = {"COVERAGE_PROCESS_START": "/c", "COVERAGE_PROCESS_CONFIG": "x"}
    assert child_environment(worker, {}, set_by_nanny={}, import_roots=[]) == {}


def test_what_the_nanny_has_set_for_the_worker_is_taken_away_but_not_what_its_owner_has_set() -> None:
    nanny = {"OMP_NUM_THREADS": "1", "MALLOC_TRIM_THRESHOLD_": "65536"}
    worker = {"OMP_NUM_THREADS": "1", "MALLOC_TRIM_THRESHOLD_": "0", "MKL_NUM_THREADS": "1"}
    env = child_environment(worker, {}, set_by_nanny=nanny, import_roots=[])
    assert env == {"MALLOC_TRIM_THRESHOLD_": "0", "MKL_NUM_THREADS": "1"}


def test_import_roots_come_first_on_the_path() -> None:
    assert child_environment({}, {}, set_by_nanny={}, import_roots=["/tree/src"]) == {"PYTHONPATH": "/tree/src"}
    env = child_environment({"PYTHONPATH": "/a"}, {}, set_by_nanny={}, import_roots=["/tree/src", "/tree"])
    assert env == {"PYTHONPATH": "/tree/src:/tree:/a"}
