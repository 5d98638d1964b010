"""non-test-class, parametrize-explosion, broad-python-files, ignore-glob-walk, assert-rewriting, final-gc."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.attribution.parts import TEARDOWN
from collectbench.causes.assert_rewriting import CAUSE as REWRITING
from collectbench.causes.broad_python_files import CAUSE as BROAD
from collectbench.causes.final_gc import CAUSE as FINAL_GC
from collectbench.causes.ignore_glob_walk import CAUSE as GLOB
from collectbench.causes.non_test_class import CAUSE as HELPER
from collectbench.causes.parametrize_explosion import CAUSE as EXPLOSION
from collectbench.model.registrations import LastMoments, RepeatedIds
from collectbench.model.sample import Counts
from collectbench.model.trace import GcPass, Parametrization
from made_evidence import INSPECTION, PYTEST, ROOT, collected, evidence, findings, hooked, imported, loaded, ran

REPORT = hooked(0, "pytest_make_collect_report", "runner", 2.0, f"{PYTEST}/runner.py", 388)
MAKEITEM = hooked(1, "pytest_pycollect_makeitem", "python", 0.5, f"{PYTEST}/python.py", 239)
LOOP = hooked(2, "pytest_collection", "main", 1.0, f"{PYTEST}/main.py", 396)
CONFTEST = f"{ROOT}/tests/conftest.py"


def warning(file: str, name: str = "TestClient", category: str = "PytestCollectionWarning"):
    text = f"cannot collect test class '{name}' because it has a __init__ constructor (from: tests/{file})"
    return category, text, f"{ROOT}/tests/{file}", 1


def test_copies_of_a_helper_class_are_one_note_under_its_name() -> None:
    files = {f"{ROOT}/tests/test_a.py": "import os\n\nclass TestClient:\n    def __init__(self): ...\n"}
    about = evidence(
        warnings=(warning("test_a.py"), warning("test_b.py"), warning("test_c.py", "TestOther")), files=files
    )
    first, second = findings(HELPER, about)
    assert (first.subject, first.estimated_saving_s, first.bound) == ("TestClient", 0.0, True)
    assert [(each.path, each.line) for each in first.locations] == [("tests/test_a.py", 3), ("tests/test_b.py", 1)]
    assert second.subject == "TestOther"


def test_a_class_with_tests_is_not_to_be_silenced() -> None:
    text = "class TestOrders:\n    def __init__(self): ...\n    async def test_a(self): ...\n"
    about = evidence(warnings=(warning("test_a.py", "TestOrders"),), files={f"{ROOT}/tests/test_a.py": text})
    (found,) = findings(HELPER, about)
    assert (found.title, found.fix) == ("its tests never run", "turn __init__ into a fixture or setup_method")


def test_other_warnings_are_no_helper_classes() -> None:
    category, _, path, line = warning("test_a.py")
    about = evidence(
        warnings=(warning("test_a.py", category="UserWarning"), (category, "cannot collect 'f' since...", path, line))
    )
    assert not findings(HELPER, about)


def explosion(items: int, seconds: float, of: int = 2, **fields):
    each = Parametrization(nodeid="tests/test_a.py::TestIt::test_many", items=items, inclusive_s=seconds)
    counts = Counts(items=of * items, files=1, errors=0, warnings=0, collection_warnings=0)
    files = {f"{ROOT}/tests/test_a.py": "class TestIt:\n    def test_many(self, a): ...\n"}
    return evidence(
        parametrizations=(each,), hooks=(REPORT, MAKEITEM, LOOP), files=files, fields={"counts": counts}, **fields
    )


def test_a_function_with_very_many_items_is_found_with_its_share_as_a_bound() -> None:
    about = explosion(9000, 0.4)
    (found,) = findings(EXPLOSION, about)
    assert (found.subject, found.bound) == ("tests/test_a.py::TestIt::test_many", True)
    assert found.estimated_saving_s == pytest.approx(0.4 + 0.5 + about.seconds(TEARDOWN) / 2)
    assert [(each.path, each.line) for each in found.locations] == [("tests/test_a.py", 2)]
    assert found.evidence == ("9,000 of 18,000 items",)


@pytest.mark.parametrize(("items", "of"), [(50, 2), (500, 12)], ids=["few", "a small part of all"])
def test_a_table_of_a_usual_size_is_no_explosion(items, of) -> None:
    assert not findings(EXPLOSION, explosion(items, 0.4, of))


def test_equal_ids_are_another_cause() -> None:
    repeated = RepeatedIds(nodeid="tests/test_a.py::TestIt::test_many", ids=9000, repeated=9000, example="x")
    assert not findings(EXPLOSION, explosion(9000, 0.4, repeated_ids=(repeated,)))


MODULES = (imported(1, 0, "test_support", 0.6), imported(3, 2, "test_b", 0.5))
COLLECTORS = (collected(0, -1, "tests/support.py", items=0), collected(2, -1, "tests/test_b.py", items=0))


def with_patterns(*patterns: str, collectors=COLLECTORS):
    frames = (replace(MODULES[0], path=f"{ROOT}/tests/support.py"), MODULES[1])
    inspection = replace(INSPECTION, patterns=patterns)
    return evidence(imports=frames, collectors=collectors, inspection=inspection)


def test_files_without_tests_that_only_a_broad_pattern_fits_are_found() -> None:
    (found,) = findings(BROAD, with_patterns("test_*.py", "*.py"))
    assert (found.subject, found.estimated_saving_s) == ("python_files *.py", pytest.approx(0.7))
    assert [each.path for each in found.locations] == ["tests/support.py"]


def test_usual_patterns_and_files_with_tests_are_not_found() -> None:
    assert not findings(BROAD, with_patterns("test_*.py", "*_test.py"))
    assert not findings(BROAD, with_patterns("*.py", collectors=(replace(COLLECTORS[0], items=1), COLLECTORS[1])))


def with_globs(text: str):
    directories = [
        collected(frame, -1, nodeid, 0.0, type="Dir", items=0)
        for frame, nodeid in ((1, "tests/generated"), (2, "tests/data"))
    ]
    stacks = [ran(frame, 0.5, f"{PYTEST}/main.py:9 collect", hook=0) for frame in (1, 2)]
    plugins = (loaded(0, "conftest", CONFTEST, 0.0),)
    return evidence(collectors=directories, stacks=stacks, hooks=(REPORT,), plugins=plugins, files={CONFTEST: text})


def test_a_directory_that_a_glob_empties_is_found_at_the_glob() -> None:
    (found,) = findings(GLOB, with_globs('import os\n\ncollect_ignore_glob = ["generated/*"]\n'))
    assert (found.subject, found.estimated_saving_s) == ("generated/*", pytest.approx(0.5))
    assert [(each.path, each.line) for each in found.locations] == [("tests/conftest.py", 3)]


@pytest.mark.parametrize("text", ["", "collect_ignore = ['generated']\n", "collect_ignore_glob = ['*_old.py']\n"])
def test_conftests_without_such_globs_are_not_found(text) -> None:
    assert not findings(GLOB, with_globs(text))


def test_files_that_stay_rewritten_are_found() -> None:
    frames = (
        imported(0, -1, "test_a", 1.0, compile_s=0.5, bytecode="rewritten"),
        imported(1, -1, "test_b", 1.0, compile_s=0.6, bytecode="miss"),
        imported(2, -1, "test_c", 1.0),
    )
    (found,) = findings(REWRITING, evidence(imports=frames))
    assert (found.estimated_saving_s, found.locations[0].path) == (pytest.approx(0.5 * 0.98), "tests/test_a.py")


def test_passes_of_the_collector_that_rewriting_starts_count_as_well() -> None:
    frames = (imported(0, -1, "test_a", 2.0, compile_s=1.0, bytecode="rewritten"), imported(1, -1, "test_b", 2.0))
    passes = tuple(GcPass(generation=2, begin_s=begin_s, duration_s=0.4) for begin_s in (0.5, 1.5))
    (found,) = findings(REWRITING, evidence(imports=frames, gc=passes))
    assert found.estimated_saving_s == pytest.approx(0.98 + 0.2)


def test_files_from_the_cache_are_not_rewritten() -> None:
    assert not findings(REWRITING, evidence(imports=(imported(0, -1, "test_a"),)))


def passes(finish_s: float | None, **moments: float):
    gc = tuple(GcPass(generation=2, begin_s=begin_s, duration_s=0.3) for begin_s in (1.0, 5.0, 6.0))
    return evidence(imports=(imported(0, -1, "test_a"),), gc=gc, last=LastMoments(finish_s=finish_s, **moments))


def test_passes_after_the_session_are_found() -> None:
    (found,) = findings(FINAL_GC, passes(4.0))
    assert found.estimated_saving_s == pytest.approx(0.6)
    assert found.evidence == ("2 passes after the session, and those with which Python ends",)


def test_the_passes_with_which_python_ends_count_and_what_it_clears_between_them_does_not() -> None:
    (found,) = findings(
        FINAL_GC,
        passes(
            4.0,
            exit_end_s=5.5,
            modules_removed_s=6.5,
            objects_walked_s=6.75,
            modules_cleared_s=7.0,
            interpreter_cleared_s=7.5,
        ),
    )
    assert found.estimated_saving_s == pytest.approx(0.6 + 0.25 + 0.5)
    assert found.evidence == ("1 pass after the session, and those with which Python ends",)


@pytest.mark.parametrize("finish_s", [None, 9.0])
def test_passes_during_collection_are_another_cause(finish_s) -> None:
    assert not findings(FINAL_GC, passes(finish_s))
