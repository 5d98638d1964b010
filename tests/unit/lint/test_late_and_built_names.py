"""Modules and names that come in a way that an outline does not show are not missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectbench.lint import missing_module, missing_name
from collectbench.sources.modules import Modules
from lint_texts import evidence_of, violations_in

PACKAGE = {"shop/__init__.py": "", "shop/orders.py": ""}
USE = "from shop.orders import late\n"
PATCH = "from unittest.mock import patch\npatch('shop.orders.late')\n"

THERE = {
    "global in one line": {"shop/orders.py": "def f(): global late; late = 1\n"},
    "global behind another statement": {"shop/orders.py": "def f():\n    a = 1; global late; late = 1\n"},
    "global over two lines": {"shop/orders.py": "def f():\n    global a, \\\n        late\n    late = 1\n"},
    "default of a function": {"shop/orders.py": "def f(a=(late := 1)): ...\n"},
    "base of a class": {"shop/orders.py": "class A((late := object)): ...\n"},
    "decorator": {"shop/orders.py": "@print(late := 1)\ndef f(): ...\n"},
    "locals": {"shop/orders.py": "for each in ['late']:\n    locals()[each] = 1\n"},
    "module that imports itself": {"shop/orders.py": "import importlib\nit = importlib.import_module(__name__)\n"},
    "apipkg": {"shop/orders.py": "import apipkg\napipkg.initpkg(__name__, {'late': 'shop:late'})\n"},
    "set by a file that imports it": {"shop/boot.py": "import shop.orders\nshop.orders.late = 1\n"},
    "set by the name": {"shop/boot.py": "from shop import orders\nsetattr(orders, 'late', 1)\n"},
    "module of the same name elsewhere": {"other/shop/__init__.py": "", "other/shop/orders.py": "late = 1\n"},
}
MISSING = {
    "nothing": {},
    "global of another name": {"shop/orders.py": "def f(): global latest; latest = 1\n"},
    "compared by a file that imports it": {"shop/boot.py": "import shop.orders\nassert shop.orders.late == 1\n"},
    "set by a test": {"tests/test_other.py": "import shop.orders\nshop.orders.late = 1\n"},
    "module of the same name without it": {"other/shop/__init__.py": "", "other/shop/orders.py": "early = 1\n"},
    "module of a similar name": {"other/workshop/__init__.py": "", "other/workshop/orders.py": "late = 1\n"},
}


@pytest.mark.parametrize("use", [USE, PATCH], ids=["import", "patch"])
@pytest.mark.parametrize("files", THERE.values(), ids=THERE.keys())
def test_a_name_that_comes_late_is_not_missing(files: dict[str, str], use: str) -> None:
    assert not violations_in(missing_name.RULE, evidence_of(PACKAGE | files | {"tests/test_a.py": use}))


@pytest.mark.parametrize("use", [USE, PATCH], ids=["import", "patch"])
@pytest.mark.parametrize("files", MISSING.values(), ids=MISSING.keys())
def test_a_name_that_nothing_makes_is_missing(files: dict[str, str], use: str) -> None:
    assert violations_in(missing_name.RULE, evidence_of(PACKAGE | files | {"tests/test_a.py": use}))


def test_two_helpers_of_one_name_in_two_directories_are_not_confused() -> None:
    files = {"tests/a/helpers.py": "one = 1\n", "tests/b/helpers.py": "two = 2\n"}
    uses = {"tests/a/test_a.py": "from helpers import one\n", "tests/b/test_b.py": "from helpers import two\n"}
    assert not violations_in(missing_name.RULE, evidence_of(files | uses))
    wrong = {"tests/b/test_b.py": "from helpers import three\n"}
    assert len(violations_in(missing_name.RULE, evidence_of(files | wrong))) == 1


def test_a_name_that_a_star_import_hides_is_not_missing_if_all_is_changed_later() -> None:
    files = {
        "shop/__init__.py": "from .base import *\n",
        "shop/base.py": "__all__ = ['a']\n__all__.append('_b')\n__all__.extend(['_c'])\na = _b = _c = _d = 1\n",
        "tests/test_a.py": "from shop import _b, _c\n",
    }
    assert not violations_in(missing_name.RULE, evidence_of(files))
    files["tests/test_a.py"] = "from shop import _d\n"
    assert violations_in(missing_name.RULE, evidence_of(files))


@pytest.mark.parametrize("name", ["__builtins__", "__class__", "__annotations__", "__dict__", "__spec__"])
def test_what_every_module_has_is_not_missing(name: str) -> None:
    assert not violations_in(missing_name.RULE, evidence_of(PACKAGE | {"tests/test_a.py": PATCH.replace("late", name)}))


def test_a_package_that_binds_the_name_of_its_module_hides_it_from_patch() -> None:
    files = {"shop/client.py": "client = object()\n", "tests/test_a.py": PATCH.replace("orders.late", "client.get")}
    hiding = {"shop/__init__.py": "from shop.client import client\n"}
    assert not violations_in(missing_name.RULE, evidence_of(PACKAGE | files | hiding))
    for same in ("from . import client\n", "import shop.client as client\n", ""):
        assert violations_in(missing_name.RULE, evidence_of(PACKAGE | files | {"shop/__init__.py": same}))


def test_an_error_that_patch_is_expected_to_raise_is_no_violation() -> None:
    text = """
        import pytest
        from unittest.mock import patch
        def test_a():
            with pytest.raises(AttributeError), patch("shop.orders.late"): ...
            with pytest.raises(AttributeError):
                with patch("shop.orders.late"): ...
            with pytest.raises(ValueError), patch("shop.orders.late"): ...
    """
    found = violations_in(missing_name.RULE, evidence_of(PACKAGE | {"tests/test_a.py": text}))
    assert [each.line for each in found] == [8]


@pytest.mark.parametrize("beside", ["orders.cpython-311-x86_64-linux-gnu.so", "orders.pyx", "orders.pyd"])
def test_a_module_that_is_compiled_may_have_any_name(tmp_path: Path, beside: str) -> None:
    (tmp_path / "shop").mkdir()
    evidence = evidence_of(PACKAGE | {"tests/test_a.py": USE}, root=tmp_path)
    (tmp_path / "shop" / "orders_more.so").touch()
    assert violations_in(missing_name.RULE, evidence)
    (tmp_path / "shop" / beside).touch()
    (tmp_path / "shop" / "orders.py").touch()
    evidence.codebase.modules = Modules(root=tmp_path, paths=sorted(evidence.focus))
    assert not violations_in(missing_name.RULE, evidence)


@pytest.mark.parametrize(
    ("path", "text", "is_built"),
    [
        ("Cargo.toml", '[lib]\nname = "_core"\n', True),
        ("Cargo.toml", '[lib]\nname = "_corelib"\n', False),
        ("pyproject.toml", '[tool.maturin]\nmodule-name = "shop._core"\n', True),
        ("pyproject.toml", '[project]\nname = "other._core"\n', False),
        ("setup.py", "setup(ext_modules=[Extension('shop._core', ['core.c'])])\n", True),
        ("setup.py", "setup(package_dir={'shop._core': 'core'})\n", True),
        ("shop/meson.build", "py.extension_module('_core', 'core.c')\n", True),
        ("shop/CMakeLists.txt", "pybind11_add_module(_core core.cpp)\n", True),
        ("other/meson.build", "py.extension_module('_core', 'core.c')\n", False),
    ],
)
@pytest.mark.parametrize("use", ["from shop._core import add\n", "import shop._core\n", "from shop import _core\n"])
def test_a_module_that_a_build_makes_is_not_missing(path: str, text: str, use: str, *, is_built: bool) -> None:
    evidence = evidence_of(PACKAGE | {path: text, "tests/test_a.py": use})
    found = [*violations_in(missing_module.RULE, evidence), *violations_in(missing_name.RULE, evidence)]
    assert bool(found) is not is_built


def test_a_module_that_an_import_hook_makes_is_not_missing() -> None:
    hook = "import sys\nif name.startswith('shop.virtual.'): ...\nsys.meta_path.append(Finder())\n"
    use = "import shop.virtual.orders\nfrom shop.virtual import orders\n"
    evidence = evidence_of(PACKAGE | {"shop/hook.py": hook, "tests/test_a.py": use})
    assert not violations_in(missing_module.RULE, evidence)


def test_a_module_that_a_helper_makes_by_name_is_not_missing() -> None:
    stubs = "import sys\ndef install(*names):\n    for each in names:\n        sys.modules[each] = object()\n"
    use = "from tests.stubs import install\ninstall('shop.other', 'shop.fake')\nimport shop.fake\n"
    files = PACKAGE | {"tests/__init__.py": "", "tests/stubs.py": stubs, "tests/test_a.py": use}
    assert not violations_in(missing_module.RULE, evidence_of(files))
    files["tests/stubs.py"] = "def install(*names): ...\n"
    assert violations_in(missing_module.RULE, evidence_of(files))
