from __future__ import annotations

from collectbench.causes.plugin_chain import CAUSE
from collectbench.causes.plugin_import import CAUSE as PLUGIN_IMPORT
from imported_sources import SITE, Project
from made_evidence import findings

FILES = {
    f"{SITE}/speedy.py": "import frames\n",
    f"{SITE}/frames/__init__.py": "import frames.core\n",
    f"{SITE}/frames/core.py": "",
}


def project(cost_s, **fields) -> Project:
    return Project(files={**FILES, **fields.pop("files", {})}, cost_s=cost_s, plugins=(("speedy", "speedy"),), **fields)


def test_a_plugin_that_loads_another_package_is_found_with_both_names() -> None:
    evidence = project({f"{SITE}/frames/core.py": 3.0, f"{SITE}/speedy.py": 1.0}).evidence()
    (finding,) = findings(CAUSE, evidence)
    assert finding.subject == "speedy: frames"
    assert finding.title == "plugin speedy imports frames, which is 75% of its time"
    assert finding.estimated_saving_s > 3.9
    assert "-p no:speedy" in finding.fix
    assert findings(PLUGIN_IMPORT, evidence) == ()


def test_a_plugin_that_is_slow_itself_is_no_chain() -> None:
    evidence = project({f"{SITE}/frames/core.py": 1.0, f"{SITE}/speedy.py": 3.0}).evidence()
    assert findings(CAUSE, evidence) == ()
    assert len(findings(PLUGIN_IMPORT, evidence)) == 1


def test_the_package_of_the_plugin_itself_is_no_other_package() -> None:
    """The entry point of hypothesis is a module `_hypothesis_pytestplugin`."""
    files = {f"{SITE}/_hypothesis_pytestplugin.py": "import hypothesis\n", f"{SITE}/hypothesis.py": ""}
    made = Project(
        files=files,
        cost_s={f"{SITE}/hypothesis.py": 2.0},
        plugins=(("hypothesispytest", "_hypothesis_pytestplugin"),),
    )
    assert findings(CAUSE, made.evidence()) == ()


def test_a_package_that_the_tests_need_anyway_is_no_chain() -> None:
    files = {f"tests/test_{letter}.py": "import frames\n" for letter in "ab"}
    made = project({f"{SITE}/frames/core.py": 3.0}, files=files, tests=tuple(files))
    assert findings(CAUSE, made.evidence()) == ()
