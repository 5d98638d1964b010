"""package-exports: how an `__init__` changes, what keeps names as they are, and that its users see no difference."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from codemod_texts import notes_of, results_of, rewritten_texts, skips_of
from collectbench.codemods import Choices, Request
from collectbench.codemods.package_exports import CODEMOD
from collectbench.model.costs import Profile
from collectbench.model.diagnosis import Finding
from collectbench.model.fixes import Edit, Failure, Skip
from collectbench.model.lint_settings import Collection
from collectbench.model.run import Environment, Tool
from collectbench.model.sample import Status
from collectbench.sources.modules import Modules
from lint_texts import evidence_of

INIT = "kit/__init__.py"
FUNCTIONS = '''

def __getattr__(name: str) -> object:
    """Load a name of the package when it is first used (PEP 562)."""
    if name not in _EXPORTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module, attribute = _EXPORTS[name]
    value = import_module(module, __name__)
    if attribute:
        value = getattr(value, attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_EXPORTS} - {"TYPE_CHECKING"})
'''
PARTS = {
    "kit/a.py": "b = 1\nclass c: ...\n",
    "kit/sub.py": "x = 1\n",
    "kit/deep/__init__.py": "",
    "kit/deep/inner.py": "d = 1\n",
    "kit/acts.py": "print()\none = 1\n",
    "kit/loud/__init__.py": "print()\n",
    "kit/loud/x.py": "y = 1\n",
    "kit/stars/__init__.py": "from ..a import *\n",
    "kit/stars/late.py": "",
}


def tree(init: str, **parts: str) -> dict[str, str]:
    """Return a package with this `__init__`, the parts above and others, by the name of the module."""
    return PARTS | {f"kit/{name}.py": text for name, text in parts.items()} | {INIT: init}


def rewritten(init: str, **parts: str) -> str:
    """Return the new text of the `__init__`."""
    after = rewritten_texts(CODEMOD, tree(init, **parts), focus=frozenset({INIT}))
    assert list(after) == [INIT]
    return after[INIT]


def skips(init: str, **parts: str) -> list[tuple[int, str]]:
    """Return lines and reasons of what stays in the `__init__`."""
    found = skips_of(CODEMOD, tree(init, **parts), focus=frozenset({INIT}))
    assert all(path == INIT for path, _, _ in found)
    return [(line, reason) for _, line, reason in found]


def profile_naming(package: str) -> Profile:
    """Return a profile that found the cause in a package."""
    finding = Finding(
        cause="package-exports",
        subject=package,
        title="",
        evidence=(),
        locations=(),
        estimated_saving_s=1.0,
        saving_alone_s=None,
        bound=False,
        fix="",
    )
    nothing = dict.fromkeys(("shares", "imports", "collectors", "plugins", "hooks", "events"), ())
    environment = Environment(
        python="3.12.4",
        implementation="CPython",
        pytest="8.3.2",
        plugins={},
        platform="Linux",
        cpu_model="",
        cpu_count=2,
        bytecode="written",
        flags={},
    )
    return Profile(
        tool=Tool(name="collectbench", version="0.1.0"),
        created="2026-01-01T00:00:00Z",
        environment=environment,
        target="tests",
        status=Status.OK,
        message="",
        complete=True,
        wall_s=1.0,
        traced_wall_s=1.1,
        counts=None,
        phases={},
        gc_s=0.0,
        gc_passes=0,
        findings=(finding,),
        **nothing,  # type: ignore[arg-type]
    )


def head(text: str) -> str:
    """Return what stands before the functions."""
    return text.partition("\n\ndef __getattr__")[0]


def test_imports_become_a_table_and_a_getattr() -> None:
    before = '''\
"""A kit."""

import os

from . import sub
from .a import b, c as d  # the names

# the deep ones
from .deep import inner

VERSION = "1"
'''
    after = '''\
"""A kit."""

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import sub
    from .a import b, c as d  # the names

    # the deep ones
    from .deep import inner

VERSION = "1"

__all__ = [
    "VERSION",
    "a",
    "b",
    "d",
    "deep",
    "inner",
    "os",
    "sub",
]
_EXPORTS = {
    "sub": (".sub", ""),
    "b": (".a", "b"),
    "d": (".a", "c"),
    "inner": (".deep.inner", ""),
    "a": (".a", ""),
    "deep": (".deep", ""),
}
'''
    deep = PARTS | {"kit/deep/__init__.py": "from . import inner as _\n"}
    result = rewritten_texts(CODEMOD, deep | {INIT: before}, focus=frozenset({INIT}))
    assert result == {INIT: after + FUNCTIONS}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            'from .a import b\n\n__all__ = ["b"]\n',
            """\
            from typing import TYPE_CHECKING

            if TYPE_CHECKING:
                from .a import b

            __all__ = ["b"]

            _EXPORTS = {
                "b": (".a", "b"),
                "a": (".a", ""),
            }
            """,
            id="with __all__",
        ),
        pytest.param(
            'from kit.a import b\nfrom kit import sub as s\n__all__ = ["b"]\n',
            """\
            from typing import TYPE_CHECKING

            if TYPE_CHECKING:
                from kit.a import b
                from kit import sub as s

            __all__ = ["b"]

            _EXPORTS = {
                "b": ("kit.a", "b"),
                "s": ("kit.sub", ""),
                "a": (".a", ""),
                "sub": (".sub", ""),
            }
            """,
            id="absolute",
        ),
        pytest.param(
            '__all__ = ["b"]\nfrom typing import TYPE_CHECKING\n\nfrom .a import (\n    b,  # one\n    c,\n)\n',
            """\
            __all__ = ["b"]
            from typing import TYPE_CHECKING

            if TYPE_CHECKING:
                from .a import (
                    b,  # one
                    c,
                )

            _EXPORTS = {
                "b": (".a", "b"),
                "c": (".a", "c"),
                "a": (".a", ""),
            }
            """,
            id="TYPE_CHECKING is there",
        ),
        pytest.param(
            '__all__ = ["b"]\n# both\nfrom . import acts, sub\n',
            """\
            __all__ = ["b"]

            from typing import TYPE_CHECKING

            if TYPE_CHECKING:
                from . import sub

            # both
            from . import acts

            _EXPORTS = {
                "sub": (".sub", ""),
            }
            """,
            id="one of two modules in a line",
        ),
        pytest.param(
            '__all__ = ["b"]\nfrom .a import b\nfrom .acts import one\nX = one + 1\n',
            """\
            __all__ = ["b"]

            from typing import TYPE_CHECKING

            if TYPE_CHECKING:
                from .a import b

            from .acts import one
            X = one + 1

            _EXPORTS = {
                "b": (".a", "b"),
                "a": (".a", ""),
            }
            """,
            id="other imports stay before the table",
        ),
    ],
)
def test_the_imports_move(before: str, after: str) -> None:
    assert head(rewritten(before)) == dedent(after).rstrip("\n") + "\n"


def test_the_functions_come_before_imports_whose_modules_look_for_the_names_in_functions() -> None:
    text = '__all__ = ["b"]\nfrom .a import b\nfrom .late import y\nX = y\n'
    late = "def f():\n    from kit import b\n    return b\n\ny = f()\n"
    after = rewritten(text, late=late)
    assert after.index("def __getattr__") < after.index("from .late import y")
    assert after.endswith('- {"TYPE_CHECKING"})\n\n\nfrom .late import y\nX = y\n')


def test_an_own_dir_is_kept() -> None:
    after = rewritten('from .a import b\n__all__ = ["b"]\ndef __dir__():\n    return __all__\n')
    assert after.count("def __dir__") == 1
    assert "return __all__" in after


def test_line_endings_are_kept() -> None:
    after = rewritten_texts(CODEMOD, tree('from .a import b\r\n__all__ = ["b"]\r\n'), focus=frozenset({INIT}))[INIT]
    assert after.count("\r\n") == after.count("\n")


def test_names_that_only_type_checkers_see_do_not_get_into_all() -> None:
    text = "from typing import TYPE_CHECKING\nfrom .a import b\nif TYPE_CHECKING:\n    from .sub import x\n"
    after = rewritten(text)
    assert '"x"' not in after
    assert '"TYPE_CHECKING",' in after  # a star import brings it, as before
    assert "- {" not in after


def test_a_deleted_name_does_not_get_into_all() -> None:
    assert '"os"' not in rewritten("import os\nX = os.sep\ndel os\nfrom .a import b\n")


@pytest.mark.parametrize(
    ("init", "line", "reason"),
    [
        pytest.param("from .a import *\nfrom .sub import x\n", 1, "its star import", id="star import"),
        pytest.param("from .a import b\ndef __getattr__(n): ...\n", 2, "it has a __getattr__", id="__getattr__"),
        pytest.param("from .a import b\nfrom .acts import __getattr__\n", 2, "it has a", id="imported __getattr__"),
        pytest.param("from .a import b\nX = sorted(globals())\n", 2, "it calls globals()", id="globals"),
        pytest.param("from .a import b\nimport sys\nsys.modules['x'] = 1\n", 3, "sys.modules", id="sys.modules"),
        pytest.param("from .a import b\ntry:\n    import x\nexcept E: x = 1\n", 2, "only sometimes", id="no __all__"),
    ],
)
def test_a_whole_file_stays(init: str, line: int, reason: str) -> None:
    ((where, why),) = skips(init)
    assert where == line
    assert reason in why


@pytest.mark.parametrize(
    ("init", "line", "reason"),
    [
        pytest.param("from .a import b\nX = b + 1\n", 1, "line 2 uses it while", id="used in a value"),
        pytest.param("from .a import c\nclass D(c): ...\n", 1, "line 2 uses it while", id="base"),
        pytest.param("from .a import b\n@b\ndef f(): ...\n", 1, "line 2 uses it while", id="decorator"),
        pytest.param("from .a import b\ndef f(x=b): ...\n", 1, "line 2 uses it while", id="default"),
        pytest.param("from .a import c\ndef f(x: 'c'): ...\n", 1, "line 2 uses it while", id="annotation in quotes"),
        pytest.param("from .a import b\nb.x: int = 1\n", 1, "line 2 uses it while", id="annotated attribute"),
        pytest.param("from .a import b\nf = lambda: b\n", 1, "the function in line 2 uses it", id="lambda"),
        pytest.param("from .a import b\ndef f():\n    return b\n", 1, "the function in line 3", id="function"),
        pytest.param("from .a import b\nasync def f():\n    return b\n", 1, "the function in", id="async function"),
        pytest.param("from .a import b\ndef f():\n    global b\n", 1, "line 3 binds it too", id="global"),
        pytest.param("from .a import b\nb = 2\n", 1, "line 2 binds it too", id="bound again"),
        pytest.param("from .a import b\ndel b\n", 1, "line 2 uses it while", id="deleted"),
        pytest.param("from .a import c as sub\n", 1, "a module of the package has the same name", id="module's name"),
        pytest.param("from .a import none\n", 1, "kit/a.py does not bind it", id="missing name"),
        pytest.param("from .gone import x\n", 1, "is not in this tree", id="missing module"),
        pytest.param("from . import VERSION\nVERSION = 1\n", 1, "imports it from itself", id="itself"),
        pytest.param("import os; from .a import b\n", 1, "it shares its line", id="semicolon"),
        pytest.param("import kit.sub\n", 1, "binds the package itself", id="import a.b"),
        pytest.param("__all__ = []\nif X:\n    from .a import b\n", 3, "it stands in a condition", id="condition"),
        pytest.param("__all__ = []\ntry:\n    from .a import b\nfinally:\n    pass\n", 3, "it stands in try", id="try"),
        pytest.param("__all__ = []\nwith X:\n    from .a import b\n", 3, "it stands in a block", id="with"),
        pytest.param("from .acts import one\n", 1, "kit/acts.py:1, which it loads, calls print", id="side effect"),
        pytest.param("from .loud.x import y\n", 1, "kit/loud/__init__.py:1, which it loads", id="its package acts"),
        pytest.param("from .stars import late\n", 1, "it may be a module or a name", id="module or name"),
        pytest.param("from .deep.inner import d\n", 1, "kit/deep does not load itself", id="nested module"),
    ],
)
def test_a_name_stays(init: str, line: int, reason: str) -> None:
    ((where, why),) = skips(init)
    assert where == line
    assert reason in why


def test_both_lines_stay_that_bind_a_name() -> None:
    assert skips("from .a import b\nfrom .sub import x as b\n") == [
        (1, "line 2 binds it too"),
        (2, "line 1 binds it too"),
    ]


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        pytest.param("from kit import b\nx = b\n", "kit/late.py:1 imports it from the half-made package", id="from"),
        pytest.param("from . import b\nx = b\n", "kit/late.py:1 imports it from the half-made package", id="relative"),
        pytest.param("import kit\nx = kit.b\n", "kit/late.py:2 uses it of the half-made package", id="attribute"),
        pytest.param("import kit as k\nx = k.b\n", "kit/late.py:2 uses it of the half-made package", id="as"),
        pytest.param("from kit import *\nx = b\n", "kit/late.py:1 imports it from the half-made package", id="star"),
    ],
)
def test_a_name_stays_that_a_module_uses_of_the_half_made_package(part: str, reason: str) -> None:
    assert (1, reason) in skips('from .a import b\nfrom .late import x\n__all__ = ["b"]\n', late=part)


def test_a_module_may_use_names_in_its_functions_and_modules_of_the_package() -> None:
    late = "from . import sub\n\ndef f():\n    from kit import b\n    return b\n\nx = sub\n"
    assert skips('from . import sub\nfrom .a import b\nfrom .late import x\n__all__ = ["b"]\n', late=late) == []


def test_names_of_a_module_that_is_loaded_anyway_stay_with_the_others() -> None:
    assert skips("from .a import b, c\nfrom .user import d\nX = b\n", user="from .a import b as d\n") == [
        (1, "line 1, which stays, loads its module anyway"),
        (1, "line 3 uses it while the package is imported"),
    ]


def test_modules_that_import_each_other_are_loaded_in_their_order() -> None:
    reason = "it loads kit/p.py and kit/q.py, which import each other: which of them comes first matters"
    found = skips("from .p import x\nfrom .q import y\n", p="from .q import y\nx = 1\n", q="from . import p\ny = 1\n")
    assert found == [(1, reason), (2, "line 1, which stays, loads its module anyway")]


def test_what_loads_a_circle_before_a_line_that_stays_stays_too() -> None:
    p, q = "from .q import y\nx = 1\n", "from . import p\ny = 1\n"
    found = skips("from .first import z\nfrom .q import y\nX = y\n", p=p, q=q, first="from .p import x as z\n")
    assert [line for line, _ in found] == [1, 2]


@pytest.mark.parametrize(
    "test",
    [
        pytest.param("@patch('kit.a.b')\ndef test_a(b): ...\n", id="patch"),
        pytest.param("from kit import a\n\ndef test_a():\n    patch.object(a, 'b')\n", id="patch.object"),
        pytest.param("from kit import a\n\ndef test_a(m):\n    m.setattr(a, 'b', 1)\n", id="monkeypatch"),
    ],
)
def test_a_name_stays_that_a_test_patches_in_its_own_module(test: str) -> None:
    texts = tree("from .a import b\n") | {"tests/test_a.py": test}
    reason = "tests/test_a.py patches b in kit/a.py: a first use meanwhile would keep the mock"
    assert skips_of(CODEMOD, texts, focus=frozenset({INIT})) == [(INIT, 1, reason)]


def test_a_name_that_a_test_patches_in_the_package_is_loaded_late() -> None:
    texts = tree("from .a import b\n") | {"tests/test_a.py": "@patch('kit.b')\ndef test_a(b): ...\n"}
    assert skips_of(CODEMOD, texts, focus=frozenset({INIT})) == []


@pytest.mark.parametrize("read", ["vars(kit)", "kit.__dict__", "inspect.getmembers(kit)"])
def test_a_package_stays_whose_namespace_another_file_reads(read: str) -> None:
    texts = tree("from .a import b\n") | {"tool.py": f"import kit\n\nX = {read}\n"}
    reason = "tool.py:3 reads all of its names at once, without asking __getattr__"
    assert skips_of(CODEMOD, texts, focus=frozenset({INIT})) == [(INIT, 0, reason)]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        pytest.param("pytest_configure", "pytest looks for it in a plugin", id="hook"),
        pytest.param("shop", "it is a fixture", id="fixture"),
    ],
)
def test_a_name_stays_that_pytest_looks_for(name: str, reason: str) -> None:
    part = "import pytest\n\n@pytest.fixture\ndef shop(): ...\n\ndef pytest_configure(): ...\n"
    ((_, why),) = skips(f"from .late import {name}\n", late=part)
    assert reason in why


def test_a_test_class_of_a_package_of_tests_stays() -> None:
    texts = {"tests/__init__.py": "from .base import TestBase\n", "tests/base.py": "class TestBase: ...\n"}
    (skip,) = skips_of(CODEMOD, texts, focus=frozenset({"tests/__init__.py"}))
    assert skip == ("tests/__init__.py", 1, "pytest may look for tests of this name here")


@pytest.mark.parametrize(
    ("other", "line"),
    [
        pytest.param("import pytest\nimport kit.a\nkit = pytest.importorskip('kit')\n", 3, id="importorskip"),
        pytest.param("try:\n    import kit\nexcept ImportError:\n    kit = None\n", 2, id="try"),
    ],
)
def test_a_name_stays_that_decides_whether_the_package_can_be_imported(other: str, line: int) -> None:
    texts = tree("from .late import x\n", late="import numba\nx = 1\n") | {"tests/test_a.py": other}
    reason = (
        f"tests/test_a.py:{line} finds out whether the package can be imported, and kit/late.py needs numba for that"
    )
    assert skips_of(CODEMOD, texts, focus=frozenset({INIT})) == [(INIT, 1, reason)]
    texts["kit/late.py"] = "import json\nx = 1\n"
    assert skips_of(CODEMOD, texts, focus=frozenset({INIT})) == []


@pytest.mark.parametrize("installed", ["numba", "numpy"])
def test_a_name_stays_whose_module_needs_a_package_that_is_not_installed(tmp_path: Path, installed: str) -> None:
    (tmp_path / "site" / installed).mkdir(parents=True)
    texts = {INIT: "from .late import x\n", "kit/late.py": "import numba\nx = 1\n"}
    evidence = evidence_of(texts, focus=frozenset({INIT}))
    evidence.codebase.modules = Modules(root=tmp_path / "tree", paths=sorted(texts), site=(tmp_path / "site",))
    results = list(CODEMOD.rewrite(Request(evidence=evidence, violations=())))
    assert [each.reason for each in results if isinstance(each, Skip)] == (
        ["kit/late.py imports numba, which is not installed: the package itself would not fail any more"]
        if installed == "numpy"
        else []
    )


def test_a_file_that_vanishes_meanwhile_uses_nothing() -> None:
    texts = tree("from .a import b\nfrom .late import x\n", late="import numba\nx = 1\n")
    evidence = evidence_of(texts | {"tool.py": "import kit.a\nX = vars(kit)\n"}, focus=frozenset({INIT}))
    read = evidence.codebase.read

    def read_others(path: str) -> bytes:
        if path == "tool.py":
            raise OSError(path)
        return read(path)

    evidence.codebase.read = read_others
    results = list(CODEMOD.rewrite(Request(evidence=evidence, violations=())))
    assert [each.path for each in results if isinstance(each, Edit)] == [INIT]


def test_only_type_checkers_may_see_the_half_made_package() -> None:
    late = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from kit import b\nx = 1\n"
    assert skips("from .a import b\nfrom .late import x\n", late=late) == []


@pytest.mark.parametrize("late", ["from . import sub\n", "from .. import kit\n", "import os\nX = os.b\n"])
def test_other_uses_by_a_module_of_the_package_do_not_matter(late: str) -> None:
    assert skips("from .a import b\nfrom .late import x\n", late=f"{late}x = 1\n") == []


def test_a_test_file_stays() -> None:
    collection = Collection(files=frozenset({INIT}), tests=frozenset())
    (skip,) = skips_of(CODEMOD, tree("from .a import b\n"), focus=frozenset({INIT}), collection=collection)
    assert "pytest collects it as a test file" in skip[2]


def test_the_packages_that_the_user_names_are_rewritten() -> None:
    texts = tree("from .a import b\n", deep="") | {"other/__init__.py": "from .a import b\n", "other/a.py": "b = 1\n"}
    assert list(rewritten_texts(CODEMOD, texts, choices=Choices(names=("other",)))) == ["other/__init__.py"]


def test_the_packages_that_a_profile_names_are_rewritten() -> None:
    texts = tree("from .a import b\n") | {"other/__init__.py": "from .a import b\n", "other/a.py": "b = 1\n"}
    assert list(rewritten_texts(CODEMOD, texts, profile=profile_naming("kit"))) == [INIT]


def test_a_package_without_reexports_is_not_mentioned() -> None:
    assert results_of(CODEMOD, tree("import os\n"), focus=frozenset({INIT})) == ()


def test_a_getattr_may_be_a_value() -> None:
    ((line, reason),) = skips("from .a import b\n__getattr__ = make()\n")
    assert (line, reason) == (0, "it has a __getattr__")


def test_nothing_is_rewritten_unless_a_package_is_named() -> None:
    texts = tree("from .a import b\n")
    assert notes_of(CODEMOD, texts) == [
        "no package is named: give the paths of __init__.py files, or a profile that has the finding"
    ]
    assert [each for each in results_of(CODEMOD, texts) if isinstance(each, Edit)] == []


def test_the_root_may_be_the_package() -> None:
    texts = {"__init__.py": "from .a import b\nfrom .inner import x\n", "a.py": "b = 1\n"}
    texts |= {"inner/__init__.py": "from .y import x\n", "inner/y.py": "from kit import a\nx = a\n"}
    evidence = evidence_of(texts, focus=frozenset({"__init__.py", "inner/__init__.py"}))
    evidence.codebase.modules = Modules(root=Path("/nowhere"), paths=sorted(texts), package="kit")
    results = list(CODEMOD.rewrite(Request(evidence=evidence, violations=())))
    edits = {each.path: each.after.decode() for each in results if isinstance(each, Edit)}
    assert not [each for each in results if isinstance(each, Skip)]
    assert '"a": (".a", ""),\n    "inner": (".inner", ""),\n}' in edits["__init__.py"]
    assert '"y": (".y", ""),\n}' in edits["inner/__init__.py"]


def test_a_note_says_how_much_less_is_loaded() -> None:
    (note,) = notes_of(CODEMOD, tree("from .a import b\nfrom .sub import x\nX = x\n"), focus=frozenset({INIT}))
    assert note == f"{INIT}: 1 of 2 names are loaded at their first use; `import kit` loads 1 file less"


def test_a_file_that_does_not_parse_is_a_failure() -> None:
    (failure,) = results_of(CODEMOD, tree("from .a import (\n"), focus=frozenset({INIT}))
    assert isinstance(failure, Failure)


LIVE = {
    "kit/__init__.py": """
        import os
        from . import sub
        from .a import Animal, Cat as Pet
        from .deep import leaf
        from .names import one, two

        LIMIT = 3
        """,
    "kit/a.py": """
        from .base import Animal

        class Cat(Animal):
            __module__ = 'kit'
            __qualname__ = 'Pet'
        """,
    "kit/base.py": "class Animal: ...\n",
    "kit/sub.py": "x = 1\n",
    "kit/deep/__init__.py": "from .inner import leaf\n",
    "kit/deep/inner.py": "def leaf(): return 1\n",
    "kit/names.py": "one = 1\ntwo = 2\n",
}
SEEN = """
import json, pickle, sys
from unittest.mock import patch

