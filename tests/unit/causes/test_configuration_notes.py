"""Notes that save nothing: shadowed-config, split-run-differs, xdist-multiplied, lazy-without-effect."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from collectbench.causes import lazy_without_effect, shadowed_config, split_run_differs, xdist_multiplied
from collectbench.causes.surroundings import Surroundings
from made_evidence import ENVIRONMENT, INSPECTION, collected, evidence, file_of, findings, imported, statement

WITH_INIFILE = replace(INSPECTION, inifile=Path("/project/pytest.ini"))


def test_a_hidden_table_is_found_in_its_file() -> None:
    around = Surroundings(hidden=(("tox.ini", "pytest"),))
    files = {"/project/tox.ini": "[tox]\n\n[pytest]\naddopts = -x\n"}
    (found,) = findings(
        shadowed_config.CAUSE, evidence(inspection=WITH_INIFILE, files=files, fields={"surroundings": around})
    )
    assert (found.subject, found.estimated_saving_s) == ("[pytest] in tox.ini", 0)
    assert [(each.path, each.line) for each in found.locations] == [("tox.ini", 3)]


def test_a_single_configuration_hides_nothing() -> None:
    assert not findings(shadowed_config.CAUSE, evidence(inspection=WITH_INIFILE))


def test_a_directory_with_its_own_configuration_differs_from_the_whole() -> None:
    around = Surroundings(configured=("/project/tests/api/pytest.ini",))
    (found,) = findings(split_run_differs.CAUSE, evidence(inspection=WITH_INIFILE, fields={"surroundings": around}))
    assert found.title == "pytest tests/api reads tests/api/pytest.ini, and a run of all tests reads pytest.ini"


def test_one_configuration_for_all_is_silent() -> None:
    assert not findings(split_run_differs.CAUSE, evidence(inspection=WITH_INIFILE))


@pytest.mark.parametrize("arguments", [("-n", "4"), ("-n4",), ("--numprocesses=4",)], ids=" ".join)
def test_workers_that_collect_for_seconds_together_get_a_note(arguments) -> None:
    (found,) = findings(xdist_multiplied.CAUSE, evidence(fields={"arguments": arguments, "wall_s": 3.0}))
    assert found.evidence == ("4 workers collect for 12.0 s together, on 2 processors; one process takes 3.0 s",)
    assert "at most 2 workers" in found.fix


def test_automatic_workers_are_as_many_as_processors() -> None:
    about = evidence(environment=replace(ENVIRONMENT, cpu_count=8), fields={"arguments": ("-n", "auto"), "wall_s": 3.0})
    (found,) = findings(xdist_multiplied.CAUSE, about)
    assert found.evidence[0].startswith("8 workers")


@pytest.mark.parametrize(
    ("arguments", "variable", "workers"),
    [
        (("-n", "auto"), "3", "3 workers"),
        (("-n", "auto", "--maxprocesses=2"), "5", "2 workers"),
        (("-n", "6", "--maxprocesses", "0"), "5", "6 workers"),
    ],
    ids=["a variable", "a limit", "no limit"],
)
def test_the_number_of_workers_is_the_one_that_xdist_starts(arguments, variable, workers) -> None:
    variables = {"PYTEST_XDIST_AUTO_NUM_WORKERS": variable}
    about = evidence(fields={"arguments": arguments, "variables": variables, "wall_s": 3.0})
    (found,) = findings(xdist_multiplied.CAUSE, about)
    assert found.evidence[0].startswith(workers)


@pytest.mark.parametrize("option", ["-n 4", "-n4", "-n=4", "--numprocesses=4", "--numprocesses 4"])
def test_the_line_of_the_configuration_is_the_place_however_it_is_written(option) -> None:
    files = {"/project/pytest.ini": f"[pytest]\naddopts = {option}\n"}
    about = evidence(inspection=WITH_INIFILE, files=files, fields={"arguments": ("-n", "4"), "wall_s": 3.0})
    (found,) = findings(xdist_multiplied.CAUSE, about)
    assert [(each.path, each.line) for each in found.locations] == [("pytest.ini", 2)]


@pytest.mark.parametrize(
    ("arguments", "wall_s"),
    [
        (("-n", "some"), 30.0),
        (("-n", "auto", "--maxprocesses", "1"), 30.0),
        (("-n", "2"), 0.5),
        (("-n", "0"), 30.0),
        ((), 30.0),
        (("-n", "4"), None),
    ],
    ids=["no number", "one worker", "a quick suite", "no workers", "no option", "no timed round"],
)
def test_workers_that_cost_little_are_silent(arguments, wall_s) -> None:
    assert not findings(xdist_multiplied.CAUSE, evidence(fields={"arguments": arguments, "wall_s": wall_s}))


LAZY = {file_of("test_a"): "import os\nlazy import pandas\n", file_of("app"): "lazy import pandas\n"}
FRAMES = (imported(1, 0, "test_a"), imported(2, 1, "app"))


def lazy(python: str, files=LAZY):
    about = evidence(
        imports=FRAMES,
        collectors=(collected(0, -1, "tests/test_a.py"),),
        files=files,
        environment=replace(ENVIRONMENT, python=python),
    )
    return findings(lazy_without_effect.CAUSE, about)


def test_a_lazy_import_of_a_test_file_has_no_effect_and_one_in_the_application_has() -> None:
    (found,) = lazy("3.15.0")
    assert [(each.path, each.line) for each in found.locations] == [("tests/test_a.py", 2)]


def test_a_python_without_lazy_imports_has_nothing_to_say() -> None:
    assert not lazy("3.14.0")


def test_the_word_alone_is_no_lazy_import() -> None:
    assert not lazy("3.15.0", {file_of("test_a"): "lazy = 1\n"})


BY_CALL = {
    file_of("test_a"): "from later import lazy\n\npandas = lazy('pandas')\n\n\ndef test_it():\n    lazy('pandas')\n",
    file_of("app"): "from later import lazy\n\npandas = lazy('pandas')\n",
}


def loaded_by(importer: str, during: int, files=BY_CALL, **fields):
    edge = statement(importer, "pandas", during, **{"fromlist": ("*",), **fields})
    about = evidence(imports=FRAMES, collectors=(collected(0, -1, "tests/test_a.py"),), edges=(edge,), files=files)
    return findings(lazy_without_effect.CAUSE, about)


def test_a_module_of_a_lazy_loader_that_the_scan_loads_is_found_at_the_call_in_the_test_file() -> None:
    (found,) = loaded_by("_pytest.compat", 0)
    assert (found.subject, found.evidence) == ("tests/test_a.py", ("lazy: pandas",))
    assert [(each.path, each.line) for each in found.locations] == [("tests/test_a.py", 3)]


def test_a_module_that_stays_lazy_until_the_test_is_silent() -> None:
    assert not findings(lazy_without_effect.CAUSE, evidence(imports=FRAMES, files=BY_CALL))


def test_a_module_that_something_else_loads_is_no_matter_of_the_scan() -> None:
    assert not loaded_by("app", 0)
    assert not loaded_by("_pytest.outcomes", 1)
    assert not loaded_by("_pytest.compat", 0, fromlist=())


def test_a_name_in_a_function_or_a_damaged_file_is_no_lazy_import() -> None:
    assert not loaded_by("_pytest.compat", 0, {file_of("test_a"): "def test_it():\n    lazy('pandas')\n"})
    assert not loaded_by("_pytest.compat", 0, {file_of("test_a"): "pandas = lazy('pandas'\n"})
