"""unused-import: what goes with an import, what stays, and which imports are needed although nothing uses the name."""

from __future__ import annotations

import ast
from pathlib import Path
from textwrap import dedent
from typing import Any

import libcst
import pytest

from codemod_texts import results_of, rewritten_texts, skips_of
from collectbench.codemods import Request
from collectbench.codemods.effects.import_needs import Imported, ImportNeeds
from collectbench.codemods.unused_import import CODEMOD, without
from collectbench.model.fixes import Edit, Effect, Failure, Skip
from collectbench.model.lint import Violation
from collectbench.model.lint_settings import Collection
from collectbench.sources.modules import Modules
from lint_texts import evidence_of

PATH = "tests/test_a.py"
TEST = "\n\ndef test_a(): ...\n"


def unused(text: str, *names: str, path: str = PATH) -> dict[str, Any]:
    """Return what ruff would say about these names of imports in a file, each in the first line that has it."""
    lines = dedent(text).splitlines()
    where = []
    for name in names:
        last = name.rpartition(".")[2]
        line = next(number for number, each in enumerate(lines, 1) if last in each and not each.startswith("#"))
        where.append((line, name))
    return {"unused": {path: tuple(where)}, "heavy": {"pandas": 1.0, "scipy": 1.0, "numpy": 1.0, "shop": 1.0}}


@pytest.mark.parametrize(
    ("before", "names", "after"),
    [
        pytest.param("import os\nimport pandas\n", ["pandas"], "import os\n", id="a whole line"),
        pytest.param("import pandas\n\nimport os\n", ["pandas"], "import os\n", id="a file begins with no empty line"),
        pytest.param(
            "import pandas\n\n# of the system\nimport os\n",
            ["pandas"],
            "# of the system\nimport os\n",
            id="a comment below the first line stays",
        ),
        pytest.param("import os, pandas\n", ["pandas"], "import os\n", id="the last name of a line"),
        pytest.param("import pandas as pd, os\n", ["pandas"], "import os\n", id="the first name of a line"),
        pytest.param(
            "from pandas import Index, Series\n", ["pandas.Index"], "from pandas import Series\n", id="a name of from"
        ),
        pytest.param(
            "from pandas import (\n    Index,  # the axis\n    Series,\n)\n",
            ["pandas.Index"],
            "from pandas import (\n    Series,\n)\n",
            id="the comment of a name goes with it",
        ),
        pytest.param(
            "from pandas import (\n    Index,  # the axis\n    Series,  # a column\n)\n",
            ["pandas.Series"],
            "from pandas import (\n    Index,  # the axis\n)\n",
            id="the comment of another name stays",
        ),
        pytest.param(
            "from pandas import (\n    Index,  # the axis\n    Series  # a column\n)\n",
            ["pandas.Series"],
            "from pandas import (\n    Index,  # the axis\n)\n",
            id="the comment of a last name without a comma",
        ),
        pytest.param(
            "from pandas import (Index,  # the axis\n    Series)\n",
            ["pandas.Series"],
            "from pandas import (Index,  # the axis\n)\n",
            id="the last name beside the parenthesis",
        ),
        pytest.param(
            "from pandas import (Index, Series)\n", ["pandas.Series"], "from pandas import (Index)\n", id="one line"
        ),
        pytest.param(
            "import os\n\n# for the table\nimport pandas\n\nX = 1\n",
            ["pandas"],
            "import os\n\nX = 1\n",
            id="the comment above a lone line goes with it",
        ),
        pytest.param(
            "import os\n\n# third party\nimport pandas\nimport pluggy\n",
            ["pandas"],
            "import os\n\n# third party\nimport pluggy\n",
            id="the heading of a group stays",
        ),
        pytest.param(
            "import os\n\nimport pandas\nimport pluggy\n",
            ["pandas"],
            "import os\n\nimport pluggy\n",
            id="the empty line before a group stays",
        ),
        pytest.param(
            "import os\n\n# about the file\n\n# the table\nimport pandas\n\nX = 1\n",
            ["pandas"],
            "import os\n\n# about the file\n\nX = 1\n",
            id="comments further above stay",
        ),
        pytest.param("import os; import pandas\n", ["pandas"], "import os\n", id="after a semicolon"),
        pytest.param("import pandas; import os\n", ["pandas"], "import os\n", id="before a semicolon"),
        pytest.param(
            "with open('x'):\n    # the table\n    import pandas\n",
            ["pandas"],
            "with open('x'):\n    pass\n",
            id="a block that is left empty",
        ),
        pytest.param("with open('x'): import pandas\n", ["pandas"], "with open('x'): pass\n", id="a block in one line"),
        pytest.param(
            "import pandas\nimport numpy\nimport os\n", ["pandas", "numpy"], "import os\n", id="two lines of one file"
        ),
        pytest.param(
            "from pandas import (\n    Index,\n    Series,\n)\nimport os\n",
            ["pandas.Index", "pandas.Series"],
            "import os\n",
            id="all names of a statement",
        ),
    ],
)
def test_the_import_goes(before: str, names: list[str], after: str) -> None:
    text = before + TEST
    assert rewritten_texts(CODEMOD, {PATH: text}, **unused(text, *names)) == {PATH: after + TEST}


