"""The files have the forms that setuptools 84, hatchling 1.33 with editables 0.6, and pip 23 give them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from collectbench.checkouts.installs import Install, find_installs


@pytest.fixture
def origin(tmp_path) -> Path:
    origin = tmp_path / "tree"
    for name in ("src/pkg", "build/__editable__", ".venv"):
        (origin / name).mkdir(parents=True)
    (origin / ".venv" / "pyvenv.cfg").write_text("")
    return origin


@pytest.fixture
def site(tmp_path) -> Path:
    site = tmp_path / "site-packages"
    site.mkdir()
    return site


def test_a_project_that_is_not_installed_has_no_install(site, origin) -> None:
    lines = (f"# {origin}/src", "", "/usr/lib", "import sys; x = 1", "import (", f"{origin}/.venv", f"{origin}/gone")
    (site / "other.pth").write_text("\n".join(lines))
    (site / "_neighbour.py").write_text(f"F.map_module('pkg', '{origin}-other/src/pkg/__init__.py')\n")
    (site / "_neighbour.pth").write_text("import _neighbour\n")
    assert find_installs([site, site, site / "missing"], origin) == ()


def test_a_plain_path_is_an_import_root(site, origin) -> None:
    file = site / "_editable_impl_project.pth"
    file.write_text(f"/usr/lib\n{origin}/src")
    assert find_installs([site], origin) == (Install(file=file, roots=(origin / "src",)),)


def test_the_finder_of_setuptools_names_the_directory_of_each_package(site, origin) -> None:
    (site / "__editable___project_1_finder.py").write_text(
        "import sys\nfrom x import y\n"
        f"MAPPING: dict[str, str] = {{'pkg': '{origin}/src/pkg', 'ns.pkg': '{origin}/lib/ns/pkg', 'odd': '{origin}'}}\n"
        "NAMESPACES: dict[str, list[str]] = {}\nPATH_PLACEHOLDER = 'x'\n"
    )
    file = site / "__editable__.project-1.pth"
    file.write_text("import __editable___project_1_finder; __editable___project_1_finder.install()")
    assert find_installs([site], origin) == (Install(file=file, roots=(origin / "src", origin / "lib")),)


def test_an_import_hook_that_names_the_tree_is_an_install(site, origin) -> None:
    (site / "_editable_impl_project.py").write_text(f"F.map_module('pkg', '{origin}/src/pkg/__init__.py')\n")
    file = site / "_editable_impl_project.pth"
    file.write_text("import _editable_impl_project")
    assert find_installs([site], origin) == (Install(file=file),)
    for odd in (
        f"no Python, but '{origin}/src'\n",
        f"MAPPING = dict(x='{origin}/x')\nMAPPING: dict\nMAPPING = '{origin}/x'\n",
    ):
        (site / "_editable_impl_project.py").write_text(odd)
        assert find_installs([site], origin) == (Install(file=file),)


def installed_copy(site: Path, direct_url: object) -> Path:
    dist_info = site / "project-1.dist-info"
    dist_info.mkdir(exist_ok=True)
    record = (
        "pkg/__init__.py,sha256=x,1",
        "pkg/__pycache__/__init__.pyc,,",
        "project-1.dist-info/RECORD,,",
        "../bin/x,,",
    )
    (dist_info / "RECORD").write_text("\n".join(record))
    (dist_info / "direct_url.json").write_text(direct_url if isinstance(direct_url, str) else json.dumps(direct_url))
    return dist_info / "direct_url.json"


def test_a_copy_is_recognised_by_its_source(site, origin) -> None:
    copies = frozenset((site / "pkg" / "__init__.py",))
    file = installed_copy(site, {"url": origin.as_uri(), "dir_info": {}})
    assert find_installs([site], origin) == (Install(file=file, roots=(origin, origin / "src"), copies=copies),)
    archive = {"url": (origin / "dist" / "project 1.whl").as_uri(), "archive_info": {}}
    installed_copy(site, archive)
    assert find_installs([site], origin) == (Install(file=file, roots=(origin, origin / "src"), copies=copies),)


@pytest.mark.parametrize(
    "direct_url",
    [
        "{",
        [],
        {"dir_info": {}},
        {"url": 7},
        {"url": "https://example.org/tree"},
        {"url": "file:///elsewhere"},
        {"url": "file:///elsewhere", "dir_info": 3},
    ],
)
def test_distributions_from_elsewhere_are_not_installs_of_the_project(direct_url, site, origin) -> None:
    installed_copy(site, direct_url)
    assert find_installs([site], origin) == ()


def test_an_editable_install_is_not_a_copy(site, origin) -> None:
    installed_copy(site, {"url": origin.as_uri(), "dir_info": {"editable": True}})
    assert find_installs([site], origin) == ()
