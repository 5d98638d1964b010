from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.attribution.modules import modules_of
from collectbench.attribution.origins import Places, display_path, origins_of, project_name
from collectbench.model.costs import Origin
from collectbench.model.trace import Trace

SITE = "/p/.venv/lib/python3.11/site-packages"
PLACES = Places(rootdir="/p", targets=("/p/tests",), stdlib=("/usr/lib/python3.11",), site_packages=(SITE,))


def origin_of(made, module: str, path: str, places: Places = PLACES) -> Origin:
    trace = Trace(
        complete=True,
        imports=(made.import_frame(1, 0, module, path=path),),
        collectors=(
            made.collector_frame(0, -1, "tests/test_a.py"),
            made.collector_frame(2, -1, "tests/test_a.py::Test"),
        ),
    )
    (origin,) = origins_of(modules_of(trace), trace, places).values()
    return origin


@pytest.mark.parametrize(
    ("module", "path", "origin"),
    [
        ("tests.test_a", "/p/tests/test_a.py", Origin.TEST),
        ("tests.helpers", "/p/tests/helpers.py", Origin.FIRST_PARTY),
        ("tests.conftest", "/p/tests/conftest.py", Origin.CONFTEST),
        ("ours", "/p/src/ours/__init__.py", Origin.FIRST_PARTY),
        ("numpy", f"{SITE}/numpy/__init__.py", Origin.THIRD_PARTY),
        ("_pytest.config", f"{SITE}/_pytest/config/__init__.py", Origin.THIRD_PARTY),
        ("yaml", "/usr/lib/python3/dist-packages/yaml/__init__.py", Origin.THIRD_PARTY),
        ("json", "/usr/lib/python3.11/json/__init__.py", Origin.STDLIB),
        ("installed", "/usr/lib/python3.11/site-packages/installed.py", Origin.THIRD_PARTY),
        ("editable", "/elsewhere/editable/__init__.py", Origin.THIRD_PARTY),
        ("zipimport", "<frozen zipimport>", Origin.STDLIB),
        ("_csv", "", Origin.STDLIB),
        ("cupy", "", Origin.THIRD_PARTY),
    ],
)
def test_the_path_of_a_module_decides_its_origin(made, module, path, origin) -> None:
    assert origin_of(made, module, path) is origin


@pytest.mark.parametrize("rootdir", ["/env/site-packages/numpy", "/env/site-packages", "/p"])
def test_a_target_within_site_packages_is_the_projects_own(made, rootdir) -> None:
    places = replace(PLACES, rootdir=rootdir, targets=("/env/site-packages/numpy",))
    assert origin_of(made, "numpy", "/env/site-packages/numpy/__init__.py", places) is Origin.FIRST_PARTY
    assert origin_of(made, "pandas", "/env/site-packages/pandas/__init__.py", places) is Origin.THIRD_PARTY


def test_a_project_within_site_packages_owns_the_modules_beside_its_tests(made) -> None:
    places = replace(PLACES, rootdir="/env/site-packages/numpy", targets=("/env/site-packages/numpy/tests",))
    assert origin_of(made, "numpy.core", "/env/site-packages/numpy/core.py", places) is Origin.FIRST_PARTY


def test_site_packages_as_a_whole_is_not_a_project(made) -> None:
    places = replace(PLACES, rootdir="/env/site-packages", targets=("/env/site-packages",))
    assert origin_of(made, "numpy", "/env/site-packages/numpy/__init__.py", places) is Origin.THIRD_PARTY


def test_a_module_without_a_file_has_the_origin_of_its_package(made) -> None:
    trace = Trace(
        complete=True,
        imports=(made.import_frame(0, -1, "ours", path="/p/ours.py"), made.import_frame(1, 0, "ours.c", path="")),
    )
    assert set(origins_of(modules_of(trace), trace, PLACES).values()) == {Origin.FIRST_PARTY}


def test_a_plugins_modules_are_those_of_its_package_while_it_is_loaded(made) -> None:
    def installed(index: int, parent: int, module: str) -> object:
        return made.import_frame(index, parent, module, path=f"{SITE}/{module.replace('.', '/')}.py")

    trace = Trace(
        complete=True,
        imports=(
            installed(1, 0, "plug.hooks"),
            installed(2, 1, "plug"),
            installed(3, 1, "needed"),
            installed(4, 3, "plug.deep"),
            installed(5, 0, "_pytest.late"),
            installed(6, -1, "plug.later"),
            made.import_frame(8, 7, "ours.plugin", path="/p/ours/plugin.py"),
            installed(10, 9, "conftests_need"),
        ),
        plugins=(
            made.plugin_frame(0, -1, "plugin", "plug"),
            made.plugin_frame(7, -1, "plugin", "ours.plugin"),
            made.plugin_frame(9, -1, "conftest", "/p/conftest.py"),
        ),
    )
    origins = {module.name: origin for module, origin in origins_of(modules_of(trace), trace, PLACES).items()}
    assert origins == {
        "plug.hooks": Origin.PLUGIN,
        "plug": Origin.PLUGIN,
        "needed": Origin.THIRD_PARTY,
        "plug.deep": Origin.PLUGIN,
        "_pytest.late": Origin.THIRD_PARTY,
        "plug.later": Origin.THIRD_PARTY,
        "ours.plugin": Origin.FIRST_PARTY,
        "conftests_need": Origin.THIRD_PARTY,
    }


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/p/tests/test_a.py", "tests/test_a.py"),
        ("/p", "."),
        ("/project/a.py", "/project/a.py"),
        (f"{SITE}/numpy/__init__.py", "<site-packages>/numpy/__init__.py"),
        (SITE, "<site-packages>"),
        ("/usr/lib/python3.11/json/__init__.py", "<stdlib>/json/__init__.py"),
        ("/elsewhere/a.py", "/elsewhere/a.py"),
        ("<frozen importlib>", "<frozen importlib>"),
        ("relative.py", "relative.py"),
        ("", ""),
    ],
)
def test_paths_are_shown_from_the_innermost_place_around_them(path, shown) -> None:
    assert display_path(path, PLACES) == shown


def test_a_project_within_site_packages_is_shown_as_the_project() -> None:
    places = replace(PLACES, rootdir=f"{SITE}/numpy/")
    assert display_path(f"{SITE}/numpy/tests/test_a.py", places) == "tests/test_a.py"


def test_a_project_at_the_root_of_the_file_system_is_shown_without_a_slash() -> None:
    assert display_path("/tests/test_a.py", replace(PLACES, rootdir="/")) == "tests/test_a.py"


@pytest.mark.parametrize(
    ("rootdir", "target", "name"),
    [
        ("/home/me/shop", "/home/me/shop/tests", "shop"),
        ("/env/lib/site-packages/networkx", "/env/lib/site-packages/networkx", "networkx"),
        ("/env/lib/site-packages", "/env/lib/site-packages/networkx/classes", "networkx"),
        ("/home/me/shop", "/home/me/shop/.venv/lib/site-packages/networkx/classes", "networkx"),
    ],
)
def test_a_project_has_the_name_of_its_rootdir_or_of_the_installed_package(rootdir, target, name) -> None:
    assert project_name(Places(rootdir=rootdir, targets=(target,))) == name
