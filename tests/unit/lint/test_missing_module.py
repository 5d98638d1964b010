"""missing-module and missing-name: in every form, and none where something may be there after all."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectbench.lint import missing_module, missing_name
from collectbench.model.lint import Violation
from collectbench.model.lint_settings import ForbiddenImport, LintSettings
from lint_texts import cases, evidence_of, violations_in

PATH = "tests/test_shop.py"
SHOP = {
    "shop/__init__.py": "",
    "shop/orders.py": "class Order:\n    total = 1\ndef make(): ...\n",
    "shop/api/__init__.py": "from shop.orders import make\n",
    "shop/api/views.py": "",
    "shop/lazy.py": "def __getattr__(name): ...\n",
    "shop/star.py": "from numpy import *\n",
    "shop/paths/__init__.py": "__path__ = []\n",
    "tests/__init__.py": "",
}


def modules(text: str, path: str = PATH, **more: str) -> list[Violation]:
    return violations_in(missing_module.RULE, evidence_of(SHOP | {path: text} | more))


def names(text: str, path: str = PATH, **more: str) -> list[Violation]:
    return violations_in(missing_name.RULE, evidence_of(SHOP | {path: text} | more))


MISSING = cases(
    import_="import shop.gone",
    import_as="import shop.gone as gone",
    from_="from shop.gone import name",
    star="from shop.gone import *",
    several="from shop.gone import (\n    a,\n    b,\n)",
    among_others="import os, shop.gone",
    in_a_function="def f():\n    from shop.gone import name",
    import_in_a_function="def f():\n    import shop.gone",
    in_a_method="class A:\n    def f(self):\n        from shop.gone import name",
    asynchronous="async def f():\n    from shop.gone import name",
    for_type_checkers="if TYPE_CHECKING:\n    from shop.gone import name",
    in_try="try:\n    from shop.gone import name\nexcept ImportError:\n    pass",
    in_try_with_skip="try:\n    import shop.gone\nexcept ImportError:\n    pytest.skip('', allow_module_level=True)",
    in_try_of_other_errors="try:\n    import shop.gone\nexcept KeyError:\n    x = 1",
    import_module="import importlib\nimportlib.import_module('shop.gone')",
    patch="@patch('shop.gone.name')\ndef test_a(name): ...",
    patch_with="def test_a():\n    with mock.patch('shop.gone.name'):\n        pass",
    setattr_="def test_a(monkeypatch):\n    monkeypatch.setattr('shop.gone.name', 1)",
    optional_name="def test_a(monkeypatch):\n    monkeypatch.setattr('shop.gone.name', 1, raising=False)",
    behind_a_semicolon="import os; import shop.gone",
    lazy="lazy import shop.gone",
)


@pytest.mark.parametrize("text", MISSING)
def test_a_module_that_is_missing_is_reported_in_each_form(text: str) -> None:
    (violation,) = modules(text)
    assert (violation.path, violation.subject) == (PATH, "shop.gone")
    assert violation.line == text[: text.index("gone")].count("\n") + 1
    assert violation.message == "module shop.gone does not exist"


@pytest.mark.parametrize(
    ("text", "path", "message"),
    [
        ("import shop.gone.deep.more", PATH, "module shop.gone.deep.more does not exist: there is no shop.gone"),
        ("import shop.orders.gone", PATH, "module shop.orders.gone does not exist"),
        ("from .gone import a", PATH, "module tests.gone does not exist"),
        ("from . import gone", PATH, None),
        ("from ..gone import a", "shop/api/new.py", "module shop.gone does not exist"),
        ("from .gone.deep import a", "shop/new.py", "module shop.gone.deep does not exist: there is no shop.gone"),
        ("patch('shop.gone.deep.Class.method')", PATH, "module shop.gone.deep does not exist: there is no shop.gone"),
        ("patch('shop.gone.Class.method')", PATH, "module shop.gone does not exist"),
    ],
)
def test_the_message_names_what_is_written_and_what_is_missing(text: str, path: str, message: str | None) -> None:
    assert [violation.message for violation in modules(text, path)] == ([] if message is None else [message])


def test_the_only_module_of_that_name_is_suggested() -> None:
    assert modules("import shop.views")[0].fix == "import shop.api.views if that replaced it"
    assert modules("import shop.gone")[0].fix == ""
    assert modules("import shop.views", **{"tests/views.py": ""})[0].fix == ""


def test_the_replacement_in_the_configuration_is_named() -> None:
    settings = LintSettings(forbidden_imports=(ForbiddenImport(module="shop.views", replacement="shop.orders"),))
    texts = SHOP | {PATH: "import shop.views.old\nimport shop.gone\n"}
    found = violations_in(missing_module.RULE, evidence_of(texts, settings=settings))
    assert [violation.fix for violation in found] == ["use shop.orders", ""]


THERE = cases(
    existing="import shop.orders, shop.api.views",
    package="import shop.api",
    standard_library="import os.path, json.gone",
    others="import numpy.gone",
    fallback="try:\n    from shop.gone import a\nexcept ImportError:\n    a = None",
    fallback_in_a_function="def f():\n    try:\n        import shop.gone\n    except ImportError:\n        return None",
    module_not_found="try:\n    import shop.gone\nexcept (KeyError, ModuleNotFoundError):\n    gone = None",
    version="if sys.version_info >= (3, 12):\n    import shop.gone",
    platform="if sys.platform == 'win32':\n    import shop.gone",
    installed="if find_spec('numpy'):\n    import shop.gone",
    expected="def test_a():\n    with pytest.raises(ImportError):\n        import shop.gone",
    expected_by_unittest="def test_a(self):\n    with self.assertRaises(ImportError):\n        from shop.gone import a",
    importorskip="def test_a():\n    pytest.importorskip('shop.gone')\n    import shop.gone",
    made="import sys\nsys.modules['shop.gone'] = 1\nimport shop.gone",
    made_by_type="gone = types.ModuleType('shop.gone')\nimport shop.gone",
    own_path="import shop.paths.gone",
    generated_by_protobuf="import shop.api_pb2",
    generated_version="from shop._version import version",
    string="text = 'import shop.gone'",
    docstring="'''\nimport shop.gone\n'''",
    comment="# import shop.gone",
    other_function="import_module('shop.gone')",
)


@pytest.mark.parametrize("text", THERE)
def test_a_module_that_may_be_there_is_left_alone(text: str) -> None:
    assert modules(text) == []
    assert names(text) == []


@pytest.mark.parametrize("made", ["import sys\nsys.modules['shop.gone'] = 1", "x = types.ModuleType('shop.gone')"])
def test_a_module_that_a_conftest_makes_is_there_for_all(made: str) -> None:
    assert modules("import shop.gone", **{"conftest.py": made}) == []
    assert len(modules("import shop.gone", **{"tests/test_other.py": made})) == 1


@pytest.mark.parametrize("file", ["gone.pyi", "gone.cpython-311.so", "gone.pyd", "gone/data"])
def test_a_module_of_another_kind_is_there(tmp_path: Path, file: str) -> None:
    (tmp_path / "shop" / file).parent.mkdir(parents=True)
    (tmp_path / "shop" / file).touch()
    evidence = evidence_of(SHOP | {PATH: "import shop.gone\nfrom shop import gone\nimport shop.lost"}, root=tmp_path)
    assert [violation.line for violation in violations_in(missing_module.RULE, evidence)] == [3]
    assert violations_in(missing_name.RULE, evidence) == []


def test_a_module_that_git_ignores_is_generated() -> None:
    evidence = evidence_of(SHOP | {PATH: "import shop.gone\nimport shop.lost"})
    evidence.codebase.generated = lambda paths: {path for path in paths if path == "shop/gone/__init__.py"}
    assert [violation.subject for violation in violations_in(missing_module.RULE, evidence)] == ["shop.lost"]


@pytest.mark.parametrize(
    ("tables", "reported"),
    [
        ('[[tool.collectbench.lint.forbidden-imports]]\nmodule = "shop.gone"\n', True),
        ('[tool.collectbench.lint]\nheavy = ["shop.gone"]\n[tool.black]\nline-length = 100\n', True),
        ('[tool.collectbench]\nbaseline = "a"\n[tool.mypyc]\nmodules = ["shop.gone"]\n', False),
        ('[[tool.mypyc]]\nmodules = [\n  "shop.gone",\n]\n[tool.collectbench]\nbaseline = "a"\n', False),
    ],
)
def test_a_build_that_names_a_module_makes_it_but_our_own_settings_do_not(tables: str, reported: bool) -> None:
    evidence = evidence_of(SHOP | {"tests/test_a.py": "import shop.gone"})
    sources = evidence.codebase.read
    evidence.codebase.read = lambda path: tables.encode() if path == "pyproject.toml" else sources(path)
    assert bool(violations_in(missing_module.RULE, evidence)) is reported


def test_a_namespace_package_counts_if_something_imports_from_it() -> None:
    more = {"spread/part.py": ""}
    assert modules("import spread.gone", **more) == []
    used = {**more, "tests/test_other.py": "from spread.part import a\n"}
    assert [violation.subject for violation in modules("import spread.gone", **used)] == ["spread.gone"]


ABSENT = cases(
    from_="from shop.orders import gone",
    in_a_function="def f():\n    from shop.orders import gone",
    for_type_checkers="if TYPE_CHECKING:\n    from shop.orders import gone",
    relative_submodule="from shop import gone",
    among_others="from shop.orders import (\n    Order,\n    gone,\n)",
    patch="@patch('shop.orders.gone')\ndef test_a(gone): ...",
    patch_of_a_package="@patch('shop.api.gone')\ndef test_a(gone): ...",
    setattr_="def test_a(monkeypatch):\n    monkeypatch.setattr('shop.orders.gone', 1)",
    delattr_="def test_a(monkeypatch):\n    monkeypatch.delattr('shop.orders.gone')",
    create_false="patch('shop.orders.gone', create=False)",
    in_try="try:\n    from shop.orders import gone\nexcept ImportError:\n    pass",
)


@pytest.mark.parametrize("text", ABSENT)
def test_a_name_that_a_module_lacks_is_reported_in_each_form(text: str) -> None:
    (violation,) = names(text)
    module = next(name for name in ("shop.orders", "shop.api", "shop") if name in text)
    assert violation.subject == f"{module}.gone"
    assert violation.message == f"module {module} has no gone"
    assert modules(text) == []


PRESENT = cases(
    defined="from shop.orders import Order, make",
    imported="from shop.api import make",
    submodule="from shop import orders, api",
    star="from shop.orders import *",
    attribute_of_a_class="patch('shop.orders.Order.gone')",
    dunder="from shop.orders import __name__, __file__, __doc__\npatch('shop.orders.__name__')",
    getattr_="from shop.lazy import anything\npatch('shop.lazy.anything')",
    star_from_outside="from shop.star import anything",
    own_path="from shop.paths import anything",
    created="patch('shop.orders.gone', create=True)",
    not_raising="def test_a(monkeypatch):\n    monkeypatch.setattr('shop.orders.gone', 1, raising=False)",
    builtin="patch('shop.orders.open')",
    fallback="try:\n    from shop.orders import gone\nexcept ImportError:\n    gone = None",
    expected="with raises(ImportError):\n    from shop.orders import gone",
    others="from numpy import gone",
    patch_of_others="patch('os.path.gone')",
    patch_through_an_import="patch('shop.api.make.gone')",
)


@pytest.mark.parametrize("text", PRESENT)
def test_a_name_that_may_be_there_is_left_alone(text: str) -> None:
    assert names(text) == []
    assert modules(text) == []


def test_relative_names_are_shown_with_the_whole_module() -> None:
    assert names("from .orders import gone", "shop/new.py")[0].message == "module shop.orders has no gone"
    assert names("from . import gone", "shop/new.py")[0].message == "module shop has no gone"


@pytest.mark.parametrize(
    ("module", "reported"),
    [
        ("gone = 1\n", False),
        ("gone: int = 1\n", False),
        ("gone: int\n", True),
        ("if x:\n    gone = 1\n", False),
        ("try:\n    import gone\nexcept ImportError:\n    gone = None\n", False),
        ("for gone in x: ...\n", False),
        ("def f():\n    global gone\n    gone = 1\n", False),
        ("from shop.other import *\n", False),
        ("from shop.private import *\n", True),
        ("globals()['gone'] = 1\n", False),
        ("def f():\n    gone = 1\n", True),
        ("class A:\n    gone = 1\n", True),
        ("__all__ = ['gone']\n", True),
        ("import gone.more\n", False),
        ("def (:\n", False),
    ],
)
def test_a_module_has_the_names_that_it_binds(module: str, reported: bool) -> None:
    more = {"shop/new.py": module, "shop/other.py": "gone = 1\n", "shop/private.py": "_gone = 1\n"}
    assert bool(names("from shop.new import gone", **more)) is reported


def test_only_files_in_focus_are_looked_at() -> None:
    texts = SHOP | {PATH: "import shop.gone", "tests/test_b.py": "import shop.gone\nfrom shop import lost"}
    evidence = evidence_of(texts, focus=frozenset({"tests/test_b.py"}))
    assert [violation.path for violation in violations_in(missing_module.RULE, evidence)] == ["tests/test_b.py"]
    assert [violation.path for violation in violations_in(missing_name.RULE, evidence)] == ["tests/test_b.py"]