import kit
at_first = sorted(name for name in sys.modules if name.startswith("kit"))
listed = [name for name in dir(kit) if not name.startswith("__") and name != "_EXPORTS"]
with patch("kit.one") as mock:
    patched = kit.one is mock
pickled = pickle.dumps([kit.Animal(), kit.Pet(), kit.leaf]).hex()
stars = {}
exec("from kit import *", stars)
try:
    kit.none
except AttributeError as error:
    message = str(error)
print(json.dumps({
    "at first": at_first,
    "dir": listed,
    "star": sorted(stars.keys() - {"__builtins__"}),
    "pickled": pickled,
    "unpickled": [type(each).__name__ for each in pickle.loads(bytes.fromhex(pickled))],
    "instance": [isinstance(kit.Pet(), kit.Animal), kit.Animal is kit.base.Animal, kit.deep.inner.leaf is kit.leaf],
    "modules": [kit.sub.x, kit.names.two, kit.a.Animal is kit.Animal, kit.os is sys.modules["os"]],
    "patched": [patched, kit.one, "one" in vars(kit)],
    "has": [hasattr(kit, "two"), hasattr(kit, "three"), message],
}))
"""


def test_users_of_the_package_see_no_difference(tmp_path: Path) -> None:
    texts = {path: dedent(text) for path, text in LIVE.items()}
    before = _seen(tmp_path / "before", texts)
    after = _seen(tmp_path / "after", texts | rewritten_texts(CODEMOD, texts, focus=frozenset({INIT})))
    assert len(before.pop("at first")) == 7
    assert after.pop("at first") == ["kit"]
    assert after == before


def _seen(root: Path, texts: dict[str, str]) -> dict[str, Any]:
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    command = [sys.executable, "-c", SEEN]
    answer = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)  # type: ignore[no-any-return]
