from __future__ import annotations

import pytest

from collectbench.attribution.parts import Part
from collectbench.causes.framework_setup import CAUSE
from imported_sources import SITE, Project
from made_evidence import evidence, findings, imported, ran

DJANGO = {
    f"{SITE}/django/__init__.py": "",
    f"{SITE}/django/apps/__init__.py": "import django.apps.registry\n",
    f"{SITE}/django/apps/registry.py": "import django.apps.config\n",
    f"{SITE}/django/apps/config.py": "import shop.models\n",
    f"{SITE}/heavy.py": "",
}


def project(models: str, conftest: str = "import django.apps\n", **files: str) -> Project:
    return Project(
        files={**DJANGO, "shop/__init__.py": "", "shop/models.py": models, "conftest.py": conftest, **files},
        cost_s={f"{SITE}/heavy.py": 2.0},
        conftests=("conftest.py",),
    )


def test_an_import_that_only_the_registry_of_applications_leads_to_is_found() -> None:
    (finding,) = findings(CAUSE, project("import heavy\n").evidence())
    assert finding.subject == "heavy"
    assert [(each.path, each.line) for each in finding.locations] == [("shop/models.py", 1)]
    assert finding.title == "the start of Django imports heavy"


def test_an_import_that_the_conftest_has_itself_is_not_found() -> None:
    assert findings(CAUSE, project("", "import django.apps\nimport heavy\n").evidence()) == ()


CONFTEST = "conftest.py:3 <module>"
SETUP = "/venv/site-packages/django/__init__.py:24 setup"
POPULATE = "/venv/site-packages/django/apps/registry.py:124 populate"


def test_what_the_setup_does_itself_is_found_at_the_line_that_calls_it() -> None:
    about = evidence(
        imports=(imported(0, -1, "conftest", 1.0, path="/project/conftest.py"),),
        stacks=(ran(0, 0.5, CONFTEST, SETUP, POPULATE), ran(0, 0.4, CONFTEST, SETUP)),
        files={"/project/conftest.py": "import django\n\ndjango.setup()\n"},
    )
    (finding,) = findings(CAUSE, about)
    assert [(each.path, each.line, each.text) for each in finding.locations] == [("conftest.py", 3, "django.setup()")]
    assert finding.estimated_saving_s == pytest.approx(0.9)
    assert finding.bound


def test_the_code_of_a_module_that_the_setup_imports_is_its_own() -> None:
    body = ran(1, 0.5, CONFTEST, SETUP, "/venv/site-packages/x.py:1 import_module", "shop/models.py:2 <module>")
    about = evidence(
        imports=(imported(0, -1, "conftest"), imported(1, 0, "shop.models")), stacks=(body,)
    )  # fmt: skip
    assert body.part == Part("frame", 1)
    assert findings(CAUSE, about) == ()


def test_a_function_of_another_package_that_is_called_setup_is_not_djangos() -> None:
    about = evidence(
        imports=(imported(0, -1, "conftest"),), stacks=(ran(0, 0.9, CONFTEST, "app/__init__.py:4 setup"),)
    )  # fmt: skip
    assert findings(CAUSE, about) == ()