def test_comments_behind_a_removed_last_line_stay_at_the_end() -> None:
    module = libcst.parse_module("import os\n\n# about the file\n\n# the table\nimport pandas\n# the end\n")
    assert without(module, {6: frozenset({("pandas", None)})}).code == "import os\n\n# about the file\n# the end\n"


def test_warnings_of_the_removed_import_may_vanish_in_its_file_alone() -> None:
    text = "import pandas\n" + TEST
    (edit,) = results_of(CODEMOD, {PATH: text}, **unused(text, "pandas"))
    assert isinstance(edit, Edit)
    assert [(each.effect, each.path) for each in edit.permits] == [(Effect.WARNING_GONE, PATH)]


def test_the_line_endings_of_the_file_are_kept() -> None:
    text = "import os\r\nimport pandas\r\n"
    assert rewritten_texts(CODEMOD, {PATH: text}, **unused(text, "pandas")) == {PATH: "import os\r\n"}


@pytest.mark.parametrize(
    ("text", "name", "reason"),
    [
        pytest.param("import pandas as pandas\n", "pandas", "says that it is passed on", id="as the same name"),
        pytest.param("import pandas\n__all__ = ['pandas']\n", "pandas", "__all__ passes it on", id="in __all__"),
        pytest.param("import pandas\n__all__ = x()\n", "pandas", "__all__ passes it on", id="in an unknown __all__"),
        pytest.param("import pandas  # registers a converter\n", "pandas", "says why", id="a comment behind"),
        pytest.param("# must come before numpy\nimport pandas\n", "pandas", "says why", id="a comment above"),
        pytest.param("import pandas  # pylint: disable=W\n", "pandas", "says why", id="a comment for pylint"),
        pytest.param("import pandas as pd\nX = eval('pd')\n", "pandas", "line 2 calls eval()", id="eval"),
        pytest.param("import pandas as pd\nX = globals()\n", "pandas", "line 2 calls globals()", id="globals"),
        pytest.param("import pandas as pd\nX = 'test_a.pd'\n", "pandas", "line 2 names it", id="in a string"),
        pytest.param("def f():\n    '''>>> pd.x'''\nimport pandas as pd\n", "pandas", "the doctest in", id="a doctest"),
        pytest.param("import pandas as pd\nX = 1  # type: pd.Index\n", "pandas", "a type comment", id="a type comment"),
        pytest.param("from pandas import TestBase\n", "pandas.TestBase", "collect it here", id="a test class"),
        pytest.param("from pandas import setup_module\n", "pandas.setup_module", "pytest looks for", id="a hook"),
        pytest.param("import pandas.plugins\n", "pandas.plugins", "does something", id="a module with such a name"),
    ],
)
def test_an_import_that_its_own_file_may_need_stays(text: str, name: str, reason: str) -> None:
    (skip,) = skips_of(CODEMOD, {PATH: text}, **unused(text, name))
    assert reason in skip[2]


