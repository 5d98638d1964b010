"""slow-modifyitems, generate-tests and plugin-hooks."""

from __future__ import annotations

import pytest

from collectbench.causes.generate_tests import CAUSE as GENERATE
from collectbench.causes.plugin_hooks import CAUSE as PLUGIN
from collectbench.causes.slow_modifyitems import CAUSE as MODIFY
from made_evidence import PYTEST, ROOT, collected, evidence, findings, hooked, loaded, ran

CONFTEST = f"{ROOT}/tests/conftest.py"
TEXT = """\
import pytest

@pytest.hookimpl(
    tryfirst=True,
)
def pytest_collection_modifyitems(items):
    for item in items:
        slow(item)
"""
PLUGGY = "/venv/site-packages/pluggy/_callers.py:80 _multicall"
MODIFYITEMS, GENERATING = "pytest_collection_modifyitems", "pytest_generate_tests"


def places(finding) -> list[str]:
    return [f"{each.path}:{each.line}" for each in finding.locations]


def test_a_hook_is_found_at_its_def_and_with_its_slow_line() -> None:
    hook = hooked(0, MODIFYITEMS, CONFTEST, 0.6, CONFTEST, 3)
    run = ran(-1, 0.6, "tests/conftest.py:8 pytest_collection_modifyitems", "app.py:4 slow", hook=0, by=PLUGGY)
    (found,) = findings(MODIFY, evidence(hooks=(hook,), stacks=(run,), files={CONFTEST: TEXT}))
    assert places(found) == ["tests/conftest.py:6", "tests/conftest.py:8", "app.py:4"]
    assert (found.subject, found.estimated_saving_s) == (f"{MODIFYITEMS} in tests/conftest.py", pytest.approx(0.6))
    assert found.evidence == ("one call, 600 ms",)


def test_a_sample_without_a_line_adds_no_place_to_a_file_that_has_some() -> None:
    hook = hooked(0, MODIFYITEMS, CONFTEST, 0.6, CONFTEST, 3)
    runs = [ran(-1, 0.3, f"tests/conftest.py:{line} {MODIFYITEMS}", hook=0, by=PLUGGY) for line in (8, 0)]
    (found,) = findings(MODIFY, evidence(hooks=(hook,), stacks=runs, files={CONFTEST: TEXT}))
    assert places(found) == ["tests/conftest.py:6", "tests/conftest.py:8"]


@pytest.mark.parametrize(
    ("plugin", "path"),
    [
        ("funcmanage", f"{PYTEST}/fixtures.py"),
        ("randomly", "/venv/site-packages/pytest_randomly/__init__.py"),
        ("capturemanager", ""),
    ],
)
def test_hooks_of_pytest_and_of_installed_plugins_are_not_the_projects(plugin, path) -> None:
    about = evidence(hooks=(hooked(0, MODIFYITEMS, plugin, 0.6, path, 3),))
    assert not findings(MODIFY, about)


def test_a_plugin_module_of_the_project_counts_as_the_projects() -> None:
    hook = hooked(0, MODIFYITEMS, "tests.plugin", 0.6, f"{ROOT}/tests/plugin.py", 3)
    assert [each.subject for each in findings(MODIFY, evidence(hooks=(hook,)))] == [f"{MODIFYITEMS} in tests/plugin.py"]


def test_a_quick_hook_is_not_listed() -> None:
    assert not findings(MODIFY, evidence(hooks=(hooked(0, MODIFYITEMS, CONFTEST, 0.01, CONFTEST, 3),)))


def test_a_conftest_that_generates_tests_is_found_with_the_time_of_a_call() -> None:
    hook = hooked(0, GENERATING, CONFTEST, 0.6, CONFTEST, 3, calls=40)
    (found,) = findings(GENERATE, evidence(hooks=(hook,)))
    assert found.evidence == ("40 calls, 15 ms each",)


def test_a_test_module_that_generates_tests_is_found_by_samples() -> None:
    text = "CASES = []\n\n\ndef pytest_generate_tests(metafunc):\n    read()\n"
    hook = hooked(0, "pytest_pycollect_makeitem", "python", 1.0, f"{PYTEST}/python.py", 3)
    run = ran(4, 0.6, "tests/test_a.py:5 pytest_generate_tests", "app.py:1 read", hook=0, by=PLUGGY)
    about = evidence(
        hooks=(hook,),
        collectors=(collected(4, -1, "tests/test_a.py"),),
        stacks=(run,),
        files={f"{ROOT}/tests/test_a.py": text},
    )
    (found,) = findings(GENERATE, about)
    assert (places(found)[:2], found.estimated_saving_s) == (["tests/test_a.py:4", "tests/test_a.py:5"], 0.6)


def test_hooks_that_pytest_needs_to_generate_tests_are_not_found() -> None:
    assert not findings(GENERATE, evidence(hooks=(hooked(0, GENERATING, "python", 0.6, f"{PYTEST}/python.py", 3),)))


def test_all_hooks_of_an_installed_plugin_are_one_finding_under_the_name_that_pytest_knows() -> None:
    site = "/venv/site-packages/pytest_slow"
    hooks = (
        hooked(0, "pytest_itemcollected", "pytest_slow.plugin.Slow", 0.4, f"{site}/plugin.py", 3, calls=20),
        hooked(1, "pytest_configure", "slow", 0.1, f"{site}/__init__.py", 3),
    )
    (found,) = findings(PLUGIN, evidence(hooks=hooks, plugins=(loaded(0, "plugin", "slow"),)))
    assert (found.subject, found.estimated_saving_s) == ("slow", pytest.approx(0.5))
    assert "-p no:slow" in found.fix
    assert found.evidence == ("pytest_itemcollected: 20 calls, 20 ms each", "pytest_configure: one call, 100 ms")


def test_another_hook_of_the_project_is_found_by_itself() -> None:
    hook = hooked(0, "pytest_itemcollected", CONFTEST, 0.6, CONFTEST, 3, calls=20)
    assert [each.subject for each in findings(PLUGIN, evidence(hooks=(hook,)))] == [
        "pytest_itemcollected in tests/conftest.py"
    ]


def test_hooks_with_a_cause_of_their_own_and_quick_plugins_are_not_found_twice() -> None:
    hooks = (
        hooked(0, MODIFYITEMS, CONFTEST, 0.6, CONFTEST, 3),
        hooked(1, "pytest_configure", "slow", 0.01, "/venv/site-packages/pytest_slow.py", 3),
        hooked(2, "pytest_collection", "main", 0.6, f"{PYTEST}/main.py", 3),
    )
    assert not findings(PLUGIN, evidence(hooks=hooks))
