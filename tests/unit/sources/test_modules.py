"""Which file a module name means, and which modules are surely missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from collectbench.sources.modules import Found, Location, Missing, Modules, Unknown
from collectbench.sources.site import site_directories

PATHS = (
    "shop/__init__.py",
    "shop/orders.py",
    "shop/api/__init__.py",
    "shop/api/views.py",
    "shop/spread/part.py",  # a namespace package within a package
    "src/inner/__init__.py",
    "src/inner/core.py",
    "tools/run.py",  # a namespace package
    "tests/unit/__init__.py",
    "tests/unit/test_a.py",
    "tests/helpers.py",
    "lib/late.py",
    "setup.py",
)


def modules(*more: str, root: Path = Path("/nowhere"), **values: Any) -> Modules:
    return Modules(root=root, paths=(*PATHS, *more), **values)


def touch(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()


@pytest.mark.parametrize(
    ("module", "path"),
    [
        ("shop", "shop/__init__.py"),
        ("shop.orders", "shop/orders.py"),
        ("shop.api", "shop/api/__init__.py"),
        ("shop.api.views", "shop/api/views.py"),
        ("shop.spread", None),
        ("shop.spread.part", "shop/spread/part.py"),
        ("inner", "src/inner/__init__.py"),
        ("inner.core", "src/inner/core.py"),
        ("src.inner.core", "src/inner/core.py"),
        ("tools", None),
        ("tools.run", "tools/run.py"),
        ("unit.test_a", "tests/unit/test_a.py"),
        ("tests.unit.test_a", "tests/unit/test_a.py"),
        ("helpers", "tests/helpers.py"),
        ("late", "lib/late.py"),
        ("setup", "setup.py"),
    ],
)
def test_modules_are_found_where_python_or_pytest_look(module: str, path: str | None) -> None:
    assert modules().locate(module) == Found(path=path)


@pytest.mark.parametrize(
    ("module", "missing"),
    [
        ("shop.gone", Missing(name="shop.gone", directory="shop", parent="shop/__init__.py")),
        ("shop.gone.more", Missing(name="shop.gone", directory="shop", parent="shop/__init__.py")),
        ("shop.api.gone", Missing(name="shop.api.gone", directory="shop/api", parent="shop/api/__init__.py")),
        ("shop.orders.gone", Missing(name="shop.orders.gone", directory="shop/orders", parent="shop/orders.py")),
        ("shop.orders.gone.x", Missing(name="shop.orders.gone", directory="shop/orders", parent="shop/orders.py")),
        ("shop.spread.gone", Missing(name="shop.spread.gone", directory="shop/spread", parent=None)),
        ("tools.gone", Missing(name="tools.gone", directory="tools", parent=None)),
        ("inner.gone", Missing(name="inner.gone", directory="src/inner", parent="src/inner/__init__.py")),
    ],
)
def test_the_first_part_that_is_missing_is_told(module: str, missing: Missing) -> None:
    assert modules().locate(module) == missing


@pytest.mark.parametrize("module", ["numpy", "os.path", "json.gone", "gone", "sho", ""])
def test_modules_of_others_are_unknown(module: str) -> None:
    assert modules("json/__init__.py").locate(module) == Unknown()


GONE_VIEW = Missing(name="shop.api.gone", directory="shop/api", parent="shop/api/__init__.py")
GONE_TEST = Missing(name="unit.gone", directory="tests/unit", parent="tests/unit/__init__.py")


@pytest.mark.parametrize(
    ("level", "module", "importer", "location"),
    [
        (1, "orders", "shop/__init__.py", Found(path="shop/orders.py")),
        (1, "", "shop/orders.py", Found(path="shop/__init__.py")),
        (1, "views", "shop/api/__init__.py", Found(path="shop/api/views.py")),
        (2, "orders", "shop/api/views.py", Found(path="shop/orders.py")),
        (2, "", "shop/api/views.py", Found(path="shop/__init__.py")),
        (3, "orders", "shop/api/views.py", Unknown()),
        (9, "orders", "shop/api/views.py", Unknown()),
        (1, "run", "tools/other.py", Unknown()),
        (1, "late", "setup.py", Unknown()),
        (
            1,
            "gone",
            "shop/api/views.py",
            Missing(name="shop.api.gone", directory="shop/api", parent="shop/api/__init__.py"),
        ),
        (2, "gone.more", "shop/api/views.py", Missing(name="shop.gone", directory="shop", parent="shop/__init__.py")),
        (
            1,
            "gone",
            "tests/unit/test_a.py",
            Missing(name="unit.gone", directory="tests/unit", parent="tests/unit/__init__.py"),
        ),
    ],
)
def test_relative_imports_start_at_the_package(level: int, module: str, importer: str, location: Location) -> None:
    assert modules().locate(module, level, importer) == location


@pytest.mark.parametrize(
    "file",
    ["gone.pyi", "gone.so", "gone.cpython-312.so", "gone.pyx", "gone.c", "gone/data.txt", "gone.pyc"],
)
def test_what_may_be_compiled_or_made_is_unknown(tmp_path: Path, file: str) -> None:
    touch(tmp_path, f"shop/{file}")
    assert modules(root=tmp_path).locate("shop.gone") == Unknown()
    assert modules(root=tmp_path).locate("gone", 1, "shop/orders.py") == Unknown()
    assert isinstance(modules(root=tmp_path).locate("shop.lost"), Missing)


def test_directories_that_were_listed_are_noted(tmp_path: Path) -> None:
    touch(tmp_path, *PATHS)
    found = modules(root=tmp_path)
    found.locate("shop.orders")
    assert found.probed == set()
    found.locate("shop.gone")
    assert found.probed == {"shop"}


def test_the_path_of_pytest_is_searched() -> None:
    assert modules(search=("", "tests/deep")).locate("x") == Unknown()
    paths = ("tests/deep/x/y.py", "tests/deep/x/z.py")
    assert Modules(root=Path("/nowhere"), paths=paths, search=("",)).locate("x.y") == Unknown()
    assert Modules(root=Path("/nowhere"), paths=paths, search=("tests/deep",)).locate("x.y") == Found(path=paths[0])


def test_a_module_that_lies_elsewhere_under_that_path_is_unknown() -> None:
    found = modules("vendor/shop/gone.py", "vendor/shop/kept/__init__.py")
    assert found.locate("shop.gone") == Unknown()
    assert found.locate("shop.kept") == Unknown()
    assert isinstance(found.locate("shop.lost"), Missing)
    assert isinstance(found.locate("shop.orders.gone"), Missing)


def test_the_root_may_be_a_package_or_lie_in_one() -> None:
    paths = ("__init__.py", "core.py", "sub/__init__.py", "sub/deep.py")
    found = Modules(root=Path("/nowhere"), paths=paths, package="outer.pack")
    assert found.locate("outer.pack") == Found(path="__init__.py")
    assert found.locate("outer.pack.core") == Found(path="core.py")
    assert found.locate("outer.pack.sub.deep") == Found(path="sub/deep.py")
    assert found.locate("outer.pack.gone") == Missing(name="outer.pack.gone", directory="", parent="__init__.py")
    assert found.locate("outer.other") == Unknown()
    assert found.locate("core", 1, "core.py") == Found(path="core.py")
    assert found.locate("gone", 2, "sub/deep.py") == Missing(name="outer.pack.gone", directory="", parent="__init__.py")
    assert found.locate("", 1, "core.py") == Found(path="__init__.py")
    assert [found.name_of(path) for path in paths] == [
        "outer.pack",
        "outer.pack.core",
        "outer.pack.sub",
        "outer.pack.sub.deep",
    ]
    assert not found.is_namespace("outer")


def test_a_module_may_be_in_an_installed_part_of_the_package(tmp_path: Path) -> None:
    touch(tmp_path, "site/shop/plugin.py", "site/outer/pack/gone.py")
    found = modules(site=(tmp_path / "site",))
    assert found.locate("shop.plugin") == Unknown()
    assert isinstance(found.locate("shop.gone"), Missing)
    inside = Modules(root=Path("/nowhere"), paths=("__init__.py",), package="outer.pack", site=(tmp_path / "site",))
    assert inside.locate("outer.pack.gone") == Unknown()
    assert isinstance(inside.locate("outer.pack.lost"), Missing)


def test_an_installed_package_hides_a_directory_of_tests_with_its_name(tmp_path: Path) -> None:
    touch(tmp_path, "site/unit/__init__.py")
    assert modules(site=(tmp_path / "site",)).locate("unit.gone") == Unknown()
    assert modules(site=(tmp_path / "site",)).locate("unit.test_a") == Unknown()
    assert isinstance(modules(site=(tmp_path / "site",), search=("", "tests")).locate("unit.gone"), Missing)


@pytest.mark.parametrize(
    ("path", "name", "stem"),
    [
        ("shop/__init__.py", "shop", "shop"),
        ("shop/api/views.py", "shop.api.views", "views"),
        ("src/inner/core.py", "inner.core", "core"),
        ("tests/unit/test_a.py", "unit.test_a", "test_a"),
        ("tests/helpers.py", "helpers", "helpers"),
        ("shop/spread/part.py", "part", "part"),
    ],
)
def test_files_have_the_name_that_pytest_gives_them(path: str, name: str, stem: str) -> None:
    assert (modules().name_of(path), modules().stem_of(path)) == (name, stem)


def test_modules_are_found_by_the_last_part_of_their_name() -> None:
    assert modules("shop/api/orders.py").called("orders") == ["shop.api.orders", "shop.orders"]
    assert modules().called("api") == ["shop.api"]
    assert modules().called("nothing") == []


@pytest.mark.parametrize(("top", "expected"), [("tools", True), ("shop", False), ("setup", False), ("inner", False)])
def test_namespaces_are_directories_without_init(top: str, expected: bool) -> None:
    assert modules().is_namespace(top) is expected


def test_the_directories_of_an_environment_are_those_of_its_pth_files_too(tmp_path: Path) -> None:
    site = tmp_path / "env" / "lib" / "python3.12" / "site-packages"
    touch(tmp_path, "editable/shop/__init__.py", "env/bin/python")
    site.mkdir(parents=True)
    (site / "a.pth").write_text(
        f"# {tmp_path}\nimport os\nimport\tos\n\n{tmp_path / 'editable'}\n{tmp_path / 'gone'}\nrelative\n"
    )
    (site / "relative").mkdir()
    (site / "b.pth").mkdir()  # which cannot be read
    expected = [site, tmp_path / "editable", site / "relative"]
    assert list(site_directories(tmp_path / "env" / "bin" / "python")) == expected


def test_the_running_interpreter_has_pytest_among_its_packages() -> None:
    assert any((each / "pytest").is_dir() for each in site_directories(None))


def test_namesakes_have_the_same_path_below_another_directory() -> None:
    found = modules("vendor/shop/orders.py", "orders.py")
    assert found.namesakes("shop/orders.py") == ["vendor/shop/orders.py"]
    assert found.namesakes("shop/api/views.py") == []


def test_a_compiled_module_beside_a_file_comes_before_it(tmp_path: Path) -> None:
    touch(tmp_path, *PATHS, "shop/orders.cpython-312.so", "shop/api/views.txt")
    found = modules(root=tmp_path)
    assert found.is_compiled("shop/orders.py")
    assert not found.is_compiled("shop/api/views.py")
    assert not found.is_compiled("shop/__init__.py")
    assert not found.is_compiled("nowhere/a.py")