def test_the_package_of_a_module_counts_too() -> None:
    text = "import shop.part as part\n" + TEST
    texts = {PATH: text, "shop/__init__.py": "print()\n", "shop/part.py": ""}
    (skip,) = skips_of(CODEMOD, texts, **unused(text, "shop.part"))
    assert skip[2] == "shop/__init__.py:1, which it loads, calls print"


def test_an_import_in_a_package_of_tests_may_be_passed_on() -> None:
    path = "tests/test_a/__init__.py"
    text = "import pandas\n"
    collection = Collection(files=frozenset({path}), tests=frozenset({path}))
    (skip,) = skips_of(CODEMOD, {path: text}, collection=collection, **unused(text, "pandas", path=path))
    assert skip == (path, 1, "the package may pass it on")


def test_a_relative_import_out_of_the_tree_stays() -> None:
    imported = ast.parse("from ....shop import a\n").body[0]
    assert isinstance(imported, ast.ImportFrom)
    needs = ImportNeeds(evidence=evidence_of({PATH: "from ....shop import a\n"}))
    reason = needs.reason(Imported(path=PATH, node=imported, alias=imported.names[0]))
    assert reason == "nobody can tell which module it means"


def test_whether_a_name_is_a_module_is_looked_up_among_installed_packages(tmp_path: Path) -> None:
    (tmp_path / "scipy" / "stats").mkdir(parents=True)
    user = "import scipy\n\nX = scipy.stats.norm, scipy.constant\n"
    for name, stays in (("stats", True), ("constant", False)):
        text = f"from scipy import {name}\n"
        evidence = evidence_of({PATH: text, "tests/test_b.py": user})
        paths = sorted(evidence.codebase.facts)
        evidence.codebase.modules = Modules(root=tmp_path / "tree", paths=paths, site=(tmp_path,))
        node = ast.parse(text).body[0]
        assert isinstance(node, ast.ImportFrom)
        reason = ImportNeeds(evidence=evidence).reason(Imported(path=PATH, node=node, alias=node.names[0]))
        assert ("as an attribute of scipy" in reason) is stays


def test_an_import_that_has_moved_meanwhile_is_named() -> None:
    text = "import pandas\n" + TEST
    violation = Violation(rule="unused-import", path=PATH, line=2, message="", subject="pandas", group="", fix="")
    request = Request(evidence=evidence_of({PATH: text}), violations=(violation,))
    (skip,) = CODEMOD.rewrite(request)
    assert isinstance(skip, Skip)
    assert skip.reason == "the import is not there any more"


def test_a_file_that_does_not_parse_is_a_failure() -> None:
    violation = Violation(rule="unused-import", path=PATH, line=1, message="", subject="pandas", group="", fix="")
    (failure,) = CODEMOD.rewrite(Request(evidence=evidence_of({PATH: "import (\n"}), violations=(violation,)))
    assert isinstance(failure, Failure)


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        pytest.param("from tests.test_a import pd\n", "imports it from here", id="by name"),
        pytest.param("from .test_a import *\n", "imports it from here", id="by star"),
        pytest.param("def f():\n    from .test_a import pd\n", "imports it from here", id="in a function"),
        pytest.param("from . import test_a\n\nX = test_a.pd.Index\n", "imports it from here", id="as an attribute"),
        pytest.param("@patch('tests.test_a.pd.Index')\ndef f(): ...\n", "patches it here", id="in a patch"),
    ],
)
def test_an_import_that_another_file_uses_stays(other: str, reason: str) -> None:
    text = "import pandas as pd\n" + TEST
    texts = {"tests/__init__.py": "", PATH: text, "tests/test_b.py": other}
    assert skips_of(CODEMOD, texts, **unused(text, "pandas")) == [(PATH, 1, f"tests/test_b.py {reason}")]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param("from . import test_a\n\nX = test_a.other\n", id="another name of the file"),
        pytest.param("from .test_a import test_a\n", id="another name by import"),
        pytest.param("import pandas as pd\n", id="the same module for itself"),
    ],
)
def test_a_look_alike_in_another_file_does_not_keep_it(other: str) -> None:
    text = "import pandas as pd\n" + TEST
    texts = {"tests/__init__.py": "", PATH: text, "tests/test_b.py": other}
    assert rewritten_texts(CODEMOD, texts, **unused(text, "pandas")) == {PATH: TEST.lstrip()}


