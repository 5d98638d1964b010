"""The command and environment of the reference workload, and the note if it did not run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.measure.machine.reference_workload import remark_on_missing, run_reference, workload_env
from collectbench.model.probe_files import REFERENCE_WORKLOAD
from collectbench.model.sample import Reference, RoundKind, Sample

PYTHON = ("/a python", "-B")
BESIDE = Reference(wall_s=0.1, cpu_s=0.1)
ALONE = Sample(
    kind=RoundKind.TIMED, wall_s=1.0, user_s=0.9, system_s=0.1, peak_rss_bytes=1, exit_code=0, reference=None
)


def test_the_workload_is_started_apart_from_the_project_in_the_environment_of_the_user(script, tmp_path) -> None:
    reference = run_reference(PYTHON, tmp_path, script, {"LD_LIBRARY_PATH": "/opt/lib", "LANG": "de_DE.UTF-8"})
    (call,) = script.calls
    assert call.argv == ("/a python", "-I", "-S", str(REFERENCE_WORKLOAD))
    assert call.env == {"LD_LIBRARY_PATH": "/opt/lib"}
    assert reference is not None
    assert reference.wall_s == pytest.approx(0.25)


def test_all_but_the_language_reaches_the_workload() -> None:
    wanted = {"DYLD_LIBRARY_PATH": "/opt/lib", "PYENV_VERSION": "3.12", "LANGUAGES": "all", "HOME": "/home"}
    language = dict.fromkeys(("LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE"), "de_DE.UTF-8")
    assert workload_env({**language, **wanted}) == wanted


@pytest.mark.parametrize("changes", [{"exit_code": 127}, {"timed_out": True}])
def test_a_workload_that_fails_gives_no_reference(changes, script, tmp_path) -> None:
    script.act = lambda invocation, directory: changes
    assert run_reference(PYTHON, tmp_path, script, {}) is None


def test_there_is_no_note_if_the_workload_ran_beside_all_rounds() -> None:
    assert remark_on_missing([replace(ALONE, reference=BESIDE)] * 2, PYTHON) == ""
    assert remark_on_missing([], PYTHON) == ""


@pytest.mark.parametrize(
    ("timed", "where"),
    [
        ([ALONE, ALONE], "beside any timed round,"),
        ([ALONE, replace(ALONE, reference=BESIDE)], "beside some of the timed rounds,"),
    ],
)
def test_the_note_on_a_missing_workload_names_the_command_to_try(timed, where) -> None:
    remark = remark_on_missing(timed, PYTHON)
    assert f"did not run {where}" in remark
    assert f"`'/a python' -I -S {REFERENCE_WORKLOAD}`" in remark
