from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from collectbench.causes.plugin_chain import CAUSE as CHAIN
from collectbench.causes.plugin_import import CAUSE
from collectbench.causes.plugin_requests import named_by_option
from imported_sources import SITE, Project
from made_evidence import INSPECTION, ROOT, findings

INSTALLED = {f"{SITE}/slow_plugin.py": "import slow_plugin_core\n", f"{SITE}/slow_plugin_core.py": ""}
COSTS = {f"{SITE}/slow_plugin_core.py": 2.0, "slow_plugin.py": 2.0}
PLUGINS = (("slow", "slow_plugin"),)


def found(files, **fields):
    project = Project(files=files, cost_s=COSTS, plugins=fields.pop("plugins", PLUGINS))
    return findings(CAUSE, project.evidence(**fields))


def test_an_installed_plugin_is_switched_off_by_the_name_that_pytest_knows() -> None:
    (finding,) = found(INSTALLED)
    assert finding.subject == "slow"
    assert finding.estimated_saving_s == pytest.approx(2.0, abs=0.01)
    assert finding.fix == "switch it off if no test needs it: -p no:slow in addopts"
    assert finding.command == "pytest --collect-only -q -p no:slow"


def test_a_plugin_that_an_option_names_is_taken_out_of_the_options() -> None:
    """`-p no:` comes too late for it."""
    ini = {f"{ROOT}/pytest.ini": "[pytest]\naddopts =\n    -q\n    -p slow_plugin\n"}
    (finding,) = found(
        {"slow_plugin.py": "VALUE = 1\n", **ini},
        plugins=(("slow_plugin", "slow_plugin"),),
        inspection=replace(INSPECTION, inifile=Path(f"{ROOT}/pytest.ini")),
        fields={"arguments": ("-q", "-p", "slow_plugin")},
    )
    assert finding.fix.startswith("remove -p slow_plugin from the options")
    assert [(each.path, each.line) for each in finding.locations] == [("pytest.ini", 4)]


def test_a_plugin_that_a_conftest_names_is_taken_out_there() -> None:
    files = {"conftest.py": 'pytest_plugins = [\n    "other",\n    "slow_plugin",\n]\n', "slow_plugin.py": ""}
    project = Project(files=files, cost_s=COSTS, plugins=(("slow_plugin", "slow_plugin"),), conftests=("conftest.py",))
    (finding,) = findings(CAUSE, project.evidence())
    assert finding.fix == "remove slow_plugin from pytest_plugins if no test needs it"
    assert [(each.path, each.line) for each in finding.locations] == [("conftest.py", 3)]


def test_a_plugin_that_the_environment_names_is_taken_out_there() -> None:
    (finding,) = found(
        INSTALLED, plugins=(("slow_plugin", "slow_plugin"),), fields={"variables": {"PYTEST_PLUGINS": "a,slow_plugin"}}
    )
    assert finding.fix == "remove slow_plugin from the environment variable PYTEST_PLUGINS"


def test_an_import_line_in_a_plugin_of_the_project_is_the_place() -> None:
    files = {
        "conftest.py": 'pytest_plugins = ["slow_plugin"]\n',
        "slow_plugin.py": "import heavy\n",
        f"{SITE}/heavy.py": "",
    }
    project = Project(
        files=files,
        cost_s={f"{SITE}/heavy.py": 2.0},
        plugins=(("slow_plugin", "slow_plugin"),),
        conftests=("conftest.py",),
    )
    (finding,) = findings(CAUSE, project.evidence())
    assert finding.subject == "slow_plugin: heavy"
    assert [(each.path, each.line) for each in finding.locations] == [("slow_plugin.py", 1)]
    assert findings(CHAIN, project.evidence()) == ()


def test_a_plugin_whose_package_a_test_needs_anyway_is_not_found() -> None:
    files = {**INSTALLED, "tests/test_a.py": "import slow_plugin\n", "tests/test_b.py": "import slow_plugin\n"}
    project = Project(files=files, cost_s=COSTS, plugins=PLUGINS, tests=("tests/test_a.py", "tests/test_b.py"))
    assert findings(CAUSE, project.evidence()) == ()


def test_a_cheap_plugin_is_not_found() -> None:
    project = Project(files=INSTALLED, plugins=PLUGINS)
    assert findings(CAUSE, project.evidence()) == ()


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (("-p", "one"), {"one"}),
        (("-pone", "-q"), {"one"}),
        (("-p", "no:one"), set()),
        (("--plugin", "one", "tests"), set()),
        ((), set()),
    ],
)
def test_options_that_name_plugins(arguments, names) -> None:
    assert named_by_option(arguments) == names