def test_a_module_that_another_file_uses_as_an_attribute_stays() -> None:
    text = "import scipy.stats\n" + TEST
    user = "import scipy\n\n\ndef test_b():\n    scipy.stats.norm()\n"
    reason = "tests/test_b.py may use scipy.stats as an attribute of scipy without importing it"
    assert skips_of(CODEMOD, {PATH: text, "tests/test_b.py": user}, **unused(text, "scipy.stats")) == [
        (PATH, 1, reason)
    ]
    importer = user.replace("import scipy\n", "import scipy.stats\n")
    assert rewritten_texts(CODEMOD, {PATH: text, "tests/test_b.py": importer}, **unused(text, "scipy.stats")) == {
        PATH: TEST.lstrip()
    }


@pytest.mark.parametrize(
    ("module", "reason"),
    [
        pytest.param("X = 1\n\ndef f(): ...\n\nclass A(Exception): ...\n", None, id="definitions"),
        pytest.param("import logging\nlog = logging.getLogger(__name__)\n", None, id="a logger"),
        pytest.param("import atexit\natexit.register(print)\n", "calls atexit.register", id="a call"),
        pytest.param("from shop import hub\nhub.RULES['a'] = 1\n", "changes hub.RULES", id="an entry elsewhere"),
        pytest.param("from shop.hub import rule\n@rule\ndef f(): ...\n", "changes RULES", id="a decorator"),
        pytest.param("from shop.hub import plain\n@plain\ndef f(): ...\n", None, id="a plain decorator"),
        pytest.param("from shop.hub import Base\nclass A(Base): ...\n", "__init_subclass__ changes", id="a base"),
        pytest.param("from shop.hub import Meta\nclass A(metaclass=Meta): ...\n", "Meta changes", id="a metaclass"),
        pytest.param("import django\nclass A(django.Model): ...\n", "inherits from django.Model", id="a model"),
        pytest.param("import app\n@app.route('/')\ndef f(): ...\n", "may register it", id="a foreign decorator"),
        pytest.param("from shop.hub import make\nX = make('a')\n", "changes RULES", id="a call of a function"),
        pytest.param("import readline\n", "readline, whose import has side effects", id="a known module"),
        pytest.param("from shop import hub\n", None, id="a module that only offers to register"),
        pytest.param("from shop import deep\n", "shop/deep.py:1, which it loads, calls print", id="in what it loads"),
    ],
)
def test_a_module_of_the_project_goes_only_if_nothing_happens_in_it(module: str, reason: str | None) -> None:
    hub = """
        RULES = {}

        def rule(function):
            RULES[function.__name__] = function
            return function

        def make(name):
            RULES.setdefault(name, 1)

        def plain(function):
            function.marked = True
            return function

        class Base:
            known = []

            def __init_subclass__(cls):
                cls.known.append(cls)

        class Meta(type):
            def __new__(mcs, name, bases, namespace):
                made = super().__new__(mcs, name, bases, namespace)
                RULES[name] = made
                return made
        """
    text = "import shop.part as part\n" + TEST
    texts = {"shop/__init__.py": "", "shop/hub.py": hub, "shop/deep.py": "print()\n", "shop/part.py": module}
    values = unused(text, "shop.part")
    if reason is None:
        assert rewritten_texts(CODEMOD, {PATH: text} | texts, **values) == {PATH: TEST.lstrip()}
    else:
        (skip,) = skips_of(CODEMOD, {PATH: text} | texts, **values)
        assert reason in skip[2]


def test_modules_that_import_each_other_are_left_in_their_order() -> None:
    text = "import shop.a as a\n" + TEST
    texts = {"shop/__init__.py": "", "shop/a.py": "from shop import b\n", "shop/b.py": "from shop import a\n"}
    (skip,) = skips_of(CODEMOD, {PATH: text} | texts, **unused(text, "shop.a"))
    assert skip[2] == "it loads shop/a.py and shop/b.py, which import each other: which of them comes first matters"
